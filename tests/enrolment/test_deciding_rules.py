"""Who must say yes, who may be replaced, and where a class may be moved: every reason at once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from academy.classes.rules import ClassState, Sitting
from academy.enrolment.rules.approving import (
    BEGUN_ALREADY,
    NOT_PENDING,
    ApprovalFacts,
    awaited,
    reasons_to_keep_undecided,
)
from academy.enrolment.rules.claims import ClaimFacts
from academy.enrolment.rules.moving import reasons_to_plan_anew, reasons_to_refuse_move
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.rules.substituting import (
    PlaceFacts,
    SubstitutionFacts,
    reasons_to_keep_person,
    reasons_to_refuse_substitute,
)
from tests.make import NOW, TODAY

ASKED = ApprovalFacts(
    approval=Approval.BOTH, state=EnrolmentState.ASKED, nominated=False, by_unit=False, by_academy=False,
    has_started=False, as_academy=False,
)  # fmt: skip
BY_ACADEMY = replace(ASKED, as_academy=True)


@pytest.mark.parametrize(
    ("approval", "by_unit", "by_academy", "left"),
    [
        (Approval.NONE, False, False, Approval.NONE),
        (Approval.UNIT, False, False, Approval.UNIT),
        (Approval.UNIT, True, False, Approval.NONE),
        (Approval.ACADEMY, True, False, Approval.ACADEMY),
        (Approval.ACADEMY, False, True, Approval.NONE),
        (Approval.BOTH, False, False, Approval.BOTH),
        (Approval.BOTH, True, False, Approval.ACADEMY),
        (Approval.BOTH, False, True, Approval.UNIT),
        (Approval.BOTH, True, True, Approval.NONE),
    ],
)
def test_who_still_must_approve(approval: Approval, *, by_unit: bool, by_academy: bool, left: Approval) -> None:
    assert awaited(approval, by_unit=by_unit, by_academy=by_academy) is left


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (ASKED, ()),
        (BY_ACADEMY, ()),
        (replace(ASKED, state=EnrolmentState.WAITING), ()),
        (replace(ASKED, by_unit=True), (NOT_PENDING,)),
        (replace(BY_ACADEMY, by_unit=True), ()),
        (replace(BY_ACADEMY, approval=Approval.UNIT), ()),
        (replace(ASKED, approval=Approval.ACADEMY), (NOT_PENDING,)),
        (replace(ASKED, state=EnrolmentState.SEATED), (NOT_PENDING,)),
        (replace(ASKED, nominated=True), (NOT_PENDING,)),
        (replace(ASKED, has_started=True), (BEGUN_ALREADY,)),
        (replace(BY_ACADEMY, approval=Approval.NONE), ()),
        (replace(BY_ACADEMY, approval=Approval.NONE, state=EnrolmentState.WAITING), (NOT_PENDING,)),
        (replace(ASKED, approval=Approval.NONE), (NOT_PENDING,)),
    ],
)
def test_a_claim_is_decided_on_by_who_is_asked_while_it_waits(
    facts: ApprovalFacts, reasons: tuple[object, ...]
) -> None:
    assert reasons_to_keep_undecided(facts) == reasons


FREE = ClaimFacts(
    class_state=ClassState.ENROLLING, opens_at=NOW, closes_at=NOW, already_in=False, missing_courses=(),
    sittings=(), taken_up=(),
)  # fmt: skip
PLACE = PlaceFacts(
    class_state=ClassState.ENROLLING, arrives_on=TODAY, state=EnrolmentState.SEATED, name="王秀兰",
    by_office=False, reason="",
)  # fmt: skip
SWAP = SubstitutionFacts(place=PLACE, substitute="周堃", of_unit=True, unit="梅岭街道", about_substitute=FREE)
TOMORROW = NOW + timedelta(days=1)
BUSY = Sitting(class_code="2026-009", class_title="另一个班", starts_at=NOW, ends_at=NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("facts", "now", "codes"),
    [
        (PLACE, NOW, []),
        (replace(PLACE, state=EnrolmentState.NOMINATED), NOW, []),
        (replace(PLACE, class_state=ClassState.RUNNING), NOW, []),
        (PLACE, TOMORROW, ["arrival_over"]),
        (replace(PLACE, by_office=True), TOMORROW, ["say_why"]),
        (replace(PLACE, by_office=True, reason="病假"), TOMORROW, []),
        (replace(PLACE, class_state=ClassState.CONCLUDED), NOW, ["too_late_to_change"]),
        (replace(PLACE, state=EnrolmentState.OFFERED), NOW, ["on_offer"]),
        (replace(PLACE, state=EnrolmentState.WAITING), NOW, ["not_held"]),
        (replace(PLACE, state=EnrolmentState.WITHDRAWN), TOMORROW, ["not_held", "arrival_over"]),
    ],
)
def test_a_place_changes_hands_while_it_is_held_until_the_day_of_arrival_is_over(
    facts: PlaceFacts, now: datetime, codes: list[str]
) -> None:
    assert [reason.code for reason in reasons_to_keep_person(facts, now=now)] == codes


def test_every_reason_against_a_substitute_is_told_at_once() -> None:
    assert reasons_to_refuse_substitute(SWAP, now=NOW) == ()
    about = replace(FREE, already_in=True, missing_courses=("急救基础",), sittings=(BUSY,), taken_up=(BUSY,))
    found = reasons_to_refuse_substitute(replace(SWAP, of_unit=False, about_substitute=about), now=TOMORROW)
    assert [reason.code for reason in found] == [
        "arrival_over", "not_of_unit", "in_already", "lacks_course", "busy_then",
    ]  # fmt: skip


def test_the_day_of_arrival_ends_at_midnight_in_nanjing() -> None:
    last_minute = NOW.replace(hour=15, minute=59)
    assert reasons_to_refuse_substitute(SWAP, now=last_minute) == ()
    after = reasons_to_refuse_substitute(SWAP, now=last_minute + timedelta(minutes=1))
    assert [reason.code for reason in after] == ["arrival_over"]


@pytest.mark.parametrize(("days", "codes"), [(1, []), (0, ["same_day"]), (-30, ["day_gone"])])
def test_a_class_is_moved_to_another_day_to_come(days: int, codes: list[str]) -> None:
    starts_on = TODAY + timedelta(days=5)
    found = reasons_to_refuse_move(starts_on, starts_on + timedelta(days=days), now=NOW)
    assert [reason.code for reason in found] == codes


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan(), []),
        (Plan(nomination=True, districts_by=NOW, reserve_returns_on=TODAY), []),
        (Plan(nomination=True, districts_by=NOW + timedelta(days=3)), ["lists_due_late"]),
        (Plan(districts_by=NOW + timedelta(days=3)), []),
        (Plan(reserve_returns_on=TODAY + timedelta(days=1)), ["unused_late"]),
    ],
)
def test_a_plan_that_comes_too_late_for_the_new_day_is_named(plan: Plan, expected: list[str]) -> None:
    returned = reasons_to_plan_anew(plan, starts_on=TODAY + timedelta(days=1), returned=True)
    assert [reason.code for reason in returned] == [code for code in expected if code != "unused_late"]
    found = reasons_to_plan_anew(plan, starts_on=TODAY + timedelta(days=1))
    assert [reason.code for reason in found] == expected
