"""Places on offer: whose answer is awaited, since when, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, case, func, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.enrolment.models.places import Enrolment, OfferMessage
from academy.enrolment.queries import pools, quotas
from academy.enrolment.rules.states import HOLDS, TAKES_UP, EnrolmentState
from academy.ground.access import Actor
from academy.ground.clock import local_date
from academy.ground.errors import NotFound
from academy.outbox.models import Message, MessageState
from academy.people.models.register import Person
from academy.people.queries import register as people

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimKeys:
    """What is locked before a claim is."""

    pool_id: int
    person_id: int
    unit_id: int | None


def claim_keys(session: Session, enrolment_id: int) -> ClaimKeys | None:
    """Tell whose claim it is, and on which pool; neither ever changes."""
    statement = select(Enrolment.pool_id, Enrolment.person_id, Enrolment.unit_id).where(
        Enrolment.id == enrolment_id
    )
    row = session.execute(statement).one_or_none()
    return row and ClaimKeys(pool_id=row.pool_id, person_id=row.person_id, unit_id=row.unit_id)


def answered_by(session: Session, actor: Actor, enrolment_id: int) -> ClaimKeys:
    """Find a claim that the actor answers for: an admin for all, a liaison for their units; else NotFound."""
    found = claim_keys(session, enrolment_id)
    if found is None:
        raise NotFound
    if not actor.is_admin and found.unit_id not in people.units_below(session, actor.unit_ids):
        raise NotFound
    return found


def to_answer(session: Session, actor: Actor, enrolment_id: int) -> ClaimKeys:
    """Find an offer that the actor answers: an admin any, a liaison those to people their units put forward."""
    found = answered_by(session, actor, enrolment_id)
    nominated = session.execute(select(Enrolment.nominated).where(Enrolment.id == enrolment_id)).scalar_one()
    if not actor.is_admin and not nominated:
        raise NotFound
    return found


def speakers(session: Session, claim: Enrolment, *, on: date) -> tuple[int, ...]:
    """Tell which liaisons speak for a claim: of the unit whose place it is, the person's own, or the district."""
    given_to = pools.unit_of_pool(session, claim.pool_id)
    units = [each for each in (given_to, claim.unit_id) if each is not None]
    units += quotas.districts_of(session, units).values()
    found = people.liaisons(session, units, on=on)
    return next((found[unit_id] for unit_id in units if unit_id in found), ())


def put_forward_by_liaison(session: Session, class_session_id: int, *, on: date) -> dict[int, list[str]]:
    """Gather the names of those whom units put forward for a class session by who speaks for them."""
    rows = session.execute(
        select(Enrolment, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.nominated,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
        .order_by(Person.name_pinyin, Person.id)
    )
    speaking: dict[tuple[int, int | None], tuple[int, ...]] = {}
    found: dict[int, list[str]] = {}
    for claim, name in rows:
        key = (claim.pool_id, claim.unit_id)
        if key not in speaking:
            speaking[key] = speakers(session, claim, on=on)
        for liaison_id in speaking[key]:
            found.setdefault(liaison_id, []).append(name)
    return found


def lock_unsettled(session: Session, class_session_id: int) -> Sequence[Enrolment]:
    """Lock the claims that hold a place which nobody has settled yet: nominated, asked for, or on offer."""
    unsettled = [state for state in HOLDS if state is not EnrolmentState.SEATED]
    return (
        session.execute(
            select(Enrolment)
            .where(Enrolment.class_session_id == class_session_id, Enrolment.state.in_(unsettled))
            .order_by(Enrolment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def holder_name(session: Session, enrolment_id: int) -> str:
    """Tell what the person of a claim is called."""
    statement = select(Person.name).join(Enrolment, Enrolment.person_id == Person.id)
    name: str = session.execute(statement.where(Enrolment.id == enrolment_id)).scalar_one()
    return name


def about_offer(what: ColumnElement[T]) -> ScalarSelect[T]:
    """Gather something of all messages about a claim's offer; the claim is that of the statement around it."""
    return (
        select(what)
        .join(OfferMessage, OfferMessage.message_id == Message.id)
        .where(OfferMessage.enrolment_id == Enrolment.id, Message.queued_at >= Enrolment.offered_at)
        .correlate(Enrolment)
        .scalar_subquery()
    )


BEST = (MessageState.FAILED, MessageState.QUEUED, MessageState.SENT)
"""How far messages have come; of several about one offer the one that came furthest counts."""


def furthest() -> ScalarSelect[int | None]:
    """Tell by its place in `BEST` how far the messages about a claim's offer came; None where there is none."""
    ranks = {state: rank for rank, state in enumerate(BEST)}
    return about_offer(func.max(case(ranks, value=Message.state)))


def accepted_at(session: Session, enrolment_id: int) -> datetime | None:
    """Tell when a channel first accepted a message about an offer; None while none has."""
    moment = about_offer(func.min(Message.sent_at))
    return session.execute(select(moment).where(Enrolment.id == enrolment_id)).scalar_one_or_none()


def unstarted(session: Session) -> list[int]:
    """List the offers whose time has not begun although a message about them has been accepted."""
    statement = select(Enrolment.id).where(
        Enrolment.state == EnrolmentState.OFFERED,
        Enrolment.confirm_by.is_(None),
        about_offer(func.min(Message.sent_at)).is_not(None),
    )
    return list(session.execute(statement.order_by(Enrolment.id)).scalars())


def overdue(session: Session, *, now: datetime) -> list[int]:
    """List the offers whose time is over, and those into class sessions that may have started."""
    statement = (
        select(Enrolment.id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.state == EnrolmentState.OFFERED,
            ClassSession.state.in_(TAKES_UP),
            or_(Enrolment.confirm_by <= now, ClassSession.starts_on <= local_date(now)),
        )
    )
    return list(session.execute(statement.order_by(Enrolment.id)).scalars())
