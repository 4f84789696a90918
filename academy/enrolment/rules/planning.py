"""What stands against changing how the places of a class session are filled, once it is announced."""

from dataclasses import dataclass
from datetime import date, datetime

from academy.classes.rules import ClassState
from academy.enrolment.rules.plan import Plan, reasons_to_refuse_plan
from academy.ground.errors import Reason
from academy.ground.text import N_

CHANGEABLE = (ClassState.DRAFT, ClassState.PUBLISHED, ClassState.ENROLLING)

PLAN_FIXED = Reason("plan_fixed", N_("The class has begun or is over; how its places were filled is fixed."))
LEVELS_FIXED = Reason(
    "levels_fixed",
    N_(
        "Units have put people forward already. Who nominates, and who checks the lists, is fixed; deadlines "
        "and the rest can still be changed."
    ),
)
RETURN_PASSED = Reason("return_passed", N_("Unused places return on a day to come, not on one that has passed."))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanFacts:
    """All that the rules need to know before a plan changes."""

    class_state: ClassState
    starts_on: date
    today: date
    before: Plan
    units_have_people: bool
    """Some unit has a person on its places or in its reserve, or has sent its list on."""


def reasons_to_refuse_change(facts: PlanFacts, plan: Plan) -> tuple[Reason, ...]:
    """Return every reason against filling the places in another way from now on."""
    before = facts.before
    levels_change = (plan.nomination, plan.by_streets, plan.by_districts) != (
        before.nomination,
        before.by_streets,
        before.by_districts,
    )
    day = plan.reserve_returns_on
    checks = (
        (facts.class_state not in CHANGEABLE, PLAN_FIXED),
        (facts.units_have_people and levels_change, LEVELS_FIXED),
        (day is not None and day != before.reserve_returns_on and day < facts.today, RETURN_PASSED),
    )
    found = tuple(reason for applies, reason in checks if applies)
    return (*found, *reasons_to_refuse_plan(plan, starts_on=facts.starts_on))


def returns_today(*, returns_on: date | None, returned_at: datetime | None, today: date) -> bool:
    """Tell whether unused places are to be opened to all now: from their day on, once."""
    return returns_on is not None and returned_at is None and returns_on <= today
