"""Keep the Chinese catalogue in step with the code: new sentences come in, unused ones go.

`python setup/messages.py` rewrites academy/translations/zh_CN/LC_MESSAGES/messages.po; what it adds has an empty
translation, which the house test reports until somebody writes it.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "academy" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def template() -> Catalog:
    """Collect every sentence that the code marks for translation."""
    found = Catalog(charset="utf-8")
    for name, line, message, comments, context in _extracted():
        found.add(message, None, [(f"academy/{name}", line)], auto_comments=comments, context=context)
    return found


def _extracted() -> Iterator[tuple[str, int, str, list[str], str | None]]:
    options = {"**.html": {"trimmed": "true", "silent": "false"}}
    yield from extract_from_dir(ROOT / "academy", METHODS, options, keywords=KEYWORDS)  # type: ignore[misc]


def catalogue() -> Catalog:
    """Read the Chinese catalogue as it is kept."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_CN", charset="utf-8", fuzzy=False)
    return read_po(BytesIO(CATALOGUE.read_bytes()), locale="zh_CN")


def update() -> int:
    """Rewrite the catalogue and tell how many sentences have no translation."""
    kept = catalogue()
    kept.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    kept.obsolete.clear()
    kept.fuzzy = False
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, kept, sort_output=True, width=110, include_lineno=False, omit_header=False)
    return sum(1 for message in kept if message.id and not message.string)


if __name__ == "__main__":
    missing = update()
    sys.stdout.write(f"{missing} sentences wait for their Chinese words\n" if missing else "complete\n")
