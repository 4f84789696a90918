"""Rules of lists and plans: what may follow, who owes, who may be reminded, how places are shared."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from academy.classes.rules import ClassState
from academy.enrolment.rules import planning, steps
from academy.enrolment.rules.lists import TRANSITIONS, ListState
from academy.enrolment.rules.nominating import CLASS_NOT_OPEN, HAS_BEGUN, NO_NOMINATION
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.shares import shares
from academy.enrolment.rules.steps import StepFacts, StreetFacts
from academy.ground.errors import Reason
from tests.enrolment.nominated import AFTER_STREETS, DISTRICTS_BY, PLAN, STREETS_BY
from tests.make import NOW, TODAY

_L = ListState
FINE = StepFacts(unit="樱桥街道", class_state=ClassState.ENROLLING, has_started=False, plan=PLAN, state=_L.OPEN)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


@pytest.mark.parametrize("to", ListState)
@pytest.mark.parametrize("state", ListState)
def test_a_list_moves_along_the_table_only(state: ListState, to: ListState) -> None:
    expected = [] if (state, to) in TRANSITIONS else ["not_now"]
    assert codes(steps.reasons_to_refuse_step(replace(FINE, state=state), to)) == expected


def test_every_reason_against_a_step_is_told_at_once() -> None:
    facts = replace(FINE, plan=Plan(), class_state=ClassState.RUNNING, has_started=True, state=_L.CONFIRMED)
    expected = [NO_NOMINATION.code, CLASS_NOT_OPEN.code, HAS_BEGUN.code, "not_now"]
    assert codes(steps.reasons_to_refuse_step(facts, _L.REPORTED)) == expected


@pytest.mark.parametrize(
    ("state", "places", "due", "returned", "waits"),
    [
        (_L.OPEN, 3, STREETS_BY, False, True),
        (_L.RETURNED, 3, STREETS_BY, False, True),
        (_L.RETURNED, 3, STREETS_BY, True, False),
        (_L.OPEN, 3, STREETS_BY, True, True),
        (_L.HANDED_IN, 3, STREETS_BY, False, False),
        (_L.OPEN, 0, STREETS_BY, False, False),
        (_L.OPEN, 3, NOW, False, False),
    ],
)
def test_a_district_waits_while_a_street_has_time(
    state: ListState, places: int, due: datetime, *, returned: bool, waits: bool
) -> None:
    street = StreetFacts(unit="樱桥街道", state=state, places=places, due=due)
    assert bool(steps.reasons_to_wait_for([street], returned=returned, now=NOW)) is waits


@pytest.mark.parametrize(
    ("plan", "is_street", "state", "owed"),
    [
        (PLAN, True, _L.OPEN, True),
        (PLAN, True, _L.RETURNED, True),
        (PLAN, True, _L.HANDED_IN, False),
        (PLAN, False, _L.OPEN, True),
        (PLAN, False, _L.CONFIRMED, False),
        (replace(PLAN, by_streets=False), True, _L.OPEN, False),
        (replace(PLAN, by_districts=False), False, _L.OPEN, False),
        (Plan(), True, _L.OPEN, False),
    ],
)
def test_who_owes_a_list(plan: Plan, state: ListState, *, is_street: bool, owed: bool) -> None:
    assert steps.owes(plan, is_street=is_street, places=3, state=state) is owed
    assert steps.owes(plan, is_street=is_street, places=0, state=state) is False


def test_a_later_time_of_its_own_goes_before_that_of_all() -> None:
    later = DISTRICTS_BY + timedelta(days=1)
    assert steps.due_of(PLAN, is_street=True, extended_to=None) == STREETS_BY
    assert steps.due_of(PLAN, is_street=False, extended_to=None) == DISTRICTS_BY
    assert steps.due_of(PLAN, is_street=True, extended_to=later) == later
    assert steps.due_of(PLAN, is_street=True, extended_to=NOW) == STREETS_BY


@pytest.mark.parametrize(
    ("ago", "owed", "expected"),
    [
        (None, True, []),
        (timedelta(minutes=59), True, ["reminded_lately"]),
        (timedelta(hours=1), True, []),
        (None, False, ["reported_already"]),
        (timedelta(0), False, ["reported_already", "reminded_lately"]),
    ],
)
def test_nobody_is_reminded_twice_within_an_hour(
    ago: timedelta | None, expected: list[str], *, owed: bool
) -> None:
    at = None if ago is None else NOW - ago
    reasons = steps.reasons_to_refuse_reminder(unit="樱桥街道", owed=owed, reminded_at=at, now=NOW)
    assert codes(reasons) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (NOW, ["time_past", "too_soon"]),
        (STREETS_BY, ["too_soon"]),
        (AFTER_STREETS, []),
        (DISTRICTS_BY, []),
        (DISTRICTS_BY + timedelta(minutes=1), ["time_late"]),
    ],
)
def test_more_time_is_really_more_and_not_too_much(until: datetime, expected: list[str]) -> None:
    reasons = steps.reasons_to_refuse_time(until, unit="樱桥街道", due=STREETS_BY, latest=DISTRICTS_BY, now=NOW)
    assert codes(reasons) == expected


@pytest.mark.parametrize(
    ("total", "weights", "least", "expected"),
    [
        (10, {1: 1, 2: 1}, {}, {1: 5, 2: 5}),
        (10, {1: 2, 2: 1, 3: 1}, {}, {1: 5, 2: 3, 3: 2}),
        (10, {1: 0, 2: 0, 3: 0}, {}, {1: 4, 2: 3, 3: 3}),
        (10, {1: 9, 2: 1}, {2: 4}, {1: 6, 2: 4}),
        (3, {1: 1, 2: 1}, {1: 5}, {1: 5, 2: 0}),
        (0, {1: 1, 2: 3}, {}, {1: 0, 2: 0}),
        (5, {}, {}, {}),
        (7, {1: 10, 2: 0}, {}, {1: 7, 2: 0}),
    ],
)
def test_places_are_shared_by_the_number_of_people(
    total: int, weights: dict[int, int], least: dict[int, int], expected: dict[int, int]
) -> None:
    assert shares(total, weights, least=least) == expected


FACTS = planning.PlanFacts(
    class_state=ClassState.ENROLLING,
    starts_on=TODAY + timedelta(days=10),
    today=TODAY,
    before=PLAN,
    units_have_people=True,
)


@pytest.mark.parametrize(
    ("facts", "plan", "expected"),
    [
        (FACTS, PLAN, []),
        (FACTS, replace(PLAN, districts_by=DISTRICTS_BY + timedelta(days=1)), []),
        (FACTS, replace(PLAN, academy_confirms=False), []),
        (FACTS, replace(PLAN, by_districts=False), ["levels_fixed"]),
        (replace(FACTS, units_have_people=False), replace(PLAN, by_districts=False), []),
        (replace(FACTS, class_state=ClassState.RUNNING), PLAN, ["plan_fixed"]),
        (FACTS, replace(PLAN, reserve_returns_on=TODAY - timedelta(days=1)), ["return_passed"]),
        (FACTS, replace(PLAN, nomination=False), ["levels_fixed", "no_road"]),
    ],
)
def test_what_of_a_plan_may_change(facts: planning.PlanFacts, plan: Plan, expected: list[str]) -> None:
    assert codes(planning.reasons_to_refuse_change(facts, plan)) == expected


@pytest.mark.parametrize(
    ("on", "at", "returns"),
    [(None, None, False), (TODAY, None, True), (TODAY, NOW, False), (TODAY + timedelta(days=1), None, False)],
)
def test_unused_places_return_once_from_their_day_on(
    on: date | None, at: datetime | None, *, returns: bool
) -> None:
    assert planning.returns_today(returns_on=on, returned_at=at, today=TODAY) is returns
