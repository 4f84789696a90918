"""Read what the office decides upon: kinds and levels, steps, what is taken when; and lock what it changes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Integer, and_, cast, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from academy.classes.models import (
    ClassCounter,
    ClassGroup,
    ClassKind,
    ClassLevel,
    ClassSession,
    Resource,
    Sitting,
    Slot,
)  # fmt: skip
from academy.classes.rules import ClassState, StepFacts, ValueKind
from academy.ground import clock
from academy.ground.errors import NotFound

Value = TypeVar("Value", ClassKind, ClassLevel)
_VALUES: dict[ValueKind, tuple[type[ClassKind | ClassLevel], InstrumentedAttribute[int]]] = {
    ValueKind.KIND: (ClassKind, ClassSession.kind_id),
    ValueKind.LEVEL: (ClassLevel, ClassSession.level_id),
}


@dataclass(frozen=True, slots=True)
class ValueView:
    """A kind or a level, and how many class sessions have it."""

    id: int
    name: str
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What takes an instructor or a place up."""

    resource: Resource
    class_code: str
    class_title: str
    starts_at: datetime
    ends_at: datetime


def kinds(session: Session) -> tuple[ValueView, ...]:
    """List the kinds of class session in their order."""
    return values(session, ValueKind.KIND)


def levels(session: Session) -> tuple[ValueView, ...]:
    """List the levels of class session in their order."""
    return values(session, ValueKind.LEVEL)


def values(session: Session, which: ValueKind) -> tuple[ValueView, ...]:
    """List the kinds or the levels in their order."""
    table, used_as = _VALUES[which]
    statement = (
        select(table.id, table.name, func.count(ClassSession.id))
        .outerjoin(ClassSession, used_as == table.id)
        .group_by(table.id, table.name, table.position)
        .order_by(table.position, table.id)
    )
    return tuple(ValueView(*row) for row in session.execute(statement))


def lock_value(session: Session, which: ValueKind, value_id: int) -> ClassKind | ClassLevel:
    """Lock one kind or level; raises NotFound."""
    if which is ValueKind.KIND:
        return _locked(session, ClassKind, value_id)
    return _locked(session, ClassLevel, value_id)


def _locked(session: Session, table: type[Value], value_id: int) -> Value:
    found = session.execute(select(table).where(table.id == value_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def years(session: Session) -> tuple[int, ...]:
    """List the years in which class sessions start, the newest first."""
    year = cast(extract("year", ClassSession.starts_on), Integer)
    return tuple(session.execute(select(year).distinct().order_by(year.desc())).scalars())


def lock_counter(session: Session, year: int) -> ClassCounter:
    """Lock the counter of a year, which is there."""
    statement = select(ClassCounter).where(ClassCounter.year == year).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def step_facts(session: Session, *, class_session_id: int, state: ClassState, manager_id: int | None) -> StepFacts:
    """Gather what the rules need to know before a step."""
    statement = select(func.count(Sitting.id), func.max(Sitting.ends_at)).where(
        Sitting.class_session_id == class_session_id
    )
    count, last = session.execute(statement).one()
    return StepFacts(state=state, sittings=count, has_manager=manager_id is not None, last_sitting_ends_at=last)


def sitting_days(session: Session, class_session_id: int) -> tuple[date, ...]:
    """List the days on which a class session sits."""
    statement = select(Sitting.starts_at, Sitting.ends_at).where(Sitting.class_session_id == class_session_id)
    return tuple(clock.local_date(moment) for row in session.execute(statement) for moment in row)


def taken(session: Session, *, instructor_id: int, place_id: int, quarter_hours: range) -> tuple[Taken, ...]:
    """List the sittings that take up an instructor or a place in some of these quarter hours."""
    statement = (
        select(Slot.resource, ClassSession.code, ClassSession.title, Sitting.starts_at, Sitting.ends_at)
        .join(Sitting, Sitting.id == Slot.sitting_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(
            or_(_of(Resource.INSTRUCTOR, instructor_id), _of(Resource.PLACE, place_id)),
            Slot.quarter_hour >= quarter_hours.start,
            Slot.quarter_hour < quarter_hours.stop,
        )
        .group_by(
            Slot.resource, Sitting.id, ClassSession.code, ClassSession.title, Sitting.starts_at, Sitting.ends_at
        )
        .order_by(Slot.resource, Sitting.starts_at, Sitting.id)
    )
    return tuple(
        Taken(resource=resource, class_code=code, class_title=title, starts_at=starts_at, ends_at=ends_at)
        for resource, code, title, starts_at, ends_at in session.execute(statement)
    )


def _of(resource: Resource, resource_id: int) -> ColumnElement[bool]:
    return and_(Slot.resource == resource, Slot.resource_id == resource_id)


def lock_sitting(session: Session, class_session_id: int, sitting_id: int) -> Sitting:
    """Lock one sitting of a class session; raises NotFound."""
    statement = select(Sitting).where(Sitting.id == sitting_id, Sitting.class_session_id == class_session_id)
    found = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_group(session: Session, class_session_id: int, group_id: int) -> ClassGroup:
    """Lock one group of a class session; raises NotFound."""
    statement = select(ClassGroup).where(
        ClassGroup.id == group_id, ClassGroup.class_session_id == class_session_id
    )
    found = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def group_ids(session: Session, class_session_ids: Collection[int]) -> dict[int, list[int]]:
    """Tell the ids of the groups of class sessions, in their order."""
    statement = (
        select(ClassGroup.class_session_id, ClassGroup.id)
        .where(ClassGroup.class_session_id.in_(class_session_ids))
        .order_by(ClassGroup.class_session_id, ClassGroup.position)
    )
    found: dict[int, list[int]] = {class_session_id: [] for class_session_id in class_session_ids}
    for class_session_id, group_id in session.execute(statement):
        found[class_session_id].append(group_id)
    return found
