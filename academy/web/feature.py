"""What the web layer plugs in."""

from datetime import datetime, timedelta

from academy.ground import db
from academy.ground.feature import Every, Feature
from academy.ground.settings import Settings
from academy.web import actions


def _forget(now: datetime, _settings: Settings) -> None:
    """Forget old acts, in steps that keep nobody waiting."""
    forgotten = actions.AT_ONCE
    while forgotten == actions.AT_ONCE:
        with db.transaction() as session:
            forgotten = actions.forget_old_acts(session, now=now)


FEATURE = Feature(name="web", schedule=(Every("web.forget", timedelta(days=1), _forget),))
