"""Approve what people asked for themselves, or refuse it: the unit and the academy, as the class wants it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.ending import end
from academy.enrolment.actions.filling import SEATED, lock_line, tell
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, offers, pools
from academy.enrolment.rules.approving import (
    NOT_PENDING,
    PICK_CLAIMS,
    REASON_EMPTY,
    ApprovalFacts,
    reasons_to_keep_undecided,
)
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.line import is_approved
from academy.enrolment.rules.nominating import of_person
from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import Ending, EnrolmentState, moved
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_, clean_name, has_a_character
from academy.journal.actions import record
from academy.outbox.actions import Letter

REFUSED = Letter(
    "enrolment.refused",
    N_("Your claim on a place was not approved"),
    N_("Your claim on a place in “%(title)s” (%(code)s) was not approved. Why: %(reason)s"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """How many claims of a list were decided on, and by name why others were not."""

    count: int
    kept: tuple[Reason, ...]


def approve(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> EnrolmentState:
    """Approve somebody's own claim, as the liaison of their unit or for the academy, and tell what it is now.

    Whoever waits in line keeps waiting, approved; a place that is held becomes theirs once all have approved.
    """
    _lock_around(session, actor, [enrolment_id])
    claim, reasons = _pending(session, actor, enrolment_id, now=now)
    if claim is None or reasons:
        raise Refused(*(reasons or (NOT_PENDING,)))
    return _approve(session, actor, claim, now=now)


def approve_many(session: Session, *, actor: Actor, enrolment_ids: Collection[int], now: datetime) -> Decided:
    """Approve the claims of a list that still wait for the actor's decision, and tell what became of it."""
    _lock_around(session, actor, enrolment_ids)
    found, kept = _all_pending(session, actor, enrolment_ids, now=now)
    for claim in found:
        _approve(session, actor, claim, now=now)
    return Decided(count=len(found), kept=kept)


def refuse(session: Session, *, actor: Actor, enrolment_id: int, reason: str, now: datetime) -> None:
    """Refuse somebody's own claim for a reason that they are told; the place goes to the first in line."""
    refuse_many(session, actor=actor, enrolment_ids=[enrolment_id], reason=reason, now=now)


def refuse_many(
    session: Session, *, actor: Actor, enrolment_ids: Collection[int], reason: str, now: datetime
) -> Decided:
    """Refuse the claims of a list that still wait for the actor's decision, all for one reason."""
    said = clean_name(reason)
    if not has_a_character(said):
        raise Refused(REASON_EMPTY)
    locked = _lock_around(session, actor, enrolment_ids)
    found, kept = _all_pending(session, actor, enrolment_ids, now=now)
    # whoever waits is refused first, lest a place that another one leaves go to them for a moment
    for claim in sorted(found, key=lambda each: each.state is not EnrolmentState.WAITING):
        around = {claim.pool_id} | pools.waited_for(session, [claim.person_id])
        end(
            session, actor=actor, claim=claim, because=Ending.REFUSED,
            locked={pool_id: pool for pool_id, pool in locked.items() if pool_id in around}, now=now, reason=said,
        )  # fmt: skip
        class_ = deciding.existing_class(session, claim.class_session_id)
        tell(session, REFUSED, claim.person_id, class_, now=now, reason=said)
    return Decided(count=len(found), kept=kept)


def _approve(session: Session, actor: Actor, claim: Enrolment, *, now: datetime) -> EnrolmentState:
    """Note the yes; the academy's stands for that of a unit that nobody speaks for, or that alone was asked."""
    before = {"state": claim.state}
    plan = pools.plan(session, claim.class_session_id)
    if actor.is_admin:
        claim.academy_approved_at = claim.academy_approved_at or now
        if plan.approval is Approval.UNIT or not offers.speakers(session, claim, on=clock.local_date(now)):
            claim.unit_approved_at = claim.unit_approved_at or now
    else:
        claim.unit_approved_at = claim.unit_approved_at or now
    whole = is_approved(
        plan.approval,
        by_unit=claim.unit_approved_at is not None,
        by_academy=claim.academy_approved_at is not None,
    )
    if whole and claim.state is EnrolmentState.ASKED:
        claim.state, claim.seated_at = moved(claim.state, EnrolmentState.SEATED), now
        tell(session, SEATED, claim.person_id, deciding.existing_class(session, claim.class_session_id), now=now)
    record(
        session, actor=actor, what="enrolment.approved", about=claim, now=now, before=before,
        after={"state": claim.state},
    )  # fmt: skip
    return claim.state


def _lock_around(session: Session, actor: Actor, enrolment_ids: Collection[int]) -> Mapping[int, PlacePool]:
    """Lock the pools of claims that the actor decides on, those their people wait for, and all in those lines."""
    found = [offers.answered_by(session, actor, each) for each in sorted(set(enrolment_ids))]
    if not found:
        raise Refused(PICK_CLAIMS)
    waited_for = pools.waited_for(session, [each.person_id for each in found])
    locked = pools.lock(session, {each.pool_id for each in found} | waited_for)
    lock_line(session, locked.values())
    return locked


def _all_pending(
    session: Session, actor: Actor, enrolment_ids: Collection[int], *, now: datetime
) -> tuple[list[Enrolment], tuple[Reason, ...]]:
    """Pick the claims that still wait for the actor, and tell by name why others do not.

    Raises Refused with those reasons where none waits.
    """
    asked = {each: _pending(session, actor, each, now=now) for each in sorted(set(enrolment_ids))}
    found = [claim for claim, reasons in asked.values() if claim is not None and not reasons]
    kept = tuple(
        of_person(reason, offers.holder_name(session, enrolment_id))
        for enrolment_id, (claim, reasons) in asked.items()
        for reason in reasons or ((NOT_PENDING,) if claim is None else ())
    )
    if not found:
        raise Refused(*kept)
    return found, kept


def _pending(
    session: Session, actor: Actor, enrolment_id: int, *, now: datetime
) -> tuple[Enrolment | None, tuple[Reason, ...]]:
    """Lock one claim, and tell what stands against deciding on it."""
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None:
        return None, ()
    class_ = deciding.existing_class(session, claim.class_session_id)
    facts = ApprovalFacts(
        approval=pools.plan(session, claim.class_session_id).approval,
        state=claim.state,
        nominated=claim.nominated,
        by_unit=claim.unit_approved_at is not None,
        by_academy=claim.academy_approved_at is not None,
        has_started=has_started(class_.state, deciding.starts_at(session, class_), now=now),
        as_academy=actor.is_admin,
    )
    return claim, reasons_to_keep_undecided(facts)
