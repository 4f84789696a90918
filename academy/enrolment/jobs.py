"""Clockwork: places that became free in ways that no withdrawal tells of, and the time that offers run for."""

from datetime import datetime

from academy.enrolment.actions import filling, offering, planning, reminding
from academy.enrolment.queries import lists, offers, tending, unit_classes
from academy.ground import clock, db
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


def start_clocks(now: datetime, _settings: Settings) -> int:
    """Let the time to confirm begin for offers whose message a channel has accepted, and tell for how many."""
    with db.reading() as session:
        unstarted = offers.unstarted(session)
    started = 0
    for enrolment_id in unstarted:
        with db.transaction() as session:
            started += offering.start_clock(session, enrolment_id=enrolment_id, now=now)
    return started


def lapse_overdue(now: datetime, _settings: Settings) -> int:
    """Give places that nobody confirmed in time to the next in line, and tell how many lapsed."""
    with db.reading() as session:
        overdue = offers.overdue(session, now=now)
    lapsed = 0
    for enrolment_id in overdue:
        with db.transaction() as session:
            lapsed += offering.lapse(session, actor=_CLOCKWORK, enrolment_id=enrolment_id, now=now)
    return lapsed


def return_unused_places(now: datetime, _settings: Settings) -> int:
    """Open places that nobody used to all, on the day that the office set for it, and tell how many."""
    with db.reading() as session:
        due = lists.with_returns_due(session, today=clock.local_date(now))
    returned = 0
    for class_session_id in due:
        with db.transaction() as session:
            returned += planning.return_on_day(
                session, actor=_CLOCKWORK, class_session_id=class_session_id, now=now
            )
    return returned


def tell_overdue_units(now: datetime, _settings: Settings) -> int:
    """Tell units once that their list should have been in, and tell how many were told."""
    with db.reading() as session:
        overdue = unit_classes.overdue(session, now=now)
    told = 0
    for code, unit_id in overdue:
        with db.transaction() as session:
            told += reminding.tell_overdue(session, actor=_CLOCKWORK, code=code, unit_id=unit_id, now=now)
    return told
