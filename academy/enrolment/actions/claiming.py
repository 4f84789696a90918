"""Claim a place, and give it up."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.actions.filling import PENDING, SEATED, WAITING, change_taken, tell
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools, showing
from academy.enrolment.rules import claims
from academy.enrolment.rules.line import landing
from academy.enrolment.rules.quotas import NO_POOL
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import Forbidden, Reason, Refused, constraint_of
from academy.journal.actions import record
from academy.people.queries import register as people


def enrol(session: Session, *, actor: Actor, code: str, now: datetime) -> showing.Claim:
    """Claim a place for the actor: a seat while one is free, else the next number in line.

    Raises Refused with every reason when the rules forbid it.
    """
    person_id = own_id(actor)
    pool_id = pools.own_pool_id(session, code, person_id, on=clock.local_date(now))
    pool = pools.lock(session, [pool_id])[pool_id] if pool_id else None
    people.lock_persons(session, [person_id])
    class_ = deciding.public_class(session, code)
    if reasons := reasons_against(session, class_, person_id, now=now):
        raise Refused(*reasons)
    if pool is None:
        raise Refused(NO_POOL)
    state = landing(pools.plan(session, class_.id), free=pool.taken < pool.places)
    enrolment = new_claim(session, (class_, pool), person_id, state=state, now=now)
    record(session, actor=actor, what="enrolment.made", about=enrolment, now=now, after={"state": state})
    rank = showing.rank(session, enrolment.id) if state is EnrolmentState.WAITING else None
    letter = {EnrolmentState.SEATED: SEATED, EnrolmentState.ASKED: PENDING, EnrolmentState.WAITING: WAITING}[state]
    tell(session, letter, person_id, class_, now=now, rank=rank, who=actor.name)
    return showing.Claim(state=state, rank=rank, group_id=None, group_name=None)


def withdraw(session: Session, *, actor: Actor, code: str, now: datetime) -> None:
    """Give up the actor's claim; a place so freed goes to the first in line, who is told.

    The person's time is free again too: where they wait for a place that is free, they now get it.
    """
    person_id = own_id(actor)
    class_id = deciding.class_id(session, code)
    pool_id = pools.pool_of_claim(session, class_id, person_id)
    locked = lock_around(session, pool_id=pool_id, person_id=person_id) if pool_id else {}
    claim = deciding.lock_claim(session, class_id, person_id)
    class_ = deciding.public_class(session, code, person_id)
    facts = claims.WithdrawalFacts(
        class_state=class_.state,
        state=claim.state if claim else None,
        starts_at=deciding.starts_at(session, class_),
    )
    if reasons := claims.reasons_to_refuse_withdrawal(facts, now=now):
        raise Refused(*reasons)
    if claim is None:
        raise Refused(claims.NOT_IN)
    end(session, actor=actor, claim=claim, because=Ending.WITHDREW, locked=locked, now=now)


def reasons_against(session: Session, class_: ClassView, person_id: int, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against somebody's own claim on a place."""
    return claims.reasons_to_refuse(deciding.claim_facts(session, class_, person_id), now=now)


def new_claim(
    session: Session,
    on: tuple[ClassView, PlacePool],
    person_id: int,
    *,
    state: EnrolmentState,
    now: datetime,
    nominated: bool = False,
    replaces_id: int | None = None,
) -> Enrolment:
    """Enter a claim on a locked pool, which it takes a place of where its state holds one."""
    class_, pool = on
    unit = people.unit_of(session, person_id, clock.local_date(now))
    enrolment = Enrolment(
        class_session_id=class_.id, pool_id=pool.id, person_id=person_id, unit_id=unit and unit.id,
        unit_name=unit.full_name if unit else "", state=state, requested_at=now,
        seated_at=now if state is EnrolmentState.SEATED else None,
        nominated=nominated, replaces_id=replaces_id,
    )  # fmt: skip
    if state in HOLDS:
        change_taken(session, pool, by=1)
    _add_claim(session, enrolment)
    return enrolment


def own_id(actor: Actor) -> int:
    """Tell who acts for themselves; raises Forbidden for a machine."""
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def _add_claim(session: Session, enrolment: Enrolment) -> None:
    session.add(enrolment)
    try:
        session.flush()
    except IntegrityError as error:
        if constraint_of(error, Base.metadata) == "uq_enrolment_one_live_claim":
            raise Refused(claims.ALREADY_IN) from error
        raise
