"""Read class sessions with their groups and timetables, for this feature's pages and for upper features."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, cast, extract, func, or_, select
from sqlalchemy.orm import Session, load_only

from academy.catalogue.models import Course, Programme
from academy.catalogue.rules.kinds import Domain
from academy.classes import rules
from academy.classes.models import ClassGroup, ClassKind, ClassLevel, ClassSession, Sitting, SittingGroup
from academy.classes.rules import ClassFacts, ClassState
from academy.ground import clock
from academy.ground.db import ask
from academy.ground.errors import NotFound
from academy.ground.keyset import Key, Order, Slice, page
from academy.ground.search_index import matches
from academy.people.models.register import Person
from academy.sites.models import Place
from academy.sites.rules import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView(ClassFacts):
    """A class session as pages show it: what the office decided, named, and how far it has come."""

    id: int
    code: str
    kind: str
    level: str
    programme_title: str
    manager_name: str
    state: ClassState
    concluded_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancelled_because: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingView:
    """A sitting as timetables show it; without groups it is for the whole class session."""

    id: int
    class_session_id: int
    class_code: str
    class_title: str
    course_id: int
    course_slug: str
    course_title: str
    domain: Domain
    instructor_id: int
    instructor_name: str
    place_id: int
    place_name: str
    place_slug: str
    place_kind: PlaceKind
    starts_at: datetime
    ends_at: datetime
    tenths: int
    group_ids: frozenset[int]
    group_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group with its leader."""

    id: int
    name: str
    leader_id: int | None
    leader_name: str


_SEEN: dict[str, Any] = {
    "id": ClassSession.id, "code": ClassSession.code, "title": ClassSession.title,
    "kind_id": ClassSession.kind_id, "kind": ClassKind.name, "level_id": ClassSession.level_id,
    "level": ClassLevel.name, "programme_id": ClassSession.programme_id, "programme_title": Programme.title,
    "manager_id": ClassSession.manager_id, "manager_name": func.coalesce(Person.name, ""),
    "capacity": ClassSession.capacity, "audience": ClassSession.audience,
    "opens_at": ClassSession.enrolment_opens_at, "closes_at": ClassSession.enrolment_closes_at,
    "starts_on": ClassSession.starts_on, "ends_on": ClassSession.ends_on, "state": ClassSession.state,
    "concluded_at": ClassSession.concluded_at, "closed_at": ClassSession.closed_at,
    "cancelled_at": ClassSession.cancelled_at, "cancelled_because": ClassSession.cancelled_because,
    "sample": ClassSession.sample,
}  # fmt: skip


def _classes() -> Select[*tuple[Any, ...]]:
    return (
        select(*(column.label(name) for name, column in _SEEN.items()))
        .join(ClassKind, ClassKind.id == ClassSession.kind_id)
        .join(ClassLevel, ClassLevel.id == ClassSession.level_id)
        .join(Programme, Programme.id == ClassSession.programme_id)
        .outerjoin(Person, Person.id == ClassSession.manager_id)
    )


def _view(row: Sequence[Any]) -> ClassView:
    return ClassView(**dict(zip(_SEEN, row, strict=False)))  # by what a page was cut, the rest is


def class_session(session: Session, code: str) -> ClassView | None:
    """Show one class session."""
    return next((_view(row) for row in ask(session, _class(), {"code": code})), None)


_class = cache(lambda: _classes().where(ClassSession.code == bindparam("code")))


def lock_class_session(session: Session, code: str) -> ClassSession:
    """Lock one class session; raises NotFound."""
    statement = select(ClassSession).where(ClassSession.code == code).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


class Filters(TypedDict, total=False):
    """What a list of class sessions may be narrowed by."""

    states: Collection[ClassState]
    words: str
    kind_id: int | None
    level_id: int | None
    year: int | None
    late_on: date | None
    """Keep those whose state lags behind their days on this day."""


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    named = (Programme.title, Person.name)
    found = [
        or_(matches(ClassSession, word), *(name.icontains(word, autoescape=True) for name in named))
        for word in filters.get("words", "").split()
    ]
    if states := filters.get("states"):
        found.append(ClassSession.state.in_(states))
    if kind_id := filters.get("kind_id"):
        found.append(ClassSession.kind_id == kind_id)
    if level_id := filters.get("level_id"):
        found.append(ClassSession.level_id == level_id)
    if year := filters.get("year"):
        found.append(ClassSession.starts_on.between(date(year, 1, 1), date(year, 12, 31)))
    if day := filters.get("late_on"):
        found.append(_late(day))
    return found


def _late(day: date) -> ColumnElement[bool]:
    """Tell whether somebody forgot a step: to announce, open, begin or conclude a class session by its day."""
    state = ClassSession.state
    return or_(
        and_(state == ClassState.DRAFT, ClassSession.starts_on <= day),
        and_(state == ClassState.PUBLISHED, ClassSession.enrolment_opens_at < clock.at(day, 0)),
        and_(state == ClassState.ENROLLING, ClassSession.starts_on < day),
        and_(state == ClassState.RUNNING, ClassSession.ends_on < day),
    )


def class_lines(
    session: Session,
    *,
    cursor: str | None = None,
    size: int = 20,
    soonest: bool = False,
    order: Order | None = None,
    **filters: Unpack[Filters],
) -> Slice[ClassView]:
    """Give one page of the class sessions that fit, the newest start first unless another order is asked for."""
    statement = _classes().where(*_conditions(filters))
    order = order or Order(by="starts", falling=not soonest)
    keys = (_sorted_by()[order.by], ClassSession.id.expression)
    part = page(session, statement, keys, cursor=cursor, size=size, descending=order.falling)
    total = sum(state_counts(session, **filters).values())
    return Slice(rows=tuple(map(_view, part.rows)), after=part.after, before=part.before, total=total)


