"""Pages that no link leads to: refusals, dead ends, wrong answers, empty lists, and the kitchen."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser import judging
from tests.browser.served import DESK, PHONE, Academy
from tests.browser.walking import Shelf, Walk, reading

FORM_AGAIN = 422
UNKNOWN = "2026-J-999999"
AS_OFTEN_AS_ALLOWED = 20
TOO_OFTEN = 429
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
    walk.look_closely(f"{action} {values}")


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
        walk.meet("/nothing", 404)
        walk.meet("/classes/2026-999", 404)
        walk.meet(f"/verify/{UNKNOWN}")
        page.goto("/classes/")
        send(walk, f"{a_class(page)}/enrol", 401)
        send(walk, "/verify/", 422, csrf_token="stale", number="2026-J-000001")
        send(walk, "/login", 422, csrf_token="stale", name="nobody", password="wrong")
        send(walk, "/login", 422, name="nobody", password="wrong")
        walk.meet("/_kitchen")
        walk.meet("/_kitchen?problems")
        for path in EMPTY_LISTS["visitor"]:
            walk.meet(f"{path}?q=zzzzqqq")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_what_a_trainee_is_refused(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reading(chromium, academy, "trainee", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "trainee", locale, shelf)
        walk.meet("/admin/", 403)
        page.goto("/me/")
        mine = a_class(page)
        send(walk, f"{mine}/enrol", 409)
        send(walk, f"{mine}/enrol", 400, csrf_token="stale")
        send(walk, "/account/password", 422, page="/account/password", current="wrong", new="short", again="other")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def asked_too_often(page: Page) -> Response:
    """Look numbers up until both processes, which count each for itself, have had enough."""
    page.goto("/verify/")
    token = page.locator("input[name=csrf_token]").first.input_value()
    form: dict[str, str | float | bool] = {"csrf_token": token, "number": UNKNOWN}
    for _ in range(AS_OFTEN_AS_ALLOWED):
        page.request.post("/verify/", form=form, max_redirects=0)
    for _ in range(AS_OFTEN_AS_ALLOWED):
        page.goto("/login")
        with page.expect_navigation() as sent:
            page.evaluate(_SEND, ["/verify/", {"number": UNKNOWN}])
        if sent.value.status == TOO_OFTEN:
            return sent.value
    raise AssertionError("nobody is stopped")


def test_who_asks_too_often_is_told(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str]
) -> None:
    with reading(chromium, academy, "visitor", viewport=PHONE) as page:
        walk = Walk(page, "visitor", "zh_CN", shelf)
        answer = asked_too_often(page)
        walk.arrive("/verify/ too often", answer, TOO_OFTEN)
        walk.look_closely("/verify/ too often")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_lists_that_have_nothing_to_show(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], role: str
) -> None:
    with reading(chromium, academy, role, viewport=DESK) as page:
        walk = Walk(page, role, "zh_CN", shelf)
        for path in EMPTY_LISTS[role]:
            walk.meet(f"{path}?q=zzzzqqq")
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)
