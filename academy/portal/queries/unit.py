"""The people of a liaison's units, each with this year's hours and what they are enrolled in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models import Enrolment
from academy.enrolment.rules import EnrolmentState
from academy.ground.keyset import Slice, page
from academy.hours.models import HoursEntry
from academy.people.models import Membership, Person, Unit
from academy.people.queries.register import held_on

_AHEAD = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPerson:
    """A person of the unit as its liaison's desk shows them."""

    id: int
    name: str
    unit: str
    tenths: int
    claims: tuple["UnitClaim", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClaim:
    """A class session that a person of the unit has a place in or waits for."""

    code: str
    title: str
    seated: bool


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit that people of the desk belong to."""

    id: int
    name: str


def units(session: Session, unit_ids: Collection[int]) -> tuple[UnitName, ...]:
    """Name the units, in order of their pinyin."""
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)).order_by(Unit.name_pinyin, Unit.id)
    )
    return tuple(UnitName(*row) for row in rows)


def _members(unit_ids: Collection[int], on: date) -> Select[int, int]:
    """Choose who belongs to one of the units on a day, each person once."""
    return (
        select(Membership.person_id, func.max(Membership.unit_id).label("unit_id"))
        .where(Membership.unit_id.in_(unit_ids), held_on(Membership, on))
        .group_by(Membership.person_id)
    )


def count_people(session: Session, unit_ids: Collection[int], *, on: date) -> int:
    """Count the people of the units."""
    return session.execute(select(func.count()).select_from(_members(unit_ids, on).subquery())).scalar_one()


def people(
    session: Session, unit_ids: Collection[int], *, words: str, on: date, cursor: str | None, size: int
) -> Slice[UnitPerson]:
    """Give one page of the people of the units in order of name, narrowed down by name, pinyin or initials."""
    members = _members(unit_ids, on).subquery()
    statement = (
        select(Person.name, Unit.name)
        .join(members, members.c.person_id == Person.id)
        .join(Unit, Unit.id == members.c.unit_id)
        .where(Person.anonymised_at.is_(None))
    )
    if words:
        statement = statement.where(_named(words))
    found = page(session, statement, [Person.name_pinyin, Person.id], cursor=cursor, size=size)
    ids = [row[-1] for row in found.rows]
    tenths, claims = _tenths(session, ids, on.year), _claims(session, ids)
    people_ = tuple(
        UnitPerson(
            id=row[-1], name=row[0], unit=row[1], tenths=tenths.get(row[-1], 0), claims=claims.get(row[-1], ())
        )
        for row in found.rows
    )
    return Slice(rows=people_, after=found.after, before=found.before)


def _named(words: str) -> ColumnElement[bool]:
    spelled = words.lower()
    return or_(
        Person.name.contains(words, autoescape=True),
        Person.name_pinyin.startswith(spelled, autoescape=True),
        func.replace(Person.name_pinyin, " ", "").startswith(spelled.replace(" ", ""), autoescape=True),
        Person.name_initials.startswith(spelled, autoescape=True),
    )


def _tenths(session: Session, person_ids: Sequence[int], year: int) -> dict[int, int]:
    rows = session.execute(
        select(HoursEntry.person_id, func.sum(HoursEntry.tenths))
        .where(HoursEntry.person_id.in_(person_ids), HoursEntry.year == year)
        .group_by(HoursEntry.person_id)
    )
    return {person_id: int(tenths) for person_id, tenths in rows}


def _claims(session: Session, person_ids: Sequence[int]) -> dict[int, tuple[UnitClaim, ...]]:
    rows = session.execute(
        select(Enrolment.person_id, ClassSession.code, ClassSession.title, Enrolment.state)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state != EnrolmentState.WITHDRAWN,
            ClassSession.state.in_(_AHEAD),
        )
        .order_by(ClassSession.starts_on, ClassSession.id)
    )
    found: dict[int, tuple[UnitClaim, ...]] = {}
    for person_id, code, title, state in rows:
        claim = UnitClaim(code=code, title=title, seated=state is EnrolmentState.SEATED)
        found[person_id] = (*found.get(person_id, ()), claim)
    return found
