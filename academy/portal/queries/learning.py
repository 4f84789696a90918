"""What one trainee has before them: the claims on places, and how far each is from completion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.catalogue.models import Course, Programme, ProgrammeCourse
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.hours.models import Completion, HoursEntry
from academy.hours.rules import required_tenths, year_of
from academy.office.rules import ProgressFacts, Prospect, prospect
from academy.people.models.register import Person
from academy.portal.queries.timetable import Expected, one_at_a_time

_AHEAD = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A trainee's live claim in a class session that is not closed, with the hours so far and those asked for.

    One that was cancelled is still told of until the last of its days.
    """

    class_session_id: int
    code: str
    title: str
    class_state: ClassState
    cancelled_because: str
    manager: str
    starts_on: date
    ends_on: date
    state: EnrolmentState
    rank: int
    earned: int
    required: int
    completed: bool

    @property
    def missing(self) -> int:
        """Tell the hours still to do, in tenths."""
        return 0 if self.completed else max(self.required - self.earned, 0)

    @property
    def seated(self) -> bool:
        """Tell whether the trainee has a place in a class session that takes place."""
        return self.state is EnrolmentState.SEATED and self.class_state is not ClassState.CANCELLED

    @property
    def runs(self) -> bool:
        """Tell whether the trainee has a place and the class session is taught now."""
        return self.seated and self.class_state is ClassState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a trainee stands with one class session under way, as its class manager sees it too."""

    claim: Claim
    to_come: int
    """Tenths of the sittings that have no register yet."""
    missed: int
    prospect: Prospect

    @property
    def spare(self) -> int:
        """Tell how many tenths may still be missed."""
        return max(self.claim.earned + self.to_come - self.claim.required, 0)


def progress(claims_: Sequence[Claim], sittings: Sequence[Expected]) -> tuple[Progress, ...]:
    """Measure the running class sessions by the sittings that were and are to come."""
    return tuple(
        _progress(claim, [each for each in sittings if each.class_session_id == claim.class_session_id])
        for claim in claims_
        if claim.runs
    )


def _progress(claim: Claim, sittings: Sequence[Expected]) -> Progress:
    to_come = tenths_to_come(sittings)
    missed = sum(each.there is False for each in sittings)
    facts = ProgressFacts(
        earned=claim.earned, required=claim.required, to_come=to_come, missed=missed,
        begun=True, concluded=False, completed=claim.completed,
    )  # fmt: skip
    return Progress(claim=claim, to_come=to_come, missed=missed, prospect=prospect(facts))


def tenths_to_come(sittings: Sequence[Expected], *, year: int | None = None) -> int:
    """Add up the hours of the sittings that have no register yet, of one local year if asked."""
    left = one_at_a_time([each for each in sittings if each.there is None])
    return sum(each.tenths for each in left if year is None or year_of(each.starts_at) == year)


def claims(session: Session, person_id: int, *, today: date) -> tuple[Claim, ...]:
    """List a trainee's claims in class sessions that are not closed, the next to begin first."""
    rows = session.execute(_claims(), {"person_id": person_id, "today": today})
    return tuple(
        Claim(
            class_session_id=row[0], code=row[1], title=row[2], class_state=row[3], cancelled_because=row[4],
            starts_on=row[5], ends_on=row[6], manager=row[7] or "", state=row[8], rank=row[9],
            earned=int(row[10]),
            required=required_tenths(total_tenths=int(row[11]), required_percent=row[12]), completed=row[13],
        )
        for row in rows
    )  # fmt: skip


@cache
def _claims() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    ahead = ClassSession.state.in_((*_AHEAD, ClassState.CONCLUDED))
    cancelled = and_(ClassSession.state == ClassState.CANCELLED, ClassSession.ends_on >= bindparam("today"))
    completed = exists().where(
        Completion.class_session_id == ClassSession.id, Completion.person_id == Enrolment.person_id
    )
    return (
        select(
            ClassSession.id, ClassSession.code, ClassSession.title, ClassSession.state,
            ClassSession.cancelled_because, ClassSession.starts_on, ClassSession.ends_on, Person.name,
            Enrolment.state, _place_in_line(), _earned(), _hours_of_programme(), Programme.required_percent,
            completed,
        )
        .join(Enrolment, Enrolment.class_session_id == ClassSession.id)
        .join(Programme, Programme.id == ClassSession.programme_id)
        .outerjoin(Person, Person.id == ClassSession.manager_id)
        .where(
            Enrolment.person_id == bindparam("person_id"),
            Enrolment.state != EnrolmentState.WITHDRAWN,
            or_(ahead, cancelled),
        )
        .order_by(ClassSession.starts_on, ClassSession.id)
    )  # fmt: skip


def _place_in_line() -> ColumnElement[int]:
    """Count who waits for the same places and asked no later, the person too; 0 for who has a place."""
    ahead = aliased(Enrolment)
    sooner = ahead.requested_at < Enrolment.requested_at
    at_once = and_(ahead.requested_at == Enrolment.requested_at, ahead.id <= Enrolment.id)
    waits = and_(ahead.pool_id == Enrolment.pool_id, ahead.state == EnrolmentState.WAITING)
    counted = select(func.count()).where(waits, or_(sooner, at_once)).correlate(Enrolment).scalar_subquery()
    return case((Enrolment.state == EnrolmentState.WAITING, counted), else_=0)


def _earned() -> ScalarSelect[int]:
    """Add up the person's hours of the class session."""
    return (
        select(func.coalesce(func.sum(HoursEntry.tenths), 0))
        .where(HoursEntry.class_session_id == ClassSession.id, HoursEntry.person_id == Enrolment.person_id)
        .correlate(ClassSession, Enrolment)
        .scalar_subquery()
    )


def _hours_of_programme() -> ScalarSelect[int]:
    """Add up the hours of the courses that the class session's programme is made of."""
    return (
        select(func.coalesce(func.sum(Course.hours), 0))
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == ClassSession.programme_id)
        .correlate(ClassSession)
        .scalar_subquery()
    )
