"""Move a class session to other days with its whole timetable, instructors and places included."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes import rules
from academy.classes.actions.sessions import facts_of
from academy.classes.actions.timetable import NewSitting, slots
from academy.classes.models import ClassSession, Sitting, Slot
from academy.classes.queries import office, sessions
from academy.classes.queries.sessions import SittingView
from academy.ground.access import Actor
from academy.ground.clock import civil
from academy.ground.db import Base
from academy.ground.errors import Reason, Refused, constraint_of
from academy.journal.actions import record


def shift(session: Session, *, actor: Actor, code: str, days: int, now: datetime) -> ClassSession:
    """Move a class session that has not started by so many days; hours of the day stay as they are.

    Raises Refused naming every instructor and place that is taken on the new days.
    """
    class_ = sessions.lock_class_session(session, code)
    found = sessions.sittings(session, class_.id)
    by, facts = timedelta(days=days), facts_of(class_)
    later = replace(facts, starts_on=facts.starts_on + by, ends_on=facts.ends_on + by)
    planned = [day + by for day in office.sitting_days(session, class_.id)]
    if reasons := rules.reasons_to_refuse_change(class_.state, facts, later, planned):
        raise Refused(*reasons)
    session.execute(delete(Slot).where(Slot.sitting_id.in_([each.id for each in found])))
    if taken := _taken(session, found, by):
        raise Refused(*taken)
    for each in found:
        moved = update(Sitting).where(Sitting.id == each.id)
        session.execute(moved.values(starts_at=each.starts_at + by, ends_at=each.ends_at + by))
    _take(session, found, by)
    before = {"starts_on": class_.starts_on.isoformat(), "ends_on": class_.ends_on.isoformat()}
    class_.starts_on, class_.ends_on = later.starts_on, later.ends_on
    record(
        session, actor=actor, what="class.moved", about=class_, now=now, before=before,
        after={"starts_on": class_.starts_on.isoformat(), "ends_on": class_.ends_on.isoformat()},
    )  # fmt: skip
    return class_


def _planned(sitting: SittingView, by: timedelta) -> NewSitting:
    return NewSitting(
        course_id=sitting.course_id, instructor_id=sitting.instructor_id, place_id=sitting.place_id,
        starts_at=sitting.starts_at + by, ends_at=sitting.ends_at + by, tenths=sitting.tenths,
    )  # fmt: skip


def _taken(session: Session, sittings: tuple[SittingView, ...], by: timedelta) -> tuple[Reason, ...]:
    """Name what is taken on the new days, by what, each once."""
    reasons: dict[tuple[str, str], Reason] = {}
    for sitting in sittings:
        names = {"instructor": sitting.instructor_name, "place": sitting.place_name}
        quarters = rules.quarter_hours(sitting.starts_at + by, sitting.ends_at + by)
        for each in office.taken(
            session, instructor_id=sitting.instructor_id, place_id=sitting.place_id, quarter_hours=quarters
        ):
            name = names[each.resource.value]
            reason = rules.TAKEN.about(
                name=name, title=each.class_title, code=each.class_code,
                start=civil(each.starts_at), end=civil(each.ends_at),
            )  # fmt: skip
            reasons.setdefault((name, civil(each.starts_at)), reason)
    return tuple(reasons.values())


def _take(session: Session, sittings: tuple[SittingView, ...], by: timedelta) -> None:
    """Take the new quarter hours; where somebody took one since they were looked at, say by what."""
    rows = [slot for sitting in sittings for slot in slots(sitting.id, _planned(sitting, by))]
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(Slot), rows)
    except IntegrityError as error:
        reasons = _taken(session, sittings, by)
        if constraint_of(error, Base.metadata) != "pk_slot" or not reasons:
            raise
        raise Refused(*reasons) from error
