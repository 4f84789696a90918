"""When a class session is cancelled: tell everybody in it, and let the time it gives free count elsewhere."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.enrolment.actions.filling import lock_line, promote, tell
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import deciding, offers, pools, showing, standing, tending
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.clock import local_date
from academy.ground.errors import NotFound
from academy.ground.text import N_
from academy.outbox.actions import Letter

_NAMED = 3
CANCELLED = Letter(
    "enrolment.class-cancelled",
    N_("The class has been cancelled"),
    N_("“%(title)s” (%(code)s) has been cancelled. Other classes are open for enrolment. Why: %(reason)s"),
)
CANCELLED_WITH_OTHERS = Letter(
    "enrolment.class-cancelled-others",
    N_("The class has been cancelled; others are open"),
    N_(
        "“%(title)s” (%(code)s) has been cancelled. Why: %(reason)s You can come to another class of this "
        "programme instead, on its page: %(others)s"
    ),
)
UNIT_CANCELLED = Letter(
    "enrolment.unit-class-cancelled",
    N_("A class that your unit put people forward for has been cancelled"),
    N_("“%(title)s” (%(code)s) has been cancelled. Why: %(reason)s Your people in it: %(who)s."),
)


def lock_pools(session: Session, code: str) -> Mapping[int, PlacePool]:
    """Lock the places of a class session and those elsewhere that its people wait for, in the order of all."""
    class_id = deciding.class_id(session, code)
    return pools.lock_all(session, [class_id], also=tending.waited_for(session, class_id))


def tell_cancelled(session: Session, *, code: str, reason: str, now: datetime) -> Counter[EnrolmentState]:
    """Tell everybody who has a place or waits that the class is not held, and how many they are by state.

    They are told of other classes of the programme; whoever put people forward is told of them by name.
    """
    class_ = classes.class_session(session, code)
    if class_ is None:
        raise NotFound
    people = showing.roster(session, class_.id)
    others = said_of_others(session, class_.id, now=now)
    letter = CANCELLED_WITH_OTHERS if others else CANCELLED
    for row in people:
        tell(session, letter, row.person_id, class_, now=now, reason=reason, others=others)
    for liaison_id, names in offers.put_forward_by_liaison(session, class_.id, on=local_date(now)).items():
        tell(session, UNIT_CANCELLED, liaison_id, class_, now=now, reason=reason, who="、".join(names))
    return Counter(row.state for row in people)


def said_of_others(session: Session, class_session_id: int, *, now: datetime) -> str:
    """Name other class sessions of the programme with their first days, as a message can; empty for none."""
    found = standing.alternatives(session, class_session_id, now=now, most=_NAMED)
    return "; ".join(f"{each.code} ({each.starts_on.isoformat()})" for each in found)


def promote_elsewhere(
    session: Session, *, actor: Actor, locked: Mapping[int, PlacePool], but: int, now: datetime
) -> int:
    """Give free places of the other pools to those whom the cancelled class session hinders no more."""
    others = [pool for pool in locked.values() if pool.class_session_id != but]
    lock_line(session, others)
    return sum(promote(session, actor, pool, now=now, tell_passed=False) for pool in others)
