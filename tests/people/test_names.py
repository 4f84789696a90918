"""Names and reasons that say nothing are refused, at the page, in the rules and in the database; long ones fit."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground import db
from academy.ground.access import Role, operator
from academy.ground.db import Base
from academy.ground.errors import Refused, constraint_of
from academy.people.actions import account, binding, joining, register
from academy.people.actions.codes import send_code
from academy.people.actions.register import NewPerson
from academy.people.models.register import Person, Unit
from academy.people.rules.register import LONGEST_NAME, LONGEST_PINYIN
from academy.people.rules.signing_in import CodePurpose
from tests import make
from tests.make import NOW, TODAY
from tests.pages import PageClient
from tests.people.conftest import PHONE, VISITING, SignInAs

NUMBER = "13900000001"
NOTHING = ["", "  ", "\u200b\u200b", "\u3164", "·", "\u0301", "\u2800"]


@pytest.mark.parametrize("name", [*NOTHING, "王" * 61])
def test_a_name_that_cannot_be_kept_is_refused(session: Session, name: str) -> None:
    person = NewPerson(name=name)
    with pytest.raises(Refused):
        register.add_person(session, actor=operator(), person=person, now=NOW)
    with pytest.raises(Refused):
        register.add_people_many(session, actor=operator(), people=[person], now=NOW)
    unit = make.unit(session)
    code = send_code(session, actor=VISITING, phone=NUMBER, purpose=CodePurpose.REGISTER, locale="zh_CN", now=NOW)
    applicant = joining.Applicant(name=name, unit_id=unit.id, grid_role="full_time", id_number=None)
    with pytest.raises(Refused):
        joining.join(
            session, actor=VISITING, phone=NUMBER, code=code or "", applicant=applicant, device=PHONE, now=NOW
        )


def test_the_database_keeps_no_empty_name(session: Session) -> None:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(
            insert(Person).values(
                name="", name_pinyin="", name_initials="", locale="en", created_at=NOW, sample=False
            )
        )
    assert constraint_of(caught.value, Base.metadata) == "ck_person_has_a_name"


@pytest.mark.parametrize("name", ["庄" * 60, "尉迟" + "双" * 58, "İ" * 60, "a·" * 30, "𰻝" * 60])
def test_the_longest_names_fit_their_columns(session: Session, name: str) -> None:
    row = session.get_one(
        Person, register.add_person(session, actor=operator(), person=NewPerson(name=name), now=NOW)
    )
    units = register.add_units_many(session, actor=operator(), paths=[(name,)], starts_on=TODAY, now=NOW)
    assert session.get_one(Unit, units[name,]).name_pinyin == row.name_pinyin
    assert len(row.name_pinyin) <= LONGEST_PINYIN
    assert len(row.name_initials) <= LONGEST_NAME


@pytest.mark.parametrize("reason", NOTHING)
def test_a_reason_that_says_nothing_is_refused(session: Session, reason: str) -> None:
    person = make.person(session)
    for deed in (account.reveal, binding.end_phones):
        with pytest.raises(Refused):
            deed(session, actor=operator(), person_id=person.id, reason=reason, now=NOW)


@pytest.mark.parametrize("nothing", ["  ", "\u200b", "\u3164"])
def test_the_pages_say_so_at_the_field(client: PageClient, sign_in: SignInAs, nothing: str) -> None:
    with db.transaction() as session:
        street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,), phone="13911110000")
    answer = client.send(
        "/register", name=nothing, phone=NUMBER, unit_id=street.id, grid_role="full_time", consent="y"
    )
    assert (answer.status_code, answer.text.count('id="name-error"')) == (422, 1)
    office, url = sign_in(admin), f"/admin/people/{admin.id}"
    for page, shown in ((f"{url}/reveal", url), (f"{url}/end-phones", f"{url}/end-phones")):
        answer = office.send(page, shown, reason=nothing)
        assert (answer.status_code, 'id="reason-error"' in answer.text) == (422, True)
        assert "13911110000" not in answer.text
