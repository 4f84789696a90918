"""How the places of a staged class session are filled, and claims in every state of their lives."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, OfferMessage, PlacePool
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState
from academy.outbox.models import Message, MessageState
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.stage import Stage

BY_UNITS = Plan(nomination=True, by_districts=False, open_road=False)


def planned(session: Session, on: Stage, plan: Plan) -> Plan:
    """Fill the places of a class session in this way."""
    session.add(Admission(class_session_id=on.class_.id, reserve_returned_at=None, **asdict(plan)))
    session.flush()
    return plan


def unit_pool(session: Session, on: Stage, unit: Unit, *, places: int) -> PlacePool:
    """Places that belong to a unit, taken from the open ones."""
    row = PlacePool(class_session_id=on.class_.id, holder=Holder.UNIT, unit_id=unit.id, places=places, taken=0)
    on.pool.places -= places
    session.add(row)
    session.flush()
    return row


def claim(
    session: Session,
    pool: PlacePool,
    who: Person,
    state: EnrolmentState,
    *,
    unit: Unit | None = None,
    nominated: bool = False,
    at: datetime = make.NOW,
) -> Enrolment:
    """A claim of somebody of a unit, which counts in its pool where it holds a place."""
    row = Enrolment(
        class_session_id=pool.class_session_id, pool_id=pool.id, person_id=who.id, unit_id=unit and unit.id,
        unit_name=unit.name if unit else "", group_id=None, state=state, requested_at=at,
        seated_at=at if state is EnrolmentState.SEATED else None,
        offered_at=at if state is EnrolmentState.OFFERED else None,
        withdrawn_at=at if state is EnrolmentState.WITHDRAWN else None,
        ended_because=Ending.WITHDREW if state is EnrolmentState.WITHDRAWN else None,
        nominated=nominated or state is EnrolmentState.NOMINATED,
    )  # fmt: skip
    session.add(row)
    pool.taken += state in HOLDS
    session.flush()
    return row


def latest(session: Session, who: Person, on: Stage) -> Enrolment:
    """Somebody's latest claim in a class session."""
    session.flush()
    found = session.execute(
        select(Enrolment)
        .where(Enrolment.person_id == who.id, Enrolment.class_session_id == on.class_.id)
        .order_by(Enrolment.id.desc())
        .limit(1)
    )
    return found.scalar_one()


def offer_message_ids(session: Session, claim_: Enrolment) -> list[int]:
    """Name the messages about the offer that stands, the first sent first."""
    statement = (
        select(Message.id)
        .join(OfferMessage, OfferMessage.message_id == Message.id)
        .where(OfferMessage.enrolment_id == claim_.id, Message.queued_at >= claim_.offered_at)
    )
    return list(session.execute(statement.order_by(Message.id)).scalars())


def accepted(session: Session, claim_: Enrolment, *, at: datetime) -> None:
    """Have a channel accept the message about an offer."""
    message = session.get_one(Message, offer_message_ids(session, claim_)[0])
    message.state, message.sent_at = MessageState.SENT, at
    session.flush()
