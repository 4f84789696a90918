"""Count what the sample academy was made with; what people add to it later does not count."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.catalogue.rules.kinds import Domain
from academy.classes.models import ClassSession, Sitting


def _first_made() -> ColumnElement[bool]:
    """Pick the class sessions that were over before they were entered, as only the sample's past is."""
    return and_(ClassSession.sample, ClassSession.closed_at < ClassSession.created_at)


def _is_sample(session: Session) -> bool:
    return session.execute(select(ClassSession.id).where(ClassSession.sample).limit(1)).first() is not None


def count_first_closed(session: Session) -> int | None:
    """Count the closed class sessions of the sample's past; None where there is no sample."""
    if not _is_sample(session):
        return None
    return session.execute(select(func.count()).select_from(ClassSession).where(_first_made())).scalar_one()


def courses_taught_first(session: Session) -> Mapping[Domain, int] | None:
    """Count the courses taught in the sample's past, by their domain; None where there is no sample."""
    if not _is_sample(session):
        return None
    statement = (
        select(Course.domain, func.count(Course.id.distinct()))
        .join(Sitting, Sitting.course_id == Course.id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(_first_made())
    )
    return dict(session.execute(statement.group_by(Course.domain)).all())
