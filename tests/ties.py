"""Builders of what ties rows together."""

from sqlalchemy.orm import Session

from academy.catalogue.models import Course, CoursePrerequisite
from academy.classes.models import ClassGroup, ClassSession, Sitting, SittingGroup
from academy.hours.models import Completion
from academy.people.models.register import Person
from tests.make import TODAY


def needs(session: Session, of: Course, first: Course) -> None:
    """Make a course build on another one."""
    session.add(CoursePrerequisite(course_id=of.id, needs_id=first.id))
    session.flush()


def completion(session: Session, of: ClassSession, who: Person, *, tenths: int = 40) -> Completion:
    """Somebody's completion of a class session."""
    row = Completion(
        person_id=who.id, class_session_id=of.id, programme_id=of.programme_id, tenths=tenths, completed_on=TODAY
    )
    session.add(row)
    session.flush()
    return row


def for_groups(session: Session, sitting_: Sitting, *groups: ClassGroup) -> None:
    """Keep a sitting for these groups."""
    session.add_all(SittingGroup(sitting_id=sitting_.id, group_id=each.id) for each in groups)
    session.flush()
