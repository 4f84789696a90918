"""The main road in Chromium: a class is opened with quotas, divided, filled, reported, confirmed; a late one reminded."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.queries import unit_classes
from academy.ground import clock
from academy.people.models.register import Unit
from tests.browser.certifying import SEND, Sit, follow, say_yes
from tests.browser.served import Academy, looking_into
from tests.browser.walking import Walk

OWN, STREET, OTHERS = "玄武区", "梅岭新村街道", ("紫云门街道", "樱桥街道")


@pytest.fixture(scope="module")
def code(here: Academy) -> str:
    """A class session that is announced and not open yet."""
    with looking_into(here) as session:
        statement = select(ClassSession.code).where(ClassSession.state == ClassState.PUBLISHED)
        return session.execute(statement.order_by(ClassSession.starts_on).limit(1)).scalar_one()


@pytest.fixture(scope="module")
def units(here: Academy) -> dict[str, int]:
    """The units of the accounts, by name."""
    with looking_into(here) as session:
        rows = session.execute(select(Unit.name, Unit.id).where(Unit.name.in_((OWN, STREET, *OTHERS))))
        return {name: unit_id for name, unit_id in rows}


def in_days(page: Page, days: int) -> str:
    """Write a moment so many days from now, as the browser's own field wants it."""
    script = "(days) => new Date(Date.now() + days * 864e5 + 8 * 36e5).toISOString().slice(0, 11) + '18:00'"
    written: str = page.evaluate(script, days)
    return written


def pick(walk: Walk, count: int, act: str, where: str) -> None:
    """Pick the first people who may come, and press what is to be done with them."""
    boxes = walk.page.locator('main input[name="picked"]')
    for place in range(count):
        boxes.nth(place).check()
    walk.press(f'button[formaction$="{act}"]', where)


def test_an_admin_opens_a_class_with_quotas_by_district(sit: Sit, code: str) -> None:
    with sit("admin") as office:
        page, base = office.page, f"/admin/classes/{code}"
        office.meet(base)
        follow(office, f'a[href="{base}/plan"]')
        page.check("[name=nomination]")
        page.uncheck("[name=open_road]")
        page.fill("[name=streets_by]", in_days(page, 8))
        office.press(SEND, f"{base}/plan without a deadline", 409)
        page.fill("[name=districts_by]", in_days(page, 12))
        office.press(SEND, f"{base}/plan, saved")
        expect(page).to_have_url(re.compile("/places$"))
        page.fill("[name=reserve]", "6")
        office.press("button[name=evenly]", f"{base}/quotas, evenly")
        assert int(page.get_by_label(OWN, exact=False).first.input_value()) > 2
        office.press("#quotas button.btn-primary", f"{base}/places, given")
        expect(page.locator("main .stat").nth(1)).to_contain_text("6")
        office.meet(base)
        with page.expect_navigation() as begun:
            page.click('main form[action$="/open-enrolment"] button')
        office.arrive(f"{base}, open", begun.value)


def test_districts_divide_streets_nominate_districts_report_and_the_academy_confirms(
    sit: Sit, code: str, units: dict[str, int]
) -> None:
    url = f"/unit/classes/{code}"
    with sit("district") as district:
        district.meet("/unit/classes/")
        follow(district, f'a[href^="{url}"]')
        follow(district, f'a[href="{url}/{units[OWN]}/divide"]')
        district.press("button[name=evenly]", f"{url}/divide, evenly")
        district.press(SEND, f"{url}, divided")
    with sit("liaison", small=True) as street:
        street.meet(url)
        pick(street, 2, "/places", f"{url}, two put forward")
        assert street.page.locator("#people-on-it tbody tr").count() == 2
        say_yes(street, "/hand-in", f"{url}, handed in")
        expect(street.page.locator("#list")).to_contain_text("已交区里")
    with sit("district") as district:
        for name in OTHERS:
            district.meet(f"{url}?unit={units[name]}")
            pick(district, 1, "/places", f"{url}?unit={units[name]}, one put forward")
            say_yes(district, "/hand-in", f"{url}?unit={units[name]}, handed in")
        district.meet(url)
        follow(district, f'a[href="{url}/{units[STREET]}/return"]')
        district.page.fill("[name=reason]", "请核对岗位类别")
        district.press(SEND, f"{url}, returned")
    with sit("liaison") as street:
        street.meet(url)
        expect(street.page.locator("#list")).to_contain_text("请核对岗位类别")
        say_yes(street, "/hand-in", f"{url}, handed in again")
    with sit("district") as district:
        district.meet(url)
        say_yes(district, f"/{units[OWN]}/hand-in", f"{url}, reported")
    with sit("admin") as office:
        office.meet(f"/admin/classes/{code}/places")
        say_yes(office, f"/{units[OWN]}/confirm", f"/admin/classes/{code}/places, confirmed")
        expect(office.page.locator("#units tbody tr", has_text=OWN)).to_contain_text("已确认")


def test_a_late_unit_is_reminded_in_one_click(sit: Sit, here: Academy) -> None:
    with looking_into(here) as session:
        now = clock.now()
        late = next(
            each.code
            for each in unit_classes.nominated(session, on=clock.local_date(now))
            if any(of.own.is_late(now) for of in each.division.districts)
        )
    with sit("admin") as office:
        office.meet(f"/admin/classes/{late}/places")
        with office.page.expect_navigation() as begun:
            office.page.locator('#units tbody form[action$="/remind"] button').first.click()
        office.arrive(f"/admin/classes/{late}/places, reminded", begun.value)
        expect(office.page.locator("main .flash").first).to_contain_text("已催报")
