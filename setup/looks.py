"""Picture every desk as people may see it, to be looked at: `python -m setup.looks FOLDER [ADDRESS]`.

Narrow and wide, light and dark, normal and large type, Chinese and English; the whole page and its first screen.
Without the address of a running academy (a sample: it signs in as the sample's accounts) it serves one of its own.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.served import DESK, PHONE, launched, served, sign_in

WIDTHS: tuple[ViewportSize, ...] = (PHONE, DESK)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LARGE_TYPE = (False, True)
LOCALES = ("zh_CN", "en")
_CLASS_LINK = re.compile(r"^/(?:teach/)?classes/\d[\w-]*$")
_SEEN_AT = 300
_CSS = """body{font:14px/1.5 sans-serif;margin:24px;background:#eee}section{margin-bottom:32px}
div{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}img{width:300px;max-height:640px;object-fit:cover;
object-position:top;border:1px solid #999;background:#fff}figcaption{max-width:300px}"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A page to look at, who looks at it, and whether its address is the first class linked from there."""

    name: str
    account: str
    path: str
    class_page: bool = False


SCENES = (
    Scene("front", "", "/"),
    Scene("class", "trainee", "/me/", class_page=True),
    Scene("trainee", "trainee", "/me/"),
    Scene("instructor", "teacher", "/teach/"),
    Scene("manager", "manager", "/teach/"),
    Scene("manager-class", "manager", "/teach/", class_page=True),
    Scene("liaison", "liaison", "/unit/"),
    Scene("district", "district", "/unit/"),
    Scene("admin", "admin", "/admin/"),
    Scene("auditor", "auditor", "/audit/"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at a scene, and the two pictures of it."""

    scene: Scene
    width: int
    way: str

    @property
    def whole(self) -> str:
        """Name the picture of the whole page."""
        return f"{self.scene.name}-{self.width}-{self.way}.png"

    @property
    def first(self) -> str:
        """Name the picture of the first screen."""
        return f"{self.scene.name}-{self.width}-{self.way}-first.png"


def take(url: str, folder: Path) -> list[Look]:
    """Go through all scenes in all ways and keep two pictures of each."""
    with launched() as browser:
        return [look for scene in SCENES for look in _scene(browser, url, scene, folder)]


def _scene(browser: Browser, url: str, scene: Scene, folder: Path) -> Iterator[Look]:
    page = browser.new_context(base_url=url).new_page()
    if scene.account:
        sign_in(page, scene.account)
    path = _path(page, scene)
    for locale, large in product(LOCALES, LARGE_TYPE):
        _prefer(page, locale=locale, large=large)
        for viewport, scheme in product(WIDTHS, SCHEMES):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            look = Look(scene, viewport["width"], f"{scheme}-{'large' if large else 'normal'}-{locale[:2]}")
            page.goto(path)
            page.screenshot(path=folder / look.first)
            page.screenshot(path=folder / look.whole, full_page=True)
            yield look
    _prefer(page, locale=LOCALES[0], large=False)  # the type is kept with the person
    page.context.close()
    print(f"{scene.name}: {path}")


def _path(page: Page, scene: Scene) -> str:
    """Find the address: the first class session linked from the scene's page, where a class is wanted."""
    page.goto(scene.path)
    if not scene.class_page:
        return scene.path
    found = (str(link.get_attribute("href")) for link in page.locator("main a[href]").all())
    return next(path for path in found if _CLASS_LINK.match(path))


def _prefer(page: Page, *, locale: str, large: bool) -> None:
    """Read on in this language and type, by the form in every page's head."""
    token = page.locator('input[name="csrf_token"]').first.input_value()
    for name, value in (("locale", locale), ("large_type", str(int(large)))):
        answer = page.request.post("/preferences", form={"csrf_token": token, "next": "/", name: value})
        if not answer.ok:
            sys.exit(f"looks: {name} cannot be chosen: {answer.status} {answer.status_text}")


def contact_sheet(looks: list[Look]) -> str:
    """Lay all pictures out on one page, a section for each scene."""
    sections = []
    for scene in SCENES:
        shown = "".join(_figure(look) for look in looks if look.scene == scene)
        sections.append(f"<section><h2>{escape(scene.name)}</h2><div>{shown}</div></section>")
    return f'<!doctype html><meta charset="utf-8"><title>Looks</title><style>{_CSS}</style>{"".join(sections)}\n'


def _figure(look: Look) -> str:
    caption = f'{look.width} · {look.way} · <a href="{look.first}">first screen</a>'
    picture = f'<img src="{look.whole}" alt="" width="{_SEEN_AT}" loading="lazy">'
    return f'<figure><a href="{look.whole}">{picture}</a><figcaption>{caption}</figcaption></figure>'


def main(arguments: list[str]) -> None:
    """Take the pictures into the folder and lay the contact sheet beside them."""
    if not arguments or len(arguments) > len(("FOLDER", "ADDRESS")):
        sys.exit(__doc__)
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    if arguments[1:]:
        looks = take(arguments[1], folder)
    else:
        with TemporaryDirectory() as var, served(Path(var)) as academy:
            looks = take(academy.url, folder)
    (folder / "index.html").write_text(contact_sheet(looks), encoding="utf-8")
    print(f"{2 * len(looks)} pictures: {folder / 'index.html'}")


if __name__ == "__main__":
    main(sys.argv[1:])
