"""Until when somebody may say yes to a place that became free: never counted at night, never past the start."""

from datetime import datetime, time, timedelta

from academy.ground import clock
from academy.ground.errors import Reason
from academy.ground.text import N_

WAKES, SLEEPS = time(8), time(21)

NOT_OFFERED = Reason("not_offered", N_("There is no place on offer to confirm. It may have lapsed."))
OFFER_LAPSED = Reason(
    "offer_lapsed", N_("The time to confirm ended on %(moment)s; the next in line has the place.")
)

UNIT_CONFIRMS = Reason(
    "unit_confirms", N_("Your unit put you forward for this place, so its liaison confirms it for you.")
)


def awake(moment: datetime) -> datetime:
    """Move a moment of the night to the morning after it; the day's own stay as they are."""
    local = clock.local(moment)
    if WAKES <= local.time() < SLEEPS:
        return moment
    day = local.date() if local.time() < WAKES else local.date() + timedelta(days=1)
    return clock.at(day, WAKES.hour)


def confirm_by(accepted_at: datetime, *, hours: int, starts_at: datetime) -> datetime:
    """Tell when an offer lapses: so many hours after the message was accepted, in daylight, before the class."""
    return min(awake(awake(accepted_at) + timedelta(hours=hours)), starts_at)
