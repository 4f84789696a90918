"""The main road in Chromium: quotas given, divided and filled, lists reported and confirmed, the late reminded."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.queries import showing, unit_classes
from academy.ground import clock
from academy.ground.spreadsheet import XLSX
from academy.people.models.register import Unit
from academy.people.rules.numbers import check_character
from tests.browser.certifying import SEND, Sit, follow, say_yes
from tests.browser.served import Academy, looking_into
from tests.browser.walking import Walk
from tests.certificates.workbook import book

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
        return {row.name: row.id for row in rows}


def in_days(page: Page, days: int) -> str:
    """Write a moment so many days from now, as the browser's own field wants it."""
    script = "(days) => new Date(Date.now() + days * 864e5 + 8 * 36e5).toISOString().slice(0, 11) + '18:00'"
    written: str = page.evaluate(script, days)
    return written


def on_the_list(walk: Walk) -> int:
    """Count who is on the list of the page."""
    return walk.page.locator("#people-on-it tbody tr").count()


def roster(count: int, *, wrong: bool) -> bytes:
    """Write a list of so many people of the street; with one ID number whose check digit is wrong, if asked."""
    rows: list[list[str | int | float | None]] = [["姓名", "身份证号", "手机", "单位", "岗位类别"]]
    for place in range(count):
        begun = f"3299001971{place % 12 + 1:02d}{place + 1:02d}77{place % 10}"
        last = check_character(begun)
        if wrong and place == 3:
            last = "1" if last == "0" else "0"
        rows.append([f"新来{'甲乙丙丁戊己庚辛壬癸'[place % 10]}{'一二'[place // 10]}", begun + last,
                     f"1990077{place:04d}", STREET, "网格员"])  # fmt: skip
    return book(rows, "报名表")


def send(walk: Walk, data: bytes) -> None:
    """Send a list to be looked at."""
    walk.page.set_input_files("input[type=file]", FilePayload(name="报名表.xlsx", mimeType=XLSX, buffer=data))
    walk.press(SEND, "/unit/imports/1")


def pick(walk: Walk, count: int, act: str, where: str) -> None:
    """Pick the first people who may come, and press what is to be done with them."""
    boxes = walk.page.locator('main input[name="picked"]:enabled')
    for place in range(count):
        boxes.nth(place).check()
    walk.press(f'button[formaction$="{act}"]', where)


def test_an_admin_opens_a_class_with_quotas_by_district(sit: Sit, code: str, units: dict[str, int]) -> None:
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
        assert sum(int(field.input_value()) for field in page.locator("#quotas [name^=unit_]").all()) == 114
        for field in page.locator("#quotas [name^=unit_]").all():
            field.fill("1")
        page.fill(f"[name=unit_{units[OWN]}]", "84")
        office.press("#quotas button.btn-primary", f"{base}/places, given")
        expect(page.locator("main .stat").nth(1)).to_contain_text("6")
        office.meet(base)
        with page.expect_navigation() as begun:
            page.click('main form[action$="/open-enrolment"] button')
        office.arrive(f"{base}, open", begun.value)


def test_a_district_divides_and_a_street_picks_five_and_uploads_twenty(
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
        pick(street, 5, "/places", f"{url}, five put forward")
        assert on_the_list(street) == 5
    with sit("liaison") as street:
        street.meet(url)
        follow(street, 'a[href^="/unit/imports/new"]')
        send(street, roster(20, wrong=True))
        expect(street.page.locator("#rows")).to_contain_text("身份证号")
        follow(street, 'a[href^="/unit/imports/new"]')
        send(street, roster(20, wrong=False))
        say_yes(street, "/import", "/unit/imports/1, imported")
        street.meet(url)
        assert on_the_list(street) == 25


def test_an_import_is_undone_and_what_others_did_stays(sit: Sit, code: str) -> None:
    with sit("liaison") as street:
        street.meet("/unit/imports")
        follow(street, 'table a[href^="/unit/imports/"]')
        say_yes(street, "/undo", "/unit/imports/1, undone")
        street.meet(f"/unit/classes/{code}")
        assert on_the_list(street) == 5


def test_the_district_checks_and_reports_and_the_academy_confirms(
    sit: Sit, code: str, units: dict[str, int]
) -> None:
    url = f"/unit/classes/{code}"
    with sit("liaison") as street:
        street.meet(url)
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
        expect(office.page.locator("#units tbody tr", has_text=OWN).first).to_contain_text("已确认")


def test_somebody_else_of_the_unit_comes_instead(sit: Sit, code: str) -> None:
    url = f"/unit/classes/{code}"
    with sit("liaison") as street:
        street.meet(url)
        before = street.page.locator("#people-on-it tbody th").all_inner_texts()
        follow(street, '#people-on-it a[href$="/substitute"]')
        options = street.page.locator("[name=person]")
        if options.first.evaluate("field => field.tagName") == "SELECT":
            options.first.select_option(index=1)
        else:
            options.first.check()
        street.page.check("#form-confirm")
        street.press(SEND, f"{url}, somebody else")
        street.meet(url)
        after = street.page.locator("#people-on-it tbody th").all_inner_texts()
        assert len(after) == len(before)
        assert len(set(before) - set(after)) == 1


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
            office.page.locator('#units .act-cell form[action$="/remind"] button').first.click()
        office.arrive(f"/admin/classes/{late}/places, reminded", begun.value)
        expect(office.page.locator("main .flash").first).to_contain_text("已催报")
        expect(office.page.locator("#units .act-cell", has_text="催报").first).to_contain_text("刚在")
        streets = office.page.locator("#units details", has=office.page.locator('form[action$="/remind"]')).first
        streets.locator("summary").click()
        with office.page.expect_navigation() as begun:
            streets.locator('form[action$="/remind"] button').first.click()
        office.arrive(f"/admin/classes/{late}/places, a street reminded", begun.value)
        expect(office.page.locator("main .flash").first).to_contain_text("已催报")


def test_a_trainee_waits_sees_the_rank_is_promoted_and_confirms(sit: Sit, here: Academy) -> None:
    with looking_into(here) as session:
        rows = session.execute(
            select(ClassSession.code, ClassSession.id).where(ClassSession.state == ClassState.ENROLLING)
        ).all()
        figures = showing.places(session, [row.id for row in rows])
        full = next(row for row in rows if figures[row.id].waiting and not figures[row.id].left)
        before = figures[full.id]
    url, office_url = f"/classes/{full.code}", f"/admin/classes/{full.code}"
    with sit("trainee", small=True) as trainee:
        trainee.meet(url)
        trainee.press('main form[action$="/enrol"] button', f"{url}, in line")
        rank = re.search(r"第 (\d+) 位", trainee.page.inner_text("#mine"))
        assert rank
    with sit("admin") as office:
        office.meet(f"{office_url}/plan")
        office.page.fill("[name=confirm_hours]", "24")
        office.press(SEND, f"{office_url}/plan, with hours to confirm")
        office.meet(f"{office_url}/places")
        office.page.fill("#capacity [name=places]", str(before.places + int(rank[1])))
        office.press("#capacity form button", f"{office_url}/places, more of them")
    with sit("trainee", small=True) as trainee:
        trainee.meet(url)
        trainee.press('main form[action$="/confirm"] button', f"{url}, confirmed")
        assert trainee.page.locator('main form[action$="/confirm"]').count() == 0
