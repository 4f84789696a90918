from datetime import UTC, date, datetime

import pytest

from academy.ground import clock


def test_a_civil_date_is_the_academys_and_not_greenwichs() -> None:
    assert clock.local_date(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert clock.at(date(2026, 11, 22), 9) == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert clock.civil(datetime(2026, 11, 22, 1, tzinfo=UTC)) == "2026-11-22 09:00"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.local(datetime(2026, 11, 22, 1))  # noqa: DTZ001 - the very thing that is refused


def test_the_clock_can_be_stopped() -> None:
    noon = datetime(2026, 11, 22, 4, tzinfo=UTC)
    with clock.stopped(noon):
        assert clock.now() == noon
    assert clock.now() != noon
