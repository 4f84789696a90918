"""A running class for the desks to tell of."""

from datetime import timedelta

from sqlalchemy.orm import Session

from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.ground.access import Role
from academy.hours.models import EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind
from academy.people.models.register import Person
from tests import make

YESTERDAY = make.TODAY - timedelta(days=1)


def present(session: Session, at: Sitting, *who: Person) -> None:
    """Note in a sitting's register who was there."""
    session.add_all(
        HoursEntry(
            person_id=each.id, class_session_id=at.class_session_id, kind=HoursKind.THEORY,
            evidence_kind=EvidenceKind.REGISTER, evidence_id=at.id, turn=1, year=2026, tenths=at.hours,
            reverses_id=None, entered_at=make.NOW, entered_by="陈敏",
        )
        for each in who
    )  # fmt: skip
    session.flush()


def running(
    session: Session, *people: Person, manager: Person | None = None
) -> tuple[ClassSession, list[Sitting]]:
    """A class of three sittings of four hours, yesterday, today and tomorrow, that asks for 7.2 of the twelve."""
    course = make.course(session, hours=120)
    of = make.class_session(
        session, state=ClassState.RUNNING, starts_on=YESTERDAY, days=3, manager=manager,
        programme_=make.programme(session, course, required_percent=60),
    )  # fmt: skip
    teacher, room = manager or make.person(session, "李建国", roles=(Role.INSTRUCTOR,)), make.place(session)
    pool = make.pool(session, of)
    for each in people:
        make.enrolment(session, pool, each)
    days = (YESTERDAY, make.TODAY, make.TODAY + timedelta(days=1))
    return of, [
        make.sitting(session, of, instructor=teacher, at=room, day=day, hour=14, course_=course) for day in days
    ]
