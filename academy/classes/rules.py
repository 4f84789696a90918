"""The life of a class session, and what stands against each step of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from academy.ground.clock import civil, local_date
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


class ValueKind(StrEnum):
    """What the office keeps as data about class sessions."""

    KIND = "kinds"
    LEVEL = "levels"


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

# The steps of the office's own page. The others concern trainees, places or hours: upper features take them.
OWN_STEPS = (Step.PUBLISH, Step.CLOSE)

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
PUBLIC_STATES = tuple(state for state in ClassState if state not in {ClassState.DRAFT, ClassState.CANCELLED})

NOT_FROM_HERE = Reason("not_from_here", N_("This class session is not in a state that allows this step."))
NO_TIMETABLE = Reason("no_timetable", N_("The timetable is empty. Add the sittings first."))
NO_MANAGER = Reason("no_manager", N_("Nobody is in charge. Choose a class manager first."))
SITTINGS_LEFT = Reason(
    "sittings_left", N_("The last sitting ends on %(day)s. Conclude the class session after it.")
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
    early = step is Step.CONCLUDE and ends_at is not None and now < ends_at
    checks = (
        ((facts.state, step) not in TRANSITIONS, NOT_FROM_HERE),
        (step is Step.PUBLISH and facts.sittings == 0, NO_TIMETABLE),
        (step is Step.PUBLISH and not facts.has_manager, NO_MANAGER),
        (early, SITTINGS_LEFT.about(day=civil(ends_at) if ends_at else "")),
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


def tenths_between(starts_at: datetime, ends_at: datetime) -> int:
    """Count the hours of 45 minutes in a stretch of time, in tenths."""
    return max(1, round((ends_at - starts_at).total_seconds() / (45 * 60 / 10)))


def class_code(year: int, number: int) -> str:
    """Write the code of a year's class session: `2026-017`."""
    return f"{year}-{number:03d}"


