"""The three journeys of the README: a place taken, a class concluded, a certificate on paper."""

from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.served import DESK, PHONE, Academy, sign_in

_PAPER_WIDTH = 1200
_LARGEST = 150_000
_COLOURS = 128


def take(browser: Browser, academy: Academy, folder: Path) -> None:
    """Go to each place as whoever works there, and keep what is to be seen."""
    _keep(folder / "enrol.png", _enrolling(_page(browser, academy, PHONE)))
    _keep(folder / "conclude.png", _concluding(_page(browser, academy, DESK)))
    _keep(folder / "certificate.png", _certificate(_page(browser, academy, DESK)))


def _page(browser: Browser, academy: Academy, viewport: ViewportSize) -> Page:
    scale = 2 if viewport is PHONE else 1
    return browser.new_context(viewport=viewport, device_scale_factor=scale, base_url=academy.url).new_page()


def _enrolling(page: Page) -> Image.Image:
    """A trainee's phone, with a place to take."""
    sign_in(page, "trainee")
    page.locator('#openings a.btn[href^="/classes/"]').last.click()
    expect(page.locator('form[action$="/enrol"] button')).to_be_in_viewport()
    return Image.open(BytesIO(page.screenshot()))


def _concluding(page: Page) -> Image.Image:
    """A class manager's screen, with the numbers that decide."""
    sign_in(page, "manager")
    page.locator('#todo a.btn[href^="/teach/classes/"]').filter(has_text="认定").click()
    page.wait_for_url("**/teach/classes/**")
    page.goto(f"{page.url.partition('?')[0].removesuffix('/conclude')}/conclude")
    expect(page.locator('form[action$="/conclude"]')).to_have_count(1)
    return Image.open(BytesIO(page.screenshot()))


def _certificate(page: Page) -> Image.Image:
    """The paper: a certificate as its holder gets it."""
    sign_in(page, "trainee")
    page.goto("/me/certificates")
    address = str(page.locator('main a[href^="/me/certificates/"]').first.get_attribute("href"))
    document = pypdfium2.PdfDocument(page.request.get(f"{address.removeprefix('/me')}.pdf").body())
    paper = document[0].render(scale=_PAPER_WIDTH / document[0].get_width()).to_pil()
    document.close()
    return Image.frombytes("RGB", paper.size, paper.convert("RGB").tobytes())


def _keep(path: Path, picture: Image.Image) -> None:
    """Keep a picture small, with fewer colours where it would be large."""
    picture.convert("RGB").save(path, optimize=True)
    if path.stat().st_size > _LARGEST:
        picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} kB")
