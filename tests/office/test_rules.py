"""Who is on course, who completes, when a register may be taken, and fair groups; no database."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.classes.rules import ClassState
from academy.office import rules
from academy.office.rules import (
    NOT_RUNNING,
    OVER_ALREADY,
    Member,
    ProgressFacts,
    Prospect,
    RegisterFacts,
    balanced,
    decide,
    prospect,
)

NINE = datetime(2026, 11, 22, 1, tzinfo=UTC)
RUNNING = RegisterFacts(class_state=ClassState.RUNNING, starts_at=NINE)


@pytest.mark.parametrize(
    ("facts", "now", "codes"),
    [
        (RUNNING, NINE, []),
        (RUNNING, NINE - timedelta(minutes=30), []),
        (RUNNING, NINE - timedelta(minutes=31), ["not_yet"]),
        (replace(RUNNING, class_state=ClassState.ENROLLING), NINE, [NOT_RUNNING.code]),
        (replace(RUNNING, class_state=ClassState.CONCLUDED), NINE, [OVER_ALREADY.code]),
        (replace(RUNNING, class_state=ClassState.DRAFT), NINE - timedelta(days=1), [NOT_RUNNING.code, "not_yet"]),
    ],
)
def test_presence_is_registered_while_the_class_runs_and_never_for_the_future(
    facts: RegisterFacts, now: datetime, codes: list[str]
) -> None:
    assert [reason.code for reason in rules.reasons_to_refuse_register(facts, now=now)] == codes


UNDER_WAY = ProgressFacts(
    earned=100, required=360, to_come=300, missed=0, begun=True, concluded=False, completed=False
)


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (UNDER_WAY, Prospect.ON_COURSE),
        (replace(UNDER_WAY, begun=False), Prospect.EXPECTED),
        (replace(UNDER_WAY, missed=1), Prospect.MISSED),
        (replace(UNDER_WAY, to_come=259), Prospect.OUT_OF_REACH),
        (replace(UNDER_WAY, to_come=260), Prospect.ON_COURSE),
        (replace(UNDER_WAY, earned=360, missed=1), Prospect.ENOUGH),
        (replace(UNDER_WAY, concluded=True), Prospect.NOT_COMPLETED),
        (replace(UNDER_WAY, concluded=True, completed=True), Prospect.COMPLETED),
    ],
)
def test_how_a_person_stands_is_told_as_soon_as_it_can_be_known(facts: ProgressFacts, standing: Prospect) -> None:
    assert prospect(facts) is standing


def test_completion_is_decided_by_the_hours_and_says_what_is_missing() -> None:
    enough, short, nothing = decide([(1, 360), (2, 355), (3, 0)], required=360)
    assert enough.completes
    assert not short.completes
    assert short.reasons[0].values == {"missing": "0.5", "earned": "35.5", "required": "36"}
    assert nothing.reasons[0].values["missing"] == "36"


def test_nobody_completes_with_no_hours_at_all() -> None:
    assert not decide([(1, 0)], required=0)[0].completes


@given(
    st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from([None, None, 1, 2])), max_size=60),
    st.integers(1, 5),
)
def test_groups_come_out_as_even_as_they_can(people: list[tuple[str, int | None]], groups: int) -> None:
    ids = list(range(1, groups + 1))
    members = [
        Member(person_id=number, unit_name=unit, group_id=group if group in ids else None)
        for number, (unit, group) in enumerate(people)
    ]
    placed = balanced(members, ids)
    assert set(placed) == {member.person_id for member in members if member.group_id is None}
    before = Counter(member.group_id for member in members if member.group_id is not None)
    after = before + Counter(placed.values())
    largest_before = max((before[group] for group in ids), default=0)
    assert max(after[group] for group in ids) <= max(largest_before, -(-len(members) // groups))


def test_people_of_one_unit_are_spread_out() -> None:
    members = [Member(person_id=n, unit_name="甲" if n < 3 else "乙", group_id=None) for n in range(6)]
    placed = balanced(members, [1, 2, 3])
    assert {placed[n] for n in range(3)} == {placed[n] for n in range(3, 6)} == {1, 2, 3}


def test_without_groups_nobody_is_placed() -> None:
    assert balanced([Member(person_id=1, unit_name="", group_id=None)], []) == {}
