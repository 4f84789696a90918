"""How the places of a class session are filled: by units, by people themselves, and who must approve."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from academy.ground.clock import local_date
from academy.ground.errors import Reason
from academy.ground.text import N_

MOST_CONFIRM_HOURS = 7 * 24


class Approval(StrEnum):
    """Who must approve a claim that somebody made for themselves."""

    NONE = "none"
    UNIT = "unit"
    ACADEMY = "academy"
    BOTH = "both"


APPROVAL_NAMES: dict[Approval, str] = {
    Approval.NONE: N_("Nobody: a free place is theirs at once"),
    Approval.UNIT: N_("The liaison of their unit"),
    Approval.ACADEMY: N_("The academy"),
    Approval.BOTH: N_("The liaison, then the academy"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How places are filled; a class session without a plan of its own has this one."""

    nomination: bool = False
    """Units put people forward on places of their own."""
    by_streets: bool = True
    """Districts divide their places among streets, which nominate; else districts nominate."""
    by_districts: bool = True
    """Districts check and report what streets hand in; else streets report to the academy."""
    academy_confirms: bool = True
    """A reported list takes its places when the academy confirms it; else when it is reported."""
    streets_by: datetime | None = None
    districts_by: datetime | None = None
    open_road: bool = True
    """People may ask for a place themselves."""
    approval: Approval = Approval.NONE
    reserve_returns_on: date | None = None
    """From this day on places that nobody used, of the reserve and of units, are open to all."""
    confirm_hours: int = 0
    """How long somebody has to say yes to a place that became free; 0: it is theirs at once."""


NO_ROAD = Reason("no_road", N_("Let units nominate, or let people ask themselves; else nobody can come."))
NO_LEVEL = Reason("no_level", N_("Streets or districts must nominate; switch on at least one of them."))
DEADLINES_BACKWARDS = Reason("deadlines_backwards", N_("Streets must hand in before districts report."))
DEADLINE_MISSING = Reason("deadline_missing", N_("Say until when the units hand in their lists."))
DEADLINE_LATE = Reason("deadline_late", N_("Lists must be in before the class begins, on %(day)s."))
RETURNS_LATE = Reason("returns_late", N_("Unused places must return before the class begins, on %(day)s."))
HOURS_OUT_OF_RANGE = Reason("hours_out_of_range", N_("The time to confirm is between 0 and %(most)s hours."))


def last_deadline(plan: Plan) -> datetime | None:
    """Tell until when lists are handed in to the academy."""
    return plan.districts_by if plan.by_districts else plan.streets_by


def reasons_to_refuse_plan(plan: Plan, *, starts_on: date) -> tuple[Reason, ...]:
    """Return every reason against filling places in this way."""
    asked = [
        when
        for used, when in ((plan.by_streets, plan.streets_by), (plan.by_districts, plan.districts_by))
        if plan.nomination and used
    ]
    deadlines = [when for when in asked if when is not None]
    day = starts_on.isoformat()
    checks = (
        (not (plan.nomination or plan.open_road), NO_ROAD),
        (plan.nomination and not (plan.by_streets or plan.by_districts), NO_LEVEL),
        (len(deadlines) < len(asked), DEADLINE_MISSING),
        (deadlines != sorted(deadlines), DEADLINES_BACKWARDS),
        (any(local_date(when) >= starts_on for when in deadlines), DEADLINE_LATE.about(day=day)),
        (
            plan.reserve_returns_on is not None and plan.reserve_returns_on >= starts_on,
            RETURNS_LATE.about(day=day),
        ),
        (
            not 0 <= plan.confirm_hours <= MOST_CONFIRM_HOURS,
            HOURS_OUT_OF_RANGE.about(most=MOST_CONFIRM_HOURS),
        ),
    )
    return tuple(reason for applies, reason in checks if applies)
