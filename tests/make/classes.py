"""Class sessions, and claims on their places."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from academy.catalogue.models import Course, Programme
from academy.classes.models import ClassGroup, ClassKind, ClassLevel, ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState
from academy.ground import clock
from academy.people.models.register import Person
from academy.sites.models import Place
from tests.make.people import NOW, TODAY, course, programme, serial


def class_session(
    session: Session,
    *,
    state: ClassState = ClassState.ENROLLING,
    capacity: int = 20,
    manager: Person | None = None,
    starts_on: date = TODAY + timedelta(days=10),
    days: int = 2,
    programme_: Programme | None = None,
    title: str = "新任网格员培训班",
) -> ClassSession:
    """A class session that is open for enrolment now, unless told otherwise."""
    number = next(serial)
    kind = ClassKind(name=f"班型{number}", position=number)
    level = ClassLevel(name=f"层次{number}", position=number)
    session.add_all([kind, level])
    session.flush()
    row = ClassSession(
        code=f"2026-{number:03d}",
        title=title,
        kind_id=kind.id,
        level_id=level.id,
        programme_id=(programme_ or programme(session, course(session))).id,
        manager_id=manager.id if manager else None,
        capacity=capacity,
        audience="",
        enrolment_opens_at=NOW - timedelta(days=7),
        enrolment_closes_at=NOW + timedelta(days=7),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        state=state,
        created_at=NOW,
        sample=False,
        concluded_at=NOW if state in {ClassState.CONCLUDED, ClassState.CLOSED} else None,
        closed_at=NOW if state is ClassState.CLOSED else None,
        cancelled_at=NOW if state is ClassState.CANCELLED else None,
    )
    session.add(row)
    session.flush()
    return row


def group(session: Session, of: ClassSession, name: str = "第一组") -> ClassGroup:
    """A group of a class session."""
    row = ClassGroup(class_session_id=of.id, name=name, position=next(serial), leader_id=None)
    session.add(row)
    session.flush()
    return row


def sitting(
    session: Session,
    of: ClassSession,
    *,
    instructor: Person,
    at: Place,
    day: date | None = None,
    hour: int = 9,
    course_: Course | None = None,
    hours: int = 40,
) -> Sitting:
    """A sitting of three hours on the class session's first day, worth four hours taught."""
    starts_at = clock.at(day or of.starts_on, hour)
    row = Sitting(
        class_session_id=of.id,
        course_id=(course_ or course(session)).id,
        instructor_id=instructor.id,
        place_id=at.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        hours=hours,
    )
    session.add(row)
    session.flush()
    return row


def pool(session: Session, of: ClassSession, *, places: int | None = None, taken: int = 0) -> PlacePool:
    """The open places of a class session."""
    row = PlacePool(
        class_session_id=of.id,
        holder=Holder.OPEN,
        unit_id=None,
        places=of.capacity if places is None else places,
        taken=taken,
    )
    session.add(row)
    session.flush()
    return row


def enrolment(
    session: Session,
    of: PlacePool,
    who: Person,
    *,
    state: EnrolmentState = EnrolmentState.SEATED,
    at: datetime = NOW,
) -> Enrolment:
    """A claim; what holds a place counts in its pool."""
    row = Enrolment(
        class_session_id=of.class_session_id,
        pool_id=of.id,
        person_id=who.id,
        unit_id=None,
        unit_name="",
        group_id=None,
        state=state,
        requested_at=at,
        seated_at=at if state is EnrolmentState.SEATED else None,
        withdrawn_at=at if state is EnrolmentState.WITHDRAWN else None,
        ended_because=Ending.WITHDREW if state is EnrolmentState.WITHDRAWN else None,
        offered_at=at if state is EnrolmentState.OFFERED else None,
        nominated=state is EnrolmentState.NOMINATED,
    )
    session.add(row)
    of.taken += state in HOLDS
    session.flush()
    return row
