"""What somebody must be or have before a claim on a place: rules that an admin composes, as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from academy.classes.rules import ClassState
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.people.rules.register import GRID_ROLE_NAMES

MOST_MONTHS = 120
MOST_RULES = 12


class RuleKind(StrEnum):
    """What a rule asks about."""

    LEVEL = "level"
    COURSE = "course"
    PROGRAMME = "programme"
    UNIT = "unit"
    GRID_ROLE = "grid_role"
    REST = "rest"


RULE_KIND_NAMES: dict[RuleKind, str] = {
    RuleKind.LEVEL: N_("Has completed a class of this level"),
    RuleKind.COURSE: N_("Has completed this course"),
    RuleKind.PROGRAMME: N_("Has completed this programme"),
    RuleKind.UNIT: N_("Belongs to one of these districts"),
    RuleKind.GRID_ROLE: N_("Is one of these in the grid"),
    RuleKind.REST: N_("Has not been in a class lately"),
}

# Kinds that ask for something completed, which may be too long ago and whose certificate may be asked for; of the
# others, only a rest has months.
_COMPLETED = (RuleKind.LEVEL, RuleKind.COURSE, RuleKind.PROGRAMME)

# While a class session is in one of these, the office may still change who may come.
COMPOSABLE = (ClassState.DRAFT, ClassState.PUBLISHED, ClassState.ENROLLING)

LEVEL = Reason("level", N_("Must have completed a class of level %(names)s."))
LEVEL_LATELY = Reason(
    "level", N_("Must have completed a class of level %(names)s in the %(months)s months before this one.")
)
COURSE = Reason("course", N_("Must have completed a class that teaches “%(names)s”."))
COURSE_LATELY = Reason(
    "course",
    N_("Must have completed a class that teaches “%(names)s” in the %(months)s months before this one."),
)
PROGRAMME = Reason("programme", N_("Must have completed the programme “%(names)s”."))
PROGRAMME_LATELY = Reason(
    "programme",
    N_("Must have completed the programme “%(names)s” in the %(months)s months before this one."),
)
HOLDS_LEVEL = Reason("level", N_("Must hold a certificate of level %(names)s."))
HOLDS_LEVEL_LATELY = Reason(
    "level",
    N_("Must hold a certificate of level %(names)s, issued in the %(months)s months before this class."),
)
HOLDS_COURSE = Reason("course", N_("Must hold the certificate of a class that teaches “%(names)s”."))
HOLDS_COURSE_LATELY = Reason(
    "course",
    N_(
        "Must hold the certificate of a class that teaches “%(names)s”, issued in the %(months)s months before "
        "this class."
    ),
)
HOLDS_PROGRAMME = Reason("programme", N_("Must hold a certificate of the programme “%(names)s”."))
HOLDS_PROGRAMME_LATELY = Reason(
    "programme",
    N_("Must hold a certificate of the programme “%(names)s”, issued in the %(months)s months before this class."),
)
UNIT = Reason("unit", N_("Must belong to %(names)s."))
GRID_ROLE = Reason("grid_role", N_("Must be in the grid as %(names)s."))
REST = Reason("rest", N_("Must not have been in another class in the %(months)s months before this one."))
LATER = Reason(
    "rest",
    N_("Class %(code)s ended on %(day)s; the next one may begin %(months)s months after it, on %(from_day)s."),
)

NOTHING_CHOSEN = Reason("nothing_chosen", N_("Choose at least one."))
MONTHS_MISSING = Reason("months_missing", N_("Say how many months it is about, from 1 to %(most)s."))
TOO_MANY_RULES = Reason("too_many_rules", N_("A class has at most %(most)s rules of admission."))
RULE_TWICE = Reason("rule_twice", N_("This rule is there already."))
TOO_LATE_TO_COMPOSE = Reason("too_late_to_compose", N_("The class has begun; who may come is decided."))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that is asked of whoever wants a place; of several names one is enough."""

    kind: RuleKind
    keys: tuple[int | str, ...] = ()
    """Ids of levels, courses, programmes or districts, or roles in the grid."""
    names: tuple[str, ...] = ()
    """What these were called when the rule was made; roles are named here by `said`."""
    months: int | None = None
    """How long ago something may have been completed, or how long a rest is."""
    certified: bool = False
    """Only a valid certificate counts, from the day of its issue on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """One class session that a person completed, or holds a certificate of."""

    level_id: int
    programme_id: int
    course_ids: frozenset[int]
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Attended:
    """One other class session that a person has, or had, a place in."""

    code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """All that the rules need to know about one person."""

    completed: tuple[Completed, ...] = ()
    certified: tuple[Completed, ...] = ()
    """What of it a valid certificate says, each on the day of its issue."""
    unit_ids: frozenset[int] = frozenset()
    """The person's units, and the districts above them."""
    grid_roles: frozenset[str] = frozenset()
    attended: tuple[Attended, ...] = ()