def read_code(code: str) -> tuple[int, int]:
    """Tell a code's year and number."""
    year, _, number = code.partition("-")
    return int(year), int(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFacts:
    """What the office decides about a class session."""

    title: str
    kind_id: int
    level_id: int
    programme_id: int
    manager_id: int | None
    capacity: int
    audience: str
    opens_at: datetime
    closes_at: datetime
    starts_on: date
    ends_on: date


_EVERY_FIELD = frozenset(field.name for field in fields(ClassFacts))
_UNTIL_OVER = frozenset({"title", "audience", "manager_id", "ends_on"})
_UNTIL_STARTED = _UNTIL_OVER | {"opens_at", "closes_at", "starts_on"}

# What may still be changed; the capacity of an open class session changes together with its places, by enrolment.
CHANGEABLE: Mapping[ClassState, frozenset[str]] = {
    ClassState.DRAFT: _EVERY_FIELD,
    ClassState.PUBLISHED: _EVERY_FIELD - {"programme_id"},
    ClassState.ENROLLING: _UNTIL_STARTED,
    ClassState.RUNNING: _UNTIL_OVER,
    ClassState.CONCLUDED: frozenset({"manager_id"}),
    ClassState.CLOSED: frozenset(),
    ClassState.CANCELLED: frozenset(),
}

PROGRAMME_FIXED = Reason("programme_fixed", N_("The programme is fixed once the class session is published."))
KIND_FIXED = Reason("kind_fixed", N_("Kind and level are fixed once enrolment is open."))
CAPACITY_FIXED = Reason("capacity_fixed", N_("Enrolment is open. The number of places is changed there."))
WINDOW_FIXED = Reason("window_fixed", N_("The class session has started, so enrolment is over."))
START_FIXED = Reason("start_fixed", N_("The class session has started. Its first day is fixed."))
OVER = Reason("over", N_("The class session is over. What was announced about it is fixed."))
MANAGER_FIXED = Reason("manager_fixed", N_("The class session is closed or cancelled. Its manager is fixed."))

_FIXED: Mapping[str, Reason] = {
    **dict.fromkeys(("title", "audience", "ends_on"), OVER),
    **dict.fromkeys(("kind_id", "level_id"), KIND_FIXED),
    **dict.fromkeys(("opens_at", "closes_at"), WINDOW_FIXED),
    "programme_id": PROGRAMME_FIXED,
    "manager_id": MANAGER_FIXED,
    "capacity": CAPACITY_FIXED,
    "starts_on": START_FIXED,
}

WINDOW_BACKWARDS = Reason("window_backwards", N_("Enrolment must open before it closes."))
DATES_BACKWARDS = Reason("dates_backwards", N_("The last day cannot be before the first day."))
SITTING_LEFT_OUT = Reason("sitting_left_out", N_("A sitting on %(day)s would lie outside the first and last day."))


def changed_fields(before: ClassFacts, after: ClassFacts) -> tuple[str, ...]:
    """Name what differs between two states of a class session."""
    return tuple(
        field.name for field in fields(ClassFacts) if getattr(before, field.name) != getattr(after, field.name)
    )


def reasons_to_refuse_facts(facts: ClassFacts) -> tuple[Reason, ...]:
    """Return every reason against what the office decides, by itself."""
    checks = (
        (facts.opens_at >= facts.closes_at, WINDOW_BACKWARDS),
        (facts.starts_on > facts.ends_on, DATES_BACKWARDS),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_change(
    state: ClassState, before: ClassFacts, after: ClassFacts, sitting_days: Iterable[date]
) -> tuple[Reason, ...]:
    """Return every reason against changing a class session in this state, with sittings on these days."""
    refused = [_FIXED[name] for name in changed_fields(before, after) if name not in CHANGEABLE[state]]
    outside = sorted({day for day in sitting_days if not after.starts_on <= day <= after.ends_on})
    return (
        *{reason.code: reason for reason in refused}.values(),
        *reasons_to_refuse_facts(after),
        *(SITTING_LEFT_OUT.about(day=day.isoformat()) for day in outside),
    )


TIMETABLE_FIXED = Reason("timetable_fixed", N_("The class session is over. Its timetable is fixed."))
ENDS_FIRST = Reason("ends_first", N_("A sitting must end after it starts."))
OFF_QUARTER = Reason("off_quarter", N_("Let a sitting start and end on a quarter of an hour, such as 09:15."))
OUTSIDE_DAYS = Reason(
    "outside_days", N_("The class session lasts from %(first)s to %(last)s. Choose a day in between.")
)
NOT_IN_PROGRAMME = Reason("not_in_programme", N_("This course is not part of the programme."))
PLACE_RETIRED = Reason("place_retired", N_("%(place)s is out of use from %(day)s."))
TAKEN = Reason("taken", N_("%(name)s is taken by “%(title)s” (%(code)s), %(start)s to %(end)s."))
GROUP_TAKEN = Reason("group_taken", N_("The trainees already have “%(course)s” then, %(start)s to %(end)s."))
HAS_BEGUN = Reason("has_begun", N_("This sitting has begun. It can no longer be taken out."))
_TIMETABLE_OPEN = (ClassState.DRAFT, ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class SittingFacts:
    """All that the rules need to know before a sitting comes into a timetable."""

    state: ClassState
    starts_on: date
    ends_on: date
    starts_at: datetime
    ends_at: datetime
    in_programme: bool
    place_name: str
    place_retired_on: date | None


def reasons_to_refuse_sitting(facts: SittingFacts) -> tuple[Reason, ...]:
    """Return every reason against a sitting but those of who and what is taken."""
    day, retired = local_date(facts.starts_at), facts.place_retired_on
    moments = (facts.starts_at.timestamp(), facts.ends_at.timestamp())
    first, last = facts.starts_on.isoformat(), facts.ends_on.isoformat()
    outside = not facts.starts_on <= day or not local_date(facts.ends_at) <= facts.ends_on
    checks = (
        (facts.state not in _TIMETABLE_OPEN, TIMETABLE_FIXED),
        (facts.starts_at >= facts.ends_at, ENDS_FIRST),
        (any(moment % QUARTER_SECONDS for moment in moments), OFF_QUARTER),
        (outside, OUTSIDE_DAYS.about(first=first, last=last)),
        (not facts.in_programme, NOT_IN_PROGRAMME),
        (
            retired is not None and retired <= day,
            PLACE_RETIRED.about(place=facts.place_name, day=retired.isoformat() if retired else ""),
        ),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_groups(state: ClassState) -> tuple[Reason, ...]:
    """Return every reason against other groups."""
    return () if state in _TIMETABLE_OPEN else (OVER,)


def reasons_to_keep_sitting(state: ClassState, starts_at: datetime, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against taking a sitting out; in a draft anything may go."""
    checks = (
        (state not in _TIMETABLE_OPEN, TIMETABLE_FIXED),
        (state is not ClassState.DRAFT and starts_at <= now, HAS_BEGUN),
    )
    return tuple(reason for applies, reason in checks if applies)
