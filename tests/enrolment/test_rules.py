"""What stands against a claim, where it lands, and who gets a freed place; no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from academy.classes.rules import ClassState, Sitting
from academy.enrolment.rules import claims, groups, quotas
from academy.enrolment.rules.claims import (
    ALREADY_IN,
    ALREADY_STARTED,
    CLASS_IS_OVER,
    NOT_ENROLLING,
    NOT_IN,
    ClaimFacts,
    WithdrawalFacts,
)
from academy.enrolment.rules.line import InLine, landing, promotions
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import Reason

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sitting(start: int, end: int, code: str = "2026-001") -> Sitting:
    """A sitting so many hours after noon."""
    return Sitting(
        class_code=code, class_title=f"班 {code}", starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR
    )


OPEN = ClaimFacts(
    class_state=ClassState.ENROLLING,
    opens_at=NOON - HOUR,
    closes_at=NOON + HOUR,
    already_in=False,
    missing_courses=(),
    sittings=(sitting(24, 27),),
    taken_up=(),
)


def codes(facts: ClaimFacts, now: datetime = NOON) -> list[str]:
    return [reason.code for reason in claims.reasons_to_refuse(facts, now=now)]


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (OPEN, []),
        (replace(OPEN, already_in=True), ["already_in"]),
        (replace(OPEN, class_state=ClassState.PUBLISHED), ["not_enrolling"]),
        (replace(OPEN, opens_at=NOON + timedelta(seconds=1)), ["not_open_yet"]),
        (replace(OPEN, opens_at=NOON), []),
        (replace(OPEN, closes_at=NOON), ["window_closed"]),
        (replace(OPEN, missing_courses=("急救", "消防")), ["prerequisite", "prerequisite"]),
        (replace(OPEN, taken_up=(sitting(26, 28, "2026-002"),)), ["clash"]),
        (replace(OPEN, taken_up=(sitting(27, 28, "2026-002"),)), []),
        (
            replace(OPEN, already_in=True, closes_at=NOON, missing_courses=("急救",), taken_up=(sitting(24, 25),)),
            ["already_in", "window_closed", "prerequisite", "clash"],
        ),
    ],
)
def test_every_reason_is_told_at_once(facts: ClaimFacts, reasons: list[str]) -> None:
    assert codes(facts) == reasons


def test_a_closed_class_does_not_speak_of_its_window() -> None:
    assert codes(replace(OPEN, class_state=ClassState.CLOSED, closes_at=NOON - HOUR)) == ["not_enrolling"]


def test_a_clash_names_each_other_class_once_by_its_first_hour() -> None:
    facts = replace(
        OPEN, taken_up=(sitting(26, 27, "2026-002"), sitting(24, 25, "2026-002"), sitting(25, 26, "X"))
    )
    found = claims.reasons_to_refuse(facts, now=NOON)
    assert [(reason.values["code"], reason.values["day"]) for reason in found] == [
        ("2026-002", "2026-11-23 12:00"),
        ("X", "2026-11-23 13:00"),
    ]


@pytest.mark.parametrize(
    ("taken", "places", "state"),
    [(0, 1, EnrolmentState.SEATED), (1, 1, EnrolmentState.WAITING), (19, 20, EnrolmentState.SEATED)],
)
def test_a_claim_is_seated_while_a_place_is_free(taken: int, places: int, state: EnrolmentState) -> None:
    assert landing(Plan(), free=taken < places) is state


@pytest.mark.parametrize(
    ("sitting_groups", "group", "there"),
    [(set(), None, True), (set(), 1, True), ({1, 2}, 1, True), ({1, 2}, 3, False), ({1}, None, True)],
)
def test_a_sitting_takes_up_its_groups_and_whoever_has_none_yet(
    *, sitting_groups: set[int], group: int | None, there: bool
) -> None:
    assert groups.attends(sitting_groups, group) is there


@pytest.mark.parametrize(
    ("sittings", "group", "tenths"),
    [
        ([], None, 0),
        ([(40, set()), (20, set())], None, 60),
        ([(40, set()), (20, {1}), (30, {2})], 1, 60),
        ([(40, set()), (20, {1}), (30, {2})], None, 70),
    ],
)
def test_a_timetable_counts_the_hours_of_one_person_however_many_groups_there_are(
    sittings: list[tuple[int, set[int]]], group: int | None, tenths: int
) -> None:
    assert groups.tenths_for_one(sittings, group) == tenths


SEATED = WithdrawalFacts(
    class_state=ClassState.ENROLLING, state=EnrolmentState.SEATED, starts_at=NOON + timedelta(days=1)
)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (SEATED, ()),
        (replace(SEATED, state=None), (NOT_IN,)),
        (replace(SEATED, starts_at=NOON), (ALREADY_STARTED,)),
        (replace(SEATED, class_state=ClassState.RUNNING), (ALREADY_STARTED,)),
        (replace(SEATED, class_state=ClassState.CLOSED), (CLASS_IS_OVER,)),
        (replace(SEATED, class_state=ClassState.CANCELLED), (CLASS_IS_OVER,)),
        (replace(SEATED, class_state=ClassState.RUNNING, state=EnrolmentState.WAITING), ()),
    ],
)
def test_a_seat_is_given_up_before_the_class_starts_and_the_line_at_any_time(
    facts: WithdrawalFacts, reasons: tuple[Reason, ...]
) -> None:
    assert claims.reasons_to_refuse_withdrawal(facts, now=NOON) == reasons


def in_line(number: int, *, hindered: bool = False) -> InLine:
    return InLine(
        enrolment_id=number, person_id=number, hindrances=(claims.CLASH.about(code="X"),) if hindered else ()
    )


@pytest.mark.parametrize(
    ("line", "free", "promoted", "passed"),
    [
        ([], 1, [], []),
        ([in_line(1), in_line(2)], 0, [], []),
        ([in_line(1), in_line(2)], 1, [1], []),
        ([in_line(1, hindered=True), in_line(2), in_line(3)], 1, [2], [1]),
        ([in_line(1, hindered=True), in_line(2, hindered=True)], 1, [], [1, 2]),
        ([in_line(1), in_line(2, hindered=True), in_line(3)], 2, [1, 3], [2]),
        ([in_line(1), in_line(2, hindered=True)], 1, [1], []),
    ],
)
def test_freed_places_go_to_the_first_in_line_whom_nothing_hinders(
    line: list[InLine], free: int, promoted: list[int], passed: list[int]
) -> None:
    got, left_out = promotions(line, free=free)
    assert ([each.person_id for each in got], [each.person_id for each in left_out]) == (promoted, passed)


def test_places_are_never_fewer_than_are_taken() -> None:
    assert not quotas.reasons_to_refuse_capacity(taken=3, places=3)
    assert quotas.reasons_to_refuse_capacity(taken=4, places=3) == (quotas.TOO_FEW_PLACES.about(taken=4),)
    assert not quotas.reasons_to_refuse_capacity(given=2, taken=3, places=5)
    short = quotas.TOO_FEW_BESIDE_UNITS.about(given=2, taken=3, least=5)
    assert quotas.reasons_to_refuse_capacity(given=2, taken=3, places=4) == (short,)


def test_the_states_of_a_class_tell_whether_it_has_started() -> None:
    assert not claims.has_started(ClassState.ENROLLING, NOON + HOUR, now=NOON)
    assert claims.has_started(ClassState.ENROLLING, NOON, now=NOON)
    assert claims.has_started(ClassState.CANCELLED, NOON + HOUR, now=NOON)


def test_reasons_are_worded_for_people() -> None:
    assert NOT_ENROLLING.message.endswith(".")
    assert ALREADY_IN.code == "already_in"
