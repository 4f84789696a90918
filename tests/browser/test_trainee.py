"""A trainee's way: in, onto a class, off it again; on a phone, with a slow hand, without script."""

from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import func, select

from academy.classes.models import ClassSession
from academy.enrolment.models.places import Enrolment
from academy.people.models.register import Membership, Person, Phone
from tests.browser.served import Academy, ask_for_code, code_shown, looking_into, sign_in

ENROL = 'form[action$="/enrol"] button'
WITHDRAW = 'form[action$="/withdraw"] button.btn-danger'


@dataclass(frozen=True)
class Imported:
    """Somebody on file who has never signed in."""

    name: str
    phone: str
    last_six: str


def somebody_imported(academy: Academy) -> Imported:
    """Find a trainee whose phone and ID came with a list and were never proved."""
    unproved = (
        select(Person, Phone)
        .join(Phone, Phone.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Phone.verified_at.is_(None), Phone.ended_at.is_(None), Person.id_blind.is_not(None))
        .order_by(Person.id)
        .limit(1)
    )
    with looking_into(academy) as session:
        person, phone = session.execute(unproved).one()
        return Imported(person.name, phone.number, (person.id_number or "")[-6:])


def claims(academy: Academy, code: str, name: str) -> int:
    """Count the rows that say this person asked for a place in the class."""
    counted = (
        select(func.count(Enrolment.id))
        .join(Person, Person.id == Enrolment.person_id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(ClassSession.code == code, Person.name == name)
    )
    with looking_into(academy) as session:
        return session.execute(counted).scalar_one()


def enter(page: Page, code: str) -> None:
    page.fill("input[name=code]", code)
    page.locator("form", has=page.locator("input[name=code]")).locator("button").click()


def register(page: Page, name: str, phone: str) -> None:
    page.goto("/register")
    page.fill("input[name=name]", name)
    page.fill("input[name=phone]", phone)
    page.locator("select[name=unit_id]").select_option(label="梅岭新村街道")
    page.check("input[name=grid_role][value=full_time]")
    page.check("input[name=consent]")
    page.click('form[action="/register"] button')
    page.wait_for_url("**/register/code")
    enter(page, code_shown(page))
    page.wait_for_url("**/me/")


def open_class(page: Page) -> str:
    """Choose from the desk a class that one can take at once, the last to begin; gives its code."""
    page.goto("/me/")
    at_once = page.locator("#openings li").filter(has_not_text="需审批")
    at_once.locator('a.btn[href^="/classes/"]').last.click()
    page.wait_for_url("**/classes/*")
    return page.url.rpartition("/")[2]


def flash(page: Page) -> str:
    return page.inner_text("main > .flash")


def test_a_new_trainee_registers_enrols_and_withdraws(phone: Page) -> None:
    register(phone, "试新芽", "19911110001")
    assert "试新芽" in phone.inner_text("h1")

    phone.click('.tabs-bar a[href="/classes/"]')
    phone.fill("form.filters input[name=q]", "新任网格员岗前")
    phone.click("form.filters button")
    phone.locator("tbody th a").first.click()
    title = phone.inner_text("h1")
    phone.click(ENROL)
    assert "已报上名" in flash(phone)

    phone.click('.tabs-bar a[href="/me/"]')
    assert title in phone.inner_text("#classes")
    phone.locator("#classes a", has_text=title).click()
    phone.click("details.confirm > summary")
    phone.click(f"dialog {WITHDRAW}")
    phone.wait_for_url("**/classes/*")
    assert phone.locator(ENROL).is_visible()

    phone.goto("/me/")
    assert phone.locator("#classes").count() == 0
    assert phone.locator("#openings.accent").is_visible()


def test_a_trainee_signs_in_by_a_code(phone: Page) -> None:
    enter(phone, ask_for_code(phone, "199 0000 0000"))
    phone.wait_for_url("**/me/")
    assert "周晓雯" in phone.inner_text("h1")


def test_a_wrong_code_says_what_to_do(phone: Page) -> None:
    right = ask_for_code(phone, "19900000000")
    enter(phone, f"{(int(right) + 1) % 1_000_000:06d}")
    problem = phone.inner_text("#code-error")
    assert "验证码" in problem
    assert "重新" in problem or "再发" in problem
    enter(phone, right)
    phone.wait_for_url("**/me/")


def test_an_imported_person_confirms_once_who_they_are(phone: Page, academy: Academy) -> None:
    who = somebody_imported(academy)
    enter(phone, ask_for_code(phone, who.phone))
    phone.wait_for_url("**/login/id")
    phone.fill("input[name=last_six]", "00000" + ("1" if who.last_six != "000001" else "2"))
    phone.click('form[action="/login/id"] button')
    assert phone.locator("#last_six-error").is_visible()
    phone.fill("input[name=last_six]", who.last_six.lower())
    phone.click('form[action="/login/id"] button')
    phone.wait_for_url("**/me/")
    assert who.name in phone.inner_text("h1")

    enter(phone, ask_for_code(phone, who.phone))  # the second time the code is enough
    phone.wait_for_url("**/me/")


def test_without_script_everything_works(plain: Page) -> None:
    sign_in(plain, "trainee")
    open_class(plain)
    plain.click(ENROL)
    assert "已报上名" in flash(plain)
    plain.click("details.confirm > summary")
    plain.click(f"details.confirm {WITHDRAW}")
    assert plain.locator(ENROL).is_visible()


def test_an_impatient_hand_gets_one_place_and_one_answer(phone: Page, academy: Academy) -> None:
    sign_in(phone, "trainee")
    code = open_class(phone)
    earlier = claims(academy, code, "周晓雯")
    form: dict[str, str | float | bool] = {
        name: phone.locator(f'form[action$="/enrol"] input[name={name}]').input_value()
        for name in ("csrf_token", "act_id")
    }
    phone.dblclick(ENROL)
    phone.locator("main > .flash").wait_for()
    assert "已报上名" in flash(phone)

    phone.go_back()
    assert phone.locator(ENROL).count() == 0  # pages of a signed-in person are never shown from memory
    again = phone.request.post(f"/classes/{code}/enrol", form=form, max_redirects=0)
    assert (again.status, again.headers["location"]) == (303, f"/classes/{code}")
    phone.goto(f"/classes/{code}")
    assert "已报上名" in flash(phone)
    assert claims(academy, code, "周晓雯") == earlier + 1
