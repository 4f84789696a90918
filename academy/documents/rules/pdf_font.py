"""A TrueType font as PDF objects: the characters of one text, and what each glyph stands for when it is copied."""

from collections.abc import Mapping
from dataclasses import dataclass

from academy.documents.rules.splice import stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a PDF says of a font beside its glyphs, in 1/1000 em."""

    name: str
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    bold: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a font's five objects, which point to each other."""

    font: int
    glyphs: int
    descriptor: int
    file: int
    to_unicode: int


def objects(
    face: Face, data: bytes, glyphs: Mapping[str, int], advances: Mapping[str, int], numbers: Numbers,
) -> dict[int, bytes]:  # fmt: skip
    """Write a font whose text is glyph ids of two bytes each (ISO 32000-1, 9.7)."""
    tag = b"AAAAAA+" + face.name.encode()
    order = sorted(glyphs, key=lambda character: glyphs[character])
    widths = b" ".join(b"%d [%d]" % (glyphs[character], advances[character]) for character in order)
    return {
        numbers.font: b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts [%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (tag, numbers.glyphs, numbers.to_unicode),
        numbers.glyphs: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDToGIDMap/Identity/DW 1000/W [%b]"
        b"/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>>/FontDescriptor %d 0 R>>"
        % (tag, widths, numbers.descriptor),
        numbers.descriptor: b"<</Type/FontDescriptor/FontName/%b/Flags 4/FontBBox [%d %d %d %d]/ItalicAngle 0"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>"
        % (tag, *face.box, face.ascent, face.descent, face.cap_height, 120 if face.bold else 80, numbers.file),
        numbers.file: stream(b"/Length1 %d" % len(data), data),
        numbers.to_unicode: stream(b"", _to_unicode({glyphs[character]: character for character in order})),
    }  # fmt: skip


_AT_ONCE = 100


def _to_unicode(characters: Mapping[int, str]) -> bytes:
    """Tell what each glyph means (Adobe Technical Note 5411)."""
    lines = [f"<{glyph:04x}> <{meaning.encode('utf-16-be').hex()}>" for glyph, meaning in characters.items()]
    blocks = [lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
