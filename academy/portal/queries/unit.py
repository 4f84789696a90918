"""The people of a liaison's units, each with this year's hours and what they are enrolled in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, Select, case, cast, exists, func, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import HOLDS, EnrolmentState
from academy.ground.keyset import Key, Order, Slice, page
from academy.ground.search_index import sorted_found
from academy.hours.models import HoursEntry
from academy.hours.rules import YEAR_TARGET_TENTHS
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries.finding import named
from academy.people.queries.register import held_on

SORTED_BY = ("name", "hours", "enrolled")
BY_NAME = Order(by="name")
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
    state: EnrolmentState


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """The people of the desk in numbers: all, those with this year's hours, with none yet, and in a class."""

    people: int
    reached: int
    none: int
    enrolled: int

    @property
    def lacking(self) -> int:
        """Tell how many still lack hours this year."""
        return self.people - self.reached


class Show(StrEnum):
    """Which people of the unit are listed."""

    EVERYBODY = ""
    LACKING = "lacking"
    ENROLLED = "enrolled"
    FREE = "free"


def figures(session: Session, unit_ids: Collection[int], *, on: date) -> UnitFigures:
    """Count the people of the units by how they stand this year."""
    members = _members(unit_ids, on).subquery()
    lines = (
        select(_tenths_of(on.year).label("tenths"), case((_is_enrolled(), 1), else_=0).label("enrolled"))
        .select_from(Person)
        .join(members, members.c.person_id == Person.id)
        .where(Person.anonymised_at.is_(None))
        .subquery()
    )
    row = session.execute(
        select(
            func.count(),
            func.sum(case((lines.c.tenths >= YEAR_TARGET_TENTHS, 1), else_=0)),
            func.sum(case((lines.c.tenths == 0, 1), else_=0)),
            func.sum(lines.c.enrolled),
        ).select_from(lines)
    ).one()
    return UnitFigures(people=row[0], reached=row[1] or 0, none=row[2] or 0, enrolled=row[3] or 0)


def own_claims(
    session: Session, class_session_ids: Collection[int], unit_ids: Collection[int]
) -> dict[int, tuple[int, int]]:
    """Tell for each class session how many people of the units have a place, and how many wait for one."""
    rows = session.execute(
        select(
            Enrolment.class_session_id,
            func.sum(case((Enrolment.state.in_(HOLDS), 1), else_=0)),
            func.sum(case((Enrolment.state == EnrolmentState.WAITING, 1), else_=0)),
        )
        .where(Enrolment.class_session_id.in_(class_session_ids), Enrolment.unit_id.in_(unit_ids))
        .group_by(Enrolment.class_session_id)
    )
    return {class_id: (int(seated), int(waiting)) for class_id, seated, waiting in rows}


def people(
    session: Session,
    unit_ids: Collection[int],
    *,
    words: str = "",
    show: Show = Show.EVERYBODY,
    on: date,
    order: Order = BY_NAME,
    cursor: str | None = None,
    size: int,
) -> Slice[UnitPerson]:
    """Give one page of the people of the units, narrowed down by name and by how they stand."""
    members = _members(unit_ids, on).subquery()
    statement = (
        select(Person.name, Unit.name)
        .join(members, members.c.person_id == Person.id)
        .join(Unit, Unit.id == members.c.unit_id)
        .where(Person.anonymised_at.is_(None), *_standing(show, on.year))
    )
    if words:
        statement = statement.where(named(session, statement, words, on=on))
    keys, falling = _sorted_by(order, on.year)
    keys = sorted_found(keys) if words else keys
    found = page(session, statement, keys, cursor=cursor, size=size, descending=falling)
    ids = [row[-1] for row in found.rows]
    tenths, claims = _tenths(session, ids, on.year), _claims(session, ids)
    people_ = tuple(
        UnitPerson(
            id=row[-1], name=row[0], unit=row[1], tenths=tenths.get(row[-1], 0), claims=claims.get(row[-1], ())
        )
        for row in found.rows
    )
    return Slice(rows=people_, after=found.after, before=found.before)


def _sorted_by(order: Order, year: int) -> tuple[Sequence[Key], bool]:
    """Choose the keys of an order, and whether they fall; those with the same number stand in order of name."""
    names: tuple[Key, ...] = (Person.name_pinyin, Person.id)
    if order.by == "name":
        return names, order.falling
    # PostgreSQL adds up large numbers to a decimal, which no cursor holds
    hours = cast(_tenths_of(year), Integer)
    number = hours if order.by == "hours" else case((_is_enrolled(), 0), else_=1)
    return (-number if order.falling else number, *names), False


def _tenths_of(year: int) -> ColumnElement[int]:
    """Add up a person's hours of a year, by the index of persons and years."""
    total = select(func.coalesce(func.sum(HoursEntry.tenths), 0)).where(
        HoursEntry.person_id == Person.id, HoursEntry.year == year
    )
    return total.correlate(Person).scalar_subquery()


def _is_enrolled() -> ColumnElement[bool]:
    """Tell whether a person has a place or waits for one in a class session that is not over."""
    return exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
        ClassSession.id == Enrolment.class_session_id,
        ClassSession.state.in_(_AHEAD),
    )


def _standing(show: Show, year: int) -> tuple[ColumnElement[bool], ...]:
    match show:
        case Show.EVERYBODY:
            return ()
        case Show.LACKING:
            return (_tenths_of(year) < YEAR_TARGET_TENTHS,)
        case Show.ENROLLED:
            return (_is_enrolled(),)
        case Show.FREE:
            return (_tenths_of(year) < YEAR_TARGET_TENTHS, ~_is_enrolled())


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
        claim = UnitClaim(code=code, title=title, state=state)
        found[person_id] = (*found.get(person_id, ()), claim)
    return found
