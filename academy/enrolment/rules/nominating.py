"""What stands against putting somebody forward, or changing a unit's list."""

from dataclasses import dataclass
from datetime import datetime

from academy.classes.rules import ClassState
from academy.enrolment.rules.lists import EDITABLE, ListState
from academy.enrolment.rules.plan import Plan
from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_

NO_NOMINATION = Reason("no_nomination", N_("Units put nobody forward for this class; people ask for themselves."))
NO_PLACES = Reason("no_places", N_("%(unit)s has no places in this class."))
LIST_CLOSED = Reason("list_closed", N_("This list has been handed in. Have it returned, then change it."))
DEADLINE_OVER = Reason("deadline_over", N_("The list was due on %(moment)s. Ask the academy for more time."))
POOL_FULL = Reason("pool_full", N_("All %(places)s places of %(unit)s are taken; %(name)s can be put in reserve."))
PLACES_LEFT = Reason(
    "places_left", N_("%(unit)s still has %(free)s free places; put %(name)s forward on one of them.")
)
NOT_OF_UNIT = Reason("not_of_unit", N_("%(name)s does not belong to %(unit)s."))
CLASS_NOT_OPEN = Reason("class_not_open", N_("Enrolment for this class is not open."))
HAS_BEGUN = Reason("has_begun", N_("The class has begun. From now on the class manager changes who comes."))
UNIT_IS_TIED = Reason(
    "unit_is_tied",
    N_("The unit has free places or undecided people in these classes: %(codes)s. Give the places back first."),
)


def of_person(reason: Reason, name: str) -> Reason:
    """Say of whom a reason speaks, where several people are decided on together and it names nobody."""
    if "name" in reason.values:
        return reason
    return Reason(reason.code, N_("%(name)s: %(problem)s"), {"name": name, "problem": reason})


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFacts:
    """All that the rules need to know before a unit's list changes."""

    class_state: ClassState
    has_started: bool
    plan: Plan
    is_street: bool
    list_state: ListState
    extended_to: datetime | None
    by_academy: bool
    """An admin fills the list, whom no deadline binds."""


def due(facts: ListFacts) -> datetime | None:
    """Tell until when this list is filled."""
    level = facts.plan.streets_by if facts.is_street else facts.plan.districts_by
    return max((each for each in (level, facts.extended_to) if each), default=None)


def reasons_to_keep_list(facts: ListFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against changing who is on a list."""
    until = due(facts)
    late = until is not None and now >= until and not facts.by_academy
    checks = (
        (not facts.plan.nomination, NO_NOMINATION),
        (facts.class_state is not ClassState.ENROLLING, CLASS_NOT_OPEN),
        (facts.has_started, HAS_BEGUN),
        (facts.list_state not in EDITABLE and not facts.by_academy, LIST_CLOSED),
        (late, DEADLINE_OVER.about(moment=civil(until) if until else "")),
    )
    return tuple(reason for applies, reason in checks if applies)
