"""An academy small enough to see: class sessions with one sitting each, and people who want a place."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.enrolment.actions import claiming
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries.showing import Claim
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from academy.outbox.models import Message
from academy.people.models.register import Person
from tests import make

LATER = make.TODAY + timedelta(days=10)


@dataclass(frozen=True)
class Stage:
    """What one class session is made of."""

    class_: ClassSession
    pool: PlacePool


def stage(session: Session, *, places: int = 1, day: date = LATER, hour: int = 9, title: str = "培训班") -> Stage:
    """A class session open for enrolment, with one sitting of three hours."""
    class_ = make.class_session(session, capacity=places, starts_on=day, title=title)
    teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
    make.sitting(session, class_, instructor=teacher, at=make.place(session), hour=hour)
    return Stage(class_, make.pool(session, class_))


def enrol(session: Session, who: Person, on: Stage, *, after: int = 0) -> Claim:
    """Claim a place, so many minutes after the builders' moment."""
    now = make.NOW + timedelta(minutes=after)
    return claiming.enrol(session, actor=make.actor(who), code=on.class_.code, now=now)


def withdraw(session: Session, who: Person, of: Stage, *, after: int = 60) -> None:
    """Give a claim up, so many minutes after the builders' moment."""
    now = make.NOW + timedelta(minutes=after)
    claiming.withdraw(session, actor=make.actor(who), code=of.class_.code, now=now)


def state_of(session: Session, who: Person, in_: Stage) -> EnrolmentState | None:
    """Tell the state of a person's latest claim."""
    session.flush()
    return session.execute(
        select(Enrolment.state)
        .where(Enrolment.person_id == who.id, Enrolment.class_session_id == in_.class_.id)
        .order_by(Enrolment.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def counts(session: Session, of: Stage) -> tuple[int, int]:
    """Count the taken places as the pool says, and as the rows say."""
    session.flush()
    taken = session.execute(select(PlacePool.taken).where(PlacePool.id == of.pool.id)).scalar_one()
    seated = session.execute(
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.pool_id == of.pool.id, Enrolment.state == EnrolmentState.SEATED)
    ).scalar_one()
    return taken, seated


def told(session: Session, who: Person) -> list[str]:
    """List the codes of the messages to a person, the oldest first."""
    session.flush()
    rows = session.execute(select(Message.code).where(Message.person_id == who.id).order_by(Message.id))
    return list(rows.scalars())


def journal(session: Session) -> list[str]:
    """List the codes of the journal, the oldest first."""
    session.flush()
    return list(session.execute(select(JournalEntry.code).order_by(JournalEntry.id)).scalars())
