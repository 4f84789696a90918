"""What stands against moving a class session to other days."""

from datetime import date, datetime

from academy.ground.clock import local_date
from academy.ground.errors import Reason
from academy.ground.text import N_

SAME_DAY = Reason("same_day", N_("The class begins on this day already. Choose another one."))
DAY_GONE = Reason("day_gone", N_("A class cannot be moved to a day that is over."))


def reasons_to_refuse_move(starts_on: date, to: date, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against another first day."""
    checks = ((starts_on == to, SAME_DAY), (to < local_date(now), DAY_GONE))
    return tuple(reason for applies, reason in checks if applies)
