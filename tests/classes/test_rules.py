"""The life of a class session, what may be changed when, and what a sitting must be."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from academy.classes import rules
from academy.classes.rules import ClassFacts, ClassState, SittingFacts, Step, StepFacts
from academy.ground import clock
from academy.ground.clock import civil
from academy.ground.errors import Reason

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
READY = StepFacts(state=ClassState.DRAFT, sittings=3, has_manager=True, last_sitting_ends_at=NOON)

# Every state and every step; whatever is not here leads nowhere.
LEADS_TO = {
    ("draft", "publish"): "published",
    ("draft", "cancel"): "cancelled",
    ("published", "open_enrolment"): "enrolling",
    ("published", "cancel"): "cancelled",
    ("enrolling", "start"): "running",
    ("enrolling", "cancel"): "cancelled",
    ("running", "conclude"): "concluded",
    ("running", "cancel"): "cancelled",
    ("concluded", "close"): "closed",
}


@pytest.mark.parametrize(("state", "step"), list(product(ClassState, Step)))
def test_each_step_leads_where_the_table_says_or_is_refused(state: ClassState, step: Step) -> None:
    after = rules.TRANSITIONS.get((state, step))
    assert (after and after.value) == LEADS_TO.get((state.value, step.value))
    reasons = rules.reasons_to_refuse_step(replace(READY, state=state), step, now=NOON)
    assert reasons == (() if after else (rules.NOT_FROM_HERE,))
    assert (step in rules.steps_from(state)) is bool(after)


def test_every_state_has_a_name_and_says_what_may_be_changed() -> None:
    assert set(rules.STATE_NAMES) == set(ClassState) == set(rules.CHANGEABLE)
    assert rules.CHANGEABLE[ClassState.DRAFT] == {field.name for field in fields(ClassFacts)}


@pytest.mark.parametrize(
    ("facts", "step", "reasons"),
    [
        (replace(READY, sittings=0), Step.PUBLISH, (rules.NO_TIMETABLE,)),
        (replace(READY, sittings=0, has_manager=False), Step.PUBLISH, (rules.NO_TIMETABLE, rules.NO_MANAGER)),
        (replace(READY, sittings=0, has_manager=False), Step.CANCEL, ()),
        (
            replace(READY, state=ClassState.RUNNING, last_sitting_ends_at=NOON + timedelta(minutes=1)),
            Step.CONCLUDE,
            (rules.SITTINGS_LEFT.about(day=civil(NOON + timedelta(minutes=1))),),
        ),
        (replace(READY, state=ClassState.RUNNING, last_sitting_ends_at=NOON), Step.CONCLUDE, ()),
        (replace(READY, state=ClassState.RUNNING, last_sitting_ends_at=None), Step.CONCLUDE, ()),
    ],
)
def test_every_reason_against_a_step_is_told(facts: StepFacts, step: Step, reasons: tuple[Reason, ...]) -> None:
    assert rules.reasons_to_refuse_step(facts, step, now=NOON) == reasons


PLAN = ClassFacts(
    title="新任网格员培训班",
    kind_id=1,
    level_id=1,
    programme_id=1,
    manager_id=1,
    capacity=40,
    audience="",
    opens_at=NOON,
    closes_at=NOON + timedelta(days=5),
    starts_on=date(2026, 12, 1),
    ends_on=date(2026, 12, 3),
)
OTHER: dict[str, Any] = {
    "title": "改名", "kind_id": 2, "level_id": 2, "programme_id": 2, "manager_id": 2, "capacity": 41,
    "audience": "全体", "opens_at": NOON + timedelta(hours=1), "closes_at": NOON + timedelta(days=6),
    "starts_on": date(2026, 11, 30), "ends_on": date(2026, 12, 4),
}  # fmt: skip


@pytest.mark.parametrize(("state", "name"), list(product(ClassState, OTHER)))
def test_only_what_a_state_leaves_open_may_be_changed(state: ClassState, name: str) -> None:
    after = replace(PLAN, **{name: OTHER[name]})
    reasons = rules.reasons_to_refuse_change(state, PLAN, after, [])
    assert (reasons == ()) is (name in rules.CHANGEABLE[state])
    assert len(reasons) <= 1


def test_days_and_window_must_not_run_backwards() -> None:
    backwards = replace(PLAN, closes_at=NOON, ends_on=date(2026, 11, 30))
    assert rules.reasons_to_refuse_facts(backwards) == (rules.WINDOW_BACKWARDS, rules.DATES_BACKWARDS)
    assert rules.reasons_to_refuse_facts(PLAN) == ()


def test_a_sitting_left_outside_is_told() -> None:
    later = replace(PLAN, starts_on=date(2026, 12, 2))
    days = [date(2026, 12, 3), date(2026, 12, 1), date(2026, 12, 1)]
    reasons = rules.reasons_to_refuse_change(ClassState.DRAFT, PLAN, later, days)
    assert reasons == (rules.SITTING_LEFT_OUT.about(day="2026-12-01"),)


SITTING = SittingFacts(
    state=ClassState.DRAFT,
    starts_on=date(2026, 12, 1),
    ends_on=date(2026, 12, 3),
    starts_at=clock.at(date(2026, 12, 1), 9),
    ends_at=clock.at(date(2026, 12, 1), 12),
    in_programme=True,
    place_name="调解中心",
    place_retired_on=None,
)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (SITTING, ()),
        (replace(SITTING, state=ClassState.RUNNING), ()),
        (replace(SITTING, state=ClassState.CONCLUDED), (rules.TIMETABLE_FIXED,)),
        (replace(SITTING, ends_at=SITTING.starts_at), (rules.ENDS_FIRST,)),
        (replace(SITTING, ends_at=SITTING.ends_at + timedelta(minutes=10)), (rules.OFF_QUARTER,)),
        (
            replace(SITTING, ends_at=clock.at(date(2026, 12, 4), 12)),
            (rules.OUTSIDE_DAYS.about(first="2026-12-01", last="2026-12-03"),),
        ),
        (replace(SITTING, in_programme=False), (rules.NOT_IN_PROGRAMME,)),
        (replace(SITTING, place_retired_on=date(2026, 12, 2)), ()),
        (
            replace(SITTING, place_retired_on=date(2026, 12, 1), in_programme=False),
            (rules.NOT_IN_PROGRAMME, rules.PLACE_RETIRED.about(place="调解中心", day="2026-12-01")),
        ),
    ],
)
def test_every_reason_against_a_sitting_is_told(facts: SittingFacts, reasons: tuple[Reason, ...]) -> None:
    assert rules.reasons_to_refuse_sitting(facts) == reasons


@pytest.mark.parametrize(
    ("state", "starts_at", "reasons"),
    [
        (ClassState.DRAFT, NOON - timedelta(days=1), ()),
        (ClassState.RUNNING, NOON + timedelta(minutes=1), ()),
        (ClassState.RUNNING, NOON, (rules.HAS_BEGUN,)),
        (ClassState.CLOSED, NOON - timedelta(days=1), (rules.TIMETABLE_FIXED, rules.HAS_BEGUN)),
    ],
)
def test_a_sitting_that_has_begun_stays(
    state: ClassState, starts_at: datetime, reasons: tuple[Reason, ...]
) -> None:
    assert rules.reasons_to_keep_sitting(state, starts_at, now=NOON) == reasons


@pytest.mark.parametrize(("minutes", "tenths"), [(45, 10), (90, 20), (180, 40), (150, 33), (1, 1)])
def test_an_hour_is_45_minutes(minutes: int, tenths: int) -> None:
    assert rules.tenths_between(NOON, NOON + timedelta(minutes=minutes)) == tenths


def test_codes_are_written_and_read() -> None:
    assert rules.class_code(2026, 17) == "2026-017"
    assert rules.class_code(2026, 1234) == "2026-1234"
    assert rules.read_code("2026-017") == (2026, 17)


def test_sittings_clash_only_where_they_overlap() -> None:
    def span(start: int, end: int) -> rules.Sitting:
        hour = timedelta(hours=1)
        return rules.Sitting(
            class_code="2026-001", class_title="甲", starts_at=NOON + start * hour, ends_at=NOON + end * hour
        )

    assert rules.clashes((span(0, 2),), (span(2, 4),)) == ()
    assert rules.clashes((span(0, 2), span(5, 6)), (span(1, 4),)) == ((span(0, 2), span(1, 4)),)
    assert list(rules.quarter_hours(NOON, NOON + timedelta(minutes=30))) == [
        int(NOON.timestamp()) // 900,
        int(NOON.timestamp()) // 900 + 1,
    ]
