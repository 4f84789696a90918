"""Clockwork: forget what served its time, so that attempts and codes are no second file on people."""

from datetime import datetime

from academy.ground import db
from academy.ground.settings import Settings
from academy.people.actions import forgetting, rosters


def forget_old(now: datetime, _settings: Settings) -> None:
    """Forget used codes after a day, attempts and cells of lists after a month, ended sign-ins after three."""
    with db.transaction() as session:
        forgetting.forget_old(session, now=now)
        rosters.empty_old(session, now=now)
