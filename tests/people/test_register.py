"""The register of people: bulk, units, roles, and the truths that must hold."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, type_coerce, update
from sqlalchemy import select as choose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import LargeBinary

from academy.ground.access import Role, Via, operator
from academy.ground.errors import Refused
from academy.journal.models import JournalEntry
from academy.people.actions import account, forgetting, register
from academy.people.actions.register import NewPerson
from academy.people.feature import FEATURE
from academy.people.models.register import (
    Attempt,
    GridRole,
    Membership,
    OneTimeCode,
    Person,
    Phone,
    RoleGrant,
    SignIn,
    Unit,
)
from academy.people.queries import register as queries
from tests import make
from tests.make import NOW, TODAY
from tests.people.numbers import id_number


def test_many_people_are_entered_in_order_with_one_journal_row(session: Session) -> None:
    paths = [("玄武区", "樱桥街道"), ("江宁区", "新桥街道"), ("溧水区", "新桥街道")]
    units = register.add_units_many(session, actor=operator(), paths=paths, starts_on=date(2018, 1, 1), now=NOW)
    again = register.add_units_many(session, actor=operator(), paths=paths, starts_on=date(2018, 1, 1), now=NOW)
    assert units == again
    people = [
        NewPerson(
            name=f"王{chr(0x4E00 + serial)}",
            unit_id=units[paths[serial % 3]],
            grid_role=GridRole.FULL_TIME,
            role_as_written="专职网格员",
            id_number=id_number(serial % 999, birth=f"19{80 + serial // 999}0101"),
            phone=f"139{serial:08d}" if serial % 5 else None,
            phone_verified=serial % 7 != 0,
        )
        for serial in range(2500)
    ]
    ids = register.add_people_many(session, actor=operator(), people=people, now=NOW)
    assert len(set(ids)) == 2500
    for serial in (0, 999, 1000, 2499):
        person = session.get_one(Person, ids[serial])
        assert (person.name, person.id_number) == (people[serial].name, people[serial].id_number)
        assert queries.units_of(session, [person.id], TODAY)[person.id].id == people[serial].unit_id
    assert queries.numbers(session, ids)[ids[1]] == "13900000001"
    assert ids[7] not in queries.numbers(session, ids)
    noted = session.execute(choose(JournalEntry.code, JournalEntry.after)).all()
    assert [(row[0], row[1]) for row in noted] == [("unit.added", {"count": 6}), ("person.added", {"count": 2500})]


def test_units_are_named_with_their_district_and_looked_for_below(session: Session) -> None:
    units = register.add_units_many(
        session, actor=operator(), paths=[("江宁区", "新桥街道"), ("溧水区", "新桥街道")], starts_on=TODAY, now=NOW
    )
    tree = queries.unit_tree(session, TODAY)
    assert [street.full_name for district in tree for street in district.streets] == [
        "江宁区 · 新桥街道",
        "溧水区 · 新桥街道",
    ]
    assert queries.units_below(session, [units["江宁区",]]) == {units["江宁区",], units["江宁区", "新桥街道"]}
    assert queries.units_below(session, []) == frozenset()
    assert queries.unit_tree(session, TODAY - timedelta(days=1)) == ()
    unit = queries.unit(session, units["溧水区", "新桥街道"], TODAY)
    assert unit
    assert unit.full_name == "溧水区 · 新桥街道"


def test_somebody_who_moved_belongs_to_the_unit_of_the_day(session: Session) -> None:
    before, after = make.unit(session), make.unit(session)
    person = make.person(session, unit=before)
    membership = session.execute(choose(Membership)).scalar_one()
    membership.ends_on = TODAY
    session.add(Membership(person_id=person.id, unit_id=after.id, starts_on=TODAY + timedelta(days=1)))
    session.flush()
    units = [queries.unit_of(session, person.id, TODAY + timedelta(days=days)) for days in (0, 1)]
    assert [unit.id for unit in units if unit] == [before.id, after.id]


def test_who_acts_is_known_by_the_roles_of_the_day(session: Session) -> None:
    unit = make.unit(session)
    liaison = make.person(session, "邵建平", roles=(Role.LIAISON, Role.TRAINEE), unit=unit)
    session.add(
        RoleGrant(person_id=liaison.id, role=Role.ADMIN, starts_on=date(2018, 1, 1), ends_on=date(2020, 1, 1))
    )
    make.account(session, liaison, "district")
    actor = queries.actor_named(session, "District", on=TODAY)
    assert actor
    assert (set(actor.roles), set(actor.unit_ids), actor.via) == ({Role.LIAISON, Role.TRAINEE}, {unit.id}, Via.CLI)
    assert queries.actor_named(session, "nobody") is None
    assert [each.name for each in queries.staff(session, Role.LIAISON, TODAY)] == ["邵建平"]
    assert queries.staff(session, Role.ADMIN, TODAY) == []


def test_a_person_is_shown_masked_and_reached_by_the_proved_phone(session: Session) -> None:
    street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
    proved = NewPerson(
        name="王秀兰", id_number=id_number(1), phone="13900000001", phone_verified=True, unit_id=street.id
    )
    unproved = NewPerson(name="李建国", phone="13900000002")
    first, second = register.add_people_many(session, actor=operator(), people=[proved, unproved], now=NOW)
    view = queries.person(session, first, on=TODAY)
    assert view
    assert (view.masked_phone, view.masked_id) == ("139****0001", f"3299*************{id_number(1)[-1]}")
    assert (view.unit_name, view.has_phone) == ("玄武区 · 樱桥街道", True)
    recipient = queries.recipient(session, first)
    assert recipient
    assert recipient.address == "13900000001"
    assert queries.recipient(session, second) is None
    assert queries.person(session, 99) is None


def test_staff_get_an_account_whose_name_is_theirs_alone(session: Session) -> None:
    person = NewPerson(name="陶思源", role=Role.ADMIN)
    arguments = {"account_name": "admin", "password_hash": "$argon2id$…"}
    register.add_staff(session, actor=operator(), person=person, now=NOW, **arguments)
    with pytest.raises(Refused):
        register.add_staff(session, actor=operator(), person=person, now=NOW, **arguments)


def test_a_look_at_the_numbers_is_noted(session: Session) -> None:
    person = NewPerson(name="王秀兰", id_number=id_number(1), phone="13900000001", phone_verified=True)
    person_id = register.add_person(session, actor=operator(), person=person, now=NOW)
    seen = account.reveal(session, actor=operator("陶思源"), person_id=person_id, reason="核对证书", now=NOW)
    assert (seen.phone, seen.id_number) == ("13900000001", id_number(1))
    noted = session.execute(choose(JournalEntry).where(JournalEntry.code == "person.revealed")).scalar_one()
    assert (noted.actor_name, noted.about_id, noted.after) == ("陶思源", person_id, {"reason": "核对证书"})


def test_what_served_its_time_is_forgotten(session: Session) -> None:
    person = make.person(session)
    for age in (1, 200):
        at = NOW - timedelta(days=age)
        session.add(Attempt(kind="code", subject="a", address="b", succeeded=False, at=at))
        session.add(
            OneTimeCode(
                purpose="sign_in", phone_blind="a", code_blind="b", address="c",
                created_at=at - timedelta(hours=1), expires_at=at,
            )
        )  # fmt: skip
        session.add(
            SignIn(
                fingerprint=str(age), person_id=person.id, agent="", address="", remembered=False, created_at=at,
                seen_at=at, expires_at=at,
            )
        )  # fmt: skip
    session.flush()
    forgetting.forget_old(session, now=NOW)
    assert [session.execute(choose(table)).scalars().all() == [] for table in (Attempt, OneTimeCode, SignIn)] == [
        False,
        True,
        False,
    ]
    assert len(session.execute(choose(SignIn)).scalars().all()) == 1


def broken(session: Session) -> list[str]:
    found = [(each.name, each.check(session)) for each in FEATURE.invariants]
    return [name for name, finding in found if finding and finding.count != finding.expected]


@pytest.fixture
def sound(session: Session) -> int:
    """A person of whom everything is in order."""
    person = NewPerson(
        name="王秀兰",
        id_number=id_number(1),
        phone="13900000001",
        phone_verified=True,
        unit_id=make.unit(session).id,
    )
    return register.add_person(session, actor=operator(), person=person, now=NOW)


def test_the_truths_hold_for_what_our_actions_make(session: Session, sound: int) -> None:
    assert sound
    assert broken(session) == []


def test_a_value_moved_to_another_row_or_column_is_found(session: Session, sound: int) -> None:
    raw = type_coerce(Phone.__table__.c.number, LargeBinary)
    sealed = session.execute(choose(raw)).scalar_one()
    session.execute(update(Person.__table__).values(id_number=type_coerce(sealed, LargeBinary)))  # type: ignore[arg-type]
    assert broken(session) == ["encrypted values that do not open or are not found (a few looked at)"]


def test_a_membership_of_an_ended_unit_is_found(session: Session, sound: int) -> None:
    membership = session.execute(choose(Membership).where(Membership.person_id == sound)).scalar_one()
    make_ended = update(Unit).where(Unit.id == membership.unit_id).values(ends_on=date(2020, 1, 1))
    session.execute(make_ended)
    assert broken(session) == ["current memberships of units that are not current"]


def test_the_database_itself_refuses_two_holders_and_liaisons_without_unit(session: Session, sound: int) -> None:
    assert sound
    with pytest.raises(IntegrityError), session.begin_nested():
        make.person(session, "李建国", phone="13900000001")
    grant = {"person_id": sound, "role": Role.LIAISON, "starts_on": TODAY}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(RoleGrant).values(**grant))
