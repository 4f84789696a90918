"""Without network: my timetable is still there to read, and nobody else's ever is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import PHONE, Academy, sign_in

KEPT = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) =>
    [name.split(" ")[0], (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)])))"""

WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"


@pytest.fixture
def pocket(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """A phone that goes where there is no network."""
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True, base_url=academy.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def settle(page: Page) -> None:
    """Wait until the service worker looks after this page, and has kept what it keeps."""
    page.evaluate("navigator.serviceWorker.ready")
    assert page.evaluate(
        """async () => {
            for (let tries = 0; tries < 200; tries += 1) {
                if (navigator.serviceWorker.controller && await caches.has("timetable")) return true;
                await new Promise((later) => setTimeout(later, 50));
            }
            return false;
        }"""
    )


def test_my_timetable_is_readable_without_network(pocket: Page) -> None:
    sign_in(pocket, "trainee")
    settle(pocket)
    pocket.goto("/me/timetable")
    copy = pocket.locator("[data-offline]")
    expect(copy).to_be_hidden()
    online = pocket.inner_text("main")
    kept = pocket.evaluate(KEPT)
    assert kept["timetable"] == ["/me/timetable"]
    assert {path for path in kept["shell"] if not path.startswith("/static/")} == {"/offline"}

    pocket.context.set_offline(True)
    pocket.reload()
    expect(copy).to_be_visible()
    assert "没有网络" in copy.inner_text()
    assert copy.inner_text() + "\n" in pocket.inner_text("main")
    assert online in pocket.inner_text("main")
    assert pocket.evaluate("getComputedStyle(document.querySelector('.tabs-bar')).position") == "fixed"  # dressed

    pocket.goto("/me/hours")
    assert "没有网络" in pocket.inner_text("h1")
    pocket.goto("/me/timetable?month=2026-12")  # another month than the one that is kept
    assert "没有网络" in pocket.inner_text("h1")
    pocket.click('main a[href="/me/timetable"]')
    expect(copy).to_be_visible()

    pocket.context.set_offline(False)
    pocket.reload()
    expect(copy).to_be_hidden()
    pocket.goto("/me/hours")
    assert "没有网络" not in pocket.inner_text("main")


def test_signing_out_leaves_nothing_of_mine(pocket: Page) -> None:
    sign_in(pocket, "trainee")
    settle(pocket)
    pocket.goto("/me/timetable")
    pocket.click("details.menu > summary")
    pocket.click('form[action="/logout"] button')
    pocket.wait_for_url("**/login")
    assert pocket.evaluate(KEPT) == {}
    assert pocket.evaluate(WORKERS) == 0


def test_whoever_comes_next_never_sees_the_one_before(pocket: Page) -> None:
    sign_in(pocket, "trainee")
    settle(pocket)
    pocket.context.clear_cookies()  # the time of being signed in ran out, and nobody signed out
    pocket.goto("/me/timetable")
    pocket.wait_for_url("**/login?next=**")
    assert "timetable" not in pocket.evaluate(KEPT)
    pocket.context.set_offline(True)
    pocket.goto("/me/timetable")
    assert "没有网络" in pocket.inner_text("h1")


def test_a_visitor_is_given_no_worker(pocket: Page) -> None:
    pocket.goto("/", wait_until="networkidle")
    assert pocket.evaluate(WORKERS) == 0
