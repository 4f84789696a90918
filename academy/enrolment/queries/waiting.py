"""The waiting lists of one class session as the office sees them: order, hindrances, and who was passed over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassSession, Sitting, SittingGroup
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding
from academy.enrolment.queries.standing import OwnPlaces, places_of
from academy.enrolment.rules.approving import awaited
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import HOLDS, TAKES_UP, Ending, EnrolmentState
from academy.ground.db import ask
from academy.ground.errors import Reason
from academy.journal.models import JournalEntry
from academy.people.models.register import Person

_MOST_LAPSED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """When a place went past somebody, and the class sessions that were in the way."""

    at: datetime
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One person in line."""

    enrolment_id: int
    person_id: int
    rank: int
    name: str
    unit_name: str
    nominated: bool
    requested_at: datetime
    hindrances: tuple[Reason, ...]
    passed_over: tuple[PassedOver, ...]
    awaited: Approval
    """Whose yes is missing once a place is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Those who wait for the places of one holder, the first in line first."""

    of: OwnPlaces
    people: tuple[Waiting, ...]


def lines(session: Session, class_session_id: int, plan: Plan) -> tuple[Line, ...]:
    """List the pools of a class session with their lines; those without one too, where they are several."""
    statement = select(PlacePool.id).where(PlacePool.class_session_id == class_session_id).order_by(PlacePool.id)
    pools = places_of(session, session.execute(statement).scalars().all())
    waiting = _waiting(session, class_session_id, plan)
    return tuple(Line(of=pool, people=waiting.get(pool_id, ())) for pool_id, pool in pools.items())


def _waiting(session: Session, class_session_id: int, plan: Plan) -> dict[int, tuple[Waiting, ...]]:
    rows = session.execute(
        select(Enrolment, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_session_id == class_session_id, Enrolment.state == EnrolmentState.WAITING)
        .order_by(Enrolment.pool_id, Enrolment.requested_at, Enrolment.id)
    ).all()
    against = deciding.hindrances(session, class_session_id, {claim.person_id: None for claim, _name in rows})
    passed = passed_over(session, [claim.id for claim, _name in rows])
    found: dict[int, tuple[Waiting, ...]] = {}
    for claim, name in rows:
        before = found.get(claim.pool_id, ())
        left = awaited(
            Approval.NONE if claim.nominated else plan.approval,
            by_unit=claim.unit_approved_at is not None,
            by_academy=claim.academy_approved_at is not None,
        )
        each = Waiting(
            enrolment_id=claim.id, person_id=claim.person_id, rank=len(before) + 1, name=name,
            unit_name=claim.unit_name, nominated=claim.nominated, requested_at=claim.requested_at,
            hindrances=against[claim.person_id], passed_over=passed.get(claim.id, ()), awaited=left,
        )  # fmt: skip
        found[claim.pool_id] = (*before, each)
    return found


def passed_over(session: Session, enrolment_ids: Collection[int]) -> dict[int, tuple[PassedOver, ...]]:
    """Tell when places went past these claims and why, from the journal, the oldest first."""
    if not enrolment_ids:
        return {}
    rows = session.execute(
        select(JournalEntry.about_id, JournalEntry.at, JournalEntry.after)
        .where(
            JournalEntry.about_kind == Enrolment.__tablename__,
            JournalEntry.about_id.in_(enrolment_ids),
            JournalEntry.code == "enrolment.passed-over",
        )
        .order_by(JournalEntry.id)
    )
    found: dict[int, tuple[PassedOver, ...]] = {}
    for claim_id, at, after in rows:
        if claim_id is not None:
            each = PassedOver(at=at, codes=tuple((after or {}).get("clashes_with", ())))
            found[claim_id] = (*found.get(claim_id, ()), each)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashing:
    """Somebody with a place here and in another class session at the same hours, since one of them was moved."""

    person_id: int
    name: str
    unit_name: str
    state: EnrolmentState
    reasons: tuple[Reason, ...]


