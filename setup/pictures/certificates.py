"""A certificate before its issue, looked at by its trainee; one after it, that another has replaced."""

from playwright.sync_api import Page, expect
from sqlalchemy import exists, select

from academy.certificates.models.batches import CertificateCheck
from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import CertificateState
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.hours.models import Completion
from academy.people.models.register import Phone
from setup.pictures.album import Journey, Shot, Walk, said
from tests.browser.served import PHONE, ask_for_code, looking_into, sign_in

_JOB_MS = 60_000


def _check(walk: Walk) -> Shot:
    """A trainee who is asked whether every word is right."""
    page = walk.page
    page.locator("input[name=code]").fill(ask_for_code(page, _somebody_silent(walk)))
    said(page.locator("main"), "下一步").click()
    page.wait_for_url("**/me/")
    page.goto("/me/certificates")
    said(page.locator("main"), "查看").click()
    return Shot(press=said(page.locator("main"), "核对无误"))


def _somebody_silent(walk: Walk) -> str:
    """Find the phone of a trainee who is to get a certificate and has not said yet that it is right."""
    answered = exists().where(
        CertificateCheck.class_session_id == Completion.class_session_id,
        CertificateCheck.person_id == Completion.person_id,
    )
    wanted = (
        select(Phone)
        .join(Completion, Completion.person_id == Phone.person_id)
        .join(ClassSession, ClassSession.id == Completion.class_session_id)
        .where(ClassSession.state == ClassState.CONCLUDED, ~answered)
        .where(Phone.verified_at.is_not(None), Phone.ended_at.is_(None))
        .order_by(Phone.id)
        .limit(1)
    )
    with looking_into(walk.academy) as session:
        return session.execute(wanted).scalar_one().number


def _replaced(walk: Walk) -> Shot:
    """What anybody is told of a certificate whose name was wrong."""
    number = _replace_one(walk)
    page = walk.page
    page.goto(f"/verify/{number}")
    expect(page.locator("#answer .tag")).to_have_text("已换发")
    return Shot((page.locator("main h1"), page.locator("#answer")))


def _replace_one(walk: Walk) -> str:
    """Correct somebody's name, as one admin, and let another sign the certificate that says it right."""
    number, person_id, name = _somebody_certified(walk)
    page = walk.browser.new_context(base_url=walk.academy.url).new_page()
    sign_in(page, "admin")
    page.goto(f"/admin/people/{person_id}")
    said(page.locator("main"), "更正姓名").click()
    page.get_by_label("姓名（以身份证为准）").fill(f"{name[:-1]}堃")
    page.get_by_label("更正原因").fill("以身份证为准")
    said(page.locator("main form"), "更正姓名").click()
    page.goto(f"/admin/certificates/{number}")
    said(page.locator("main"), "换发").click()
    page.get_by_label("原因").fill("姓名更正")
    said(page.locator("main"), "提出换发").click()
    page.wait_for_url("**/admin/batches/*")
    _sign_as_another(page, page.url)
    page.context.close()
    return number


def _somebody_certified(walk: Walk) -> tuple[str, int, str]:
    wanted = (
        select(Certificate)
        .where(Certificate.state == CertificateState.ISSUED)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    with looking_into(walk.academy) as session:
        row = session.execute(wanted).scalar_one()
        return row.number, row.person_id, str(row.facts["name"])


def _sign_as_another(page: Page, batch: str) -> None:
    sign_in(page, "admin2")
    page.goto(batch)
    said(page.locator("main"), "签发").click()
    said(page.locator("dialog"), "确认签发").click()
    expect(page.locator("[data-job] .tag")).to_have_text("已完成", timeout=_JOB_MS)


JOURNEYS = (
    Journey("", PHONE, (("trainee-check", _check),)),
    Journey("", PHONE, (("verify-replaced", _replaced),)),
)  # fmt: skip
