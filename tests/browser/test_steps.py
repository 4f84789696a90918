"""Pages that one comes to by an act alone: codes that were sent, requests, jobs, and what is not made yet."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import CertificateState
from academy.classes.models import ClassGroup, ClassSession
from academy.classes.rules import ClassState
from academy.people.models.register import Account, Person
from tests.browser.served import DESK, PHONE, Academy, ask_for_code, code_shown, looking_into, reaching_into
from tests.browser.test_trainee import somebody_imported
from tests.browser.walking import Shelf, Walk, reading

SEND = "main form.stack button.btn-primary"


@pytest.fixture(params=["zh_CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def phone_of(test: int, locale: str) -> str:
    """Give each test and language a number of its own, for codes are counted by number."""
    return f"1991111{test:03d}{['zh_CN', 'en'].index(locale)}"


def settle(walk: Walk, counts: Counter[str]) -> None:
    """Count what was looked at, and fail on what was wrong."""
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_codes_right_wrong_and_for_nobody(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reading(chromium, academy, "visitor", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "visitor", locale, shelf)
        page.goto("/login")
        page.fill("input[name=phone]", phone_of(1, locale))
        walk.press(SEND, "/login/code")
        right = code_shown(page)
        page.fill("input[name=code]", f"{(int(right) + 1) % 1_000_000:06d}")
        walk.press(SEND, "/login/code wrongly", 422)
        page.fill("input[name=code]", right)
        walk.press(SEND, "/login/unknown")
    settle(walk, counts)


def test_registering_and_the_request_that_comes_of_it(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with looking_into(academy) as session:
        who = session.execute(select(Person).join(Account).where(Account.name == "trainee")).scalar_one()
        name, id_number = who.name, who.id_number or ""
    with reading(chromium, academy, "visitor", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "visitor", locale, shelf)
        fill_in(page, name, phone_of(2, locale), id_number)
        walk.press(SEND, "/register/code")
        page.fill("input[name=code]", code_shown(page))
        walk.press(SEND, "/login, after registering as one who is known")
    settle(walk, counts)
    with reading(chromium, academy, "admin", viewport=DESK, locale=locale) as page:
        walk = Walk(page, "admin", locale, shelf)
        page.goto("/unit/requests")
        walk.meet(str(page.locator('main a[href^="/unit/requests/"]').first.get_attribute("href")))
    settle(walk, counts)


def fill_in(page: Page, name: str, phone: str, id_number: str) -> None:
    page.goto("/register")
    page.fill("input[name=name]", name)
    page.fill("input[name=phone]", phone)
    page.fill("input[name=id_number]", id_number)
    page.locator("select[name=unit_id]").select_option(label="梅岭新村街道")
    page.check("input[name=grid_role][value=full_time]")
    page.check("input[name=consent]")


def test_an_imported_person_is_asked_who_they_are(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str]
) -> None:
    with reading(chromium, academy, "visitor", viewport=PHONE) as page:
        walk = Walk(page, "visitor", "zh_CN", shelf)
        page.fill("input[name=code]", ask_for_code(page, somebody_imported(academy).phone))
        walk.press(SEND, "/login/id")
    settle(walk, counts)


def test_a_new_phone_a_job_and_a_certificate_that_is_not_made(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reading(chromium, academy, "trainee", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "trainee", locale, shelf)
        page.goto("/account/phone")
        page.fill("input[name=phone]", phone_of(3, locale))
        walk.press(SEND, "/account/phone/code")
        walk.meet("/offline")
        page.goto("/me/certificates")
        mine = page.locator('main a[href^="/me/certificates/"]')
        number = str((mine.first if locale == "en" else mine.last).get_attribute("href")).rpartition("/")[2]
        take_the_file_back(academy, number)
        walk.meet(f"/me/certificates/{number}")
        walk.meet(f"/certificates/{number}.pdf")
        walk.press('form[action$="/make"] button', "/jobs/1")
    settle(walk, counts)


def take_the_file_back(academy: Academy, number: str) -> None:
    """Leave a certificate with its number alone, as it is between the signature and the making of its file."""
    empty = dict.fromkeys(("issued_at", "sha256", "shared_sha256", "pack_sha256", "pack_offset", "pack_length"))
    with reaching_into(academy) as session:
        session.execute(
            update(Certificate)
            .where(Certificate.number == number)
            .values(state=CertificateState.NUMBERED, **empty)
        )


def test_what_the_office_comes_to_by_searching(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with looking_into(academy) as session:
        open_ = select(ClassSession.code).where(ClassSession.state == ClassState.ENROLLING).limit(1)
        in_a_group = select(ClassSession.code, ClassGroup.id).join(ClassGroup).limit(1)
        code = session.execute(open_).scalar_one()
        of, group = session.execute(in_a_group).one()
        number = session.execute(select(Certificate.number).limit(1)).scalar_one()
    with reading(chromium, academy, "admin", viewport=DESK, locale=locale) as page:
        walk = Walk(page, "admin", locale, shelf)
        walk.meet("/v/ABCDEFGHJK")
        walk.meet(f"/admin/classes/{code}/places")
        walk.meet(f"/admin/classes/{of}/groups/{group}")
        walk.meet(f"/admin/certificates/{number}")
    settle(walk, counts)
