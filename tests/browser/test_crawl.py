"""Every page that somebody can come to by links: it answers, fits a phone, keeps quiet, and is open to all."""

import re
from collections import Counter, deque
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from academy.ground.settings import ROOT
from tests.browser.served import PHONE, Academy, sign_in

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MOST = 60
OF_ONE_KIND = 2
MAIN_PAGES = {
    "visitor": {"/", "/courses/", "/courses/SLUG", "/classes/", "/classes/CODE", "/sites/", "/sites/SLUG",
                "/verify/", "/login", "/register"},
    "trainee": {"/me/", "/me/hours", "/me/certificates", "/account/", "/classes/CODE"},
    "liaison": {"/unit/", "/unit/requests", "/account/"},
    "manager": {"/teach/", "/teach/classes/CODE", "/teach/classes/CODE/conclude",
                "/teach/classes/CODE/sittings/N", "/teach/classes/CODE/sign-in-sheet"},
    "admin": {"/admin/", "/admin/classes/", "/admin/classes/CODE", "/admin/classes/CODE/certificates",
              "/admin/classes/new", "/admin/batches/N", "/admin/people/", "/admin/people/N",
              "/admin/certificates/", "/admin/places/", "/admin/programmes/", "/admin/class-values/"},
    "auditor": {"/audit/"},
}  # fmt: skip
KINDS = (
    (re.compile(r"(?<=/classes/)\d[\w-]*"), "CODE"),
    (re.compile(r"/\d+(?=/|$)"), "/N"),
    (re.compile(r"(?<=/courses/)[\w-]+|(?<=/sites/)[\w-]+|(?<=/verify/)[\w-]+|(?<=/admin/places/)[\w-]+"), "SLUG"),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BROKEN = """async (rules) => (await axe.run(document, {runOnly: rules})).violations
    .map((each) => each.id + ": " + each.nodes.map((node) => node.target).join(", "))"""


@pytest.fixture
def reader(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """A phone that lets a test bring its own script along, which our policy would refuse."""
    context = chromium.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, base_url=academy.url, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def begin(page: Page, role: str) -> str:
    """Come in as a role, or as nobody; gives the page to begin with."""
    if role == "visitor":
        return "/"
    sign_in(page, role)
    return page.evaluate("location.pathname")  # type: ignore[no-any-return]


def kind_of(path: str) -> str:
    """Name the kind of page behind an address: pages that differ only in what they are about are one kind."""
    for pattern, word in KINDS:
        path = pattern.sub(word, path)
    return path.partition("?")[0]


def links(page: Page) -> list[str]:
    """List where the page leads, inside the academy, files and places on a page left out."""
    found: list[str] = page.eval_on_selector_all(
        "a[href]",
        "(links) => links.filter((a) => a.origin === location.origin && !/[.](pdf|zip|xlsx)$/.test(a.pathname))"
        ".map((a) => a.pathname + a.search)",
    )
    return list(dict.fromkeys(found))


def look(page: Page, path: str, said: list[str], *, closely: bool) -> Iterator[str]:
    """Open one page and name what is wrong with it; `closely` asks axe too."""
    said.clear()
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        yield f"{path} answers {answer and answer.status}"
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        yield f"{path} is {wider} px wider than a phone"
    yield from (f"{path} says {line}" for line in said)
    if closely:
        page.add_script_tag(path=AXE)
        yield from (f"{path} breaks {rule}" for rule in page.evaluate(BROKEN, RULES))


@pytest.mark.parametrize("role", list(MAIN_PAGES))
def test_every_page_in_reach_answers_fits_and_is_open_to_all(reader: Page, role: str) -> None:
    said: list[str] = []
    reader.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    reader.on("pageerror", lambda error: said.append(str(error)))
    waiting = deque([begin(reader, role)])
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    troubles: list[str] = []
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        if path in seen or kinds[kind_of(path)] >= OF_ONE_KIND:
            continue
        seen.add(path)
        kinds[kind_of(path)] += 1
        troubles += look(reader, path, said, closely=kinds[kind_of(path)] == 1)
        waiting.extend(links(reader))
    assert troubles == []
    assert set(kinds) >= MAIN_PAGES[role]
