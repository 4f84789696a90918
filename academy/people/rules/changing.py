"""Units that begin, are renamed, merged or split, and whose desk is handed over: what speaks against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.people.rules.register import problem_with_name

NAME_TAKEN = Reason("unit_name_taken", N_("There is a unit called %(name)s at this place already."))
NAME_SAME = Reason("unit_name_same", N_("The unit is called so already."))
UNIT_ENDED = Reason("unit_ended", N_("%(name)s exists no longer."))
NOT_YET = Reason("not_yet", N_("This day has not come yet. Enter the change once it holds."))
TOO_EARLY = Reason("too_early", N_("%(name)s began only on %(day)s. Choose a later day."))
SAME_UNIT = Reason("merges_with_itself", N_("A unit cannot be merged into itself. Choose another one."))
OTHER_KIND = Reason(
    "other_kind", N_("A street merges into a street and a district into a district, not one into the other.")
)
CITY_STAYS = Reason("city_stays", N_("The city itself is neither merged nor split."))
STREETS_CLASH = Reason(
    "streets_clash", N_("Both districts have a street of this name: %(names)s. Rename or merge these first.")
)
NOT_UNDER_STREET = Reason("not_under_street", N_("A street has no units below it. Choose a district."))
NOBODY_CHOSEN = Reason("nobody_chosen", N_("Choose who goes to the new unit."))
NOT_MEMBERS = Reason("not_members", N_("Not all of the chosen people belong to this unit on that day any more."))

HOLDS_DESK = Reason("holds_desk", N_("%(name)s is liaison of this unit already."))
HOLDS_NO_DESK = Reason("holds_no_desk", N_("Whoever hands the desk over is not liaison of this unit any more."))
DAY_IS_PAST = Reason("day_is_past", N_("A desk is handed over from today or a later day."))
NO_WAY_IN = Reason(
    "no_way_in",
    N_("%(name)s could not sign in: no mobile number is proved and no sign-in name given. Bind a phone first."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitNow:
    """A unit as the rules need to know it."""

    id: int
    name: str
    rank: int
    """0 the city, 1 a district, 2 a street."""
    starts_on: date
    has_ended: bool
    streets: frozenset[str] = frozenset()
    """What the units right below it are called."""


CITY, DISTRICT, STREET = 0, 1, 2


def _problem(name: str) -> tuple[Reason, ...]:
    problem = problem_with_name(name)
    return () if problem is None else (problem,)


def reasons_to_refuse_unit(name: str, *, above: UnitNow | None, siblings: Collection[str]) -> tuple[Reason, ...]:
    """Return everything that speaks against a new unit of this name, as cleaned."""
    checks = (
        (name in siblings, NAME_TAKEN.about(name=name)),
        (above is not None and above.rank == STREET, NOT_UNDER_STREET),
        (above is not None and above.has_ended, UNIT_ENDED.about(name=above.name if above else "")),
    )
    return (*_problem(name), *(reason for applies, reason in checks if applies))


def _about_day(unit: UnitNow, on: date, today: date) -> tuple[tuple[bool, Reason], ...]:
    """Check that a unit that exists changes on a day after its first, which is not to come."""
    return (
        (unit.has_ended, UNIT_ENDED.about(name=unit.name)),
        (on > today, NOT_YET),
        (on <= unit.starts_on, TOO_EARLY.about(name=unit.name, day=unit.starts_on)),
    )


def reasons_to_refuse_renaming(
    unit: UnitNow, name: str, *, on: date, today: date, siblings: Collection[str]
) -> tuple[Reason, ...]:
    """Return everything that speaks against giving a unit this name, as cleaned."""
    same = name == unit.name
    checks = (
        *_about_day(unit, on, today),
        (same, NAME_SAME),
        (not same and name in siblings, NAME_TAKEN.about(name=name)),
    )
    return (*_problem(name), *(reason for applies, reason in checks if applies))


def reasons_to_refuse_merging(unit: UnitNow, into: UnitNow, *, on: date, today: date) -> tuple[Reason, ...]:
    """Return everything that speaks against merging a unit into another one."""
    clash = unit.streets & into.streets
    checks = (
        *_about_day(unit, on, today),
        (unit.id == into.id, SAME_UNIT),
        (into.has_ended and unit.id != into.id, UNIT_ENDED.about(name=into.name)),
        (on < into.starts_on, TOO_EARLY.about(name=into.name, day=into.starts_on)),
        (CITY in (unit.rank, into.rank), CITY_STAYS),
        (unit.rank != into.rank and CITY not in (unit.rank, into.rank), OTHER_KIND),
        (bool(clash) and unit.id != into.id, STREETS_CLASH.about(names=" ".join(sorted(clash)))),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_splitting(
    unit: UnitNow,
    name: str,
    *,
    on: date,
    today: date,
    siblings: Collection[str],
    chosen: Collection[int],
    members: Collection[int],
) -> tuple[Reason, ...]:
    """Return everything that speaks against a new unit out of this one with the chosen people."""
    checks = (
        *_about_day(unit, on, today),
        (unit.rank == CITY, CITY_STAYS),
        (name in siblings, NAME_TAKEN.about(name=name)),
        (not chosen, NOBODY_CHOSEN),
        (bool(set(chosen) - set(members)), NOT_MEMBERS),
    )
    return (*_problem(name), *(reason for applies, reason in checks if applies))


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOverFacts:
    """All that the rules need to know before a liaison's desk gets another holder."""

    name: str
    holds_it: bool
    """Whoever is to have the desk has it already."""
    giver_holds_it: bool
    can_sign_in: bool
    unit: UnitNow
    on: date
    today: date


def reasons_to_refuse_hand_over(facts: HandOverFacts) -> tuple[Reason, ...]:
    """Return everything that speaks against giving somebody the desk of a unit."""
    checks = (
        (facts.unit.has_ended, UNIT_ENDED.about(name=facts.unit.name)),
        (facts.holds_it, HOLDS_DESK.about(name=facts.name)),
        (not facts.giver_holds_it, HOLDS_NO_DESK),
        (facts.on < facts.today, DAY_IS_PAST),
        (not facts.can_sign_in, NO_WAY_IN.about(name=facts.name)),
    )
    return tuple(reason for applies, reason in checks if applies)
