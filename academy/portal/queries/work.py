"""What the machine could not do and a person has to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.clockwork import queries as clockwork
from academy.outbox import queries as outbox

_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Messages given up after the last try, and jobs that failed or that no worker takes up."""

    messages: int
    jobs: int


def trouble(session: Session, *, now: datetime) -> Trouble:
    """Count what was left lying."""
    stuck = clockwork.failed_or_stuck(session, before=now - _LONG)
    return Trouble(messages=outbox.count_failed(session), jobs=len(stuck))
