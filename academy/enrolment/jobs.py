"""Clockwork: claims that end and places that become free in ways that no withdrawal tells of."""

from datetime import datetime

from academy.enrolment.actions import filling
from academy.enrolment.queries import tending
from academy.ground import db
from academy.ground.access import Via, operator
from academy.ground.settings import Settings

_CLOCKWORK = operator("clockwork", Via.JOB)


def tend(now: datetime, _settings: Settings) -> tuple[int, int]:
    """End the claims on cancelled class sessions, then seat those in line whom nothing hinders any more."""
    with db.reading() as session:
        cancelled = tending.cancelled_codes(session)
    released = 0
    for code in cancelled:
        with db.transaction() as session:
            released += filling.release(session, actor=_CLOCKWORK, code=code, now=now)
    with db.reading() as session:
        fillable = tending.fillable(session)
    promoted = 0
    for each in fillable:
        with db.transaction() as session:
            promoted += filling.fill(session, actor=_CLOCKWORK, code=each.code, now=now)
    return released, promoted
