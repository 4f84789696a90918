"""The guides say what is: pictures are taken by the script, quoted words stand on a page, links lead somewhere."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from flask import Flask

from academy.ground.access import Role
from academy.ground.settings import ROOT
from academy.portal.queries import guides
from academy.web.markdown import anchor
from setup import messages
from setup.pictures.album import LARGEST
from setup.pictures.journeys import NAMES

GUIDES = [guides.FOLDER / f"{name}.md" for name in guides.NAMES]
_QUOTED = re.compile(r"「([^」]+)」")
_PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([\w-]+)\.webp\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_NAMED = re.compile(r"%\(\w+\)[sd]")
_ANYTHING = ".+"


def anchors(name: str) -> set[str]:
    return {anchor(heading) for heading in _HEADING.findall(guides.text_of(name))}


def leads(target: str) -> bool:
    """Tell whether `guide` or `guide#section` is there."""
    name, _hash, section = target.partition("#")
    return name in guides.NAMES and (not section or section in anchors(name))


def chinese_words() -> re.Pattern[str]:
    """Match whatever stands in the Chinese interface, whatever its named values are."""
    texts = (text for message in messages.catalogue() if message.id for text in _texts(message))
    return re.compile("|".join(f"(?:{_as_pattern(text)})" for text in texts))


def stands_in_a_template(words: str) -> bool:
    """Tell whether a template says it as it stands, whatever the language: the switch of languages does."""
    return any(f">{words}<" in path.read_text() for path in (ROOT / "academy" / "templates").glob("*.html"))


def _texts(message: Message) -> list[str]:
    found = message.string
    return [str(text) for text in (found if isinstance(found, list | tuple) else [found]) if text]


def _as_pattern(text: str) -> str:
    pieces = _NAMED.split(text.replace("%%", "%"))
    return _ANYTHING.join(re.escape(piece) for piece in pieces)


def test_there_is_a_guide_for_everybody_and_no_other() -> None:
    assert sorted(path.name for path in guides.FOLDER.glob("*.md")) == sorted(path.name for path in GUIDES)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_quoted_word_stands_in_the_interface(path: Path) -> None:
    known = chinese_words()
    quoted = set(_QUOTED.findall(path.read_text()))
    assert not {words for words in quoted if not known.fullmatch(words) and not stands_in_a_template(words)}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_links_lead_to_guides_and_sections_that_are_there(path: Path) -> None:
    for target in _LINK.findall(path.read_text()):
        own = f"{path.stem}{target}" if target.startswith("#") else target.replace(".md", "", 1)
        assert leads(own), target


def test_sections_have_names_of_their_own() -> None:
    for path in GUIDES:
        found = [anchor(heading) for heading in _HEADING.findall(path.read_text())]
        assert len(found) == len(set(found)), path.name


def test_every_picture_is_shown_and_every_shown_picture_is_taken() -> None:
    shown = [name for path in GUIDES for name in _PICTURE.findall(path.read_text())]
    assert sorted(shown) == sorted(NAMES)
    assert {path.name for path in guides.PICTURES.iterdir()} == {f"{name}.webp" for name in NAMES}


def test_pictures_are_small_and_tell_their_size() -> None:
    for name in NAMES:
        path = guides.PICTURES / f"{name}.webp"
        assert path.stat().st_size <= LARGEST, name
        width, height = guides.size_of(path.name)
        assert 200 <= width <= 1280, name
        assert 60 <= height <= 1280, name


def test_every_page_has_help_that_is_there(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert not set(guides.pages()) - pages, "help for pages that are no more"
    for endpoint in (*pages, None):
        for roles in ((), *((role,) for role in Role)):
            target = guides.help_for(endpoint, roles)
            assert leads(target), (endpoint, target)
