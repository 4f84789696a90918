"""What pages wear is what set-up keeps: classes of Bootstrap, icons of the sprite."""

import re
from functools import cache

from academy.ground.settings import ROOT
from academy.web.assets import STATIC
from setup.trimming import Trimming, classes

TEMPLATES = [path for path in (ROOT / "academy").rglob("*.html") if "documents" not in path.parts]
SOURCES = [*TEMPLATES, *(STATIC / "js").glob("*.js"), *(ROOT / "academy").rglob("*.py")]
LISTED = set((ROOT / "setup" / "bootstrap.txt").read_text().split())
ICONS = set((ROOT / "setup" / "icons.txt").read_text().split())
WHOLE = (ROOT / "node_modules" / "bootstrap" / "dist" / "css" / "bootstrap.min.css").read_text()


@cache
def known() -> frozenset[str]:
    return classes(WHOLE)


def worn() -> set[str]:
    """List the words in class attributes, and anywhere those that look like a class only: `mt-3`, `btn-sm`."""
    found: set[str] = set()
    for path in TEMPLATES:
        text = path.read_text()
        for inside in re.findall(r'class="([^"]*)"', text):
            found.update(re.findall(r"[\w-]+", inside))
        found.update(re.findall(r"(?<![\w-])[a-z]+(?:-[a-z]+)*-(?:[a-z]+|\d)(?![\w-])", text))
    return found


def test_every_class_of_bootstrap_that_pages_wear_is_kept() -> None:
    assert (worn() & known()) <= LISTED, "name them in setup/bootstrap.txt, then ./run setup"


def test_nothing_is_kept_that_nobody_wears() -> None:
    assert known() >= LISTED
    words = {word for path in SOURCES for word in re.findall(r"[\w-]+", path.read_text())}
    assert words >= LISTED


def test_what_is_served_is_what_is_listed() -> None:
    assert classes((STATIC / "built" / "bootstrap.css").read_text()) <= LISTED


def test_every_icon_that_pages_draw_is_in_the_sprite() -> None:
    drawn = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:icon\(|sign=|"icon": )"([a-z0-9-]+)"', path.read_text())
    }
    assert drawn <= ICONS


def test_trimming_keeps_what_is_worn_and_read() -> None:
    css = (
        "/*! kept */:root{--a:1;--b:var(--a);--c:2}.x{color:var(--b)}.y,.x:not(.z),p{margin:0}"
        "@media print{.y{top:0}}@media print{.x{animation:go 1s}}"
        "@keyframes go{to{top:1px}}@keyframes no{to{top:2px}}"
    )
    assert Trimming(css, {"x"}).trimmed() == (
        "/*! kept */:root{--a:1;--b:var(--a)}.x{color:var(--b)}.x:not(.z),p{margin:0}"
        "@media print{.x{animation:go 1s}}@keyframes go{to{top:1px}}"
    )
    assert "--c" in Trimming(css, {"x"}, read_by="p{order:var(--c)}").trimmed()
