"""What of a class session still ties a unit, so that it cannot end yet."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.nominating import UNIT_IS_TIED
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import Reason

_AHEAD = (ClassState.DRAFT, ClassState.PUBLISHED, ClassState.ENROLLING)
_UNDECIDED = (EnrolmentState.NOMINATED, EnrolmentState.ASKED, EnrolmentState.WAITING, EnrolmentState.OFFERED)


def of_unit(session: Session, unit_id: int) -> tuple[Reason, ...]:
    """Name the class sessions ahead in which a unit has free places or people who are not seated yet."""
    undecided = exists().where(Enrolment.pool_id == PlacePool.id, Enrolment.state.in_(_UNDECIDED))
    statement = (
        select(ClassSession.code)
        .join(PlacePool, PlacePool.class_session_id == ClassSession.id)
        .where(PlacePool.unit_id == unit_id, ClassSession.state.in_(_AHEAD))
        .where(or_(PlacePool.places > PlacePool.taken, undecided))
        .order_by(ClassSession.code)
    )
    codes = session.execute(statement).scalars().all()
    return (UNIT_IS_TIED.about(codes=tuple(codes)),) if codes else ()
