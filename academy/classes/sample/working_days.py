"""The days on which the sample academy teaches: no weekends, no holidays, not while its doors were shut."""

from collections.abc import Iterator
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SHUT = (date(2020, 1, 23), date(2020, 5, 10))
_HOLIDAYS = {1: 3, 5: 5, 10: 7}  # until which day of the month
_SPRING_FESTIVALS = {
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip


def teaches(day: date) -> bool:
    """Tell whether an ordinary class session may have sittings on a day."""
    if day.isoweekday() > 5 or _SHUT[0] <= day <= _SHUT[1]:
        return False
    if day.day <= _HOLIDAYS.get(day.month, 0):
        return False
    festival = _SPRING_FESTIVALS.get(day.year)
    return festival is None or not -2 <= (day - date(day.year, *festival)).days <= 8


def after_closing(day: date) -> date:
    """Put off what would fall in the months of shut doors by their length."""
    return day + (_SHUT[1] - _SHUT[0]) if _SHUT[0] <= day <= _SHUT[1] else day


def onwards(day: date) -> Iterator[date]:
    """Name the days of teaching from this one on."""
    while True:
        if teaches(day):
            yield day
        day += _DAY


def backwards(day: date) -> Iterator[date]:
    """Name the days of teaching from this one back."""
    while True:
        if teaches(day):
            yield day
        day -= _DAY


def run_of(day: date, length: int) -> tuple[date, ...]:
    """Find so many days of teaching in a row of one week, from this day on."""
    while True:
        week = [day + _DAY * i for i in range(length)]
        if all(map(teaches, week)) and week[0].isocalendar().week == week[-1].isocalendar().week:
            return tuple(week)
        day += _DAY
