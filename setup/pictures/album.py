"""How a picture is taken: a journey of steps in one browser, each step ending in what is to be seen."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize

from tests.browser.served import DESK, PHONE, Academy, sign_in

_PHONE_SCALE, _DESK_SCALE = 2, 1
_AROUND = 16
_TABS_BAR = 64
_RING = "#c8402f"
_RING_GAP, _RING_WIDTH, _RING_RADIUS = 5, 3, 10
_QUALITIES = (82, 70, 58, 46, 34)
LARGEST = 60_000
_PATIENCE = 30_000


@dataclass(frozen=True, slots=True)
class Shot:
    """What a step shows: the screen, or the page around some places; with a ring around what is to be pressed."""

    around: tuple[Locator, ...] = ()
    press: Locator | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody on their way: their page, and the academy that they walk through."""

    page: Page
    academy: Academy
    browser: Browser


Step = Callable[[Walk], Shot]


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody's way through the academy, and the pictures taken on it: each by its name and its step."""

    account: str
    """One of the sample's named accounts; nobody for a visitor."""
    viewport: ViewportSize
    steps: tuple[tuple[str, Step], ...]


def said(inside: Page | Locator, words: str) -> Locator:
    """Find what one presses by the very words on it."""
    exactly = re.compile(rf"^\s*{re.escape(words)}\s*$")
    return inside.locator("a, button, summary").filter(has_text=exactly).first


def whole(page: Page) -> tuple[Locator, ...]:
    """Find the beginning and the end of what a page says."""
    return page.locator("main h1"), page.locator("main > :last-child")


def take(browser: Browser, academy: Academy, journey: Journey) -> Iterator[tuple[str, Image.Image]]:
    """Walk a journey and take its pictures."""
    scale = _PHONE_SCALE if journey.viewport is PHONE else _DESK_SCALE
    context = browser.new_context(
        viewport=journey.viewport, device_scale_factor=scale, base_url=academy.url, color_scheme="light",
        reduced_motion="reduce", has_touch=journey.viewport is PHONE,
    )  # fmt: skip
    context.set_default_timeout(_PATIENCE)
    walk = Walk(context.new_page(), academy, browser)
    if journey.account:
        sign_in(walk.page, journey.account)
    for name, step in journey.steps:
        yield name, look(walk.page, step(walk), scale)
    context.close()


def look(page: Page, shot: Shot, scale: int) -> Image.Image:
    """Take one picture, and draw the ring on it."""
    page.wait_for_load_state()
    if not shot.around:
        if shot.press and not _in_sight(page, shot.press):
            shot.press.evaluate("(place) => place.scrollIntoView({block: 'center'})")
        picture = _open(page.screenshot(animations="disabled"))
        return _ringed(picture, shot.press, (0.0, 0.0), scale)
    page.evaluate("window.scrollTo(0, 0)")
    clip = _clip(page, shot)
    picture = _open(page.screenshot(animations="disabled", clip=clip, full_page=True))
    return _ringed(picture, shot.press, (clip["x"], clip["y"]), scale)


def _in_sight(page: Page, place: Locator) -> bool:
    """Tell whether a place is to be seen without scrolling, and not under the bar at a phone's bottom."""
    box, viewport = place.bounding_box(), page.viewport_size or DESK
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"] - _TABS_BAR


def _clip(page: Page, shot: Shot) -> FloatRect:
    """Reach around all places, at most a screen: a phone's whole width, a desk's as far as they go."""
    press = shot.press.bounding_box() if shot.press else None
    boxes = [box for box in (*(place.bounding_box() for place in shot.around), press) if box]
    viewport = page.viewport_size or DESK
    top = max(0, min(box["y"] for box in boxes) - _AROUND)
    bottom = max(box["y"] + box["height"] for box in boxes) + _AROUND
    left, right = 0.0, float(viewport["width"])
    if viewport["width"] > PHONE["width"]:
        left = max(0, min(box["x"] for box in boxes) - _AROUND)
        right = min(right, max(box["x"] + box["width"] for box in boxes) + _AROUND)
    height = min(bottom - top, viewport["height"])
    if press:  # what is to be pressed is seen in any case
        top = max(top, press["y"] + press["height"] + _AROUND - height)
    return {"x": left, "y": top, "width": right - left, "height": height}


def _open(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def _ringed(picture: Image.Image, press: Locator | None, origin: tuple[float, float], scale: int) -> Image.Image:
    box = press.bounding_box() if press else None
    if box:
        left, top = box["x"] - origin[0] - _RING_GAP, box["y"] - origin[1] - _RING_GAP
        right, bottom = left + box["width"] + 2 * _RING_GAP, top + box["height"] + 2 * _RING_GAP
        corners = [round(scale * each) for each in (left, top, right, bottom)]
        ImageDraw.Draw(picture).rounded_rectangle(
            corners, radius=_RING_RADIUS * scale, outline=_RING, width=_RING_WIDTH * scale
        )
    return picture


def small(picture: Image.Image) -> bytes:
    """Write a picture as WebP, as well as its size allows."""
    data = b""
    for quality in _QUALITIES:
        file = BytesIO()
        picture.save(file, "WEBP", quality=quality, method=6)
        data = file.getvalue()
        if len(data) <= LARGEST:
            break
    return data
