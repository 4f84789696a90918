"""What stands against a claim on a place, where a claim lands, and who in line a freed place goes to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from academy.classes.rules import ClassState, Sitting, clashes
from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_


class EnrolmentState(StrEnum):
    """The life of a claim."""

    SEATED = "seated"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


TRANSITIONS: frozenset[tuple[EnrolmentState, EnrolmentState]] = frozenset(
    {
        (EnrolmentState.WAITING, EnrolmentState.SEATED),
        (EnrolmentState.WAITING, EnrolmentState.WITHDRAWN),
        (EnrolmentState.SEATED, EnrolmentState.WITHDRAWN),
    }
)

STATE_NAMES: dict[EnrolmentState, str] = {
    EnrolmentState.SEATED: N_("Has a place"),
    EnrolmentState.WAITING: N_("Waiting in line"),
    EnrolmentState.WITHDRAWN: N_("Withdrew"),
}

# While a class session is in one of these, whoever has a place in it is taken up by its sittings.
TAKES_UP = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING, ClassState.CONCLUDED)
_OVER = (ClassState.CONCLUDED, ClassState.CLOSED, ClassState.CANCELLED)

ALREADY_IN = Reason("already_in", N_("You already have a place in this class, or wait for one."))
NOT_ENROLLING = Reason("not_enrolling", N_("This class is not open for enrolment."))
NOT_OPEN_YET = Reason("not_open_yet", N_("Enrolment opens on %(day)s."))
WINDOW_CLOSED = Reason("window_closed", N_("Enrolment closed on %(day)s."))
PREREQUISITE = Reason("prerequisite", N_("First complete a class that teaches “%(course)s”."))
CLASH = Reason("clash", N_("It clashes with “%(title)s” (%(code)s) on %(day)s, where you have a place."))
NOT_IN = Reason("not_in", N_("You have no place in this class."))
ALREADY_STARTED = Reason("already_started", N_("The class has started. Ask your class manager."))
CLASS_IS_OVER = Reason("class_is_over", N_("This class is over or cancelled; there is nothing to withdraw from."))
TOO_FEW_PLACES = Reason("too_few_places", N_("%(taken)s people already have a place; give at least as many."))
NO_POOL = Reason("no_pool", N_("The places of this class have not been opened yet."))
GROUP_CLASH = Reason(
    "group_clash",
    N_("%(name)s cannot be in this group: it clashes with “%(title)s” (%(code)s) on %(day)s."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimFacts:
    """All that the rules need to know about one claim."""

    class_state: ClassState
    opens_at: datetime
    closes_at: datetime
    already_in: bool
    missing_courses: tuple[str, ...]
    """Titles of courses that the person must have completed and has not."""
    sittings: tuple[Sitting, ...]
    """When the class session would take up the person."""
    taken_up: tuple[Sitting, ...]
    """When other class sessions take up the person, where the person has a seat."""


def reasons_to_refuse(facts: ClaimFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against the claim, so that a page can show them all at once."""
    enrolling = facts.class_state is ClassState.ENROLLING
    checks = (
        (facts.already_in, ALREADY_IN),
        (not enrolling, NOT_ENROLLING),
        (enrolling and now < facts.opens_at, NOT_OPEN_YET.about(day=civil(facts.opens_at))),
        (enrolling and now >= facts.closes_at, WINDOW_CLOSED.about(day=civil(facts.closes_at))),
    )
    return (
        *(reason for applies, reason in checks if applies),
        *(PREREQUISITE.about(course=title) for title in facts.missing_courses),
        *clash_reasons(facts.sittings, facts.taken_up),
    )


def clash_reasons(sittings: tuple[Sitting, ...], taken_up: tuple[Sitting, ...]) -> tuple[Reason, ...]:
    """Name each class session that clashes once, by its first clash."""
    first: dict[str, Reason] = {}
    for _mine, other in sorted(clashes(sittings, taken_up), key=lambda pair: pair[1].starts_at):
        reason = CLASH.about(title=other.class_title, code=other.class_code, day=civil(other.starts_at))
        first.setdefault(other.class_code, reason)
    return tuple(first.values())


def moved(state: EnrolmentState, to: EnrolmentState) -> EnrolmentState:
    """Move a claim along the table; any other move is a bug."""
    if (state, to) not in TRANSITIONS:
        raise ValueError(f"A claim that is {state} does not become {to}.")
    return to


def place(*, taken: int, places: int) -> EnrolmentState:
    """Seat the person while a place is free; otherwise let them wait in turn."""
    return EnrolmentState.SEATED if taken < places else EnrolmentState.WAITING


def attends(sitting_groups: Collection[int], group_id: int | None) -> bool:
    """Tell whether a sitting takes up a person: the whole class, the person's group, or a group still open."""
    return not sitting_groups or group_id is None or group_id in sitting_groups


def tenths_for_one(sittings: Sequence[tuple[int, Collection[int]]], group_id: int | None) -> int:
    """Add up the hours that a timetable has for one person; before groups are made, for the busiest group."""
    groups: set[int | None] = {each for _tenths, group_ids in sittings for each in group_ids}
    asked = groups if groups and group_id is None else {group_id}
    return max(sum(tenths for tenths, group_ids in sittings if attends(group_ids, each)) for each in asked)


def taken_up_by(spans: Sequence[tuple[Sitting, Collection[int]]], group_id: int | None) -> tuple[Sitting, ...]:
    """Pick from a class session's sittings those that take up a person of this group."""
    return tuple(sitting for sitting, groups in spans if attends(groups, group_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalFacts:
    """All that the rules need to know about one withdrawal."""

    class_state: ClassState
    state: EnrolmentState | None
    """The person's live claim, if there is one."""
    starts_at: datetime
    """When the class session's first sitting begins."""


def reasons_to_refuse_withdrawal(facts: WithdrawalFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against giving up a claim; whoever waits in line may always leave it."""
    seated = facts.state is EnrolmentState.SEATED
    over = facts.class_state in _OVER
    checks = (
        (facts.state is None, NOT_IN),
        (seated and over, CLASS_IS_OVER),
        (seated and not over and has_started(facts.class_state, facts.starts_at, now=now), ALREADY_STARTED),
    )
    return tuple(reason for applies, reason in checks if applies)


def has_started(state: ClassState, starts_at: datetime, *, now: datetime) -> bool:
    """Tell whether it is too late to come or go: nobody is promoted into a class that runs already."""
    return state not in {ClassState.PUBLISHED, ClassState.ENROLLING} or now >= starts_at


@dataclass(frozen=True, kw_only=True, slots=True)
class InLine:
    """One person waiting, in the order of the line, with what stands against a promotion now."""

    enrolment_id: int
    person_id: int
    hindrances: tuple[Reason, ...]


def promotions(line: Sequence[InLine], *, free: int) -> tuple[tuple[InLine, ...], tuple[InLine, ...]]:
    """Tell who gets the free places and who was passed over on the way: the first in line not hindered."""
    promoted: list[InLine] = []
    passed: list[InLine] = []
    for waiting in line:
        if len(promoted) >= free:
            break
        (passed if waiting.hindrances else promoted).append(waiting)
    return tuple(promoted), tuple(passed)


def reasons_to_refuse_capacity(*, taken: int, places: int) -> tuple[Reason, ...]:
    """Return every reason against a number of places."""
    return (TOO_FEW_PLACES.about(taken=taken),) if places < max(taken, 1) else ()
