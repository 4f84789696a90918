"""What journeys through certificates share: how people sit down, press, wait and take files with them."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from playwright.sync_api import Page, expect

from tests.browser.walking import Walk

SEND = "main form.stack button.btn-primary"
_JOB_MS = 120_000

Sit = Callable[..., AbstractContextManager[Walk]]


def path_of(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def follow(walk: Walk, link: str) -> None:
    """Follow a link of the page, and judge where it leads."""
    found = walk.page.locator(f"main {link}").first
    path = str(found.get_attribute("href"))
    with walk.page.expect_navigation() as begun:
        found.click()
    walk.arrive(path, begun.value)
    walk.look_closely(path)


def say_yes(walk: Walk, act: str, where: str) -> float:
    """Press a button that asks back and say yes; tells when that was."""
    page = walk.page
    page.locator("details.confirm", has=page.locator(f'form[action$="{act}"]')).locator("summary").click()
    walk.ask_axe(f"{where}, asked back")
    pressed = time.monotonic()
    with page.expect_navigation() as begun:
        page.click(f'dialog form[action$="{act}"] .confirm-acts button:not([data-cancel])')
    walk.arrive(where, begun.value)
    return pressed


def see_the_job_through(walk: Walk) -> None:
    """Wait on a job's page until all is done, and follow it to what came of it."""
    expect(walk.page.locator("[data-job] .tag")).to_have_text("已完成", timeout=_JOB_MS)
    walk.look_closely("/jobs/1 when done")


def picture_of(page: Page) -> int:
    """Load the picture of a certificate that a page shows; tells how wide it is."""
    width: int = page.locator("main figure img").evaluate("(img) => img.decode().then(() => img.naturalWidth)")
    return width


def file_of(walk: Walk, number: str) -> bytes:
    """Take a certificate's file as whoever sits there may."""
    answer = walk.page.request.get(f"/certificates/{number}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()
