"""What an instructor teaches, and what belongs to the class sessions in a class manager's charge."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.models import ClassGroup, ClassSession, Sitting, SittingGroup
from academy.classes.rules import PUBLIC_STATES, ClassState
from academy.hours.queries import present_counts
from academy.people.models.register import Person
from academy.sites.models import Place

# A timetable also shows what was; only drafts and cancelled ones are nobody's appointment.
_HAPPENS = PUBLIC_STATES


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
    """How many the register says were there; None while it has not been taken."""


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
    present = present_counts(session, {row[1].id for row in rows}) if rows else {}
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


def next_after(session: Session, person_id: int, *, taught: bool, after: datetime) -> datetime | None:
    """Tell when the first sitting after a moment begins that a person teaches, or also is in charge of."""
    managed = ClassSession.manager_id == person_id
    own = Sitting.instructor_id == person_id
    statement = (
        select(func.min(Sitting.starts_at))
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(
            own if taught else or_(own, managed),
            ClassSession.state.in_(_HAPPENS),
            Sitting.starts_at >= after,
        )
    )
    return session.execute(statement).scalar_one_or_none()
