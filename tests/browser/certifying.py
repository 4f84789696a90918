"""What journeys through certificates share: how people sit down, press, wait and take files with them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.walking import Walk

SEND = "main form.stack button.btn-primary"
_JOB_MS = 120_000


@dataclass(frozen=True)
class Deed:
    """Something that was changed: when it was asked for, and when the academy answered that it is done."""

    asked_at: float
    done_at: float


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


def say_yes(walk: Walk, act: str, where: str) -> Deed:
    """Press a button that asks back and say yes; tells when that was and when it was done."""
    page = walk.page
    page.locator("details.confirm", has=page.locator(f'form[action$="{act}"]')).locator("summary").click()
    walk.ask_axe(f"{where}, asked back")
    return do(walk, f'dialog form[action$="{act}"] .confirm-acts button:not([data-cancel])', where)


def do(walk: Walk, button: str, where: str) -> Deed:
    """Press a button that changes something, and judge where it leads; tells when."""
    with walk.page.expect_navigation() as begun:
        walk.page.click(button)
    walk.arrive(where, begun.value)
    sent = begun.value.request.redirected_from
    assert sent
    return Deed(sent.timing["startTime"] / 1000, (sent.timing["startTime"] + sent.timing["responseStart"]) / 1000)


def see_the_job_through(walk: Walk) -> None:
    """Wait on a job's page until all is done, and follow it to what came of it."""
    expect(walk.page.locator("[data-job] .tag")).to_have_text("已完成", timeout=_JOB_MS)
    walk.look_closely("/jobs/1 when done")


def place_of_form(page: Page, action: str) -> int:
    """Tell the how manieth of the page's forms leads there."""
    place: int = page.evaluate("to => [...document.forms].findIndex(form => form.action.endsWith(to))", action)
    return place


def picture_of(page: Page) -> int:
    """Load the picture of a certificate that a page shows; tells how wide it is."""
    width: int = page.locator("main figure img").evaluate("(img) => img.decode().then(() => img.naturalWidth)")
    return width


def file_of(walk: Walk, number: str) -> bytes:
    """Take a certificate's file as whoever sits there may."""
    answer = walk.page.request.get(f"/certificates/{number}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()
