"""Clockwork: places that became free in ways that no withdrawal tells of."""

from datetime import datetime

from academy.enrolment.actions import filling
from academy.enrolment.queries import tending
from academy.ground import db
from academy.ground.access import Via, operator
from academy.ground.settings import Settings

_CLOCKWORK = operator("clockwork", Via.JOB)


def fill_free_places(now: datetime, _settings: Settings) -> int:
    """Promote whoever waits for a free place and is hindered no more, as after a timetable was changed."""
    with db.reading() as session:
        fillable = tending.fillable(session)
    promoted = 0
    for each in fillable:
        with db.transaction() as session:
            promoted += filling.fill(session, actor=_CLOCKWORK, pool_id=each.pool_id, now=now)
    return promoted
