"""Claim a place, and give it up."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.actions.filling import (
    PENDING,
    SEATED,
    UNIT_WITHDREW,
    WAITING,
    change_taken,
    tell_claimant,
    write_to,
)
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools, showing
from academy.enrolment.rules import claims
from academy.enrolment.rules.line import landing
from academy.enrolment.rules.quotas import NO_POOL
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import Forbidden, Refused, constraint_of
from academy.journal.actions import record
from academy.people.queries import register as people
from academy.people.queries.claimant import lock_claimant
from academy.people.queries.register import UnitView

_TABLE = Base.metadata.tables[Enrolment.__tablename__]
_CLAIM = insert(_TABLE).returning(_TABLE.c.id)


def enrol(session: Session, *, actor: Actor, code: str, now: datetime) -> showing.Claim:
    """Claim a place for the actor: a seat while one is free, else the next number in line.

    Raises Refused with every reason when the rules forbid it.
    """
    person_id = own_id(actor)
    today = clock.local_date(now)
    pool = pools.lock_own_pool(session, code, person_id, on=today)
    claimant = lock_claimant(session, person_id, on=today)
    class_ = deciding.public_class(session, code)
    terms = pools.terms(session, class_.id)
    if reasons := claims.reasons_to_refuse(deciding.claim_facts(session, class_, person_id, terms), now=now):
        raise Refused(*reasons)
    if pool is None:
        raise Refused(NO_POOL)
    state = landing(terms.plan, free=pool.taken < pool.places)
    about = _claim_of(person_id, (class_, pool), claimant.unit, state, now)
    claim_id = _enter(session, pool, about)
    made = (Enrolment, claim_id)
    record(session, actor=actor, what="enrolment.made", about=made, now=now, after={"state": state})
    rank = showing.rank(session, claim_id) if state is EnrolmentState.WAITING else None
    letter = {EnrolmentState.SEATED: SEATED, EnrolmentState.ASKED: PENDING, EnrolmentState.WAITING: WAITING}[state]
    write_to(session, letter, claimant.recipient, class_, now=now, rank=rank, who=actor.name)
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
    if claim is not None and claim.pool_id not in locked:
        raise Refused(claims.NOT_IN)  # made since we looked for what to lock
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
    if claim.nominated:
        tell_claimant(session, UNIT_WITHDREW, claim, class_, now=now, who=actor.name)


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
    unit = people.unit_of(session, person_id, clock.local_date(now))
    about = _claim_of(person_id, on, unit, state, now) | {"nominated": nominated, "replaces_id": replaces_id}
    return deciding.lock_made(session, _enter(session, on[1], about))


def own_id(actor: Actor) -> int:
    """Tell who acts for themselves; raises Forbidden for a machine."""
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def _claim_of(
    person_id: int,
    on: tuple[ClassView, PlacePool],
    unit: UnitView | None,
    state: EnrolmentState,
    now: datetime,
) -> dict[str, object]:
    """Write down what a claim is from its first moment; it keeps the unit as it is now."""
    class_, pool = on
    return {
        "class_session_id": class_.id, "pool_id": pool.id, "person_id": person_id,
        "unit_id": unit and unit.id, "unit_name": unit.full_name if unit else "",
        "state": state, "requested_at": now, "seated_at": now if state is EnrolmentState.SEATED else None,
    }  # fmt: skip


def _enter(session: Session, pool: PlacePool, about: Mapping[str, object]) -> int:
    """Enter a claim and give its id; without the ORM, because whoever waits for the pool waits for this too."""
    if about["state"] in HOLDS:
        change_taken(session, pool, by=1)
    session.flush()
    try:
        claim_id: int = session.connection().execute(_CLAIM, dict(about)).scalar_one()
    except IntegrityError as error:
        if constraint_of(error, Base.metadata) == "uq_enrolment_one_live_claim":
            raise Refused(claims.ALREADY_IN) from error
        raise
    return claim_id
