"""When a class session is cancelled: tell everybody in it, and let the time it gives free count elsewhere."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.enrolment.actions.filling import lock_line, promote, tell
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import deciding, pools, showing, tending
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.ground.text import N_
from academy.outbox.actions import Letter

CANCELLED = Letter(
    "enrolment.class-cancelled",
    N_("The class has been cancelled"),
    N_("“%(title)s” (%(code)s) has been cancelled. Other classes are open for enrolment. Why: %(reason)s"),
)


def lock_pools(session: Session, code: str) -> Mapping[int, PlacePool]:
    """Lock the places of a class session and those elsewhere that its people wait for, in the order of all."""
    class_id = deciding.class_id(session, code)
    return pools.lock(session, pools.all_ids(session, [class_id]) | tending.waited_for(session, class_id))


def tell_cancelled(session: Session, *, code: str, reason: str, now: datetime) -> Counter[EnrolmentState]:
    """Tell everybody who has a place or waits that the class is not held, and how many they are by state."""
    class_ = classes.class_session(session, code)
    if class_ is None:
        raise NotFound
    people = showing.roster(session, class_.id)
    for row in people:
        tell(session, CANCELLED, row.person_id, class_, now=now, reason=reason)
    return Counter(row.state for row in people)


def promote_elsewhere(
    session: Session, *, actor: Actor, locked: Mapping[int, PlacePool], but: int, now: datetime
) -> int:
    """Give free places of the other pools to those whom the cancelled class session hinders no more."""
    others = [pool for pool in locked.values() if pool.class_session_id != but]
    lock_line(session, others)
    return sum(promote(session, actor, pool, now=now, tell_passed=False) for pool in others)