def _sorted_by() -> dict[str, Key]:
    """Name what the list can be sorted by; its rows are few, so only the code needs an index."""
    seen, starts = ClassSession, _number(ClassSession.starts_on)
    return {"code": seen.code, "title": seen.title, "starts": starts, "places": seen.capacity}


def _number(day: Any) -> ColumnElement[int]:  # noqa: ANN401 - a mapped column
    """Write a day as a number, which a cursor can hold: 2026-11-22 → 20261122."""
    year, month, day_of_month = (cast(extract(part, day), Integer) for part in ("year", "month", "day"))
    return year * 10000 + month * 100 + day_of_month


def state_counts(session: Session, **filters: Unpack[Filters]) -> dict[ClassState, int]:
    """Count the class sessions that fit, by their state."""
    fitting = _classes().where(*_conditions(filters))
    statement = fitting.with_only_columns(ClassSession.state, func.count(ClassSession.id))
    return {row[0]: row[1] for row in session.execute(statement.group_by(ClassSession.state))}


def groups(session: Session, class_session_id: int) -> tuple[GroupView, ...]:
    """List the groups of a class session with their leaders."""
    statement = (
        select(ClassGroup.id, ClassGroup.name, ClassGroup.leader_id, Person.name)
        .outerjoin(Person, Person.id == ClassGroup.leader_id)
        .where(ClassGroup.class_session_id == class_session_id)
        .order_by(ClassGroup.position, ClassGroup.id)
    )
    return tuple(
        GroupView(id=group_id, name=name, leader_id=leader_id, leader_name=leader_name or "")
        for group_id, name, leader_id, leader_name in session.execute(statement)
    )


def sittings(session: Session, class_session_id: int) -> tuple[SittingView, ...]:
    """List the timetable of a class session."""
    return _sittings(session, ClassSession.id == class_session_id)


def taught_by(session: Session, person_id: int, since: datetime, until: datetime) -> tuple[SittingView, ...]:
    """List what a person teaches in announced class sessions between two moments."""
    return _sittings(
        session, Sitting.instructor_id == person_id, Sitting.starts_at >= since, Sitting.starts_at < until,
        ClassSession.state.in_(rules.PUBLIC_STATES),
    )  # fmt: skip


def _sittings(session: Session, *conditions: ColumnElement[bool]) -> tuple[SittingView, ...]:
    statement = (
        select(Sitting, ClassSession.code, ClassSession.title, Course, Person.name, Place)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .join(Course, Course.id == Sitting.course_id)
        .join(Person, Person.id == Sitting.instructor_id)
        .join(Place, Place.id == Sitting.place_id)
        .where(*conditions)
        .order_by(Sitting.starts_at, Sitting.id)
        .options(load_only(Course.slug, Course.title, Course.domain))
    )
    rows = session.execute(statement).all()
    for_groups = _groups_of(session, [row[0].id for row in rows])
    return tuple(
        SittingView(
            id=found.id, class_session_id=found.class_session_id, class_code=code, class_title=title,
            course_id=course.id, course_slug=course.slug, course_title=course.title, domain=course.domain,
            instructor_id=found.instructor_id, instructor_name=instructor, place_id=place.id,
            place_name=place.name, place_slug=place.slug, place_kind=place.kind, starts_at=found.starts_at,
            ends_at=found.ends_at, tenths=found.hours,
            group_ids=frozenset(for_groups.get(found.id, {})),
            group_names=tuple(for_groups.get(found.id, {}).values()),
        )
        for found, code, title, course, instructor, place in rows
    )  # fmt: skip


def _groups_of(session: Session, sitting_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Tell by id and name which groups each sitting is for."""
    statement = (
        select(SittingGroup.sitting_id, ClassGroup.id, ClassGroup.name)
        .join(ClassGroup, ClassGroup.id == SittingGroup.group_id)
        .where(SittingGroup.sitting_id.in_(sitting_ids))
        .order_by(ClassGroup.position, ClassGroup.id)
    )
    found: dict[int, dict[int, str]] = {}
    for sitting_id, group_id, name in session.execute(statement) if sitting_ids else ():
        found.setdefault(sitting_id, {})[group_id] = name
    return found


def spans(
    session: Session, class_session_ids: Collection[int]
) -> dict[int, tuple[tuple[rules.Sitting, frozenset[int]], ...]]:
    """Tell when class sessions take people up, and which groups each time; without groups it is everybody."""
    found: dict[int, list[tuple[rules.Sitting, frozenset[int]]]] = {key: [] for key in class_session_ids}
    rows = ask(session, _spans(), {"ids": list(found)}).all() if found else ()
    for (_id, class_id, code, title, starts_at, ends_at), each in groupby(rows, lambda row: row[:6]):
        span = rules.Sitting(class_code=code, class_title=title, starts_at=starts_at, ends_at=ends_at)
        found[class_id].append((span, frozenset(row.group_id for row in each if row.group_id is not None)))
    return {class_session_id: tuple(part) for class_session_id, part in found.items()}


@cache
def _spans() -> Select[*tuple[Any, ...]]:
    return (
        select(Sitting.id, ClassSession.id, ClassSession.code, ClassSession.title)
        .add_columns(Sitting.starts_at, Sitting.ends_at, SittingGroup.group_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .outerjoin(SittingGroup, SittingGroup.sitting_id == Sitting.id)
        .where(ClassSession.id.in_(bindparam("ids", expanding=True)))
        .order_by(Sitting.starts_at, Sitting.id)
    )
