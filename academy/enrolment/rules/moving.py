"""What stands against moving a class session to other days."""

from datetime import date, datetime

from academy.enrolment.rules.plan import Plan, last_deadline
from academy.ground.clock import civil, local_date
from academy.ground.errors import Reason
from academy.ground.text import N_

SAME_DAY = Reason("same_day", N_("The class begins on this day already. Choose another one."))
DAY_GONE = Reason("day_gone", N_("A class cannot be moved to a day that is over."))
LISTS_DUE_LATE = Reason(
    "lists_due_late",
    N_("Lists are due by %(moment)s, which is not before the class begins. Give an earlier deadline."),
)
UNUSED_LATE = Reason(
    "unused_late",
    N_(
        "Unused places are open to all from %(day)s on, which is not before the class begins. Give an earlier day."
    ),
)


def reasons_to_refuse_move(starts_on: date, to: date, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against another first day."""
    checks = ((starts_on == to, SAME_DAY), (to < local_date(now), DAY_GONE))
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_plan_anew(plan: Plan, *, starts_on: date, returned: bool = False) -> tuple[Reason, ...]:
    """Return what of a plan comes too late for a class session that begins on this day.

    Where unused places were `returned` already, their day says nothing any more.
    """
    due = last_deadline(plan) if plan.nomination else None
    returns_on = None if returned else plan.reserve_returns_on
    checks = (
        (due is not None and local_date(due) >= starts_on, LISTS_DUE_LATE.about(moment=civil(due) if due else "")),
        (returns_on is not None and returns_on >= starts_on, UNUSED_LATE.about(day=str(returns_on))),
    )
    return tuple(reason for applies, reason in checks if applies)
