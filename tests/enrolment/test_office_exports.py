"""The office's lists leave as files: masked, or whole for a reason that the journal keeps."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import db, workbooks
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.noticed import Academy as Noticed
from tests.enrolment.plans import claim, planned
from tests.enrolment.stage import LATER, Stage, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in

PHONE, MASKED = "19933334444", "199****4444"


class Office:
    """A class session with a claim to decide on, an offer, somebody in line, and two classes at once."""

    def __init__(self) -> None:
        with db.transaction() as session:
            self.on: Stage = stage(session, places=9)
            planned(session, self.on, Plan(approval=Approval.ACADEMY, confirm_hours=24))
            self.admin: Person = make.person(session, "陈敏", roles=(Role.ADMIN,))
            self.unit: Unit = make.unit(session, "梅岭街道")
            other = stage(session, hour=10, title="同一时间的班")
            for state in (S.ASKED, S.OFFERED, S.WAITING):
                claim(session, self.on.pool, self._person(session, state), state, unit=self.unit)
            twice = self._person(session, S.SEATED, phone=PHONE)
            for pool in (self.on.pool, other.pool):
                claim(session, pool, twice, S.SEATED, unit=self.unit)
        self.code = self.on.class_.code
        self.url = f"/admin/classes/{self.code}"

    def _person(self, session: Session, state: S, phone: str | None = None) -> Person:
        return make.person(session, f"=cmd{state}", unit=self.unit, phone=phone)


def last_entry() -> JournalEntry:
    with db.reading() as session:
        found = session.execute(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).scalar_one()
        session.expunge(found)
        return found


@pytest.mark.parametrize(
    ("page", "file", "list_", "names"),
    [
        ("/admin/claims", "/admin/claims/export", "claims", ["=cmdasked", "=cmdwaiting"]),
        ("/admin/claims", "/admin/claims/offers", "offers", ["=cmdoffered"]),
        ("{url}/line", "/admin/claims/offers", "offers", ["=cmdoffered"]),
        ("{url}/line", "{url}/line", "line", ["=cmdwaiting"]),
        ("{url}/line", "{url}/clashing", "clashing", ["=cmdseated"]),
    ],
)
def test_each_list_leaves_masked_and_is_noted(
    client: PageClient, page: str, file: str, list_: str, names: list[str]
) -> None:
    office = Office()
    browser = sign_in(client, office.admin)
    page, file = page.format(url=office.url), file.format(url=office.url)
    answer = browser.send(f"{file}.xlsx", page=page)
    rows = workbooks.read(answer.data, rows=20, columns=20).rows
    assert [cell for row in rows[1:] for cell in row if str(cell).startswith("=cmd")] == names
    assert all(any("****" in str(cell) for cell in row) for row in rows[1:])
    entry = last_entry()
    assert entry.code == "person.exported"
    assert entry.after is not None
    assert (entry.after["list"], entry.after["count"]) == (list_, len(names))
    answer = browser.send_bare(f"{file}.csv")
    assert f"'{names[0]}" in answer.data.decode("utf-8-sig")


def test_whole_numbers_are_given_for_a_reason_only(client: PageClient) -> None:
    office = Office()
    browser = sign_in(client, office.admin)
    file = f"{office.url}/clashing.csv"
    assert MASKED in browser.send_bare(file).text
    before = last_entry().id
    for nothing in ("", "  ", "。。"):
        refused = browser.send_bare(file, clear="1", reason=nothing)
        assert refused.status_code == 409
        assert "请写明原因" in text_of(refused)
    assert last_entry().id == before
    whole = browser.send_bare(file, clear="1", reason="逐一打电话确认参加哪一班")
    assert PHONE in whole.text
    assert whole.headers["Cache-Control"] == "no-store"
    entry = last_entry()
    assert entry.code == "person.exported-in-clear"
    assert entry.after is not None
    assert entry.after["reason"] == "逐一打电话确认参加哪一班"
    assert PHONE not in str(entry.after)


def test_others_take_no_list(client: PageClient) -> None:
    office = Office()
    with db.transaction() as session:
        liaison = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=session.merge(office.unit))
    browser = sign_in(client, liaison)
    lists = ("line", "clashing", "notice/readers")
    files = [f"{office.url}/{each}.csv" for each in lists]
    for file in (*files, "/admin/claims/export.csv", "/admin/claims/offers.csv"):
        assert browser.send_bare(file, clear="1", reason="想看").status_code == 403
    assert browser.get(f"{office.url}/admission.csv").status_code == 403


def test_offers_of_a_class_that_is_not_there_are_not_found(client: PageClient) -> None:
    office = Office()
    browser = sign_in(client, office.admin)
    assert browser.send_bare("/admin/claims/offers.csv", code="2099-999").status_code == 404


def test_receipts_of_a_notice_leave_version_by_version(client: PageClient) -> None:
    with db.transaction() as session:
        academy = Noticed(session)
        admin = make.person(session, "陈静", roles=(Role.ADMIN,))
        academy.open(session, words="一")
        academy.issue(session, words="二")
    url = f"/admin/classes/{academy.class_.code}/notice"
    answer = sign_in(client, admin).send(f"{url}/readers.xlsx", page=url)
    rows = workbooks.read(answer.data, rows=20, columns=20).rows
    assert [row[1] for row in rows[1:]] == [2, 2, 1, 1]
    assert {row[3] for row in rows[1:]} == {"方敏", "鲁芳"}
    assert "方敏" not in str(last_entry().after)


def test_rules_of_admission_leave_as_they_are_said(client: PageClient) -> None:
    office = Office()
    browser = sign_in(client, office.admin)
    assert browser.send(f"{office.url}/admission/rest", months="6").status_code == 303
    page = browser.get(f"{office.url}/admission")
    assert f'href="{office.url}/admission.csv"' in page.text
    assert "6" in browser.get(f"{office.url}/admission.csv").text


def test_who_would_have_two_classes_is_seen_before_a_class_is_moved(client: PageClient) -> None:
    office = Office()
    with db.transaction() as session:
        week_later = stage(session, hour=10, title="一周后的班", day=LATER + timedelta(days=7))
        held = select(Enrolment.person_id).where(Enrolment.state == S.OFFERED)
        who = session.get_one(Person, session.execute(held).scalar_one())
        claim(session, week_later.pool, who, S.SEATED)
    browser = sign_in(client, office.admin)
    url, to = f"{office.url}/move", office.on.class_.starts_on + timedelta(days=7)
    looked = browser.send(url, page=url, starts_on=to.isoformat(), look="1")
    assert looked.status_code == 200
    assert 'id="clashing"' in looked.text
    assert "=cmdoffered" in looked.text
    assert "=cmdseated" not in looked.text
    assert week_later.class_.code in looked.text
    free = browser.send(url, page=url, starts_on=(to + timedelta(days=1)).isoformat(), look="1")
    assert 'id="clashing"' not in free.text
    same = browser.send(url, page=url, starts_on=office.on.class_.starts_on.isoformat(), look="1")
    assert same.status_code == 409
    with db.transaction() as session:
        row = session.execute(select(Admission)).scalar_one()
        row.reserve_returns_on = to
    late = "已不在开班之前"
    assert late in text_of(browser.send(url, page=url, starts_on=to.isoformat(), look="1"))
    moved = browser.send(url, page=url, starts_on=to.isoformat())
    assert (moved.status_code, moved.location) == (303, f"{office.url}/plan")
    assert late in text_of(browser.get(f"{office.url}/plan"))
    with db.transaction() as session:
        session.execute(select(Admission)).scalar_one().reserve_returns_on = None
    back = office.on.class_.starts_on + timedelta(days=14)
    assert browser.send(url, page=url, starts_on=back.isoformat()).status_code == 303
    moved = browser.send(url, page=url, starts_on=to.isoformat())
    assert (moved.status_code, moved.location) == (303, f"{office.url}/line#clashing")
