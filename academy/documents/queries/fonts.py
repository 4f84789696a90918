"""Read the fonts of documents: what they can print, how wide it is, how it is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from academy.documents.rules import drawing, pdf_font
from academy.ground.lazy import LazyModule

ttlib = LazyModule("fontTools.ttLib")
pens = LazyModule("fontTools.pens.svgPathPen")
harfbuzz = LazyModule("uharfbuzz")
zxing = LazyModule("zxingcpp")

FONTS = Path(__file__).parent.parent / "fonts"
REGULAR, BOLD = "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"


@dataclass(frozen=True, slots=True)
class Typeface:
    """The files of a regular and a bold style, and the family they are called by: one name, one pair of files."""

    family: str
    regular: str
    bold: str


WHOLE = Typeface("Academy", REGULAR, BOLD)
COMMON = Typeface("AcademyCommon", "NotoSerifSC-Regular-Common.ttf", "NotoSerifSC-Bold-Common.ttf")


@cache
def _face(file: str) -> Any:  # noqa: ANN401 - HarfBuzz has no types
    path = FONTS / file
    if not path.exists():
        raise FileNotFoundError(f"The font {path} is missing. ./run makes it at set-up.")
    return harfbuzz.Face(harfbuzz.Blob.from_file_path(str(path)))


@cache
def _font(file: str) -> Any:  # noqa: ANN401 - HarfBuzz has no types
    """Open a font at its own size, in 1/1000 em."""
    return harfbuzz.Font(_face(file))


@cache
def characters(file: str = BOLD) -> frozenset[int]:
    """Tell the code points that a font prints."""
    return frozenset(_face(file).unicodes)


def are_common(text: str) -> bool:
    """Tell whether the fonts of common characters have all signs of a text; its line ends are not printed."""
    common = characters(COMMON.regular)
    return all(ord(sign) in common for sign in set(text) - {"\n"})


def missing_characters(text: str) -> str:
    """List the characters of a name that cannot be printed as they are, each once; empty when all can.

    The bold style prints names and has the same characters as the regular one.
    """
    return drawing.unprintable(text, characters(BOLD))


def width(text: str, file: str = BOLD) -> float:
    """Tell how wide a line of text is, in ems."""
    return sum(_advance(character, file) for character in text) / 1000


@cache
def _advance(character: str, file: str) -> int:
    return int(_font(file).get_glyph_h_advance(_glyph_id(character, file)))


def _glyph_id(character: str, file: str) -> int:
    """Find a character's glyph; 0, the empty box, for one that the font lacks."""
    return int(_font(file).get_nominal_glyph(ord(character)) or 0)


@cache
def fit_name(name: str) -> drawing.NameFit:
    """Set a name as large as a certificate has room for, in two lines if it is very long."""
    return drawing.fit_name(name, width)


@cache
def glyph(character: str, file: str = BOLD) -> drawing.Glyph:
    """Give a character's outline, for seals and watermarks, which are drawings and no text."""
    pen = pens.SVGPathPen(None)
    _font(file).draw_glyph_with_pen(_glyph_id(character, file), pen)
    return drawing.Glyph(pen.getCommands(), _advance(character, file))


def glyphs(text: str, file: str = BOLD) -> tuple[drawing.Glyph, ...]:
    """Give the outlines of a line of text."""
    return tuple(glyph(character, file) for character in text)


@dataclass(frozen=True, slots=True)
class Subset:
    """A TrueType font of a few characters, for one PDF: glyph ids and advances (in 1/1000 em) by character."""

    data: bytes
    glyphs: Mapping[str, int]
    advances: Mapping[str, int]


@cache
def face(file: str) -> pdf_font.Face:
    """Tell what a PDF says of a font."""
    with ttlib.TTFont(FONTS / file, lazy=True) as font:
        head, lines, style = font["head"], font["hhea"], font["OS/2"]
    return pdf_font.Face(
        name=Path(file).stem, ascent=lines.ascent, descent=lines.descent, cap_height=style.sCapHeight,
        box=(head.xMin, head.yMin, head.xMax, head.yMax), bold=file == BOLD,
    )  # fmt: skip


_NOT_IN_A_PDF = ("OS/2", "cmap", "name", "post")  # tags of tables


def subset(signs: Iterable[str], file: str) -> Subset:
    """Cut a font down to these characters and `.notdef`; raises KeyError for one that the font lacks.

    Nothing here shapes text: every character is its own glyph, which holds for all that `plain` lets through.
    """
    kept = sorted(set(signs))
    asked = harfbuzz.SubsetInput()
    asked.unicode_set.update(map(ord, kept))
    asked.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in _NOT_IN_A_PDF)
    plan = harfbuzz.SubsetPlan(_face(file), asked)
    whole, renamed = plan.unicode_to_old_glyph_mapping, plan.old_to_new_glyph_mapping
    glyphs = {character: renamed[whole[ord(character)]] for character in kept}
    return Subset(plan.execute().blob.data, glyphs, advances(kept, file))


def advances(signs: Iterable[str], file: str) -> dict[str, int]:
    """Tell how far each character moves the pen, in 1/1000 em."""
    return {sign: _advance(sign, file) for sign in signs}


def qr_code(text: str) -> drawing.QrCode:
    """Draw a QR code that survives a fold or a stain (level M)."""
    code = zxing.create_barcode(text, zxing.BarcodeFormat.QRCode, ec_level="M")
    drawn = memoryview(code.to_image(scale=1, add_quiet_zones=False))  # 0 is dark, 255 light
    flat, width = drawn.tobytes(), len(drawn)
    return drawing.squares([flat[at : at + width] for at in range(0, len(flat), width)], dark=b"\0")
