"""How presence becomes hours, and how a mistake is put right; no database."""

from datetime import UTC, datetime

import pytest

from academy.hours.rules import (
    Correction,
    HoursKind,
    Standing,
    Taught,
    corrections,
    hours_text,
    kind_of,
    required_tenths,
    year_of,
)

TAUGHT = Taught(
    sitting_id=7,
    class_session_id=1,
    kind=HoursKind.THEORY,
    starts_at=datetime(2026, 11, 22, 1, tzinfo=UTC),
    tenths=40,
)
STANDS = Standing(turn=1, entry_id=11, kind=HoursKind.THEORY, year=2026, tenths=40)


def given(person_id: int, turn: int = 1) -> Correction:
    return Correction(person_id=person_id, turn=turn, kind=HoursKind.THEORY, year=2026, tenths=40)


def taken_back(person_id: int, turn: int = 2, tenths: int = -40) -> Correction:
    return Correction(
        person_id=person_id, turn=turn, kind=HoursKind.THEORY, year=2026, tenths=tenths, reverses_id=11
    )


@pytest.mark.parametrize(
    ("present", "ledger", "found"),
    [
        ({1, 2}, {}, [given(1), given(2)]),
        (set(), {}, []),
        ({1}, {1: STANDS}, []),
        (set(), {1: STANDS}, [taken_back(1)]),
        ({1}, {1: Standing(turn=2)}, [given(1, turn=3)]),
        ({1}, {1: Standing(turn=1, entry_id=11, kind=HoursKind.THEORY, year=2026, tenths=30)},
         [taken_back(1, tenths=-30), given(1, turn=3)]),
        ({1, 9}, {9: STANDS}, [given(1)]),
        (set(), {9: STANDS}, []),
    ],
)  # fmt: skip
def test_the_ledger_is_put_right_and_nothing_is_entered_twice(
    present: set[int], ledger: dict[int, Standing], found: list[Correction]
) -> None:
    assert list(corrections(TAUGHT, present=present, expected={1, 2}, ledger=ledger)) == found


@pytest.mark.parametrize(
    ("domain", "at_field_site", "kind"),
    [
        ("theory", False, HoursKind.THEORY),
        ("practice", False, HoursKind.PRACTICE),
        ("practice", True, HoursKind.FIELD),
        ("theory", True, HoursKind.FIELD),
    ],
)
def test_a_field_site_makes_field_hours(*, domain: str, at_field_site: bool, kind: HoursKind) -> None:
    assert kind_of(domain=domain, at_field_site=at_field_site) is kind


def test_hours_belong_to_the_local_year() -> None:
    assert year_of(datetime(2026, 12, 31, 16, tzinfo=UTC)) == 2027  # midnight in Nanjing
    assert year_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == 2026


@pytest.mark.parametrize(
    ("total", "percent", "required"), [(400, 90, 360), (40, 85, 34), (50, 33, 17), (10, 1, 1), (400, 100, 400)]
)
def test_the_share_asked_for_is_rounded_up(total: int, percent: int, required: int) -> None:
    assert required_tenths(total_tenths=total, required_percent=percent) == required


def test_hours_are_written_without_needless_digits() -> None:
    assert [hours_text(tenths) for tenths in (340, 35, 0)] == ["34", "3.5", "0"]
