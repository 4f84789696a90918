"""What an instructor teaches today and a class manager looks after."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.models import ClassGroup, ClassSession, Sitting, SittingGroup
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.queries import showing
from academy.hours.models import EvidenceKind, HoursEntry
from academy.people.models import Person
from academy.sites.models import Place

_HAPPENS = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING, ClassState.CONCLUDED)
_OPEN = (ClassState.DRAFT, *_HAPPENS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSitting:
    """A sitting that somebody teaches, or that belongs to a class session in their charge."""

    id: int
    class_code: str
    class_title: str
    course: str
    instructor: str
    taught_by_me: bool
    managed_by_me: bool
    running: bool
    starts_at: datetime
    ends_at: datetime
    tenths: int
    place: str
    place_slug: str
    groups: tuple[str, ...]
    present: int | None
    """How many the register says were there; None while it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A class session in somebody's charge, with its places."""

    of: ClassView
    places: int
    taken: int
    waiting: int


def sittings(session: Session, person_id: int, *, since: datetime, until: datetime) -> tuple[OwnSitting, ...]:
    """List the sittings between two moments that a person teaches or is in charge of."""
    rows = session.execute(
        select(Sitting, ClassSession, Course.title, Person.name, Place.name, Place.slug)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .join(Course, Course.id == Sitting.course_id)
        .join(Person, Person.id == Sitting.instructor_id)
        .join(Place, Place.id == Sitting.place_id)
        .where(
            or_(Sitting.instructor_id == person_id, ClassSession.manager_id == person_id),
            ClassSession.state.in_(_HAPPENS),
            Sitting.starts_at >= since,
            Sitting.starts_at < until,
        )
        .order_by(Sitting.starts_at, Sitting.id)
    ).all()
    ids = [row[0].id for row in rows]
    groups = _group_names(session, ids) if rows else {}
    present = _present(session, {row[1].id for row in rows}, ids) if rows else {}
    return tuple(
        OwnSitting(
            id=sitting.id, class_code=of.code, class_title=of.title, course=course, instructor=instructor,
            taught_by_me=sitting.instructor_id == person_id, managed_by_me=of.manager_id == person_id,
            running=of.state is ClassState.RUNNING,
            starts_at=sitting.starts_at, ends_at=sitting.ends_at, tenths=sitting.hours,
            place=place, place_slug=slug, groups=groups.get(sitting.id, ()),
            present=present.get(sitting.id),
        )
        for sitting, of, course, instructor, place, slug in rows
    )  # fmt: skip


def _group_names(session: Session, sitting_ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(SittingGroup.sitting_id, ClassGroup.name)
        .join(ClassGroup, ClassGroup.id == SittingGroup.group_id)
        .where(SittingGroup.sitting_id.in_(sitting_ids))
        .order_by(ClassGroup.position)
    )
    found: dict[int, tuple[str, ...]] = {}
    for sitting_id, name in rows:
        found[sitting_id] = (*found.get(sitting_id, ()), name)
    return found


def _present(session: Session, class_session_ids: Collection[int], sitting_ids: list[int]) -> dict[int, int]:
    """Count who stands in the registers of these sittings."""
    rows = session.execute(
        select(HoursEntry.evidence_id, func.sum(case((HoursEntry.tenths > 0, 1), else_=-1)))
        .where(
            HoursEntry.class_session_id.in_(class_session_ids),
            HoursEntry.evidence_kind == EvidenceKind.REGISTER,
            HoursEntry.evidence_id.in_(sitting_ids),
        )
        .group_by(HoursEntry.evidence_id)
    )
    return {sitting_id: int(count) for sitting_id, count in rows if count}


def managed(session: Session, person_id: int) -> tuple[Managed, ...]:
    """List the class sessions in a person's charge that are neither closed nor cancelled, the next first."""
    found = [of for of in classes.managed_by(session, person_id) if of.state in _OPEN]
    pools = showing.places(session, [of.id for of in found]) if found else {}
    return tuple(_managed(of, pools.get(of.id)) for of in reversed(found))


def _managed(of: ClassView, pool: showing.Places | None) -> Managed:
    """Add the places; before enrolment opens they are as many as the class session is planned for."""
    if pool is None:
        return Managed(of=of, places=of.capacity, taken=0, waiting=0)
    return Managed(of=of, places=pool.places, taken=pool.taken, waiting=pool.waiting)
