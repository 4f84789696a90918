"""Where places are free beside a line, or may become so: for clockwork, and for who cancels a class."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.states import HOLDS, EnrolmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Fillable:
    """An enrolling class session with a free place and somebody in line."""

    class_session_id: int
    code: str
    pool_id: int


def fillable(session: Session) -> tuple[Fillable, ...]:
    """List the enrolling class sessions where a place is free while somebody waits."""
    somebody_waits = (
        select(Enrolment.id)
        .where(Enrolment.pool_id == PlacePool.id, Enrolment.state == EnrolmentState.WAITING)
        .exists()
    )
    rows = session.execute(
        select(ClassSession.id, ClassSession.code, PlacePool.id)
        .join(PlacePool, PlacePool.class_session_id == ClassSession.id)
        .where(
            ClassSession.state == ClassState.ENROLLING,
            PlacePool.taken < PlacePool.places,
            somebody_waits,
        )
        .order_by(ClassSession.id, PlacePool.id)
    )
    return tuple(
        Fillable(class_session_id=class_id, code=code, pool_id=pool_id) for class_id, code, pool_id in rows
    )


def waited_for(session: Session, class_session_id: int) -> frozenset[int]:
    """Name the pools that those wait for who have a place in this class session."""
    held = select(Enrolment.person_id).where(
        Enrolment.class_session_id == class_session_id, Enrolment.state.in_(HOLDS)
    )
    statement = select(Enrolment.pool_id).where(
        Enrolment.person_id.in_(held), Enrolment.state == EnrolmentState.WAITING
    )
    return frozenset(session.execute(statement).scalars())
