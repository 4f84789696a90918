"""Make the fonts of certificates and papers: every character of Noto Serif SC, none of its ballast.

Tables for vertical setting, hinting and variable styles go: nothing printed here uses them, and each
PDF is made a quarter faster without. So do those for features: one character is one glyph, wherever it
stands, on which the engine of certificates relies. All characters stay, because a name may need any of them. The
result is called "Academy Serif", so that no system font of the old name can take its place unseen.

Each style is also made of the common characters alone: WeasyPrint copies a whole font for every page it draws, and
draws a page in half the time with the small one.
"""

import sys
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
TARGET = ROOT / "academy" / "documents" / "fonts"

FAMILY = "Academy Serif"
STYLES = {"Regular": "400Regular", "Bold": "700Bold"}
BALLAST = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "prep", "vhea", "vmtx")

LAST_LATIN = 0x024F

# Numbers of the OpenType name table.
FAMILY_NAME, STYLE_NAME, UNIQUE_NAME, FULL_NAME, POSTSCRIPT_NAME = 1, 2, 3, 4, 6
PREFERRED_FAMILY, PREFERRED_STYLE = 16, 17
COPYRIGHT, VERSION, LICENCE, LICENCE_URL = 0, 5, 13, 14
KEPT_NAMES = {COPYRIGHT, VERSION, LICENCE, LICENCE_URL}


def slim(font: TTFont) -> None:
    """Drop the tables that a horizontal line of print never reads."""
    for table in BALLAST:
        if table in font:
            del font[table]


def rename(font: TTFont, style: str) -> None:
    """Give the font the family name that our style sheets ask for, and keep whose work it is."""
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in KEPT_NAMES]
    texts = {
        FAMILY_NAME: FAMILY,
        STYLE_NAME: style,
        UNIQUE_NAME: f"{FAMILY} {style}",
        FULL_NAME: f"{FAMILY} {style}",
        POSTSCRIPT_NAME: f"{FAMILY.replace(' ', '')}-{style}",
        PREFERRED_FAMILY: FAMILY,
        PREFERRED_STYLE: style,
    }
    for number, text in texts.items():
        names.setName(text, number, platformID=3, platEncID=1, langID=0x409)


def make(source: Path, target: Path, style: str) -> None:
    """Write one style, complete or not at all, and no character poorer."""
    unfinished = target.with_suffix(".part")
    with TTFont(source, recalcTimestamp=False, recalcBBoxes=False) as font:
        characters = set(font.getBestCmap())
        slim(font)
        rename(font, style)
        font.save(unfinished)
    with TTFont(unfinished) as font:
        if set(font.getBestCmap()) != characters:
            sys.exit(f"font: {target.name} lost characters")
    unfinished.replace(target)
    megabytes = target.stat().st_size / 1e6
    print(f"{target.relative_to(ROOT)}: {len(characters)} characters, {megabytes:.1f} MB")


def make_common(whole: Path, target: Path) -> None:
    """Write a font of the characters that texts of classes are made of; names use the whole one."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(whole)))
    asked = uharfbuzz.SubsetInput()
    asked.unicode_set.update(point for point in face.unicodes if point <= LAST_LATIN or is_common(point))
    asked.name_id_set.update(KEPT_NAMES | {FAMILY_NAME, STYLE_NAME, UNIQUE_NAME, FULL_NAME, POSTSCRIPT_NAME})
    unfinished = target.with_suffix(".part")
    unfinished.write_bytes(uharfbuzz.subset(face, asked).blob.data)
    unfinished.replace(target)
    print(f"{target.relative_to(ROOT)}: {len(asked.unicode_set)} characters, {target.stat().st_size / 1e6:.1f} MB")


def is_common(point: int) -> bool:
    """Tell whether a character is one of GB 2312, the 6,763 of daily use and their punctuation, or a year's 〇."""
    return chr(point) == "〇" or bool(chr(point).encode("gb2312", "ignore"))


def main() -> None:
    """Make both styles, each whole and of the common characters alone."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for style, folder in STYLES.items():
        whole = TARGET / f"NotoSerifSC-{style}.ttf"
        make(SOURCE / folder / f"NotoSerifSC_{folder}.ttf", whole, style)
        make_common(whole, TARGET / f"NotoSerifSC-{style}-Common.ttf")


if __name__ == "__main__":
    main()
