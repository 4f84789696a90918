"""A reader without a mouse: keys only, and at every stop it must be seen where one is."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from academy.ground.text import translate

LONG = 60
_STOP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const words = (text) => text.replace(/\\s+/g, " ").trim();
    const named = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent;
    const style = getComputedStyle(at);
    const box = at.getClientRects()[0] || new DOMRect();
    const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]]
        .map(([x, y]) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y));
    return {
        name: words(named), tag: at.tagName, html: at.outerHTML.slice(0, 160),
        ringed: style.boxShadow !== "none" || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: points.some((top) => top && (at.contains(top) || top.contains(at) && top.closest("label"))),
    };
}"""


def say(message: str) -> str:
    """Give a sentence of the interface as a Chinese reader sees it."""
    return translate("zh_CN", message)


@dataclass
class Keyboard:
    """The keys, and where they have led."""

    page: Page
    stops: int = 0
    lost: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)

    def stop(self) -> dict[str, Any] | None:
        """Tell where the focus is, and note if a reader could not see it."""
        at: dict[str, Any] | None = self.page.evaluate(_STOP)
        if at is None:
            return None
        self.stops += 1
        for need in ("ringed", "seen"):
            if not at[need]:
                self.lost.append(f"{self.page.url}: focus is not {need} on {at['html']}")
        return at

    def to(self, name: str, *, back: bool = False, most: int = LONG) -> None:
        """Go from stop to stop until one bears this name; `name` may be a pattern."""
        passed: list[str] = []
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            at = self.stop()
            if at and re.fullmatch(name, at["name"]):
                return
            passed.append(at["name"] if at else "nothing")
        raise AssertionError(f"no stop is named {name} on {self.page.url}: {passed}")

    def to_main(self) -> None:
        """Skip what every page begins with."""
        self.to(say("Skip to the content"))
        self.press("Enter")

    def go(self, name: str, *, most: int = LONG) -> None:
        """Go to what bears this name, press it, and wait for the page it leads to."""
        self.to(name, most=most)
        self.enter()

    def enter(self) -> None:
        """Press Enter and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.press("Enter")

    def agree(self, question: str, answer: str) -> None:
        """Press a button that asks back; change one's mind once, then say yes."""
        self.to(question)
        self.press("Enter")
        self.press("Escape")
        at = self.stop()
        assert at is not None
        assert re.fullmatch(question, at["name"]), "Escape does not lead back to the button"
        self.press("Enter")
        self.go(answer, most=3)
