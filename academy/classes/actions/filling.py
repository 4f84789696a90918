"""Enter many class sessions of the past at once, with groups and timetables; the database refuses doubles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.classes import rules
from academy.classes.actions.sessions import columns
from academy.classes.actions.timetable import NewSitting, slots
from academy.classes.models import ClassCounter, ClassGroup, ClassSession, Sitting, SittingGroup, Slot
from academy.classes.queries import office
from academy.classes.rules import ClassFacts, ClassState
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.journal.actions import record

_BATCH = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClass:
    """A class session with the code it had, how far it came, its groups by name and its timetable.

    A sitting's `group_ids` count the groups here, from 0.
    """

    code: str
    facts: ClassFacts
    state: ClassState
    created_at: datetime
    concluded_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    groups: tuple[str, ...] = ()
    sittings: tuple[NewSitting, ...] = ()
    sample: bool = False


def add_class_many(session: Session, *, actor: Actor, classes: Sequence[NewClass], now: datetime) -> list[int]:
    """Enter class sessions and give their ids in the same order; later codes follow on the greatest entered."""
    rows = [_class_row(class_) for class_ in classes]
    adding = insert(ClassSession).returning(ClassSession.id, sort_by_parameter_order=True)
    ids = list(session.execute(adding, rows).scalars()) if rows else []
    _insert(session, ClassGroup, _group_rows(ids, classes))
    _add_sittings(session, ids, classes)
    _set_counters(session, [class_.code for class_ in classes])
    record(
        session, actor=actor, what="class.added-many", about="class_session", now=now, after={"count": len(ids)}
    )
    return ids


def _class_row(class_: NewClass) -> dict[str, Any]:
    return {
        **columns(class_.facts),
        "code": class_.code,
        "state": class_.state,
        "created_at": class_.created_at,
        "concluded_at": class_.concluded_at,
        "closed_at": class_.closed_at,
        "cancelled_at": class_.cancelled_at,
        "sample": class_.sample,
    }


def _group_rows(ids: Sequence[int], classes: Sequence[NewClass]) -> list[dict[str, Any]]:
    return [
        {"class_session_id": class_id, "name": name, "position": position, "leader_id": None}
        for class_id, class_ in zip(ids, classes, strict=True)
        for position, name in enumerate(class_.groups, 1)
    ]


def _add_sittings(session: Session, ids: Sequence[int], classes: Sequence[NewClass]) -> None:
    groups = office.group_ids(session, ids)
    planned = [
        (class_id, class_.state, sitting)
        for class_id, class_ in zip(ids, classes, strict=True)
        for sitting in class_.sittings
    ]
    rows = [
        {
            "class_session_id": class_id, "course_id": sitting.course_id, "instructor_id": sitting.instructor_id,
            "place_id": sitting.place_id, "starts_at": sitting.starts_at, "ends_at": sitting.ends_at,
            "hours": sitting.hours,
        }
        for class_id, _state, sitting in planned
    ]  # fmt: skip
    adding = insert(Sitting).returning(Sitting.id, sort_by_parameter_order=True)
    sitting_ids = list(session.execute(adding, rows).scalars()) if rows else []
    for_groups: list[dict[str, Any]] = []
    taken: list[dict[str, Any]] = []
    for sitting_id, (class_id, state, sitting) in zip(sitting_ids, planned, strict=True):
        of_class = groups[class_id]
        for_groups += [
            {"sitting_id": sitting_id, "group_id": of_class[index]} for index in sorted(sitting.group_ids)
        ]
        if state is not ClassState.CANCELLED:
            taken += slots(sitting_id, sitting)
    _insert(session, SittingGroup, for_groups)
    _insert(session, Slot, taken)


def _insert(session: Session, table: type[ClassGroup | SittingGroup | Slot], rows: list[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        session.execute(insert(table), batch)


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _set_counters(session: Session, codes: Sequence[str]) -> None:
    """Let the counter of each year go on after the greatest code entered."""
    greatest: dict[int, int] = {}
    for year, number in map(rules.read_code, codes):
        greatest[year] = max(number, greatest.get(year, 0))
    for year, number in sorted(greatest.items()):
        insert_once(session, ClassCounter, year=year, last=0)
        counter = office.lock_counter(session, year)
        counter.last = max(counter.last, number)
