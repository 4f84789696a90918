"""Append to the ledger of hours, and note completions; nothing here is ever altered or deleted."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.classes.queries import office as classes
from academy.ground.access import Actor
from academy.ground.feature import Progress
from academy.hours import queries
from academy.hours.models import Completion, EvidenceKind, HoursEntry
from academy.hours.rules import Correction, HoursKind, Taught, corrections
from academy.journal.actions import record

_BATCH = 5000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a register changed: how many were given hours, how many lost them, how many stand as present."""

    given: int
    taken_back: int
    present: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """Hours to enter in bulk, the first on their evidence."""

    person_id: int
    class_session_id: int
    kind: HoursKind
    sitting_id: int
    year: int
    tenths: int
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompletion:
    """A completion to note."""

    person_id: int
    class_session_id: int
    programme_id: int
    tenths: int
    completed_on: date


def register(
    session: Session,
    *,
    actor: Actor,
    taught: Taught,
    present_ids: Collection[int],
    expected_ids: Collection[int],
    now: datetime,
) -> Registered:
    """Make the ledger say who was at a sitting; sent again it changes nothing.

    The caller holds the lock of the class session, so that two registers of one sitting take turns. Where nobody
    was there the journal alone says that the register was taken, so it names the sitting.
    """
    ledger = queries.standings(session, taught.class_session_id, taught.sitting_id)
    found = corrections(taught, present=present_ids, expected=expected_ids, ledger=ledger)
    session.add_all(_entry(taught, correction, actor, now) for correction in found)
    given = sum(correction.tenths > 0 for correction in found)
    standing = sum(entry.entry_id is not None for entry in ledger.values())
    outcome = Registered(
        given=given, taken_back=len(found) - given, present=standing + given - (len(found) - given)
    )
    if found or not ledger:
        sitting = classes.lock_sitting(session, taught.class_session_id, taught.sitting_id)
        record(session, actor=actor, what=queries.REGISTER_SAVED, about=sitting, now=now, after=asdict(outcome))
    return outcome


def _entry(taught: Taught, correction: Correction, actor: Actor, now: datetime) -> HoursEntry:
    return HoursEntry(
        person_id=correction.person_id,
        class_session_id=taught.class_session_id,
        kind=correction.kind,
        evidence_kind=EvidenceKind.REGISTER,
        evidence_id=taught.sitting_id,
        turn=correction.turn,
        year=correction.year,
        tenths=correction.tenths,
        reverses_id=correction.reverses_id,
        entered_at=now,
        entered_by=actor.name,
    )


def enter_many(
    session: Session, *, actor: Actor, entries: Iterable[NewEntry], now: datetime, progress: Progress | None = None
) -> int:
    """Enter hours in bulk and tell how many entries were made; one journal row for all of them."""
    rows = [
        {
            "person_id": entry.person_id, "class_session_id": entry.class_session_id, "kind": entry.kind,
            "evidence_kind": EvidenceKind.REGISTER, "evidence_id": entry.sitting_id, "turn": 1,
            "year": entry.year, "tenths": entry.tenths, "reverses_id": None,
            "entered_at": entry.entered_at, "entered_by": entry.entered_by,
        }
        for entry in entries
    ]  # fmt: skip
    done = 0
    for batch in _batches(rows):
        session.execute(insert(HoursEntry), batch)
        done += len(batch)
        if progress is not None:
            progress(done, len(rows), "hours")
    record(session, actor=actor, what="hours.entered-many", about="hours_entry", now=now, after={"count": done})
    return done


def complete_many(session: Session, *, actor: Actor, completions: Sequence[NewCompletion], now: datetime) -> int:
    """Note completions and tell how many; one journal row for all of them."""
    for batch in _batches([asdict(completion) for completion in completions]):
        session.execute(insert(Completion), batch)
    record(
        session, actor=actor, what="hours.completed-many", about="completion", now=now,
        after={"count": len(completions)},
    )  # fmt: skip
    return len(completions)


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
