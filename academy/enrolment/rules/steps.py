"""What stands against moving a unit's list on, reminding of it, or giving it more time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from academy.classes.rules import ClassState
from academy.enrolment.rules.lists import TRANSITIONS, ListState
from academy.enrolment.rules.nominating import CLASS_NOT_OPEN, HAS_BEGUN, NO_NOMINATION
from academy.enrolment.rules.plan import Plan
from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_

AGAIN_AFTER = timedelta(hours=1)
"""A unit is not reminded twice within this time."""

NOT_NOW = Reason(
    "not_now", N_("The list of %(unit)s is not at a stage that allows this. Reload the page to see it.")
)
STREET_MISSING = Reason(
    "street_missing",
    N_("%(unit)s has until %(moment)s to hand in its list. Hand it in for them, or wait."),
)
SAY_WHY = Reason("say_why", N_("Please say what is to be mended; the unit is told."))
REMINDED_LATELY = Reason("reminded_lately", N_("%(unit)s was reminded less than an hour ago."))
REPORTED_ALREADY = Reason("reported_already", N_("The list of %(unit)s is in already."))
NOBODY_TO_TELL = Reason(
    "nobody_to_tell", N_("%(unit)s has no liaison with a phone that we know of. Call the unit instead.")
)
TIME_PAST = Reason("time_past", N_("This moment has passed already. Choose a later one."))
TIME_LATE = Reason("time_late", N_("Lists must be in before %(moment)s."))
NEEDS_TIME = Reason("needs_time", N_("The time of %(unit)s is over. Say until when it mends its list."))
TOO_SOON = Reason("too_soon", N_("%(unit)s has until %(moment)s already. Choose a later moment."))


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """All that the rules need to know before a list moves on."""

    unit: str
    class_state: ClassState
    has_started: bool
    plan: Plan
    state: ListState


@dataclass(frozen=True, kw_only=True, slots=True)
class StreetFacts:
    """How the list of one street stands before its district reports."""

    unit: str
    state: ListState
    places: int
    due: datetime | None


def due_of(plan: Plan, *, is_street: bool, extended_to: datetime | None) -> datetime | None:
    """Tell until when a unit's list is to be in."""
    level = plan.streets_by if is_street else plan.districts_by
    return max((each for each in (level, extended_to) if each), default=None)


def owes(plan: Plan, *, is_street: bool, places: int, state: ListState) -> bool:
    """Tell whether a unit has yet to send its list on to whoever checks it."""
    asked = plan.nomination and places > 0 and (plan.by_streets if is_street else plan.by_districts)
    return asked and state in {ListState.OPEN, ListState.RETURNED}


def after_handing_in(plan: Plan, *, is_street: bool) -> ListState:
    """Tell where a list goes when its unit hands it in: to the district first, or to the academy at once."""
    return ListState.HANDED_IN if is_street and plan.by_districts else ListState.REPORTED


def reasons_to_refuse_step(facts: StepFacts, to: ListState) -> tuple[Reason, ...]:
    """Return every reason against moving a list on."""
    checks = (
        (not facts.plan.nomination, NO_NOMINATION),
        (facts.class_state is not ClassState.ENROLLING, CLASS_NOT_OPEN),
        (facts.has_started, HAS_BEGUN),
        ((facts.state, to) not in TRANSITIONS, NOT_NOW.about(unit=facts.unit)),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_wait_for(streets: Iterable[StreetFacts], *, returned: bool, now: datetime) -> tuple[Reason, ...]:
    """Return the streets for which a district must wait before it reports, while they still have time.

    Where the academy `returned` the district's list, the district mends what the streets had handed in itself.
    """
    waits = {ListState.OPEN} if returned else {ListState.OPEN, ListState.RETURNED}
    return tuple(
        STREET_MISSING.about(unit=each.unit, moment=civil(each.due))
        for each in streets
        if each.places and each.state in waits and each.due is not None and now < each.due
    )


def reminded_lately(reminded_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a unit was reminded so lately that it is left in peace."""
    return reminded_at is not None and now - reminded_at < AGAIN_AFTER


def reasons_lists_are_over(class_state: ClassState, *, has_started: bool) -> tuple[Reason, ...]:
    """Return every reason why no list of a class session is waited for, whatever its unit owes."""
    checks = ((class_state is not ClassState.ENROLLING, CLASS_NOT_OPEN), (has_started, HAS_BEGUN))
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_reminder(
    *, unit: str, owed: bool, reminded_at: datetime | None, now: datetime
) -> tuple[Reason, ...]:
    """Return every reason against reminding a unit of its list."""
    checks = (
        (not owed, REPORTED_ALREADY.about(unit=unit)),
        (reminded_lately(reminded_at, now=now), REMINDED_LATELY.about(unit=unit)),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_time(
    until: datetime, *, unit: str, due: datetime | None, latest: datetime, now: datetime
) -> tuple[Reason, ...]:
    """Return every reason against giving a unit until this moment for its list."""
    checks = (
        (until <= now, TIME_PAST),
        (until > latest, TIME_LATE.about(moment=civil(latest))),
        (due is not None and until <= due, TOO_SOON.about(unit=unit, moment=civil(due) if due else "")),
    )
    return tuple(reason for applies, reason in checks if applies)
