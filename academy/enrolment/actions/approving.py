"""Approve what people asked for themselves, or refuse it: first the unit, then the academy, as the class wants it."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.actions.filling import SEATED, tell, tell_claimant
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import deciding, offers, pools
from academy.enrolment.rules.approving import NOT_PENDING, REASON_EMPTY
from academy.enrolment.rules.line import is_approved
from academy.enrolment.rules.states import Ending, EnrolmentState, moved
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import N_, clean_name, has_a_character
from academy.journal.actions import record
from academy.outbox.actions import Letter

REFUSED = Letter(
    "enrolment.refused",
    N_("Your claim on a place was not approved"),
    N_("Your claim on a place in “%(title)s” (%(code)s) was not approved. Why: %(reason)s"),
)
_OPEN = (EnrolmentState.ASKED, EnrolmentState.WAITING)


def approve(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> EnrolmentState:
    """Approve somebody's own claim, as the liaison of their unit or for the academy, and tell what it is now.

    Whoever waits in line keeps waiting, approved; a place that is held becomes theirs once all have approved.
    """
    claim = _lock(session, actor, enrolment_id)
    before = {"state": claim.state}
    if actor.is_admin:
        claim.academy_approved_at = claim.academy_approved_at or now
    else:
        claim.unit_approved_at = claim.unit_approved_at or now
    plan = pools.plan(session, claim.class_session_id)
    whole = is_approved(
        plan.approval,
        by_unit=claim.unit_approved_at is not None,
        by_academy=claim.academy_approved_at is not None,
    )
    if whole and claim.state is EnrolmentState.ASKED:
        claim.state, claim.seated_at = moved(claim.state, EnrolmentState.SEATED), now
        tell_claimant(session, SEATED, claim, deciding.existing_class(session, claim.class_session_id), now=now)
    record(
        session, actor=actor, what="enrolment.approved", about=claim, now=now, before=before,
        after={"state": claim.state},
    )  # fmt: skip
    return claim.state


def refuse(session: Session, *, actor: Actor, enrolment_id: int, reason: str, now: datetime) -> None:
    """Refuse somebody's own claim for a reason that they are told; the place goes to the first in line."""
    said = clean_name(reason)
    if not has_a_character(said):
        raise Refused(REASON_EMPTY)
    found = offers.answered_by(session, actor, enrolment_id)
    locked = lock_around(session, pool_id=found.pool_id, person_id=found.person_id)
    claim = _lock(session, actor, enrolment_id)
    end(session, actor=actor, claim=claim, because=Ending.REFUSED, locked=locked, now=now, reason=said)
    class_ = deciding.existing_class(session, claim.class_session_id)
    tell(session, REFUSED, claim.person_id, class_, now=now, reason=said)


def _lock(session: Session, actor: Actor, enrolment_id: int) -> Enrolment:
    """Lock a claim that the actor may decide on, its pool first; raises Refused once somebody has decided."""
    found = offers.answered_by(session, actor, enrolment_id)
    pools.lock(session, [found.pool_id])
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None or claim.state not in _OPEN or claim.nominated:
        raise Refused(NOT_PENDING)
    return claim
