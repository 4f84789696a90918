"""Pages that no link leads to: refusals, dead ends, wrong answers, empty lists, and the kitchen."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import judging
from tests.browser.served import DESK, PHONE, Academy, code_shown
from tests.browser.walking import NARROW, Shelf, Walk, reading

FORM_AGAIN = 422
NOBODY = "1991111999"  # a digit short: one number for each language
MORE_THAN_ALLOWED = 40  # a minute, by two processes that count for themselves
_SEND = """([action, values]) => {
    const form = document.createElement("form");
    const token = document.querySelector("input[name=csrf_token]").value;
    for (const [name, value] of Object.entries({csrf_token: token, ...values})) {
        const field = document.createElement("input");
        Object.assign(field, {type: "hidden", name, value});
        form.append(field);
    }
    Object.assign(form, {method: "post", action});
    document.body.append(form);
    form.submit();
}"""
EMPTY_LISTS = {
    "visitor": ("/classes/", "/courses/", "/sites/"),
    "admin": ("/admin/people/", "/admin/classes/"),
    "auditor": ("/audit/",),
}


def send(walk: Walk, action: str, wanted: int, *, page: str = "/verify/", **values: str) -> None:
    """Send values to an address from a page, and judge the answer."""
    walk.page.goto(page)
    with walk.page.expect_navigation() as begun:
        walk.page.evaluate(_SEND, [action, values])
    facts = walk.arrive(f"{action} {values}", begun.value, wanted)
    if wanted == FORM_AGAIN:
        walk.blame(f"{action} {values}", judging.silent(facts))
    close_look(walk, f"{action} {values}")


def meet(walk: Walk, path: str, wanted: int = 200) -> None:
    """Go to a page that answers so, and judge it."""
    walk.arrive(path, walk.page.goto(path), wanted)
    close_look(walk, path)


def close_look(walk: Walk, where: str) -> None:
    walk.measure(where, NARROW, walk.width)
    walk.ask_axe(where)


def a_class(page: Page) -> str:
    """Name a class that the page leads to."""
    return str(page.locator('main a[href^="/classes/2"]').first.get_attribute("href"))


@pytest.fixture(params=["zh_CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_a_visitor_may_run_into(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reading(chromium, academy, "visitor", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "visitor", locale, shelf)
        meet(walk, "/nothing", 404)
        meet(walk, "/classes/2026-999", 404)
        meet(walk, "/verify/2026-J-999999")
        page.goto("/classes/")
        send(walk, f"{a_class(page)}/enrol", 401)
        send(walk, "/verify/", 422, csrf_token="stale", number="2026-J-000001")
        send(walk, "/login", 422, csrf_token="stale", name="nobody", password="wrong")
        send(walk, "/login", 422, name="nobody", password="wrong")
        meet(walk, "/_kitchen")
        meet(walk, "/_kitchen?problems")
        for path in EMPTY_LISTS["visitor"]:
            meet(walk, f"{path}?q=zzzzqqq")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_codes_right_wrong_and_for_nobody(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    phone = f"{NOBODY}{['zh_CN', 'en'].index(locale)}"
    with reading(chromium, academy, "visitor", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "visitor", locale, shelf)
        page.goto("/login")
        page.fill("input[name=phone]", phone)
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/code")
        right = code_shown(page)  # shown once
        walk.arrive("/login/code", page.reload())
        close_look(walk, "/login/code")
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        page.fill("input[name=code]", wrong)
        with page.expect_navigation() as sent:
            page.keyboard.press("Enter")
        walk.arrive("/login/code with a wrong code", sent.value, 422)
        close_look(walk, "/login/code with a wrong code")
        page.fill("input[name=code]", right)
        with page.expect_navigation() as sent:
            page.keyboard.press("Enter")
        walk.arrive("/login/unknown", sent.value)
        close_look(walk, "/login/unknown")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_what_a_trainee_is_refused(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reading(chromium, academy, "trainee", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "trainee", locale, shelf)
        meet(walk, "/admin/", 403)
        page.goto("/me/")
        mine = a_class(page)
        send(walk, f"{mine}/enrol", 409)
        send(walk, f"{mine}/enrol", 400, csrf_token="stale")
        send(walk, "/account/password", 422, page="/account/password", current="wrong", new="short", again="other")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_who_asks_too_often_is_told(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str]
) -> None:
    with reading(chromium, academy, "visitor", viewport=PHONE) as page:
        walk = Walk(page, "visitor", "zh_CN", shelf)
        page.goto("/verify/")
        token = page.locator("input[name=csrf_token]").first.input_value()
        for _ in range(MORE_THAN_ALLOWED):
            page.request.post("/verify/", form={"csrf_token": token, "number": "2026-J-999999"})
        send(walk, "/verify/", 429, number="2026-J-999999")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_lists_that_have_nothing_to_show(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], role: str
) -> None:
    with reading(chromium, academy, role, viewport=DESK) as page:
        walk = Walk(page, role, "zh_CN", shelf)
        for path in EMPTY_LISTS[role]:
            meet(walk, f"{path}?q=zzzzqqq")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)
