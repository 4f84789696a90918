"""Say yes to a place that became free; offers whose time is over go to the next in line."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.claiming import own_id
from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.actions.filling import SEATED, tell, tell_claimant
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import deciding, offers, pools
from academy.enrolment.rules.claims import ALREADY_STARTED, has_started
from academy.enrolment.rules.offers import NOT_OFFERED, OFFER_LAPSED, UNIT_CONFIRMS, confirm_by
from academy.enrolment.rules.states import Ending, EnrolmentState, moved
from academy.ground.access import Actor, Via, operator
from academy.ground.clock import civil
from academy.ground.errors import Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter

LAPSED = Letter(
    "enrolment.lapsed",
    N_("The time to confirm a place is over"),
    N_(
        "The place in “%(title)s” (%(code)s) on offer to %(who)s was not confirmed in time and went to the next "
        "in line."
    ),
)
DECLINED = Letter(
    "enrolment.declined",
    N_("A place on offer was given to the next in line"),
    N_("The place in “%(title)s” (%(code)s) on offer to you was declined for you and went to the next in line."),
)

_CLOCKWORK = operator("clockwork", Via.JOB)


def confirm(session: Session, *, actor: Actor, code: str, now: datetime) -> None:
    """Say yes to a place on offer to the actor; for whom a unit put forward its liaison does so."""
    class_id = deciding.class_id(session, code)
    person_id = own_id(actor)
    pool_id = pools.pool_of_claim(session, class_id, person_id)
    pools.lock(session, [pool_id] if pool_id else [])
    claim = deciding.lock_claim(session, class_id, person_id)
    if claim is not None and claim.state is EnrolmentState.OFFERED and claim.nominated:
        raise Refused(UNIT_CONFIRMS)
    _accept(session, actor, claim, now=now)


def confirm_for(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> Enrolment:
    """Say yes for somebody whom the actor's unit put forward, or as the office, which phoned anybody.

    Raises NotFound for anybody else's.
    """
    found = offers.to_answer(session, actor, enrolment_id)
    pools.lock(session, [found.pool_id])
    return _accept(session, actor, deciding.lock_claim_by_id(session, enrolment_id), now=now)


def decline_for(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> None:
    """Say no for somebody in the same way: the place goes to the next in line at once, and the person is told."""
    found = offers.to_answer(session, actor, enrolment_id)
    locked = lock_around(session, pool_id=found.pool_id, person_id=found.person_id)
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None or claim.state is not EnrolmentState.OFFERED:
        raise Refused(NOT_OFFERED)
    end(session, actor=actor, claim=claim, because=Ending.WITHDREW, locked=locked, now=now)
    class_ = deciding.existing_class(session, claim.class_session_id)
    tell(session, DECLINED, claim.person_id, class_, now=now)


def _accept(session: Session, actor: Actor, claim: Enrolment | None, *, now: datetime) -> Enrolment:
    if claim is None or claim.state is not EnrolmentState.OFFERED:
        raise Refused(NOT_OFFERED)
    if claim.confirm_by is not None and now >= claim.confirm_by:
        raise Refused(OFFER_LAPSED.about(moment=civil(claim.confirm_by)))
    class_ = deciding.existing_class(session, claim.class_session_id)
    if has_started(class_.state, deciding.starts_at(session, class_), now=now):
        raise Refused(ALREADY_STARTED)
    claim.state, claim.seated_at = moved(claim.state, EnrolmentState.SEATED), now
    record(
        session, actor=actor, what="enrolment.confirmed", about=claim, now=now,
        before={"state": EnrolmentState.OFFERED}, after={"state": claim.state},
    )  # fmt: skip
    tell(session, SEATED, claim.person_id, class_, now=now)
    return claim


def start_clock(session: Session, *, enrolment_id: int, now: datetime) -> bool:
    """Let the time to confirm begin, once the message about the offer has been accepted; tells whether it does."""
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    accepted_at = offers.accepted_at(session, enrolment_id)
    if claim is None or claim.state is not EnrolmentState.OFFERED or claim.confirm_by or accepted_at is None:
        return False
    class_ = deciding.existing_class(session, claim.class_session_id)
    hours = pools.plan(session, claim.class_session_id).confirm_hours
    claim.confirm_by = confirm_by(accepted_at, hours=hours, starts_at=deciding.starts_at(session, class_))
    record(
        session, actor=_CLOCKWORK, what="enrolment.clock-started", about=claim, now=now,
        after={"confirm_by": claim.confirm_by.isoformat()},
    )  # fmt: skip
    return True


def lapse(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> bool:
    """End an offer whose time is over, or whose class has started, and tell whether it did."""
    found = offers.claim_keys(session, enrolment_id)
    if found is None:
        return False
    locked = lock_around(session, pool_id=found.pool_id, person_id=found.person_id)
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None or claim.state is not EnrolmentState.OFFERED:
        return False
    class_ = deciding.existing_class(session, claim.class_session_id)
    started = has_started(class_.state, deciding.starts_at(session, class_), now=now)
    if not started and (claim.confirm_by is None or now < claim.confirm_by):
        return False
    end(session, actor=actor, claim=claim, because=Ending.LAPSED, locked=locked, now=now)
    tell_claimant(session, LAPSED, claim, class_, now=now, who=offers.holder_name(session, enrolment_id))
    return True
