"""Where a trainee is expected when: the sittings of the class sessions they have a place in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.models import ClassSession, Sitting, SittingGroup
from academy.classes.rules import PUBLIC_STATES
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.hours.models import EvidenceKind, HoursEntry
from academy.hours.queries import has_register
from academy.people.models.register import Person
from academy.sites.models import Place

# What the register of a sitting says of the trainee.
_THERE, _MISSED, _OPEN = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A sitting that a trainee is expected at; `turn` counts the trainee's sittings of that class session."""

    id: int
    class_session_id: int
    class_code: str
    class_title: str
    turn: int
    course: str
    instructor: str
    tenths: int
    starts_at: datetime
    ends_at: datetime
    place: str
    place_slug: str
    address: str
    there: bool | None
    """What the register says; None while there is none."""


def sittings(
    session: Session, person_id: int, *, since: datetime, until: datetime, now: datetime
) -> tuple[Expected, ...]:
    """List the sittings between two moments that a trainee is expected at, in order."""
    rows = session.execute(
        _statement(), {"person_id": person_id, "since": since, "until": until, "now": now}
    ).all()
    turns: dict[int, int] = {}
    found = []
    for row in rows:
        turns[row[1]] = turns.get(row[1], 0) + 1
        found.append(
            Expected(
                id=row[0], class_session_id=row[1], class_code=row[2], class_title=row[3], turn=turns[row[1]],
                course=row[4], instructor=row[5], tenths=row[6], starts_at=row[7], ends_at=row[8], place=row[9],
                place_slug=row[10], address=row[11], there=None if row[12] == _OPEN else row[12] == _THERE,
            )
        )  # fmt: skip
    return tuple(found)


def one_at_a_time(found: Sequence[Expected]) -> tuple[Expected, ...]:
    """Leave out what happens beside an earlier sitting: whoever has no group yet can only go to one of them."""
    kept: list[Expected] = []
    for sitting in found:
        if not kept or sitting.starts_at >= kept[-1].ends_at:
            kept.append(sitting)
    return tuple(kept)


def next_after(session: Session, person_id: int, *, after: datetime) -> datetime | None:
    """Tell when the first sitting after a moment begins that a trainee is expected at."""
    return session.execute(_next(), {"person_id": person_id, "after": after}).scalar_one_or_none()


def _expected() -> ColumnElement[bool]:
    """Keep sittings that are for the enrolled person: the whole class, their group, or while it has no group."""
    of_groups = exists().where(SittingGroup.sitting_id == Sitting.id).correlate(Sitting)
    of_mine = of_groups.where(SittingGroup.group_id == Enrolment.group_id).correlate(Sitting, Enrolment)
    return or_(~of_groups, Enrolment.group_id.is_(None), of_mine)


def _mine() -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.state == EnrolmentState.SEATED,
        ClassSession.state.in_(PUBLIC_STATES),
        _expected(),
    )


def _noted() -> ColumnElement[int]:
    """Tell what the register says of the person, once it was taken."""
    proof = (HoursEntry.evidence_kind == EvidenceKind.REGISTER, HoursEntry.evidence_id == Sitting.id)
    own = (
        select(func.coalesce(func.sum(HoursEntry.tenths), 0))
        .where(HoursEntry.person_id == Enrolment.person_id, *proof)
        .scalar_subquery()
    )
    begins_later = Sitting.starts_at > bindparam("now")
    return case((own > 0, _THERE), (begins_later, _OPEN), (has_register(), _MISSED), else_=_OPEN)


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    return (
        select(
            Sitting.id, ClassSession.id, ClassSession.code, ClassSession.title, Course.title, Person.name,
            Sitting.hours, Sitting.starts_at, Sitting.ends_at, Place.name, Place.slug, Place.address, _noted(),
        )
        .join(Enrolment, Enrolment.class_session_id == Sitting.class_session_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .join(Course, Course.id == Sitting.course_id)
        .join(Person, Person.id == Sitting.instructor_id)
        .join(Place, Place.id == Sitting.place_id)
        .where(*_mine(), Sitting.starts_at >= bindparam("since"), Sitting.starts_at < bindparam("until"))
        .order_by(Sitting.starts_at, Sitting.id)
    )  # fmt: skip


@cache
def _next() -> Select[*tuple[Any, ...]]:
    return (
        select(func.min(Sitting.starts_at))
        .join(Enrolment, Enrolment.class_session_id == Sitting.class_session_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(*_mine(), Sitting.starts_at >= bindparam("after"))
    )
