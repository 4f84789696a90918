"""Who still must say yes to somebody's own claim, and what stands against deciding on one."""

from dataclasses import dataclass

from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import Reason
from academy.ground.text import N_

NOT_PENDING = Reason("not_pending", N_("This claim no longer waits for a decision. Reload the page to see why."))
REASON_EMPTY = Reason("reason_empty", N_("Please say why; the person is told."))
PICK_CLAIMS = Reason("pick_claims", N_("Pick at least one line of the list first."))
BEGUN_ALREADY = Reason("begun_already", N_("The class has begun or is not held; nobody is approved any more."))

PENDING_STATES = (EnrolmentState.ASKED, EnrolmentState.WAITING)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalFacts:
    """All that the rules need to know about one decision."""

    approval: Approval
    state: EnrolmentState
    nominated: bool
    by_unit: bool
    by_academy: bool
    has_started: bool
    as_academy: bool
    """The academy decides, else the unit."""


def awaited(approval: Approval, *, by_unit: bool, by_academy: bool) -> Approval:
    """Tell who still must approve: nobody, the unit, the academy or both."""
    unit = approval in {Approval.UNIT, Approval.BOTH} and not by_unit
    academy = approval in {Approval.ACADEMY, Approval.BOTH} and not by_academy
    if unit and academy:
        return Approval.BOTH
    if unit:
        return Approval.UNIT
    return Approval.ACADEMY if academy else Approval.NONE


def reasons_to_keep_undecided(facts: ApprovalFacts) -> tuple[Reason, ...]:
    """Return every reason against approving or refusing a claim now; the academy may decide for a unit too.

    A place that is still held although nobody need approve any more, since the plan was changed, is the academy's.
    """
    left = awaited(facts.approval, by_unit=facts.by_unit, by_academy=facts.by_academy)
    by_unit = left in {Approval.UNIT, Approval.BOTH}
    held = facts.state is EnrolmentState.ASKED
    theirs = (held or left is not Approval.NONE) if facts.as_academy else by_unit
    pending = facts.state in PENDING_STATES and not facts.nominated and theirs
    checks = ((not pending, NOT_PENDING), (pending and facts.has_started, BEGUN_ALREADY))
    return tuple(reason for applies, reason in checks if applies)
