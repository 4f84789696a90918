"""Who in line a freed place goes to, and what becomes of the claim."""

from collections.abc import Sequence
from dataclasses import dataclass

from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class InLine:
    """One person waiting, in the order of the line, with what stands against a promotion now."""

    enrolment_id: int
    person_id: int
    nominated: bool = False
    unit_approved: bool = False
    academy_approved: bool = False
    """Approved by name, or as one of a list that the academy has confirmed."""
    hindrances: tuple[Reason, ...] = ()


def promotions(line: Sequence[InLine], *, free: int) -> tuple[tuple[InLine, ...], tuple[InLine, ...]]:
    """Tell who gets the free places and who was passed over on the way: the first in line not hindered."""
    promoted: list[InLine] = []
    passed: list[InLine] = []
    for waiting in line:
        if len(promoted) >= free:
            break
        (passed if waiting.hindrances else promoted).append(waiting)
    return tuple(promoted), tuple(passed)


def is_approved(approval: Approval, *, by_unit: bool, by_academy: bool) -> bool:
    """Tell whether everybody who must has approved somebody's own claim."""
    return (by_unit or approval not in {Approval.UNIT, Approval.BOTH}) and (
        by_academy or approval not in {Approval.ACADEMY, Approval.BOTH}
    )


def landing(plan: Plan, *, free: bool) -> EnrolmentState:
    """Tell what somebody's own claim becomes: a place while one is free, else a number in line."""
    if not free:
        return EnrolmentState.WAITING
    return EnrolmentState.SEATED if plan.approval is Approval.NONE else EnrolmentState.ASKED


def lifted(plan: Plan, waiting: InLine) -> EnrolmentState:
    """Tell what a claim that waited becomes with a free place: no approval is ever passed by.

    Whoever must say yes is asked next: unit or academy first, then the person, or the unit that nominated.
    """
    if waiting.nominated:
        pending = not waiting.academy_approved
    else:
        pending = not is_approved(
            plan.approval, by_unit=waiting.unit_approved, by_academy=waiting.academy_approved
        )
    if pending:
        return EnrolmentState.NOMINATED if waiting.nominated else EnrolmentState.ASKED
    return EnrolmentState.OFFERED if plan.confirm_hours else EnrolmentState.SEATED