def said(rule: Rule) -> Reason:
    """Say what a rule asks for; the same words stand before a claim and against it."""
    plain, lately = (_HELD if rule.certified else _SAID)[rule.kind]
    names = rule.names or tuple(GRID_ROLE_NAMES[str(key)] for key in rule.keys)
    values: dict[str, object] = {} if rule.kind is RuleKind.REST else {"names": names}
    if rule.months is None:
        return plain.about(**values)
    return lately.about(**values, months=rule.months)


_SAID = {
    RuleKind.LEVEL: (LEVEL, LEVEL_LATELY),
    RuleKind.COURSE: (COURSE, COURSE_LATELY),
    RuleKind.PROGRAMME: (PROGRAMME, PROGRAMME_LATELY),
    RuleKind.UNIT: (UNIT, UNIT),
    RuleKind.GRID_ROLE: (GRID_ROLE, GRID_ROLE),
    RuleKind.REST: (REST, REST),
}
_HELD = {
    RuleKind.LEVEL: (HOLDS_LEVEL, HOLDS_LEVEL_LATELY),
    RuleKind.COURSE: (HOLDS_COURSE, HOLDS_COURSE_LATELY),
    RuleKind.PROGRAMME: (HOLDS_PROGRAMME, HOLDS_PROGRAMME_LATELY),
}


def unmet(rules: Sequence[Rule], standing: Standing, *, starts_on: date) -> tuple[Reason, ...]:
    """Return everything that the rules ask for and the person has not, for a class that begins on this day."""
    found = (_against(rule, standing, starts_on) for rule in rules)
    return tuple(reason for reason in found if reason is not None)


def _against(rule: Rule, standing: Standing, starts_on: date) -> Reason | None:
    if rule.kind is RuleKind.REST:
        return _too_soon(rule, standing, starts_on)
    if rule.kind is RuleKind.UNIT:
        met = not standing.unit_ids.isdisjoint(rule.keys)
    elif rule.kind is RuleKind.GRID_ROLE:
        met = not standing.grid_roles.isdisjoint(rule.keys)
    else:
        shown = standing.certified if rule.certified else standing.completed
        met = any(_counts(rule, each, starts_on) for each in shown)
    return None if met else said(rule)


_KEYS: Mapping[RuleKind, Callable[[Completed], frozenset[int]]] = {
    RuleKind.LEVEL: lambda each: frozenset({each.level_id}),
    RuleKind.COURSE: lambda each: each.course_ids,
    RuleKind.PROGRAMME: lambda each: frozenset({each.programme_id}),
}


def _counts(rule: Rule, completed: Completed, starts_on: date) -> bool:
    fresh = rule.months is None or months_after(completed.on, rule.months) >= starts_on
    return fresh and not _KEYS[rule.kind](completed).isdisjoint(rule.keys)


def _too_soon(rule: Rule, standing: Standing, starts_on: date) -> Reason | None:
    """Tell of the last class before this one that ended too short a time ago; later ones do not count."""
    months = rule.months or 0
    before = [each for each in standing.attended if each.starts_on <= starts_on]
    last = max(before, key=lambda each: (each.ends_on, each.code), default=None)
    if last is None or months_after(last.ends_on, months) <= starts_on:
        return None
    day, from_day = last.ends_on.isoformat(), months_after(last.ends_on, months).isoformat()
    return LATER.about(code=last.code, day=day, months=months, from_day=from_day)


def months_after(day: date, months: int) -> date:
    """Tell the day so many months after another; the 31st of a short month is its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December counts as 11
    last = date.fromordinal(following.toordinal() - 1)
    return min(date(year, month + 1, min(day.day, last.day)), last)


def reasons_to_refuse_rule(rule: Rule, others: Sequence[Rule], *, state: ClassState) -> tuple[Reason, ...]:
    """Return every reason against adding a rule to those of a class session."""
    wants_months = rule.kind is RuleKind.REST
    months_fit = not wants_months if rule.months is None else 1 <= rule.months <= MOST_MONTHS
    same = [each for each in others if (each.kind, set(each.keys)) == (rule.kind, set(rule.keys))]
    checks = (
        (state not in COMPOSABLE, TOO_LATE_TO_COMPOSE),
        (not wants_months and not rule.keys, NOTHING_CHOSEN),
        (not months_fit, MONTHS_MISSING.about(most=MOST_MONTHS)),
        (len(others) >= MOST_RULES, TOO_MANY_RULES.about(most=MOST_RULES)),
        (bool(same), RULE_TWICE),
    )
    return tuple(reason for applies, reason in checks if applies)


def takes_months(kind: RuleKind) -> bool:
    """Tell whether a rule of this kind may speak of months."""
    return kind is RuleKind.REST or takes_certificates(kind)


def takes_certificates(kind: RuleKind) -> bool:
    """Tell whether a rule of this kind may ask for a certificate."""
    return kind in _COMPLETED
