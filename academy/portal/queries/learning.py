"""What one trainee has before them: the next sittings, the claims on places, what is still to do, certificates."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.catalogue.models import Course, Programme, ProgrammeCourse
from academy.classes.models import ClassSession, Sitting, SittingGroup
from academy.classes.rules import ClassState
from academy.enrolment.models import Enrolment
from academy.enrolment.rules import EnrolmentState
from academy.hours.models import Completion, HoursEntry
from academy.hours.rules import required_tenths
from academy.people.models import Person
from academy.sites.models import Place

_AHEAD = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSitting:
    """A sitting that a trainee is expected at; `turn` counts the trainee's sittings of that class session."""

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
    def under_way(self) -> bool:
        """Tell whether the trainee has a place and the class session has begun or is being concluded."""
        begun = self.class_state in {ClassState.RUNNING, ClassState.CONCLUDED}
        return begun and self.state is EnrolmentState.SEATED


def _expected(sitting: type[Sitting]) -> ColumnElement[bool]:
    """Keep sittings that are for the enrolled person: the whole class, their group, or while it has no group."""
    of_groups = exists().where(SittingGroup.sitting_id == sitting.id).correlate(sitting)
    of_mine = of_groups.where(SittingGroup.group_id == Enrolment.group_id).correlate(sitting, Enrolment)
    return or_(~of_groups, Enrolment.group_id.is_(None), of_mine)


def next_sittings(session: Session, person_id: int, *, now: datetime, limit: int) -> tuple[NextSitting, ...]:
    """List the sittings that a trainee has a place in and that are not over, the next first."""
    earlier = aliased(Sitting)
    turn = (
        select(func.count())
        .where(
            earlier.class_session_id == Sitting.class_session_id,
            earlier.starts_at <= Sitting.starts_at,
            _expected(earlier),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            ClassSession.code, ClassSession.title, turn, Course.title, Person.name, Sitting.hours,
            Sitting.starts_at, Sitting.ends_at, Place.name, Place.slug, Place.address,
        )
        .join(Enrolment, Enrolment.class_session_id == Sitting.class_session_id)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .join(Course, Course.id == Sitting.course_id)
        .join(Person, Person.id == Sitting.instructor_id)
        .join(Place, Place.id == Sitting.place_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.SEATED,
            ClassSession.state.in_(_AHEAD),
            Sitting.ends_at > now,
            _expected(Sitting),
        )
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(limit)
    )  # fmt: skip
    return tuple(
        NextSitting(
            class_code=row[0], class_title=row[1], turn=row[2], course=row[3], instructor=row[4], tenths=row[5],
            starts_at=row[6], ends_at=row[7], place=row[8], place_slug=row[9], address=row[10],
        )
        for row in rows
    )  # fmt: skip


def _place_in_line() -> ScalarSelect[int]:
    """Count who waits for the same places and asked no later, the person too."""
    ahead = aliased(Enrolment)
    sooner = ahead.requested_at < Enrolment.requested_at
    at_once = and_(ahead.requested_at == Enrolment.requested_at, ahead.id <= Enrolment.id)
    waits = and_(ahead.pool_id == Enrolment.pool_id, ahead.state == EnrolmentState.WAITING)
    return select(func.count()).where(waits, or_(sooner, at_once)).scalar_subquery()


def _earned(person_id: int) -> ScalarSelect[int]:
    """Add up a person's hours of the class session."""
    return (
        select(func.coalesce(func.sum(HoursEntry.tenths), 0))
        .where(HoursEntry.class_session_id == ClassSession.id, HoursEntry.person_id == person_id)
        .scalar_subquery()
    )


def _hours_of_programme() -> ScalarSelect[int]:
    """Add up the hours of the courses that the class session's programme is made of."""
    return (
        select(func.coalesce(func.sum(Course.hours), 0))
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == ClassSession.programme_id)
        .scalar_subquery()
    )


def claims(session: Session, person_id: int, *, today: date) -> tuple[Claim, ...]:
    """List a trainee's claims in class sessions that are not closed, the next to begin first."""
    ahead = ClassSession.state.in_((*_AHEAD, ClassState.CONCLUDED))
    cancelled = and_(ClassSession.state == ClassState.CANCELLED, ClassSession.ends_on >= today)
    completed = exists().where(Completion.class_session_id == ClassSession.id, Completion.person_id == person_id)
    numbers = (_place_in_line(), _earned(person_id), _hours_of_programme(), Programme.required_percent)
    rows = session.execute(
        select(ClassSession, Enrolment.state, *numbers, completed)
        .join(Enrolment, Enrolment.class_session_id == ClassSession.id)
        .join(Programme, Programme.id == ClassSession.programme_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
            or_(ahead, cancelled),
        )
        .order_by(ClassSession.starts_on, ClassSession.id)
    )
    return tuple(
        Claim(
            class_session_id=of.id, code=of.code, title=of.title, class_state=of.state,
            cancelled_because=of.cancelled_because,
            starts_on=of.starts_on, ends_on=of.ends_on, state=state, rank=rank, earned=int(earned),
            required=required_tenths(total_tenths=int(total), required_percent=percent), completed=done,
        )
        for of, state, rank, earned, total, percent, done in rows
    )  # fmt: skip