def clashing(session: Session, class_session_id: int, *, later: timedelta = timedelta(0)) -> tuple[Clashing, ...]:
    """List whom other class sessions take up at the same hours, or would `later`, in the order of names."""
    rows = session.execute(
        select(Enrolment.person_id, Enrolment.group_id, Enrolment.unit_name, Enrolment.state, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_session_id == class_session_id, Enrolment.state.in_(HOLDS))
        .order_by(Person.name_pinyin, Person.id)
    ).all()
    against = deciding.hindrances(
        session, class_session_id, {row.person_id: row.group_id for row in rows}, later=later
    )
    return tuple(
        Clashing(
            person_id=row.person_id, name=row.name, unit_name=row.unit_name, state=row.state,
            reasons=against[row.person_id],
        )
        for row in rows
        if against[row.person_id]
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoAtOnce:
    """Two class sessions in which one person has a place, at the same hours of some day."""

    code: str
    """Which of the two can be left, where one of them runs already."""
    title: str
    other_title: str
    at: datetime


def own_clashing(session: Session, person_id: int) -> tuple[TwoAtOnce, ...]:
    """List which of a person's class sessions fall together, since one was moved onto the other."""
    rows = ask(session, _two_at_once(), {"person_id": person_id})
    return tuple(
        TwoAtOnce(
            code=row.code if row.state is ClassState.ENROLLING else row.other_code,
            title=row.title, other_title=row.other_title, at=row.at,
        )
        for row in rows
    )  # fmt: skip


@cache
def _two_at_once() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    first, second = aliased(Enrolment), aliased(Enrolment)
    one, other = aliased(ClassSession), aliased(ClassSession)
    mine, theirs = aliased(Sitting), aliased(Sitting)
    later = case((mine.starts_at > theirs.starts_at, mine.starts_at), else_=theirs.starts_at)
    return (
        select(one.code, one.title, one.state, other.code.label("other_code"), other.title.label("other_title"))
        .add_columns(func.min(later).label("at"))
        .join(first, first.class_session_id == one.id)
        .join(second, (second.person_id == first.person_id) & (second.class_session_id > one.id))
        .join(other, other.id == second.class_session_id)
        .join(mine, (mine.class_session_id == one.id) & _attends(mine, first))
        .join(theirs, (theirs.class_session_id == other.id) & _attends(theirs, second))
        .where(
            first.person_id == bindparam("person_id"),
            *(each.state.in_(HOLDS) for each in (first, second)),
            *(each.state.in_(TAKES_UP) for each in (one, other)),
            mine.starts_at < theirs.ends_at,
            theirs.starts_at < mine.ends_at,
        )
        .group_by(one.id, one.code, one.title, one.state, other.id, other.code, other.title)
        .order_by(one.id, other.id)
    )


def _attends(sitting: type[Sitting], claim: type[Enrolment]) -> ColumnElement[bool]:
    """Keep the sittings that take up whoever makes this claim, as `rules.groups.attends` says."""
    groups = select(SittingGroup.group_id).where(SittingGroup.sitting_id == sitting.id)
    return or_(claim.group_id.is_(None), ~groups.exists(), claim.group_id.in_(groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """An offer that nobody confirmed in time."""

    name: str
    unit_name: str
    ended_at: datetime


def lapsed(session: Session, class_session_id: int) -> tuple[Lapsed, ...]:
    """List the offers that lapsed last, the latest first."""
    rows = session.execute(
        select(Person.name, Enrolment.unit_name, Enrolment.withdrawn_at)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.ended_because == Ending.LAPSED,
            Enrolment.offered_at.is_not(None),
        )
        .order_by(Enrolment.withdrawn_at.desc(), Enrolment.id.desc())
        .limit(_MOST_LAPSED)
    )
    return tuple(
        Lapsed(name=name, unit_name=unit_name, ended_at=ended_at)
        for name, unit_name, ended_at in rows
        if ended_at is not None
    )
