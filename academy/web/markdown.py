"""Markdown as safe HTML: somebody's text by the filter, a whole page with headings to lead to by `read_page`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BELOW_THE_TITLE = nh3.ALLOWED_TAGS - {"h1"}
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **{name: {"id"} for name in ("h2", "h3")},
    "img": {*nh3.ALLOWED_ATTRIBUTES["img"], "loading"},
}
_HERE = re.compile(r"(?!//)[\w./%~+,@=&?#-]+")
_PICTURE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]*)"')
_NOT_IN_ANCHORS = re.compile(r"[^\w -]")

Dresser = Callable[[str, str], Mapping[str, str]]
"""Tells the attributes of a link or a picture: from the tag, `a` or `img`, and the address as written."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that one can lead to."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Page:
    """A document without its title: what comes before the first section, the rest, and what one can lead to."""

    opening: Markup
    body: Markup
    headings: tuple[Heading, ...]


def markdown(text: str) -> Markup:
    """Render somebody's Markdown; what could act in the page is taken out.

    The heading of the first rank is the page's own, so that one in the text becomes the second. A picture from
    elsewhere would tell that house who reads here, so that only the words for it stay.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = "h2" if token.tag == "h1" else token.tag
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    # no `rel`: it would stand on links whose address was taken away, and no link of ours opens a window
    cleaned = nh3.clean(
        html, tags=_BELOW_THE_TITLE, attribute_filter=_without_pictures_from_elsewhere, link_rel=None
    )
    return Markup(_PICTURE.sub(_picture_or_words, cleaned))  # noqa: S704 - cleaned in the line before


def _without_pictures_from_elsewhere(tag: str, name: str, value: str) -> str | None:
    return None if (tag, name) == ("img", "src") and not _HERE.fullmatch(value) else value


def _picture_or_words(picture: re.Match[str]) -> str:
    """Put the words for a picture where its address was taken from it; one without words says nothing."""
    attributes = picture[1]
    words = _ALT.search(attributes)
    if " src=" in attributes:
        return picture[0] if words else f'<img{attributes} alt="">'
    return str(escape(unescape(words[1]))) if words else ""


def anchor(heading: str) -> str:
    """Name a heading as forges do, so that one link leads to the same place here and there."""
    return _NOT_IN_ANCHORS.sub("", heading.strip().lower()).replace(" ", "-")


def read_page(text: str, dress: Dresser) -> Page:
    """Render a whole document, such that each of its sections can be led to."""
    tokens = _MARKDOWN.parse(text)
    headings = tuple(_headings(tokens))
    for token in _below(tokens):
        for name, written in (("a", token.attrGet("href")), ("img", token.attrGet("src"))):
            if written is not None:
                token.attrs |= dress(name, str(written))
    first = next((i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag != "h1"), None)
    start = next(i for i, token in enumerate(tokens) if token.type == "heading_close") + 1
    below = tuple(heading for heading in headings if heading.level > 1)
    return Page(_clean(tokens[start:first]), _clean(tokens[first:] if first else []), below)


def _headings(tokens: list[Token]) -> list[Heading]:
    """Give every section's heading its id, and list them all."""
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            heading = Heading(anchor(inline.content), inline.content, int(opening.tag[1]))
            opening.attrSet("id", heading.id)
            found.append(heading)
    return found


def _below(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def _clean(tokens: list[Token]) -> Markup:
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(nh3.clean(html, attributes=_ATTRIBUTES))  # noqa: S704 - cleaned in this very line
