"""What is wrong with a page, in words: told from its facts, its language and what axe finds on it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Page, Response

from academy.ground.settings import ROOT
from setup import messages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FACTS = (ROOT / "tests" / "browser" / "facts.js").read_text(encoding="utf-8")
LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
ACADEMY_NAME = "南京网格学院"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BY_COLOUR = ["color-contrast", "target-size"]  # all that another palette, type size or screen can break
_BROKEN = """async ([runOnly, rules]) =>
    (await axe.run(document, {runOnly, rules, resultTypes: ["violations"]})).violations
    .map((each) => each.id + ": " + each.nodes.map((node) => node.target.join(" ")).slice(0, 5).join(", "))"""
_CJK = re.compile(r"[一-鿿]")
_ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
_HOLE = re.compile(r"%\(\w+\)[sd]")
_SAME_IN_BOTH = {"PDF", "Excel", "CSV", "XLSX", "ZIP"}
_ALSO_DATA = {"志愿者", "尚无"}  # what somebody does in the grid, and the name of one in the kitchen
_SHOWROOM = {"academy/templates/kitchen.html"}  # its sentences stand for data
_WORDS = re.compile(r"[A-Za-z]+|[一-鿿]")
_KNOWN_BY = 5  # words that a sentence with values in it is known by; fewer might be data


def broken(page: Page, *, by_colour: bool = False) -> list[str]:
    """Ask axe what of WCAG 2.2 AA the page breaks; `by_colour` asks only what its look can change."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    only = {"type": "rule", "values": _BY_COLOUR} if by_colour else {"type": "tag", "values": _TAGS}
    rules = {} if by_colour else {"target-size": {"enabled": True}}  # axe leaves it off unless asked
    found: list[str] = page.evaluate(_BROKEN, [only, rules])
    return found


def wider(page: Page, width: int) -> Iterator[str]:
    """Name by how much a page is wider than a screen of this width."""
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": width, "height": size["height"]})
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"is {over} px wider than {width}"


def facts_of(page: Page) -> dict[str, Any]:
    """Read what the page shows."""
    facts: dict[str, Any] = page.evaluate(FACTS)
    return facts


def faults(facts: dict[str, Any], locale: str) -> Iterator[str]:
    """Name what is wrong with a page by its facts alone."""
    if facts["lang"] != LANGUAGES[locale]:
        yield f"says its language is {facts['lang']}"
    if facts["title"].partition(" · ")[0].strip() in {"", ACADEMY_NAME}:
        yield f"has no title of its own: {facts['title']}"
    if facts["headings"] != 1:
        yield f"has {facts['headings']} h1"
    for name in ("blank", "styled", "handlers", "strangers"):
        if facts[name]:
            yield f"{name}: {facts[name]}"
    yield from chinese_left(facts) if locale == "en" else english_left(facts["texts"])


def silent(facts: dict[str, Any]) -> Iterator[str]:
    """Name what a form sent back does not announce."""
    told = facts["announced"]
    if not told["focused"]:
        yield "does not lead the focus to its summary of problems"
    if told["dead"]:
        yield f"links to fields that are not there: {told['dead']}"
    if told["mute"]:
        yield f"does not tie these problems to their fields: {told['mute']}"


def answers(answer: Response | None, wanted: int) -> Iterator[str]:
    """Name an answer that is not the one wanted."""
    status = answer.status if answer else None
    if status != wanted:
        yield f"answers {status}, not {wanted}"


def english_left(texts: list[str]) -> Iterator[str]:
    """Name English words on a Chinese page: sentences of the catalogue, and what was never given to it."""
    whole, with_holes = _sentences("id", _KNOWN_BY)
    for text in texts:
        if text in whole or any(pattern.fullmatch(text) for pattern in with_holes) or _ENGLISH.search(text):
            yield f"says in English: {text[:80]}"


def chinese_left(facts: dict[str, Any]) -> Iterator[str]:
    """Name Chinese words on an English page: sentences of the catalogue, and any on what is never data."""
    whole, with_holes = _sentences("string", _KNOWN_BY)
    for text in facts["texts"]:
        if text not in _ALSO_DATA and (text in whole or any(each.fullmatch(text) for each in with_holes)):
            yield f"says in Chinese: {text[:80]}"
    around_data = _sentences("id", 1)[1]  # such as "Field sites of %(district)s"
    for text in facts["controls"]:
        if _CJK.search(text) and not any(pattern.fullmatch(text) for pattern in around_data):
            yield f"has Chinese on a control: {text[:80]}"


@cache
def _sentences(side: str, least: int) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Give one language of the catalogue: plain sentences, and patterns of those with values in them."""
    whole, with_holes = set[str](), list[re.Pattern[str]]()
    for message in messages.catalogue():
        if {name for name, _line in message.locations} <= _SHOWROOM:
            continue
        ids, strings = _forms(message.id), _forms(message.string)
        for text in ids if side == "id" else strings:
            if not text or text in _SAME_IN_BOTH or text in (strings if side == "id" else ids):
                continue
            literal = _HOLE.split(text)
            if len(literal) == 1:
                whole.add(text)
            elif len(_WORDS.findall("".join(literal))) >= least:
                with_holes.append(re.compile(".+".join(map(re.escape, literal))))
    return frozenset(whole), tuple(with_holes)


def _forms(found: object) -> list[str]:
    return [str(text or "") for text in found] if isinstance(found, list | tuple) else [str(found or "")]
