"""End a claim, whatever the reason: its place goes to the first in line, and the person's time is free again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.filling import change_taken, lock_line, promote
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState, moved
from academy.ground.access import Actor
from academy.journal.actions import record

_JOURNALLED = {
    Ending.WITHDREW: "enrolment.withdrawn",
    Ending.REFUSED: "enrolment.refused",
    Ending.LAPSED: "enrolment.lapsed",
    Ending.SUBSTITUTED: "enrolment.substituted",
    Ending.UNDONE: "enrolment.undone",
}


def lock_around(session: Session, *, pool_id: int, person_id: int) -> Mapping[int, PlacePool]:
    """Lock the pool of a claim that may end, those its person waits for, and everybody in those lines."""
    locked = pools.lock(session, {pool_id} | pools.waited_for(session, [person_id]))
    lock_line(session, locked.values())
    return locked


def end(
    session: Session,
    *,
    actor: Actor,
    claim: Enrolment,
    because: Ending,
    locked: Mapping[int, PlacePool],
    now: datetime,
    reason: str = "",
    promoting: bool = True,
) -> bool:
    """End a locked claim and tell whether that freed a place; where a substitute takes it, nobody is promoted."""
    was = claim.state
    claim.state, claim.withdrawn_at = moved(was, EnrolmentState.WITHDRAWN), now
    claim.ended_because, claim.confirm_by = because, None
    freed = was in HOLDS
    if freed:
        change_taken(session, locked[claim.pool_id], by=-1)
    if was is EnrolmentState.SEATED:
        for group in deciding.lock_led_groups(session, claim.class_session_id, claim.person_id):
            group.leader_id = None
    record(
        session, actor=actor, what=_JOURNALLED[because], about=claim, now=now,
        before={"state": was}, after={"state": claim.state, **({"reason": reason} if reason else {})},
    )  # fmt: skip
    for pool in locked.values() if promoting else ():
        promote(session, actor, pool, now=now, tell_passed=freed and pool.id == claim.pool_id)
    return freed
