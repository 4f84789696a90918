"""Take all pictures from a sample academy of its own: `python -m setup.pictures [guides | readme]`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from setup.pictures import readme
from setup.pictures.album import small, take
from setup.pictures.journeys import JOURNEYS, NAMES
from tests.browser.served import Academy, launched, served

DOCS = Path(__file__).parent.parent.parent / "docs"
_ADDRESS = "http://127.0.0.1:5000"


def take_guides(browser: Browser, academy: Academy, folder: Path) -> None:
    """Walk all journeys; a picture that no step takes any more goes."""
    for journey in JOURNEYS:
        for name, picture in take(browser, academy, journey):
            path = folder / f"{name}.webp"
            path.write_bytes(small(picture))
            print(f"{path.name}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} kB", flush=True)
    for path in folder.glob("*.webp"):
        if path.stem not in NAMES:
            path.unlink()


def main(wanted: str = "") -> None:
    """Serve a sample academy and take the wanted pictures."""
    folders = {part: DOCS / part / "pictures" for part in ("guide", ".")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as var, served(Path(var), _ADDRESS) as academy, launched() as browser:
        if wanted != "guides":
            readme.take(browser, academy, folders["."])
        if wanted != "readme":
            take_guides(browser, academy, folders["guide"])


if __name__ == "__main__":
    main(*sys.argv[1:2])
