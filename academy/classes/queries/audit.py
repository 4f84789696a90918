"""Find what must never be: class sessions, sittings and slots that contradict each other."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.classes.models import (
    ClassCounter,
    ClassGroup,
    ClassSession,
    Resource,
    Sitting,
    SittingGroup,
    Slot,
)  # fmt: skip
from academy.classes.rules import ClassState, quarter_hours, read_code
from academy.ground import clock

Held = dict[tuple[Resource, int], tuple[int, int, int]]
"""By resource: how many quarter hours are held, the first and the last."""


def sittings_without_their_slots(session: Session) -> tuple[int, ...]:
    """List the sittings that do not hold just their quarter hours; in a cancelled class session they hold none."""
    held: dict[int, Held] = {}
    statement = select(
        Slot.sitting_id, Slot.resource, Slot.resource_id,
        func.count(), func.min(Slot.quarter_hour), func.max(Slot.quarter_hour),
    ).group_by(Slot.sitting_id, Slot.resource, Slot.resource_id)  # fmt: skip
    for sitting_id, resource, resource_id, *span in session.execute(statement):
        held.setdefault(sitting_id, {})[resource, resource_id] = (span[0], span[1], span[2])
    sittings = (
        select(Sitting, ClassSession.state)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .order_by(Sitting.id)
    )
    return tuple(
        sitting.id
        for sitting, state in session.execute(sittings)
        if held.get(sitting.id, {}) != ({} if state is ClassState.CANCELLED else _wanted(sitting))
    )


def _wanted(sitting: Sitting) -> Held:
    quarters = quarter_hours(sitting.starts_at, sitting.ends_at)
    span = (len(quarters), quarters.start, quarters.stop - 1)
    return {
        (Resource.INSTRUCTOR, sitting.instructor_id): span,
        (Resource.PLACE, sitting.place_id): span,
    }


def sittings_outside_their_class(session: Session) -> tuple[int, ...]:
    """List the sittings on days on which their class session is not held."""
    statement = (
        select(Sitting.id, Sitting.starts_at, Sitting.ends_at, ClassSession.starts_on, ClassSession.ends_on)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .order_by(Sitting.id)
    )
    return tuple(
        sitting_id
        for sitting_id, starts_at, ends_at, first, last in session.execute(statement)
        if not first <= clock.local_date(starts_at) <= clock.local_date(ends_at) <= last
    )


def sittings_for_foreign_groups(session: Session) -> tuple[int, ...]:
    """List the sittings that are for a group of another class session."""
    statement = (
        select(Sitting.id)
        .join(SittingGroup, SittingGroup.sitting_id == Sitting.id)
        .join(ClassGroup, ClassGroup.id == SittingGroup.group_id)
        .where(ClassGroup.class_session_id != Sitting.class_session_id)
        .order_by(Sitting.id)
    )
    return tuple(session.execute(statement).scalars())


def codes_past_their_counter(session: Session) -> tuple[str, ...]:
    """List the codes that the counter of their year has not given yet, and would give again."""
    last = {row.year: row.last for row in session.execute(select(ClassCounter.year, ClassCounter.last))}
    codes: Iterable[str] = session.execute(select(ClassSession.code).order_by(ClassSession.code)).scalars()
    return tuple(code for code in codes if read_code(code)[1] > last.get(read_code(code)[0], 0))
