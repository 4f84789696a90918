"""What the outbox plugs in."""

from datetime import timedelta

from sqlalchemy.orm import Session

from academy.ground.feature import Every, Feature, Finding, Invariant
from academy.outbox import jobs, queries


def _none_failed(session: Session) -> Finding:
    return Finding(count=queries.count_failed(session), expected=0)


FEATURE = Feature(
    name="outbox",
    schedule=(Every("outbox.deliver", timedelta(seconds=2), jobs.deliver),),
    invariants=(Invariant("messages given up after five tries", _none_failed),),
)
