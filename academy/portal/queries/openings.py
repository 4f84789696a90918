"""Class sessions that take enrolments now, with the places left."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from academy.catalogue.models import CoursePrerequisite, ProgrammeCourse
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState, clashes
from academy.enrolment.queries import deciding, showing
from academy.enrolment.rules import taken_up_by
from academy.hours.models import Completion

_LOOKED_AT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A class session that one can enrol in, and how many places it has left."""

    of: ClassView
    places: int
    left: int
    waiting: int


def openings(session: Session, *, now: datetime, limit: int) -> tuple[Opening, ...]:
    """List the class sessions open for enrolment, the next to begin first."""
    return _with_places(session, _open(session, now)[:limit])


def openings_for(
    session: Session, person_id: int, *, but: Collection[int], now: datetime, limit: int
) -> tuple[Opening, ...]:
    """List the class sessions with places left that nothing hinders a trainee from taking.

    `but` are those where the trainee has a claim already. When it comes to it, the rules are asked again.
    """
    found = [of for of in _open(session, now) if of.id not in but]
    shut = _out_of_reach(session, {of.programme_id for of in found}, person_id)
    found = [of for of in found if of.programme_id not in shut]
    spans = classes.spans(session, [of.id for of in found])
    taken_up = deciding.taken_up(session, [person_id], but=0).get(person_id, ()) if found else ()
    free = [of for of in found if not clashes(taken_up_by(spans[of.id], None), taken_up)]
    return tuple(opening for opening in _with_places(session, free) if opening.left)[:limit]


def _open(session: Session, now: datetime) -> list[ClassView]:
    """List the class sessions whose window is open, the next to begin first."""
    enrolling = classes.class_lines(session, states=(ClassState.ENROLLING,), size=_LOOKED_AT, soonest=True)
    return [of for of in enrolling.rows if of.opens_at <= now < of.closes_at]


def _with_places(session: Session, found: Sequence[ClassView]) -> tuple[Opening, ...]:
    pools = showing.places(session, [of.id for of in found]) if found else {}
    return tuple(
        Opening(of=of, places=pool.places, left=max(pool.places - pool.taken, 0), waiting=pool.waiting)
        for of in found
        if (pool := pools.get(of.id))
    )


def _out_of_reach(session: Session, programme_ids: Collection[int], person_id: int) -> frozenset[int]:
    """Tell which programmes build on a course that neither they nor what the person completed teach."""
    if not programme_ids:
        return frozenset()
    own, before = aliased(ProgrammeCourse), aliased(ProgrammeCourse)
    in_it = exists().where(
        own.programme_id == ProgrammeCourse.programme_id, own.course_id == CoursePrerequisite.needs_id
    )
    completed = exists().where(
        before.course_id == CoursePrerequisite.needs_id,
        before.programme_id == Completion.programme_id,
        Completion.person_id == person_id,
    )
    rows = session.execute(
        select(ProgrammeCourse.programme_id)
        .join(CoursePrerequisite, CoursePrerequisite.course_id == ProgrammeCourse.course_id)
        .where(ProgrammeCourse.programme_id.in_(programme_ids), ~in_it, ~completed)
        .distinct()
    )
    return frozenset(rows.scalars())
