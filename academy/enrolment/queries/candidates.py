"""Whom a unit may put forward for a class session: its people, what they have done, what stands against each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, cast, exists, func, select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.classes.models import ClassSession
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import admission, deciding
from academy.enrolment.rules.claims import ALREADY_IN, PREREQUISITE
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import Reason
from academy.ground.keyset import Key, Slice, page
from academy.ground.search_index import sorted_found
from academy.hours.models import Completion, HoursEntry
from academy.hours.rules import YEAR_TARGET_TENTHS
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries.finding import named
from academy.people.queries.register import held_on

_TAKES_UP = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


class Show(StrEnum):
    """Which people of the unit are offered."""

    EVERYBODY = ""
    LACKING = "lacking"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person of the unit who may be put forward, or why not."""

    id: int
    name: str
    unit: str
    tenths: int
    """Hours of this year."""
    completed: int
    last: str
    """What was completed last."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody on a unit's list, with a place or in its reserve."""

    enrolment_id: int
    person_id: int
    name: str
    unit: str
    state: EnrolmentState
    rank: int | None
    nominated: bool
    requested_at: datetime
    tenths: int


def candidates(
    session: Session,
    class_: ClassView,
    unit_ids: Collection[int],
    *,
    words: str = "",
    show: Show = Show.EVERYBODY,
    on: date,
    cursor: str | None = None,
    size: int,
) -> Slice[Candidate]:
    """Give one page of the people of the units: those with the fewest hours this year first."""
    members = (
        select(Membership.person_id, func.max(Membership.unit_id).label("unit_id"))
        .where(Membership.unit_id.in_(unit_ids), held_on(Membership, on))
        .group_by(Membership.person_id)
        .subquery()
    )
    hours = cast(_tenths_of(on.year), Integer)
    statement = (
        select(Person.name, Unit.name)
        .join(members, members.c.person_id == Person.id)
        .join(Unit, Unit.id == members.c.unit_id)
        .where(Person.anonymised_at.is_(None), ~_is_in(class_.id), *_standing(show, on.year))
    )
    keys: Sequence[Key] = (hours, Person.name_pinyin, Person.id)
    if words:
        statement = statement.where(named(session, statement, words, on=on))
        keys = sorted_found(keys)
    found = page(session, statement, keys, cursor=cursor, size=size)
    return Slice(rows=_shown(session, class_, found.rows, on.year), after=found.after, before=found.before)


def _shown(
    session: Session, class_: ClassView, rows: Sequence[Row[*tuple[Any, ...]]], year: int
) -> tuple[Candidate, ...]:
    ids = [row[-1] for row in rows]
    tenths, done = tenths_of(session, ids, year), _completed(session, ids)
    against = reasons_against(session, class_, ids)
    return tuple(
        Candidate(
            id=row[-1], name=row[0], unit=row[1], tenths=tenths.get(row[-1], 0),
            completed=done.get(row[-1], (0, ""))[0], last=done.get(row[-1], (0, ""))[1],
            reasons=against[row[-1]],
        )
        for row in rows
    )  # fmt: skip


def reasons_against(
    session: Session, class_: ClassView, person_ids: Collection[int], *, group_id: int | None = None
) -> dict[int, tuple[Reason, ...]]:
    """Tell what stands against a place for each person, in as many questions however many they are."""
    if not person_ids:
        return {}
    inside = frozenset(
        session.execute(
            select(Enrolment.person_id).where(
                Enrolment.class_session_id == class_.id,
                Enrolment.person_id.in_(person_ids),
                Enrolment.state != EnrolmentState.WITHDRAWN,
            )
        ).scalars()
    )
    missing = _missing_courses(session, class_.programme_id, person_ids)
    unmet = admission.unmet(session, class_, list(person_ids))
    clashing = deciding.hindrances(session, class_.id, dict.fromkeys(person_ids, group_id))
    return {
        each: (
            *((ALREADY_IN,) if each in inside else ()),
            *(PREREQUISITE.about(course=title) for title in missing.get(each, ())),
            *unmet.get(each, ()),
            *clashing.get(each, ()),
        )
        for each in person_ids
    }


def reasons_by_name(
    session: Session, class_: ClassView, unit_ids: Collection[int], person_ids: Collection[int], *, on: date
) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
    """Name those of these people who belong to the units, each with what stands against a place."""
    if not person_ids:
        return ()
    belongs = exists().where(
        Membership.person_id == Person.id, Membership.unit_id.in_(unit_ids), held_on(Membership, on)
    )
    found = session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(person_ids), Person.anonymised_at.is_(None), belongs)
        .order_by(Person.name_pinyin, Person.id)
    ).all()
    against = reasons_against(session, class_, [row.id for row in found])
    return tuple((row.name, against[row.id]) for row in found)


