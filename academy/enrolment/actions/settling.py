"""When a class session starts: what was still held for somebody and never settled ends, and is told."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.ending import end
from academy.enrolment.actions.filling import lock_line, promote, tell
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, offers, pools, tending
from academy.enrolment.rules.states import Ending
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.text import N_
from academy.outbox.actions import Letter
from academy.people.queries import register as people

NOT_SETTLED = Letter(
    "enrolment.not-settled",
    N_("The class has started without you"),
    N_(
        "“%(title)s” (%(code)s) has started. The place held for you was not confirmed by then, so it has lapsed. "
        "Other classes are open for enrolment."
    ),
)
UNIT_NOT_SETTLED = Letter(
    "enrolment.unit-not-settled",
    N_("The class has started without people of your unit"),
    N_("“%(title)s” (%(code)s) has started. Places that were not confirmed by then have lapsed: %(who)s."),
)


def hold(session: Session, code: str) -> Mapping[int, PlacePool]:
    """Lock all places of a class session that is about to start, and those elsewhere that its people wait for."""
    class_id = deciding.class_id(session, code)
    return pools.lock_all(session, [class_id], also=tending.waited_for(session, class_id))


def settle(session: Session, *, actor: Actor, code: str, locked: Mapping[int, PlacePool], now: datetime) -> int:
    """End what is still nominated, asked for or on offer in a class session that starts, and tell how many.

    Whoever loses a place so is free at its hours again, and gets a free place elsewhere that they wait for.
    """
    class_ = deciding.existing_class(session, deciding.class_id(session, code))
    others = [pool for pool in locked.values() if pool.class_session_id != class_.id]
    lock_line(session, others)
    unsettled = offers.lock_unsettled(session, class_.id)
    for claim in unsettled:
        end(session, actor=actor, claim=claim, because=Ending.LAPSED, locked=locked, now=now, promoting=False)
        tell(session, NOT_SETTLED, claim.person_id, class_, now=now)
    names = people.names(session, [claim.person_id for claim in unsettled])
    for liaison_id, claims in _by_liaison(session, unsettled, now=now).items():
        who = "、".join(names[claim.person_id] for claim in claims)
        tell(session, UNIT_NOT_SETTLED, liaison_id, class_, now=now, who=who)
    if unsettled:
        for pool in others:
            promote(session, actor, pool, now=now, tell_passed=False)
    return len(unsettled)


def _by_liaison(session: Session, claims: Collection[Enrolment], *, now: datetime) -> dict[int, list[Enrolment]]:
    """Gather what units put forward by who speaks for it, so that each liaison gets one message."""
    found: dict[int, list[Enrolment]] = {}
    for claim in claims:
        speakers = offers.speakers(session, claim, on=clock.local_date(now)) if claim.nominated else ()
        for liaison_id in speakers:
            found.setdefault(liaison_id, []).append(claim)
    return found
