"""Read the fonts of documents: what they can print, how wide it is, how it is drawn."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from academy.documents import rules
from academy.ground.lazy import LazyModule

fonts = LazyModule("fontTools.ttLib")
pens = LazyModule("fontTools.pens.svgPathPen")
segno = LazyModule("segno")

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"


@cache
def _font(file: str) -> Any:  # noqa: ANN401 - fontTools has no types
    path = FONTS / file
    if not path.exists():
        raise FileNotFoundError(f"The font {path} is missing. ./run makes it at set-up.")
    return fonts.TTFont(BytesIO(path.read_bytes()), lazy=True)


@cache
def _characters(file: str) -> Mapping[int, str]:
    characters: Mapping[int, str] = _font(file).getBestCmap()
    return characters


def missing_characters(text: str) -> str:
    """List the characters of a name that cannot be printed as they are, each once; empty when all can.

    The bold style prints names and has the same characters as the regular one.
    """
    return rules.unprintable(text, _characters(BOLD))


def width(text: str, file: str = BOLD) -> float:
    """Tell how wide a line of text is, in ems."""
    characters, widths = _characters(file), _font(file)["hmtx"]
    units: int = sum(widths[characters.get(ord(c), ".notdef")][0] for c in text)
    return units / 1000


def halves(text: str) -> tuple[str, str]:
    """Break a name that is too long for one line into two."""
    return rules.halves(text, width)


@cache
def glyph(character: str, file: str = BOLD) -> rules.Glyph:
    """Give a character's outline, for seals and watermarks, which are drawings and no text."""
    font = _font(file)
    name = _characters(file).get(ord(character), ".notdef")
    drawn = font.getGlyphSet()[name]
    pen = pens.SVGPathPen(None)
    drawn.draw(pen)
    return rules.Glyph(pen.getCommands(), int(drawn.width))


def glyphs(text: str, file: str = BOLD) -> tuple[rules.Glyph, ...]:
    """Give the outlines of a line of text."""
    return tuple(glyph(character, file) for character in text)


def qr_code(text: str) -> rules.QrCode:
    """Draw a QR code that survives a fold or a stain (level M)."""
    code = segno.make_qr(text, error="m")
    return rules.squares(tuple(bytes(row) for row in code.matrix))
