"""The life of a class session, and what stands against each step of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_


class ClassState(StrEnum):
    """The life of a class session."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ENROLLING = "enrolling"
    RUNNING = "running"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What moves a class session on."""

    PUBLISH = "publish"
    OPEN_ENROLMENT = "open_enrolment"
    START = "start"
    CONCLUDE = "conclude"
    CLOSE = "close"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[ClassState, Step], ClassState] = {
    (ClassState.DRAFT, Step.PUBLISH): ClassState.PUBLISHED,
    (ClassState.PUBLISHED, Step.OPEN_ENROLMENT): ClassState.ENROLLING,
    (ClassState.ENROLLING, Step.START): ClassState.RUNNING,
    (ClassState.RUNNING, Step.CONCLUDE): ClassState.CONCLUDED,
    (ClassState.CONCLUDED, Step.CLOSE): ClassState.CLOSED,
    (ClassState.DRAFT, Step.CANCEL): ClassState.CANCELLED,
    (ClassState.PUBLISHED, Step.CANCEL): ClassState.CANCELLED,
    (ClassState.ENROLLING, Step.CANCEL): ClassState.CANCELLED,
    (ClassState.RUNNING, Step.CANCEL): ClassState.CANCELLED,
}

STATE_NAMES: dict[ClassState, str] = {
    ClassState.DRAFT: N_("Draft"),
    ClassState.PUBLISHED: N_("Published"),
    ClassState.ENROLLING: N_("Enrolling"),
    ClassState.RUNNING: N_("Running"),
    ClassState.CONCLUDED: N_("Concluded"),
    ClassState.CLOSED: N_("Closed"),
    ClassState.CANCELLED: N_("Cancelled"),
}

# What the public may know of: a draft is the office's own.
PUBLIC_STATES = (
    ClassState.PUBLISHED,
    ClassState.ENROLLING,
    ClassState.RUNNING,
    ClassState.CONCLUDED,
    ClassState.CLOSED,
)

NOT_FROM_HERE = Reason("not_from_here", N_("This class session is not in a state that allows this step."))
NO_TIMETABLE = Reason("no_timetable", N_("The timetable is empty. Add the sittings first."))
NO_MANAGER = Reason("no_manager", N_("Nobody is in charge. Choose a class manager first."))
SITTINGS_LEFT = Reason(
    "sittings_left",
    N_("The last sitting ends on %(day)s. Conclude the class session after it."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """All that the rules need to know before a step."""

    state: ClassState
    sittings: int
    has_manager: bool
    last_sitting_ends_at: datetime | None


def reasons_to_refuse_step(facts: StepFacts, step: Step, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against a step."""
    ends_at = facts.last_sitting_ends_at
    checks = (
        ((facts.state, step) not in TRANSITIONS, NOT_FROM_HERE),
        (step is Step.PUBLISH and facts.sittings == 0, NO_TIMETABLE),
        (step is Step.PUBLISH and not facts.has_manager, NO_MANAGER),
        (
            step is Step.CONCLUDE and ends_at is not None and now < ends_at,
            SITTINGS_LEFT.about(day=civil(ends_at) if ends_at else ""),
        ),
    )
    return tuple(reason for applies, reason in checks if applies)


def steps_from(state: ClassState) -> tuple[Step, ...]:
    """List the steps that a state allows."""
    return tuple(step for from_, step in TRANSITIONS if from_ is state)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """A stretch of time that takes up a person, with the class session it belongs to."""

    class_code: str
    class_title: str
    starts_at: datetime
    ends_at: datetime


def clashes(mine: tuple[Sitting, ...], theirs: tuple[Sitting, ...]) -> tuple[tuple[Sitting, Sitting], ...]:
    """Pair up the sittings that overlap; ending as the other begins is no clash."""
    return tuple((a, b) for a in mine for b in theirs if a.starts_at < b.ends_at and b.starts_at < a.ends_at)


QUARTER_SECONDS = 15 * 60


def quarter_hours(starts_at: datetime, ends_at: datetime) -> range:
    """Name the quarter hours that a sitting takes up, as counts of 15 minutes since 1970."""
    first = int(starts_at.timestamp()) // QUARTER_SECONDS
    last = -(-int(ends_at.timestamp()) // QUARTER_SECONDS)
    return range(first, last)
