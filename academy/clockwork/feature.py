"""What the clockwork plugs in."""

from datetime import timedelta

from sqlalchemy.orm import Session

from academy.clockwork import queries, views
from academy.ground import clock
from academy.ground.feature import Feature, Finding, Invariant

_LONG = timedelta(hours=1)


def _all_run(session: Session) -> Finding:
    stuck = queries.failed_or_stuck(session, before=clock.now() - _LONG)
    return Finding(count=len(stuck), expected=0, examples=tuple(f"job {job_id}" for job_id in stuck[:5]))


FEATURE = Feature(
    name="clockwork",
    blueprints=(views.bp,),
    invariants=(Invariant("jobs that failed or that no worker takes up", _all_run),),
)
