"""The one clock, and the academy's civil time.

Moments are aware datetimes in UTC. Dates, years and hours of the day that people speak of are those of
Asia/Shanghai and never a shifted UTC date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_stopped: ContextVar[datetime | None] = ContextVar("stopped clock", default=None)


def now() -> datetime:
    """Tell the present moment in UTC."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def stopped(moment: datetime) -> Iterator[None]:
    """Hold the clock at one moment, for tests and for filling the sample academy."""
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def local(moment: datetime) -> datetime:
    """Show a moment on the academy's own clock."""
    if moment.tzinfo is None:
        raise ValueError(f"A naive datetime has no moment: {moment!r}. Give it a time zone.")
    return moment.astimezone(ZONE)


def local_date(moment: datetime) -> date:
    """Tell the civil date on which a moment falls."""
    return local(moment).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Tell the moment at which the academy's clock shows this hour of this day."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def civil(moment: datetime) -> str:
    """Write a moment's day and hour in digits that every language reads: `2026-11-22 09:00`."""
    return f"{local(moment):%Y-%m-%d %H:%M}"
