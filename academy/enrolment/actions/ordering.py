"""Put a unit's reserve in another order."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.enrolment.actions.nominating import refuse_unless_open
from academy.enrolment.queries import deciding, offers, pools
from academy.enrolment.rules.claims import NOT_IN
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record

_APART = timedelta(microseconds=1)


def move_up(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> None:
    """Let somebody in a unit's reserve change places with the one before, while the list is open."""
    found = offers.answered_by(session, actor, enrolment_id)
    pool = pools.lock(session, [found.pool_id])[found.pool_id]
    class_ = deciding.existing_class(session, pool.class_session_id)
    if pool.unit_id is None:
        raise Refused(NOT_IN)
    refuse_unless_open(session, actor, class_, pool.unit_id, now=now)
    line = list(deciding.lock_line(session, [pool.id]))
    place = next((number for number, claim in enumerate(line) if claim.id == enrolment_id), None)
    if place is None or not line[place].nominated or line[place].state is not EnrolmentState.WAITING:
        raise Refused(NOT_IN)
    if place == 0:
        return
    first = line[0].requested_at
    line[place - 1], line[place] = line[place], line[place - 1]
    for number, claim in enumerate(line):
        claim.requested_at = first + number * _APART
    record(
        session, actor=actor, what="enrolment.reserve-ordered", about=line[place - 1], now=now,
        before={"rank": place + 1}, after={"rank": place},
    )  # fmt: skip
