"""A trainee's whole way inside WeChat, on a cheap phone: no new window, no download, no worker, no prompt."""

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Academy, ask_for_code, sign_in
from tests.browser.test_trainee import ENROL, WITHDRAW, enter, flash, open_class

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; M2004J19C Build/SP1A.210812.016; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/122.0.6261.120 Mobile Safari/537.36 XWEB/1220133 MMWEBSDK/20240301 MMWEBID/5470 "
    "MicroMessenger/8.0.48.2580(0x28003036) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)
SLOWER = 4
WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"


@pytest.fixture
def wechat(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """WeChat's browser on a phone four times slower than this machine, watched for what it cannot do."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, user_agent=WECHAT,
        base_url=academy.url,
    )  # fmt: skip
    context.set_default_timeout(30_000)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    troubles: list[str] = []
    context.on("page", lambda opened: troubles.append(f"a new window: {opened.url}"))
    page.on("download", lambda begun: troubles.append(f"a download: {begun.url}"))
    page.on("dialog", lambda asked: troubles.append(f"a dialog: {asked.message}"))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("framenavigated", lambda frame: troubles.extend(_beside(frame.url, academy)))
    yield page
    assert page.evaluate(WORKERS) == 0
    context.close()
    assert not troubles, troubles


def _beside(url: str, academy: Academy) -> Iterator[str]:
    if urlsplit(url).netloc not in {urlsplit(academy.url).netloc, ""}:
        yield f"left the academy for {url}"


def fits(page: Page) -> None:
    """Expect a page that is no wider than the phone, opens nothing beside itself, and bears a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    assert page.locator('[target="_blank"]').count() == 0, page.url
    page.touchscreen.tap(5, 300)
    assert page.evaluate("document.readyState") == "complete"


def to(page: Page, link: str, place: str) -> None:
    """Tap a link, arrive, and look."""
    page.locator(link).first.tap()
    page.wait_for_url(place)
    page.wait_for_load_state()
    fits(page)


def test_a_trainee_needs_nothing_but_wechat(wechat: Page) -> None:
    enter(wechat, ask_for_code(wechat, "19900000000"))
    wechat.wait_for_url("**/me/")
    fits(wechat)

    code = open_class(wechat)
    fits(wechat)
    wechat.tap(ENROL)
    assert "已报上名" in flash(wechat)
    to(wechat, '.tabs-bar a[href="/me/"]', "**/me/")
    to(wechat, f'main a[href="/classes/{code}"]', f"**/classes/{code}")
    wechat.tap("details.confirm > summary")
    wechat.tap(f"dialog {WITHDRAW}")
    expect(wechat.locator(ENROL)).to_be_visible()

    to(wechat, '.tabs-bar a[href="/me/timetable"]', "**/me/timetable")
    expect(wechat.locator("[data-offline]")).to_be_hidden()
    to(wechat, '.tabs-bar a[href="/me/"]', "**/me/")
    to(wechat, 'main a[href="/me/hours"]', "**/me/hours")
    to(wechat, '.tabs-bar a[href="/me/certificates"]', "**/me/certificates")


def test_a_certificate_is_seen_kept_and_verified(wechat: Page) -> None:
    sign_in(wechat, "trainee")
    to(wechat, '.tabs-bar a[href="/me/certificates"]', "**/me/certificates")
    wechat.locator('main a[href^="/me/certificates/"]').last.tap()
    wechat.wait_for_url("**/me/certificates/*")
    if wechat.locator('form[action$="/make"]').count():
        wechat.tap('form[action$="/make"] button')
        wechat.locator('[data-job] a[href^="/me/certificates/"]').tap()
    wechat.wait_for_url("**/me/certificates/*")
    fits(wechat)
    picture = wechat.locator("main img")
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 1600
    assert "以PDF为准" in wechat.inner_text("main figcaption")

    shown = wechat.request.get(str(picture.get_attribute("src")))
    with Image.open(BytesIO(shown.body())) as drawn:
        printed = zxingcpp.read_barcodes(drawn.convert("RGB"))[0].text
    wechat.goto(urlsplit(printed).path)
    fits(wechat)
    assert "有效" in wechat.inner_text("#answer")
