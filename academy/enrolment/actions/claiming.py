"""Claim a place, and give it up."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.enrolment import rules
from academy.enrolment.actions.filling import SEATED, WAITING, change_taken, lock_line, promote, tell
from academy.enrolment.models import Enrolment
from academy.enrolment.queries import deciding, showing
from academy.enrolment.rules import EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import Forbidden, Refused, constraint_of
from academy.journal.actions import record
from academy.people.queries import register as people


def enrol(session: Session, *, actor: Actor, code: str, now: datetime) -> showing.Claim:
    """Claim a place for the actor: a seat while one is free, else the next number in line.

    Raises Refused with every reason when the rules forbid it.
    """
    person_id = _own_id(actor)
    pool = deciding.lock_pool(session, code)
    people.lock_persons(session, [person_id])
    class_ = deciding.public_class(session, code)
    facts = deciding.claim_facts(session, class_, person_id)
    if reasons := rules.reasons_to_refuse(facts, now=now):
        raise Refused(*reasons)
    if pool is None:
        raise Refused(rules.NO_POOL)
    unit = people.unit_of(session, person_id, clock.local_date(now))
    state = rules.place(taken=pool.taken, places=pool.places)
    seated = state is EnrolmentState.SEATED
    enrolment = Enrolment(
        class_session_id=class_.id, pool_id=pool.id, person_id=person_id, unit_id=unit and unit.id,
        unit_name=unit.full_name if unit else "", state=state, requested_at=now, seated_at=now if seated else None,
    )  # fmt: skip
    if seated:
        change_taken(session, pool, by=1)
    _add_claim(session, enrolment)
    record(session, actor=actor, what="enrolment.made", about=enrolment, now=now, after={"state": state})
    rank = None if seated else showing.rank(session, enrolment.id)
    tell(session, SEATED if seated else WAITING, person_id, class_, now=now, rank=rank)
    return showing.Claim(state=state, rank=rank, group_id=None, group_name=None)


def withdraw(session: Session, *, actor: Actor, code: str, now: datetime) -> None:
    """Give up the actor's claim; a seat so freed goes to the first in line, who is told.

    The person's time is free again too: where they wait for a place that is free, they now get it.
    """
    person_id = _own_id(actor)
    class_id = deciding.class_id(session, code)
    pools = deciding.lock_pools(session, {class_id} | deciding.waiting_class_ids(session, person_id))
    claim = deciding.lock_claim(session, class_id, person_id)
    lock_line(session, pools.values())
    class_ = deciding.public_class(session, code, person_id)
    facts = rules.WithdrawalFacts(
        class_state=class_.state,
        state=claim.state if claim else None,
        starts_at=deciding.starts_at(session, class_),
    )
    if reasons := rules.reasons_to_refuse_withdrawal(facts, now=now):
        raise Refused(*reasons)
    if claim is None:
        raise Refused(rules.NOT_IN)
    was = claim.state
    claim.state, claim.withdrawn_at = rules.moved(was, EnrolmentState.WITHDRAWN), now
    if was is EnrolmentState.SEATED:
        change_taken(session, pools[class_id], by=-1)
        for group in deciding.lock_led_groups(session, class_id, person_id):
            group.leader_id = None
    record(
        session, actor=actor, what="enrolment.withdrawn", about=claim, now=now,
        before={"state": was}, after={"state": claim.state},
    )  # fmt: skip
    for freed_id, pool in pools.items():
        freed = freed_id == class_id and was is EnrolmentState.SEATED
        promote(session, actor, pool, now=now, tell_passed=freed)


def _own_id(actor: Actor) -> int:
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def _add_claim(session: Session, enrolment: Enrolment) -> None:
    session.add(enrolment)
    try:
        session.flush()
    except IntegrityError as error:
        if constraint_of(error, Base.metadata) == "uq_enrolment_one_live_claim":
            raise Refused(rules.ALREADY_IN) from error
        raise
