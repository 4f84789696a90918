"""Nobody finds out an ID number by typing one after another."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from academy.ground import clock, db
from academy.ground.access import Role, operator
from academy.ground.errors import NotFound
from academy.people.actions import binding, register
from academy.people.actions.register import NewPerson
from academy.people.models.register import Person
from academy.people.queries import sign_ins
from academy.people.rules.signing_in import Tried
from tests import make
from tests.people.conftest import SignInAs
from tests.people.numbers import id_number

DIGITS = id_number(1)[-4:]
WRONG = "0000" if DIGITS != "0000" else "1111"
NEW = "13900000002"


def known(*, number: str | None = None) -> int:
    with db.transaction() as session:
        street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
        person = NewPerson(name="王秀兰", id_number=number, phone="13900000001", unit_id=street.id)
        return register.add_person(session, actor=operator(), person=person, now=make.NOW)


def staff(session: Session, name: str = "陶思源") -> Person:
    return make.person(session, name, roles=(Role.ADMIN,))


def attempt(person_id: int, as_: Person, digits: str, *, hours: int = 0) -> Tried:
    with db.transaction() as session:
        return binding.try_id_digits(
            session, actor=make.actor(as_, Role.ADMIN), person_id=person_id, id_digits=digits,
            now=make.NOW + timedelta(hours=hours),
        )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_the_eleventh_wrong_number_of_a_day_is_not_even_looked_at() -> None:
    person_id = known(number=id_number(1))
    with db.transaction() as session:
        guesser, colleague = staff(session), staff(session, "周堃")
    assert [attempt(person_id, guesser, WRONG) for _ in range(11)] == [Tried.WRONG] * 10 + [Tried.TOO_MANY]
    assert attempt(person_id, guesser, DIGITS) is Tried.TOO_MANY
    assert attempt(person_id, colleague, DIGITS) is Tried.RIGHT
    assert attempt(person_id, guesser, DIGITS, hours=25) is Tried.RIGHT


@pytest.mark.usefixtures("app")
def test_right_ones_are_never_too_many() -> None:
    person_id = known(number=id_number(1))
    with db.transaction() as session:
        who = staff(session)
    assert {attempt(person_id, who, DIGITS) for _ in range(30)} == {Tried.RIGHT}


@pytest.mark.usefixtures("app")
def test_where_none_is_on_file_anothers_whole_number_is_wrong() -> None:
    taken, without = known(number=id_number(1)), known()
    with db.transaction() as session:
        who = staff(session)
    assert taken != without
    assert attempt(without, who, id_number(1)) is Tried.WRONG
    assert attempt(without, who, id_number(2)) is Tried.RIGHT


@pytest.mark.usefixtures("app")
def test_a_stranger_is_not_found_before_anything_is_counted() -> None:
    person_id = known(number=id_number(1))
    with db.transaction() as session:
        liaison = make.person(session, "邵建平")
        actor = make.actor(liaison, Role.LIAISON)
    with pytest.raises(NotFound), db.transaction() as session:
        binding.try_id_digits(session, actor=actor, person_id=person_id, id_digits=DIGITS, now=clock.now())


def test_the_page_says_so_and_keeps_what_was_typed(sign_in: SignInAs) -> None:
    person_id = known(number=id_number(1))
    with db.transaction() as session:
        who = staff(session)
    client = sign_in(who)
    url = f"/people/{person_id}/phone"
    sent = {"phone": NEW, "last_four": WRONG, "seen": "y"}
    assert [client.send(url, **sent).status_code for _ in range(11)] == [409] * 10 + [429]
    refused = client.send(url, **(sent | {"last_four": DIGITS}))
    assert refused.status_code == 429
    assert f'value="{NEW}"' in refused.text
    with db.reading() as session:
        assert sign_ins.holder_id(session, NEW) is None
