"""What is taught at a place."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import PUBLIC_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSitting:
    """A sitting to come, as a place's page shows it."""

    starts_at: datetime
    ends_at: datetime
    course: str
    class_code: str
    class_title: str


def next_sittings(session: Session, place_id: int, *, now: datetime, limit: int) -> tuple[NextSitting, ...]:
    """List what announced class sessions do at a place from now on, the next first."""
    rows = session.execute(
        select(Sitting.starts_at, Sitting.ends_at, Course.title, ClassSession.code, ClassSession.title)
        .join(Course, Course.id == Sitting.course_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(Sitting.place_id == place_id, Sitting.ends_at > now, ClassSession.state.in_(PUBLIC_STATES))
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(limit)
    )
    return tuple(
        NextSitting(starts_at=since, ends_at=until, course=course, class_code=code, class_title=title)
        for since, until, course, code, title in rows
    )
