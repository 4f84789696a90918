"""Clockwork: places that became free in ways that no withdrawal tells of."""

from datetime import datetime

from academy.enrolment.actions import filling
from academy.enrolment.queries import deciding
from academy.ground import db
from academy.ground.access import Via, operator
from academy.ground.settings import Settings


def fill_free_places(now: datetime, _settings: Settings) -> int:
    """Promote whoever waits for a free place and is hindered no more, as after another class was cancelled."""
    with db.reading() as session:
        codes = [each.code for each in deciding.fillable(session)]
    promoted = 0
    for code in codes:
        with db.transaction() as session:
            promoted += filling.fill(session, actor=operator("clockwork", Via.JOB), code=code, now=now)
    return promoted
