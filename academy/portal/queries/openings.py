"""Class sessions that take enrolments now, with the places left."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from academy.catalogue.models import CoursePrerequisite, ProgrammeCourse
from academy.classes.models import ClassKind, ClassLevel, ClassSession, Sitting, SittingGroup
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import HOLDS, TAKES_UP, EnrolmentState
from academy.hours.models import Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClass:
    """A class session as a list of what one can take shows it."""

    id: int
    code: str
    title: str
    kind: str
    level: str
    audience: str
    starts_on: date
    ends_on: date
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A class session that one can enrol in, and how many places it has left."""

    of: OpenClass
    places: int
    left: int
    waiting: int
    approval: bool
    """Somebody must say yes to a claim before the place is one's own."""


def openings(session: Session, *, now: datetime, limit: int) -> tuple[Opening, ...]:
    """List the class sessions open for enrolment, the next to begin first."""
    rows = session.execute(_everybody(), {"now": now, "limit": limit})
    return tuple(_opening(*row) for row in rows)


def openings_to_ask(session: Session, *, now: datetime, limit: int) -> tuple[Opening, ...]:
    """List those in which people ask for a place themselves; places that units fill are not counted."""
    rows = session.execute(_asking(), {"now": now, "limit": limit})
    return tuple(_opening(*row) for row in rows)


def openings_for(session: Session, person_id: int, *, now: datetime, limit: int) -> tuple[Opening, ...]:
    """List the class sessions with places left that nothing hinders a trainee from taking.

    Left out are those where the trainee has a claim already, lacks a prerequisite or has a place elsewhere at
    the same hour, and those that only units put people forward for. When it comes to it, the rules are asked
    again.
    """
    rows = session.execute(_somebody(), {"person_id": person_id, "now": now, "limit": limit})
    return tuple(_opening(*row) for row in rows)


def openings_with(session: Session, course_id: int, *, now: datetime, limit: int) -> tuple[Opening, ...]:
    """List the class sessions open for enrolment whose programme has a course in it."""
    rows = session.execute(_teaching_it(), {"course_id": course_id, "now": now, "limit": limit})
    return tuple(_opening(*row) for row in rows)


def _opening(places: int, taken: int, waiting: int, approval: Approval | None, *of: Any) -> Opening:
    return Opening(
        of=OpenClass(
            id=of[0], code=of[1], title=of[2], kind=of[3], level=of[4], audience=of[5], starts_on=of[6],
            ends_on=of[7], closes_at=of[8],
        ),
        places=int(places), left=max(int(places) - int(taken), 0), waiting=int(waiting),
        approval=approval not in {None, Approval.NONE},
    )  # fmt: skip


@cache
def _everybody(*, asking: bool = False) -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it.

    For those who ask themselves only the places count that they can be given.
    """
    waiting = (
        select(func.count())
        .where(Enrolment.class_session_id == ClassSession.id, Enrolment.state == EnrolmentState.WAITING)
        .correlate(ClassSession)
        .scalar_subquery()
    )
    pools = (
        select(
            PlacePool.class_session_id,
            func.sum(PlacePool.places).label("places"),
            func.sum(PlacePool.taken).label("taken"),
        )
        .outerjoin(Admission, Admission.class_session_id == PlacePool.class_session_id)
        .where(_is_asked_for() if asking else true())
        .group_by(PlacePool.class_session_id)
        .subquery("pools")
    )
    return (
        select(
            pools.c.places, pools.c.taken, waiting, Admission.approval,
            ClassSession.id, ClassSession.code, ClassSession.title, ClassKind.name, ClassLevel.name,
            ClassSession.audience, ClassSession.starts_on, ClassSession.ends_on, ClassSession.enrolment_closes_at,
        )
        .join(pools, pools.c.class_session_id == ClassSession.id)
        .outerjoin(Admission, Admission.class_session_id == ClassSession.id)
        .join(ClassKind, ClassKind.id == ClassSession.kind_id)
        .join(ClassLevel, ClassLevel.id == ClassSession.level_id)
        .where(
            ClassSession.state == ClassState.ENROLLING,
            ClassSession.enrolment_opens_at <= bindparam("now"),
            ClassSession.enrolment_closes_at > bindparam("now"),
        )
        .order_by(ClassSession.starts_on, ClassSession.id)
        .limit(bindparam("limit"))
    )  # fmt: skip


@cache
def _asking() -> Select[*tuple[Any, ...]]:
    return _everybody(asking=True).where(Admission.open_road.is_not(False))


@cache
def _teaching_it() -> Select[*tuple[Any, ...]]:
    in_it = exists().where(
        ProgrammeCourse.programme_id == ClassSession.programme_id,
        ProgrammeCourse.course_id == bindparam("course_id"),
    )
    return _everybody().where(in_it)


@cache
def _somebody() -> Select[*tuple[Any, ...]]:
    claim = exists().where(
        Enrolment.class_session_id == ClassSession.id,
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )
    everybody = _everybody(asking=True)
    places, taken = list(everybody.selected_columns)[:2]
    return everybody.where(
        ~claim,
        ~_lacks_a_prerequisite(),
        ~_clashes(),
        Admission.open_road.is_not(False),
        _has_open_places(),
        places > taken,
    )


def _has_open_places() -> ColumnElement[bool]:
    """Tell whether a place is free for an own claim: where units put people forward, theirs do not count."""
    free = exists().where(PlacePool.class_session_id == ClassSession.id, PlacePool.taken < PlacePool.places)
    return free.where(_is_asked_for()).correlate(ClassSession, Admission)


def _is_asked_for() -> ColumnElement[bool]:
    """Pick the places that an own claim may be given."""
    theirs = and_(PlacePool.holder == Holder.UNIT, Admission.nomination.is_not(True))
    return or_(PlacePool.holder == Holder.OPEN, theirs)


def _lacks_a_prerequisite() -> ColumnElement[bool]:
    """Tell whether a programme builds on a course that neither it nor what the person completed teaches."""
    own, before = aliased(ProgrammeCourse), aliased(ProgrammeCourse)
    in_it = exists().where(
        own.programme_id == ProgrammeCourse.programme_id, own.course_id == CoursePrerequisite.needs_id
    )
    completed = exists().where(
        before.course_id == CoursePrerequisite.needs_id,
        before.programme_id == Completion.programme_id,
        Completion.person_id == bindparam("person_id"),
    )
    return exists().where(
        ProgrammeCourse.programme_id == ClassSession.programme_id,
        CoursePrerequisite.course_id == ProgrammeCourse.course_id,
        ~in_it.correlate(ProgrammeCourse, CoursePrerequisite),
        ~completed.correlate(CoursePrerequisite),
    )


def _clashes() -> ColumnElement[bool]:
    """Tell whether one of its sittings falls on one that the person has a place in."""
    theirs, mine, elsewhere, seat = aliased(Sitting), aliased(Sitting), aliased(ClassSession), aliased(Enrolment)
    for_groups = exists().where(SittingGroup.sitting_id == mine.id).correlate(mine)
    for_mine = for_groups.where(SittingGroup.group_id == seat.group_id).correlate(mine, seat)
    return exists().where(
        theirs.class_session_id == ClassSession.id,
        seat.person_id == bindparam("person_id"),
        seat.state.in_(HOLDS),
        elsewhere.id == seat.class_session_id,
        elsewhere.state.in_(TAKES_UP),
        mine.class_session_id == seat.class_session_id,
        mine.starts_at < theirs.ends_at,
        mine.ends_at > theirs.starts_at,
        or_(~for_groups, seat.group_id.is_(None), for_mine),
    )
