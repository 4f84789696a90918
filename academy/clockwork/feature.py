"""What the clockwork plugs in."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.clockwork import actions, queries, views
from academy.ground import clock, db
from academy.ground.feature import Every, Feature, Finding, Invariant
from academy.ground.settings import Settings

_LONG = timedelta(hours=1)


def _all_run(session: Session) -> Finding:
    stuck = queries.failed_or_stuck(session, before=clock.now() - _LONG)
    return Finding(count=len(stuck), expected=0, examples=tuple(f"job {job_id}" for job_id in stuck[:5]))


def _forget(now: datetime, _settings: Settings) -> None:
    """Forget jobs done long ago, in steps that keep nobody waiting."""
    forgotten = actions.AT_ONCE
    while forgotten == actions.AT_ONCE:
        with db.transaction() as session:
            forgotten = actions.forget_done(session, now=now)


FEATURE = Feature(
    name="clockwork",
    blueprints=(views.bp,),
    schedule=(Every("clockwork.forget", timedelta(days=1), _forget),),
    invariants=(Invariant("jobs that failed or that no worker takes up", _all_run),),
)
