"""Lists of people leave as files: masked, or with whole numbers for a reason that the journal keeps."""

import pytest
from sqlalchemy import select as choose

from academy.ground import db
from academy.ground.access import Role, operator
from academy.journal.models import JournalEntry
from academy.people.actions import register, transfers
from academy.people.actions.register import NewPerson
from academy.people.actions.transfers import Moving
from academy.people.models.register import Person, Unit
from tests import make
from tests.pages import PageClient
from tests.people.conftest import SignInAs
from tests.people.numbers import id_number

URL = "/admin/people/export.csv"


def noted(code: str) -> list[object]:
    with db.reading() as session:
        rows = session.execute(
            choose(JournalEntry.after).where(JournalEntry.code == code).order_by(JournalEntry.id)
        )
        return list(rows.scalars())


@pytest.fixture
def office(sign_in: SignInAs) -> PageClient:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,), phone="13911110000")
        units = register.add_units_many(
            session, actor=operator(), paths=[("玄武区", "樱桥街道")], starts_on=make.TODAY, now=make.NOW
        )
        one = NewPerson(
            name="王秀兰", unit_id=units["玄武区", "樱桥街道"], id_number=id_number(1), phone="13900000001",
            phone_verified=True,
        )  # fmt: skip
        register.add_people_many(session, actor=operator(), people=[one], now=make.NOW)
    return sign_in(admin)


def test_whole_numbers_leave_for_a_reason_alone(office: PageClient) -> None:
    masked = office.send_bare(URL).text
    assert "139****0001" in masked
    assert id_number(1) not in masked
    whole = office.send_bare(URL, clear="1", reason="区里核对名单").text
    assert "13900000001" in whole
    assert id_number(1) in whole
    assert [office.send_bare(URL, clear="1", reason=reason).status_code for reason in ("", " ", "…")] == [409] * 3
    assert len(noted("person.exported")) == 1
    assert noted("person.exported-in-clear") == [
        {"search": "nothing", "unit_id": None, "role": "trainee", "count": 1, "reason": "区里核对名单"}
    ]


def test_the_page_asks_for_the_reason(office: PageClient) -> None:
    page = office.get("/admin/people/")
    assert page.text.count('name="reason"') == 1
    assert office.send("/admin/people/export.xlsx", "/admin/people/").status_code == 200


def test_moves_and_phones_to_bind_leave_as_files(office: PageClient, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        home = session.execute(choose(Unit).where(Unit.name == "樱桥街道")).scalar_one()
        away = make.unit(session, "桃渡街道", parent=session.get_one(Unit, home.parent_id))
        person_id = session.execute(choose(Person.id).where(Person.name == "王秀兰")).scalar_one()
        liaison = make.person(session, "陈敏", roles=(Role.LIAISON,), unit=away)
        stranger = make.person(session, "赵一凡", roles=(Role.LIAISON,), unit=make.unit(session, "秦淮区"))
        asks = make.actor(liaison, Role.LIAISON, units=(away,))
        moving = Moving(person_id=person_id, from_unit_id=home.id, to_unit_id=away.id)
        transfers.ask_transfer(session, actor=asks, moving=moving, now=make.NOW)
    file = office.send_bare("/unit/transfers/export.csv").text
    assert "王秀兰" in file
    assert "待你处理" in file
    assert office.send("/unit/transfers/export.xlsx", "/unit/transfers").status_code == 200
    assert office.send_bare("/unit/requests/export.csv").status_code == 200
    assert noted("person.exported") == [
        {"list": "transfers", "count": 1}, {"list": "transfers", "count": 1}, {"list": "requests", "count": 0},
    ]  # fmt: skip
    assert "王秀兰" not in sign_in(stranger).send_bare("/unit/transfers/export.csv").text


def test_files_are_made_for_whoever_may_see_the_page(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        trainee = make.person(session)
    client = sign_in(trainee)
    for url in (URL, "/unit/transfers/export.csv", "/unit/requests/export.xlsx"):
        assert client.send_bare(url, clear="1", reason="好奇").status_code == 403
    assert client.get("/admin/units/export.csv").status_code == 403


def test_an_academy_without_trainees_is_told_where_to_begin(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, roles=(Role.ADMIN,))
    page = sign_in(admin).get("/admin/people/").text
    assert "请先新增单位" in page
    assert "/admin/people/export" not in page