def _missing_courses(
    session: Session, programme_id: int, person_ids: Collection[int]
) -> Mapping[int, tuple[str, ...]]:
    """Tell which courses each person must have completed and has not; asks once for each past that differs."""
    if not catalogue.unmet_prerequisites(session, programme_id, ()):
        return {}
    completed: dict[int, set[int]] = {each: set() for each in person_ids}
    rows = session.execute(
        select(Completion.person_id, Completion.programme_id)
        .where(Completion.person_id.in_(person_ids))
        .distinct()
    )
    for person_id, done_id in rows:
        completed[person_id].add(done_id)
    asked: dict[frozenset[int], tuple[str, ...]] = {}
    for done in map(frozenset, completed.values()):
        if done not in asked:
            asked[done] = tuple(catalogue.unmet_prerequisites(session, programme_id, done))
    return {each: asked[frozenset(done)] for each, done in completed.items()}


def listed(session: Session, pool_id: int, *, year: int) -> tuple[Listed, ...]:
    """List who is on a unit's places, in the order in which they were put forward, then its reserve in order."""
    return _listed(session, (Enrolment.pool_id == pool_id,), year)


def listed_of(
    session: Session, class_session_id: int, unit_ids: Collection[int], *, year: int
) -> tuple[Listed, ...]:
    """List who is on the places of these units in a class session."""
    pools = select(PlacePool.id).where(
        PlacePool.class_session_id == class_session_id, PlacePool.unit_id.in_(unit_ids)
    )
    return _listed(session, (Enrolment.pool_id.in_(pools),), year)


def _listed(session: Session, where: tuple[ColumnElement[bool], ...], year: int) -> tuple[Listed, ...]:
    rows = session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.pool_id, Person.name, Enrolment.unit_name,
            Enrolment.state, Enrolment.nominated, Enrolment.requested_at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(*where, Enrolment.state != EnrolmentState.WITHDRAWN)
        .order_by(Enrolment.pool_id, Enrolment.requested_at, Enrolment.id)
    ).all()  # fmt: skip
    tenths = tenths_of(session, [row.person_id for row in rows], year)
    lines: Counter[int] = Counter()
    found = []
    for row in rows:
        waits = row.state is EnrolmentState.WAITING
        lines[row.pool_id] += waits
        found.append(
            Listed(
                enrolment_id=row.id, person_id=row.person_id, name=row.name, unit=row.unit_name,
                state=row.state, rank=lines[row.pool_id] if waits else None, nominated=row.nominated,
                requested_at=row.requested_at, tenths=tenths.get(row.person_id, 0),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.rank or 0))


def tenths_of(session: Session, person_ids: Collection[int], year: int) -> dict[int, int]:
    """Tell how many hours each person has of a year, in tenths."""
    rows = session.execute(
        select(HoursEntry.person_id, func.sum(HoursEntry.tenths))
        .where(HoursEntry.person_id.in_(person_ids), HoursEntry.year == year)
        .group_by(HoursEntry.person_id)
    )
    return {person_id: int(tenths) for person_id, tenths in rows}


def _completed(session: Session, person_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Tell how many class sessions each person completed, and the title of the last one."""
    rows = session.execute(
        select(Completion.person_id, ClassSession.title)
        .join(ClassSession, ClassSession.id == Completion.class_session_id)
        .where(Completion.person_id.in_(person_ids))
        .order_by(ClassSession.ends_on, ClassSession.id)
    )
    found: dict[int, tuple[int, str]] = {}
    for person_id, title in rows:
        found[person_id] = (found.get(person_id, (0, ""))[0] + 1, title)
    return found


def _tenths_of(year: int) -> ColumnElement[int]:
    total = select(func.coalesce(func.sum(HoursEntry.tenths), 0)).where(
        HoursEntry.person_id == Person.id, HoursEntry.year == year
    )
    return total.correlate(Person).scalar_subquery()


def _is_in(class_session_id: int) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.class_session_id == class_session_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )


def _standing(show: Show, year: int) -> tuple[ColumnElement[bool], ...]:
    match show:
        case Show.EVERYBODY:
            return ()
        case Show.LACKING:
            return (_tenths_of(year) < YEAR_TARGET_TENTHS,)
        case Show.NEVER:
            return (~exists().where(Completion.person_id == Person.id),)
