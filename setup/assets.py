"""Put what pages are dressed with under academy/static/built/: Bootstrap cut to size, htmx, icons, the mark."""

import re
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from setup.trimming import Trimming

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
STATIC = ROOT / "academy" / "static"
TARGET = STATIC / "built"
ICON_NAMES = Path(__file__).with_name("icons.txt")
WORN_CLASSES = Path(__file__).with_name("bootstrap.txt")

BOOTSTRAP = "bootstrap/dist/css/bootstrap.min.css"
HTMX = "htmx.org/dist/htmx.min.js"

# A source map is a second file, asked for by every developer's browser and served by nobody.
SOURCE_MAP = re.compile(r"\n?(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?\n?$")
DRAWING = re.compile(r'<svg[^>]* viewBox="(?P<box>[^"]+)"[^>]*>(?P<shapes>.*)</svg>', re.DOTALL)

# The mark as home screens show it: nine cells on white, small enough to be cut to a circle; one is vermilion.
MARK_SIZES = (180, 192, 512)
PAPER, INK, VERMILION = "#ffffff", "#17406d", "#b02a20"
CELL, GAP, MARGIN = 15, 3.5, 21
WHOLE = 3 * CELL + 2 * GAP + 2 * MARGIN


def package(name: str) -> str:
    """Read a file of an installed package."""
    return SOURCE_MAP.sub("\n", (PACKAGES / name).read_text(encoding="utf-8"))


def bootstrap() -> str:
    """Cut Bootstrap's style sheet down to the classes that pages wear and the variables that somebody reads."""
    own = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "css").glob("*.css")))
    worn = WORN_CLASSES.read_text(encoding="utf-8").split()
    return Trimming(package(BOOTSTRAP), worn, read_by=own).trimmed()


def symbol(name: str) -> str:
    """Turn one icon file into a symbol that takes the colour of the text around it."""
    path = PACKAGES / "bootstrap-icons" / "icons" / f"{name}.svg"
    drawing = DRAWING.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if drawing is None:
        sys.exit(f"assets: there is no icon named {name!r} (setup/icons.txt)")
    shapes = re.sub(r"\s*\n\s*", "", drawing["shapes"])
    return f'<symbol id="{name}" viewBox="{drawing["box"]}" fill="currentColor">{shapes}</symbol>'


def sprite() -> str:
    """Draw every icon of the list into one SVG, for `<use href="…/icons.svg#name">`."""
    names = ICON_NAMES.read_text(encoding="utf-8").split()
    symbols = "\n".join(symbol(name) for name in sorted(set(names)))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def mark(size: int) -> bytes:
    """Draw the mark as a picture of so many pixels."""
    scale = size / WHOLE
    picture = Image.new("RGB", (size, size), PAPER)
    draw = ImageDraw.Draw(picture)
    for cell in range(9):
        left, top = (round((MARGIN + (CELL + GAP) * place) * scale) for place in divmod(cell, 3))
        side = round(CELL * scale) - 1
        draw.rectangle((left, top, left + side, top + side), fill=VERMILION if cell == 4 else INK)  # noqa: PLR2004
    kept = BytesIO()
    picture.quantize(8).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def write(name: str, data: bytes) -> None:
    """Write one file, complete or not at all."""
    unfinished = TARGET / f"{name}.part"
    unfinished.write_bytes(data)
    unfinished.replace(TARGET / name)
    print(f"{name}: {len(data) / 1000:.1f} kB")


def main() -> None:
    """Make the folder anew from the installed packages."""
    TARGET.mkdir(parents=True, exist_ok=True)
    made = {
        "bootstrap.css": bootstrap().encode(),
        "htmx.min.js": package(HTMX).encode(),
        "icons.svg": sprite().encode(),
        **{f"mark-{size}.png": mark(size) for size in MARK_SIZES},
    }
    for name, data in made.items():
        write(name, data)
    for left in TARGET.iterdir():
        if left.name not in made:
            left.unlink()


if __name__ == "__main__":
    main()
