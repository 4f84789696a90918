"""What clockwork looks after: places free beside a line, and claims on class sessions that were cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models import Enrolment, Holder, PlacePool
from academy.enrolment.rules import EnrolmentState


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
            PlacePool.holder == Holder.OPEN,
            PlacePool.taken < PlacePool.places,
            somebody_waits,
        )
        .order_by(ClassSession.id)
    )
    return tuple(
        Fillable(class_session_id=class_id, code=code, pool_id=pool_id) for class_id, code, pool_id in rows
    )


def cancelled_codes(session: Session) -> tuple[str, ...]:
    """List the cancelled class sessions that somebody still has a claim on."""
    claimed = (
        select(Enrolment.id)
        .where(Enrolment.class_session_id == ClassSession.id, Enrolment.state != EnrolmentState.WITHDRAWN)
        .exists()
    )
    statement = select(ClassSession.code).where(ClassSession.state == ClassState.CANCELLED, claimed)
    return tuple(session.execute(statement.order_by(ClassSession.id)).scalars())


def lock_live(session: Session, pool_id: int) -> Sequence[Enrolment]:
    """Lock every live claim on a pool, in the order of the persons."""
    return (
        session.execute(
            select(Enrolment)
            .where(Enrolment.pool_id == pool_id, Enrolment.state != EnrolmentState.WITHDRAWN)
            .order_by(Enrolment.person_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )
