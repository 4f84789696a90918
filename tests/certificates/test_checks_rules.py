"""What a trainee's answer is worth, and when one may be given."""

from datetime import timedelta
from typing import Any

import pytest

from academy.certificates.rules import checks
from academy.certificates.rules.checks import Group, Moment, Said, Standing
from academy.certificates.rules.states import CheckAnswer
from academy.classes.rules import ClassState
from tests.make import NOW

SAYS: dict[str, Any] = {
    "name": "欧阳娜娜", "class_title": "新任网格员岗前培训班", "class_code": "2026-017",
    "programme": "岗前培训方案", "starts_on": "2026-11-16", "ends_on": "2026-11-20", "tenths": 380,
}  # fmt: skip
OTHER = {**SAYS, "name": "欧阳娜"}
HOUR = timedelta(hours=1)


def said(answer: CheckAnswer, shown: dict[str, Any] = SAYS, *, settled: bool = False) -> Said:
    return Said(
        answer=answer, shown=shown, wish="", answered_at=NOW, settled_at=NOW + 2 * HOUR if settled else None
    )


CONFIRMED, DISPUTED = said(CheckAnswer.CONFIRMED), said(CheckAnswer.DISPUTED)
SETTLED = said(CheckAnswer.SETTLED, settled=True)


@pytest.mark.parametrize(
    ("answer", "says", "standing", "asked"),
    [
        (None, SAYS, Standing.SILENT, True),
        (CONFIRMED, SAYS, Standing.CONFIRMED, False),
        (CONFIRMED, OTHER, Standing.STALE, True),
        (DISPUTED, SAYS, Standing.DISPUTED, False),
        (DISPUTED, OTHER, Standing.DISPUTED, True),
        (SETTLED, SAYS, Standing.SETTLED, False),
        (SETTLED, OTHER, Standing.STALE, True),
    ],
)
def test_an_answer_counts_for_what_was_shown(
    answer: Said | None, says: dict[str, Any], standing: Standing, *, asked: bool
) -> None:
    found = checks.standing(answer, says)
    changed = bool(answer and checks.changes(answer.shown, says))
    assert (found, checks.is_asked(found, changed=changed)) == (standing, asked)


def test_what_is_neither_a_yes_nor_a_no_counts_as_silence() -> None:
    assert checks.tally([*Standing, Standing.CONFIRMED]) == {
        Group.CONFIRMED: 2, Group.SILENT: 3, Group.DISPUTED: 1,
    }  # fmt: skip


@pytest.mark.parametrize("fact", checks.FACT_NAMES)
def test_any_fact_that_changes_is_named_and_marked(fact: str) -> None:
    changed = {**SAYS, fact: 0 if fact == "tenths" else "x"}
    assert checks.changes(SAYS, changed) == (fact,)
    assert checks.mark_of(changed) != checks.mark_of(SAYS)
    assert checks.mark_of(dict(reversed(SAYS.items()))) == checks.mark_of(SAYS)


OVER = Moment(class_state=ClassState.RUNNING, last_sitting_ends_at=NOW, certified=None)


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        (OVER, []),
        (Moment(class_state=ClassState.RUNNING, last_sitting_ends_at=NOW + HOUR, certified=None), ["not_over"]),
        (Moment(class_state=ClassState.RUNNING, last_sitting_ends_at=None, certified=None), ["not_over"]),
        (Moment(class_state=ClassState.CONCLUDED, last_sitting_ends_at=None, certified=None), []),
        (Moment(class_state=ClassState.CLOSED, last_sitting_ends_at=NOW, certified="2026-J-000001"), ["numbered"]),
    ],
)
def test_answers_are_given_after_the_class_and_before_the_number(moment: Moment, codes: list[str]) -> None:
    assert [reason.code for reason in checks.reasons_to_refuse_answer(moment, now=NOW)] == codes


@pytest.mark.parametrize(
    ("answer", "frozen", "says", "proposed", "outdated"),
    [
        (CONFIRMED, SAYS, SAYS, -HOUR, False),
        (CONFIRMED, OTHER, SAYS, -HOUR, True),  # confirmed the corrected name after the old one was proposed
        (CONFIRMED, OTHER, OTHER, HOUR, False),  # confirmed before; what was proposed since is what counts
        (SETTLED, SAYS, OTHER, HOUR, True),  # corrected and settled after the proposal
        (SETTLED, SAYS, SAYS, HOUR, False),  # settled without a change: the proposal stands
        (SETTLED, OTHER, OTHER, 3 * HOUR, False),  # proposed after all was settled
    ],
)
def test_a_proposal_is_outdated_by_what_was_said_after_it(
    answer: Said, frozen: dict[str, Any], says: dict[str, Any], proposed: timedelta, *, outdated: bool
) -> None:
    assert checks.is_outdated(answer, frozen=frozen, says=says, proposed_at=NOW + proposed) is outdated
