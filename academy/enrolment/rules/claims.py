"""What stands against a claim on a place, where a claim lands, and what stands against giving it up."""

from dataclasses import dataclass
from datetime import datetime

from academy.classes.rules import ClassState, Sitting, clashes
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_

_OVER = (ClassState.CONCLUDED, ClassState.CLOSED, ClassState.CANCELLED)

ALREADY_IN = Reason("already_in", N_("You already have a place in this class, or wait for one."))
NOT_ENROLLING = Reason("not_enrolling", N_("This class is not open for enrolment."))
BY_NOMINATION = Reason(
    "by_nomination", N_("Units put people forward for this class. Ask the liaison of your unit.")
)
NOT_OPEN_YET = Reason("not_open_yet", N_("Enrolment opens on %(day)s."))
WINDOW_CLOSED = Reason("window_closed", N_("Enrolment closed on %(day)s."))
PREREQUISITE = Reason("prerequisite", N_("First complete a class that teaches “%(course)s”."))
CLASH = Reason("clash", N_("It clashes with “%(title)s” (%(code)s) on %(day)s, where you have a place."))
HELD_TOO = Reason(
    "held_too",
    N_(
        "It falls together with “%(title)s” (%(code)s) on %(day)s, where you have a place too. Please withdraw "
        "from one of the two."
    ),
)
PASSED_MEANWHILE = Reason(
    "passed_meanwhile",
    N_(
        "You have a place in “%(title)s” (%(code)s) on %(day)s. As long as you keep it, a place that becomes free "
        "here goes to the next in line."
    ),
)
NOT_IN = Reason("not_in", N_("You have no place in this class."))
ALREADY_STARTED = Reason("already_started", N_("The class has started. Ask your class manager."))
CLASS_IS_OVER = Reason("class_is_over", N_("This class is over or cancelled; there is nothing to withdraw from."))


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
    """When other class sessions take up the person, where the person has a place."""
    open_road: bool = True
    unmet: tuple[Reason, ...] = ()
    """What the class session's own rules of admission ask for, and the person has not."""


def reasons_to_refuse(facts: ClaimFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against somebody's own claim, so that a page can show them all at once."""
    enrolling = facts.class_state is ClassState.ENROLLING
    checks = (
        (facts.already_in, ALREADY_IN),
        (not enrolling, NOT_ENROLLING),
        (enrolling and not facts.open_road, BY_NOMINATION),
        (enrolling and now < facts.opens_at, NOT_OPEN_YET.about(day=civil(facts.opens_at))),
        (enrolling and now >= facts.closes_at, WINDOW_CLOSED.about(day=civil(facts.closes_at))),
        (enrolling and any(now >= each.starts_at for each in facts.sittings), ALREADY_STARTED),
    )
    return (*(reason for applies, reason in checks if applies), *reasons_about_person(facts))


def reasons_about_person(facts: ClaimFacts) -> tuple[Reason, ...]:
    """Return what in the person stands against a place, whoever asks for it."""
    return (
        *(PREREQUISITE.about(course=title) for title in facts.missing_courses),
        *facts.unmet,
        *clash_reasons(facts.sittings, facts.taken_up),
    )


def clash_reasons(sittings: tuple[Sitting, ...], taken_up: tuple[Sitting, ...]) -> tuple[Reason, ...]:
    """Name each class session that clashes once, by its first clash."""
    first: dict[str, Reason] = {}
    for _mine, other in sorted(clashes(sittings, taken_up), key=lambda pair: pair[1].starts_at):
        reason = CLASH.about(title=other.class_title, code=other.class_code, day=civil(other.starts_at))
        first.setdefault(other.class_code, reason)
    return tuple(first.values())


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
    over = is_over(facts.class_state)
    checks = (
        (facts.state is None, NOT_IN),
        (seated and over, CLASS_IS_OVER),
        (seated and not over and has_started(facts.class_state, facts.starts_at, now=now), ALREADY_STARTED),
    )
    return tuple(reason for applies, reason in checks if applies)


def is_over(state: ClassState) -> bool:
    """Tell whether nobody comes any more."""
    return state in _OVER


def has_started(state: ClassState, starts_at: datetime, *, now: datetime) -> bool:
    """Tell whether it is too late to come or go: nobody is promoted into a class that runs already."""
    return state not in {ClassState.PUBLISHED, ClassState.ENROLLING} or now >= starts_at
