"""Put what the pages are dressed with under academy/static/built/: Bootstrap, htmx and a sprite of icons."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "academy" / "static" / "built"
ICON_NAMES = Path(__file__).with_name("icons.txt")

COPIED = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}

# A source map is a second file, asked for by every developer's browser and served by nobody.
SOURCE_MAP = re.compile(r"\n?(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?\n?$")
DRAWING = re.compile(r'<svg[^>]* viewBox="(?P<box>[^"]+)"[^>]*>(?P<shapes>.*)</svg>', re.DOTALL)


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


def write(name: str, text: str) -> None:
    """Write one file, complete or not at all."""
    unfinished = TARGET / f"{name}.part"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(TARGET / name)
    print(f"{name}: {len(text.encode()) / 1000:.0f} kB")


def main() -> None:
    """Make the folder anew from the installed packages."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, source in COPIED.items():
        write(name, SOURCE_MAP.sub("\n", (PACKAGES / source).read_text(encoding="utf-8")))
    write("icons.svg", sprite())


if __name__ == "__main__":
    main()
