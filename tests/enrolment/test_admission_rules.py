"""What a class asks of people, decided without a database."""

from dataclasses import replace
from datetime import date

import pytest

from academy.classes.rules import ClassState
from academy.enrolment.rules import admission
from academy.enrolment.rules.admission import Attended, Completed, Rule, RuleKind, Standing
from academy.ground.text import translate

STARTS = date(2026, 12, 1)
DONE = Completed(level_id=1, programme_id=7, course_ids=frozenset({70, 71}), on=date(2025, 12, 1))
HAS = Standing(
    completed=(DONE,),
    certified=(replace(DONE, on=date(2026, 1, 10)),),
    unit_ids=frozenset({3, 30}),
    grid_roles=frozenset({"full_time"}),
    attended=(Attended(code="2026-001", starts_on=date(2026, 8, 28), ends_on=date(2026, 8, 31)),),
)
LEVEL = Rule(kind=RuleKind.LEVEL, keys=(1, 2), names=("初级", "中级"))
COURSE = Rule(kind=RuleKind.COURSE, keys=(71,), names=("调解",))
PROGRAMME = Rule(kind=RuleKind.PROGRAMME, keys=(7,), names=("岗前培训方案",))
UNIT = Rule(kind=RuleKind.UNIT, keys=(3,), names=("玄武区",))
ROLE = Rule(kind=RuleKind.GRID_ROLE, keys=("full_time", "grid_lead"))
REST = Rule(kind=RuleKind.REST, months=3)


@pytest.mark.parametrize(
    ("rule", "standing", "met"),
    [
        (LEVEL, HAS, True),
        (replace(LEVEL, keys=(2,)), HAS, False),
        (LEVEL, Standing(), False),
        (replace(LEVEL, months=12), HAS, True),  # to the day
        (replace(LEVEL, months=11), HAS, False),
        (COURSE, HAS, True),
        (replace(COURSE, keys=(72,)), HAS, False),
        (PROGRAMME, HAS, True),
        (replace(PROGRAMME, keys=(8,)), HAS, False),
        (replace(LEVEL, certified=True), HAS, True),
        (replace(LEVEL, certified=True), replace(HAS, certified=()), False),  # completed alone
        (replace(LEVEL, certified=True, months=11), HAS, True),  # from the day of issue, not of completion
        (replace(LEVEL, certified=True, months=10), HAS, False),
        (replace(COURSE, certified=True), HAS, True),
        (replace(COURSE, certified=True, keys=(72,)), HAS, False),
        (replace(PROGRAMME, certified=True), Standing(certified=(DONE,)), True),
        (PROGRAMME, Standing(certified=(DONE,)), False),
        (UNIT, HAS, True),
        (UNIT, replace(HAS, unit_ids=frozenset({4, 30})), False),
        (ROLE, HAS, True),
        (ROLE, replace(HAS, grid_roles=frozenset({"volunteer"})), False),
        (ROLE, replace(HAS, grid_roles=frozenset()), False),
        (REST, HAS, True),  # from 30 November on: the shorter month has no 31st
        (replace(REST, months=4), HAS, False),
        (REST, Standing(), True),
    ],
)
def test_each_kind_of_rule(rule: Rule, standing: Standing, met: bool) -> None:  # noqa: FBT001 - a column of a table
    assert (admission.unmet((rule,), standing, starts_on=STARTS) == ()) is met


def test_every_unmet_rule_is_told_at_once_in_its_order() -> None:
    rules = (UNIT, ROLE, PROGRAMME, replace(COURSE, months=6), LEVEL)
    found = admission.unmet(rules, Standing(), starts_on=STARTS)
    assert [reason.code for reason in found] == ["unit", "grid_role", "programme", "course", "level"]


def test_a_rest_names_the_class_and_the_day_from_which_it_is_over() -> None:
    (reason,) = admission.unmet((replace(REST, months=6),), HAS, starts_on=STARTS)
    assert reason.values == {"code": "2026-001", "day": "2026-08-31", "months": 6, "from_day": "2027-02-28"}


def test_a_class_after_this_one_hinders_nobody() -> None:
    later = Attended(code="2027-001", starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 8))
    assert admission.unmet((REST,), Standing(attended=(later,)), starts_on=STARTS) == ()


def test_a_rule_names_what_it_asks_for_in_the_readers_language() -> None:
    said = admission.said(ROLE)
    assert translate("zh_CN", "%(names)s", said.values) == "专职网格员、网格长"
    assert translate("en", said.message, said.values) == "Must be in the grid as Full-time grid worker, Grid lead."
    lately = admission.said(replace(LEVEL, months=24))
    assert translate("en", lately.message, lately.values) == (
        "Must have completed a class of level 初级, 中级 in the 24 months before this one."
    )
    held = admission.said(replace(PROGRAMME, months=24, certified=True))
    assert translate("en", held.message, held.values) == (
        "Must hold a certificate of the programme “岗前培训方案”, issued in the 24 months before this class."
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 12, 31), 11, date(2027, 11, 30)),
    ],
)
def test_months_are_counted_as_people_count_them(day: date, months: int, expected: date) -> None:
    assert admission.months_after(day, months) == expected


@pytest.mark.parametrize(
    ("rule", "others", "state", "codes"),
    [
        (LEVEL, (), ClassState.DRAFT, []),
        (LEVEL, (UNIT,), ClassState.ENROLLING, []),
        (LEVEL, (), ClassState.RUNNING, ["too_late_to_compose"]),
        (replace(LEVEL, keys=()), (), ClassState.DRAFT, ["nothing_chosen"]),
        (replace(REST, months=None), (), ClassState.DRAFT, ["months_missing"]),
        (replace(COURSE, months=0), (), ClassState.DRAFT, ["months_missing"]),
        (replace(COURSE, months=121), (), ClassState.DRAFT, ["months_missing"]),
        (replace(LEVEL, keys=(2, 1), months=6), (LEVEL,), ClassState.DRAFT, ["rule_twice"]),
        (REST, (replace(REST, months=9),), ClassState.DRAFT, ["rule_twice"]),
        (LEVEL, (UNIT,) * 12, ClassState.CLOSED, ["too_late_to_compose", "too_many_rules"]),
    ],
)
def test_what_stands_against_a_rule(
    rule: Rule, others: tuple[Rule, ...], state: ClassState, codes: list[str]
) -> None:
    assert [each.code for each in admission.reasons_to_refuse_rule(rule, others, state=state)] == codes
