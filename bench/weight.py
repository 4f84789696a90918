"""What the three pages that people open on a phone cost it: `./run bench weight`.

Chromium, 390 px wide, over loopback: nothing kept from before, and once more with what it keeps. Bytes are those
of the wire, headers included; the first paint is the middle one of several visits. The service worker stays out,
as in WeChat: it works after the page is there, and fetches two pages of 3 KB when a trainee first comes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from bench.ground import console, served, tell
from tests.browser.served import PHONE, launched, sign_in

VISITS = 5
LIMIT_KB, LIMIT_REQUESTS = 150, 12
MOODLE = "Moodle 4.5.6, trainee's home, the same phone: 27 requests, 1,313 KB, first paint 1,270 ms"
_CLASS = re.compile(r"^/classes/\d[\w-]*$")


@dataclass(frozen=True)
class Case:
    """A page as somebody opens it: a visitor, or the sample's trainee."""

    page: str
    url: str
    signed_in: StorageState | None


@dataclass
class Visit:
    """What one visit asked of the network."""

    requests: int = 0
    size: float = 0
    first_paint_ms: float = 0


def cases(browser: Browser, address: str) -> list[Case]:
    """List the pages: the front page, a class, the trainee's desk."""
    context = browser.new_context(viewport=PHONE, base_url=address)
    page = context.new_page()
    page.goto("/classes/")
    paths = page.eval_on_selector_all("main a[href]", "(links) => links.map((a) => a.pathname)")
    one = next(path for path in paths if _CLASS.match(path))
    sign_in(page, "trainee")
    trainee = context.storage_state()
    context.close()
    return [Case("portal", "/", None), Case("class page", one, trainee), Case("trainee's desk", "/me/", trainee)]


def visit(context: BrowserContext, url: str) -> Visit:
    """Open a page and count what came over the wire."""
    page = context.new_page()
    found = Visit()
    watch = context.new_cdp_session(page)
    watch.on("Network.loadingFinished", lambda event: _count(found, event))
    watch.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    found.first_paint_ms = _first_paint(page)
    page.close()
    return found


def _count(found: Visit, event: dict[str, Any]) -> None:
    if event["encodedDataLength"] > 0:
        found.requests += 1
        found.size += event["encodedDataLength"]


def _first_paint(page: Page) -> float:
    page.wait_for_function("performance.getEntriesByName('first-paint').length")  # networks are quicker than eyes
    return float(page.evaluate("performance.getEntriesByName('first-paint')[0].startTime"))


def measure(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """Visit each page with an empty phone, then again."""
    for case in cases(browser, address):
        cold, warm = [], []
        for _ in range(VISITS):
            context = browser.new_context(
                viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=3, base_url=address,
                storage_state=case.signed_in, service_workers="block",
            )  # fmt: skip
            cold.append(visit(context, case.url))
            warm.append(visit(context, case.url))
            context.close()
        yield {
            "page": case.page,
            "requests": max(one.requests for one in cold),
            "kb": max(one.size for one in cold) / 1024,
            "first_paint_ms": median(one.first_paint_ms for one in cold),
            "warm_requests": max(one.requests for one in warm),
            "warm_kb": max(one.size for one in warm) / 1024,
            "warm_first_paint_ms": median(one.first_paint_ms for one in warm),
        }


def main() -> None:
    """Measure, and fail if a page is heavier than a phone should have to carry."""
    with served("sqlite") as address, launched() as browser:
        rows = list(measure(browser, address))
    console.print(MOODLE)
    tell(f"Weight of pages (limits: {LIMIT_KB} KB, {LIMIT_REQUESTS} requests)", rows)
    assert all(row["kb"] < LIMIT_KB and row["requests"] < LIMIT_REQUESTS for row in rows)


if __name__ == "__main__":
    main()
