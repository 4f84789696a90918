"""When a message may go out, and to whom none ever goes."""

from datetime import datetime, time, timedelta

from academy.ground import clock

_MADE_UP = "199000"  # what the numbers of the sample begin with


def goes_at(moment: datetime, *, quiet: tuple[int, int] | None, urgent: bool) -> datetime:
    """Tell when a message may go out: at once, or where it is night and it can wait, in the morning.

    `quiet` are the hours of the academy's clock at which the night begins and ends; its last moment is the end.
    """
    if quiet is None or urgent:
        return moment
    begins, ends = time(quiet[0]), time(quiet[1])
    local = clock.local(moment)
    over_midnight = begins > ends
    evening, morning = local.time() >= begins, local.time() < ends
    if not ((evening or morning) if over_midnight else (evening and morning)):
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and evening else local.date()
    return clock.at(day, ends.hour)


def is_made_up(number: str) -> bool:
    """Tell whether a number is one of those that the sample makes up; who holds such a one is never disturbed."""
    return number.startswith(_MADE_UP)
