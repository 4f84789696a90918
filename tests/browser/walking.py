"""A walk along every link that somebody can come to, and on into every form sent without its answers."""

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, Response, ViewportSize
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from academy.app import create_app
from academy.ground import db
from academy.ground.settings import Settings
from tests.browser import judging
from tests.browser.served import DESK, Academy, sign_in

MOST = 90
OF_ONE_KIND = 2
NARROW = 360
_TOLD = "met.json"
_SEND_EMPTY = """(at) => {
    const form = document.forms[at];
    for (const field of form.elements) {
        if (["hidden", "submit", "button"].includes(field.type) || field.tagName === "FIELDSET") continue;
        if (["checkbox", "radio"].includes(field.type)) field.checked = false;
        else if (field.tagName === "SELECT") field.selectedIndex = -1;
        else field.value = "";
    }
    HTMLFormElement.prototype.submit.call(form);
}"""


@cache
def addresses() -> Map:
    """Give the addresses that the product knows, by its own map of them."""
    with TemporaryDirectory() as var:
        app = create_app(Settings(env="test", var=Path(var), sample=True))
        db.bound().close()
    return app.url_map


def kind_of(path: str, method: str = "GET") -> str:
    """Name the kind of page behind an address: pages that differ only in what they are about are one kind."""
    try:
        rule, _values = addresses().bind("").match(path.partition("?")[0], method, return_rule=True)
    except HTTPException:
        return path
    return str(rule.rule)


@dataclass
class Shelf:
    """What one process has met: a folder of pages as they were served, which kinds they are, and all counts."""

    folder: Path
    roles: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)

    def keep(self, name: str, answer: Response | None) -> None:
        """Put a page away under a name that leads back to it."""
        if answer is not None and answer.headers.get("content-type", "").startswith("text/html"):
            plain = re.sub(r"[^\w-]+", "_", name).strip("_")
            self.names[plain] += 1
            (self.folder / f"{plain}.{self.names[plain]}.html").write_bytes(answer.body())

    def note(self) -> None:
        """Leave what was met beside the pages, for the process that judges all of it."""
        told = {"roles": sorted(self.roles), "kinds": sorted(self.kinds), "counts": self.counts}
        (self.folder / _TOLD).write_text(json.dumps(told), encoding="utf-8")

    def take_in(self) -> None:
        """Take together what processes met, each of which kept a folder of its own in this one."""
        for path in self.folder.glob(f"*/{_TOLD}"):
            told = json.loads(path.read_text(encoding="utf-8"))
            self.roles.update(told["roles"])
            self.kinds.update(told["kinds"])
            self.counts.update(told["counts"])


@dataclass
class Walk:
    """One reader's way through the academy: what was met, and what was wrong with it."""

    page: Page
    role: str
    locale: str
    shelf: Shelf
    faults: list[str] = field(default_factory=list)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to what the pages complain of."""
        self.page.on("console", lambda line: self.said.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def blame(self, where: str, faults: Iterator[str] | list[str]) -> None:
        """Note what is wrong with a page."""
        self.faults += [f"{self.role} {self.locale} {where} {fault}" for fault in faults]

    def arrive(self, where: str, answer: Response | None, wanted: int = 200) -> dict[str, Any]:
        """Judge the page that is shown by all that is cheap to ask; gives its facts."""
        self.counts["pages"] += 1
        self.shelf.kinds.add(kind_of(where))
        self.shelf.keep(f"{self.role}-{self.locale}-{where}", answer)
        self.blame(where, judging.answers(answer, wanted))
        facts = judging.facts_of(self.page)
        self.blame(where, judging.faults(facts, self.locale))
        # Chromium itself complains of every page that is no 200
        self.blame(where, [f"complains: {line}" for line in self.said if "status of" not in line or wanted < 400])
        self.said.clear()
        return facts

    def measure(self, where: str, *widths: int) -> None:
        """Judge whether the page fits screens; the last one stays."""
        for width in widths:
            self.blame(where, judging.wider(self.page, width))

    def ask_axe(self, where: str, *, by_colour: bool = False) -> None:
        """Judge the page as WCAG does."""
        self.counts["axe"] += 1
        self.blame(where, [f"breaks {rule}" for rule in judging.broken(self.page, by_colour=by_colour)])

    def go(self, path: str) -> dict[str, Any]:
        """Open a page and judge it."""
        self.said.clear()
        return self.arrive(path, self.page.goto(path))

    def look_closely(self, where: str) -> None:
        """Judge what is shown now by its width and by axe."""
        self.measure(where, NARROW, self.width)
        self.ask_axe(where)

    def meet(self, path: str, wanted: int = 200) -> None:
        """Go to a page that answers so, and judge it closely."""
        self.arrive(path, self.page.goto(path), wanted)
        self.look_closely(path)

    def press(self, selector: str, where: str, wanted: int = 200) -> None:
        """Press a button, and judge the page that it leads to closely."""
        with self.page.expect_navigation() as begun:
            self.page.click(selector)
        self.arrive(where, begun.value, wanted)
        self.look_closely(where)

    def send_empty(self, path: str, at: int, action: str) -> None:
        """Send one form of the page without any answer: nothing is done, and the page says what is missing."""
        where = f"{path} → {kind_of(action, 'POST')} without answers"
        with self.page.expect_navigation() as begun:
            self.page.evaluate(_SEND_EMPTY, at)
        self.counts["forms"] += 1
        facts = self.arrive(where, begun.value, 422)
        self.blame(where, judging.silent(facts))
        self.look_closely(where)

    @property
    def width(self) -> int:
        """Tell how wide the screen is."""
        size = self.page.viewport_size
        return size["width"] if size else 0


def explore(walk: Walk, begin: str, first_of_kind: Callable[[Walk, str], None]) -> None:
    """Follow links from page to page; look closely at the first page of each kind, and send its forms empty."""
    waiting, seen, sent = deque([begin]), set[str](), set[tuple[str, str]]()
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        if path in seen or len(walk.kinds.get(kind_of(path), [])) >= OF_ONE_KIND:
            continue
        facts = walk.go(path)
        here, kind = facts["address"], kind_of(facts["address"])  # `/desk` leads on to a desk
        known = here in seen
        seen |= {path, here}
        if known:
            continue
        walk.kinds.setdefault(kind, []).append(here)
        walk.titles.setdefault(kind, facts["title"])
        waiting.extend(facts["links"])
        walk.measure(path, NARROW, walk.width)
        if len(walk.kinds[kind]) == 1:
            first_of_kind(walk, path)
        for at, action in facts["asking"]:
            if (kind, kind_of(action, "POST")) not in sent:
                sent.add((kind, kind_of(action, "POST")))
                walk.page.goto(path)
                walk.send_empty(path, at, action)


@contextmanager
def reading(
    chromium: Browser, academy: Academy, role: str, *, viewport: ViewportSize, locale: str = "zh_CN"
) -> Iterator[Page]:
    """Sit down as a role, or as nobody, at a browser that lets a test bring its own script along."""
    on_a_phone = viewport["width"] < DESK["width"]
    context = chromium.new_context(
        viewport=viewport, is_mobile=on_a_phone, has_touch=on_a_phone, base_url=academy.url, bypass_csp=True,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if role != "visitor":
        sign_in(page, role)
    if locale == "en":
        _switch(page, "en")
    try:
        yield page
    finally:
        if locale == "en":
            _switch(page, "zh_CN")  # a person's choice is kept, and others come after us
        context.close()


def _switch(page: Page, locale: str) -> None:
    page.goto("/verify/")
    page.locator(f"button[name=locale][value={locale}]:visible").first.click()
    page.wait_for_load_state()
