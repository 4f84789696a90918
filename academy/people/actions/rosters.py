"""Take in a list of people: looked at first, then entered whole or not at all, the same list only once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import Reason, Refused, constraint_of
from academy.ground.many import insert_many
from academy.ground.tables import Grid
from academy.ground.text import N_
from academy.journal.actions import record
from academy.people.actions import memberships, register, transfers
from academy.people.actions.memberships import Joining, Leaving, RoleChange
from academy.people.actions.register import NewPerson, phone_values
from academy.people.actions.transfers import Moving
from academy.people.models.importing import Effect, RosterEffect, RosterImport
from academy.people.models.register import GridRole, Phone
from academy.people.queries import memberships as locking
from academy.people.queries import roster_imports as queries
from academy.people.queries import rosters
from academy.people.queries.rosters import Claim, Looked
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.kept import KeptList, alike, tell, unwritten, written
from academy.people.rules.roster.kinds import ImportState
from academy.people.rules.roster.plan import Fate, Step, What, role_of

KEPT_FOR = timedelta(days=30)

GONE = Reason("list_gone", N_("The cells of this list are no longer kept. Upload it once more."))
NOT_CHECKED = Reason("list_not_checked", N_("This list has been taken back. Upload it once more."))
LOOKS_DIFFERENT = Reason(
    "looks_different", N_("The register has changed since this list was looked at. Look once more, then import.")
)
NOTHING_TO_DO = Reason("nothing_to_do", N_("There is nothing to import: no row of this list changes anything."))
ENTERED_ELSEWHERE = Reason(
    "entered_elsewhere", N_("Somebody has just entered people of this list. Look at it once more.")
)


class Look(Protocol):
    """Reads a list and compares it with all that speaks for and against each row."""

    def __call__(self, session: Session, grid: Grid, header: Header, claim: Claim, *, on: date) -> Looked:
        """Look, changing nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A list that somebody sent, and what it came to."""

    file_name: str
    sha256: str
    claim: Claim
    grid: Grid
    header: Header
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: who stands for which row, or which earlier import had done it all."""

    import_id: int
    people: Mapping[int, int]
    """Rows of the list, and the person entered or found for each."""
    steps: tuple[Step, ...] = ()
    again: bool = False


def keep(session: Session, *, actor: Actor, sent: Sent, now: datetime) -> int:
    """Keep a list that was looked at, so that it can be imported as it was seen; tells its id."""
    if sent.claim.unit_id is not None:
        locking.refuse_strangers(session, actor, [sent.claim.unit_id])
    kept = KeptList(grid=sent.grid, header=sent.header, told=tell(sent.steps))
    row = RosterImport(
        kind=sent.claim.kind, state=ImportState.CHECKED, unit_id=sent.claim.unit_id,
        class_code=sent.claim.class_code, file_name=sent.file_name[-200:], sha256=sent.sha256,
        cells=written(kept), counts=_counts(sent.steps), checked_at=now, checked_by_id=actor.person_id,
        checked_by=actor.name, imported_at=None, undone_at=None, undone_by="",
    )  # fmt: skip
    session.add(row)
    record(session, actor=actor, what="roster.checked", about=row, now=now, after=_noted(row))
    return row.id


def look_again(
    session: Session, *, actor: Actor, import_id: int, now: datetime, look: Look = rosters.look
) -> None:
    """Compare a list that is kept with the register of now."""
    row, _others = queries.lock_alike(session, actor, import_id)
    kept = _kept(row)
    steps = look(session, kept.grid, kept.header, _claim(row), on=clock.local_date(now)).steps
    row.cells, row.counts = written(KeptList(grid=kept.grid, header=kept.header, told=tell(steps))), _counts(steps)


def note_given_back(session: Session, *, actor: Actor, import_id: int, now: datetime) -> None:
    """Note who took a list away as a workbook: its cells hold whole ID numbers."""
    row, _others = queries.lock_alike(session, actor, import_id)
    record(session, actor=actor, what="roster.given-back", about=row, now=now)


def import_(
    session: Session, *, actor: Actor, import_id: int, now: datetime, look: Look = rosters.look
) -> Imported:
    """Do all that a list was seen to come to, in one transaction; the same list once more does nothing.

    Raises Refused where the register has changed since, so that nothing happens that nobody has seen.
    """
    row, others = queries.lock_alike(session, actor, import_id)
    done = next((each for each in (row, *others) if each.state is ImportState.IMPORTED), None)
    if done is not None:
        return Imported(import_id=done.id, people={}, again=True)
    looked = _as_seen(session, row, look, now)
    if not any(step.fate in {Fate.NEW, Fate.CHANGED, Fate.LEFT} for step in looked.steps) and not row.class_code:
        raise Refused(NOTHING_TO_DO)
    row.state, row.imported_at = ImportState.IMPORTED, now
    try:
        people = _Doing(session, actor, row.id, now).all_of(looked.steps)
    except IntegrityError as error:
        if constraint_of(error, Base.metadata) in {"uq_person_id_blind", "uq_transfer_one_open"}:
            raise Refused(ENTERED_ELSEWHERE) from error
        raise
    record(session, actor=actor, what="roster.imported", about=row, now=now, after=_noted(row))
    return Imported(import_id=row.id, people=people, steps=looked.steps)


def _as_seen(session: Session, row: RosterImport, look: Look, now: datetime) -> Looked:
    """Lock the units of a list and look at it as it is kept; raises Refused where it comes to something else."""
    kept = _kept(row)
    locking.lock_units(session, {told.unit_id for told in kept.told if told.unit_id is not None})
    looked = look(session, kept.grid, kept.header, _claim(row), on=clock.local_date(now))
    if not alike(kept, KeptList(grid=kept.grid, header=kept.header, told=tell(looked.steps))):
        raise Refused(LOOKS_DIFFERENT)
    return looked


def note(session: Session, import_id: int, done: Sequence[tuple[Effect, int, int, Mapping[str, Any]]]) -> None:
    """Note what an import changed, each with the person, the row changed and what it was, to be undone."""
    rows = (
        {"import_id": import_id, "what": what, "person_id": person_id, "row_id": row_id, "before": dict(before)}
        for what, person_id, row_id, before in done
    )
    insert_many(session, RosterEffect, rows)


def empty_old(session: Session, *, now: datetime) -> None:
    """Empty the cells of lists that are a month old; a list never imported is dropped."""
    aged = queries.old(before=now - KEPT_FOR)
    dropped = update(RosterImport).where(RosterImport.id.in_(aged), RosterImport.state == ImportState.CHECKED)
    session.execute(dropped.values(state=ImportState.DROPPED))
    session.execute(update(RosterImport).where(RosterImport.id.in_(aged)).values(cells=None))


def _kept(row: RosterImport) -> KeptList:
    if row.cells is None:
        raise Refused(GONE)
    if row.state is not ImportState.CHECKED:
        raise Refused(NOT_CHECKED)
    return unwritten(row.cells)


def _claim(row: RosterImport) -> Claim:
    return Claim(kind=row.kind, unit_id=row.unit_id, class_code=row.class_code)


def _counts(steps: Sequence[Step]) -> dict[str, int]:
    counts = Counter(step.fate.value for step in steps)
    return {fate.value: counts[fate.value] for fate in Fate}


def _noted(row: RosterImport) -> dict[str, object]:
    """Tell the journal which list it was, and of how many rows and people; in words that it knows."""
    told = {
        "name": row.file_name, "unit_id": row.unit_id, "class": row.class_code,
        "rows": sum(row.counts.values()), "left_out": row.counts[Fate.REFUSED],
        "people": sum(row.counts[fate] for fate in (Fate.NEW, Fate.CHANGED, Fate.LEFT)),
    }  # fmt: skip
    return {key: value for key, value in told.items() if value not in {"", None}}


class _Doing:
    """Does what a list came to, in batches, and notes each change."""

    def __init__(self, session: Session, actor: Actor, import_id: int, now: datetime) -> None:
        self._session, self._actor, self._import_id, self._now = session, actor, import_id, now
        self._done: list[tuple[Effect, int, int, Mapping[str, Any]]] = []

    def all_of(self, steps: Sequence[Step]) -> dict[int, int]:
        """Do everything; tells the person of each row that stands."""
        people = self._add([step for step in steps if step.fate is Fate.NEW])
        people |= {
            step.line.row: step.known.person_id
            for step in steps
            if step.line and step.known and step.fate in {Fate.SAME, Fate.CHANGED}
        }
        changed = [step for step in steps if step.fate is Fate.CHANGED]
        for what, do in self._deeds().items():
            do([step for step in changed if any(change.what is what for change in step.changes)])
        self._end([step for step in steps if step.fate is Fate.LEFT])
        note(self._session, self._import_id, self._done)
        return people

    def _deeds(self) -> dict[What, Callable[[Sequence[Step]], None]]:
        return {What.JOINS: self._join, What.ROLE: self._change, What.MOVES: self._move, What.PHONE: self._call}

    def _add(self, steps: Sequence[Step]) -> dict[int, int]:
        people = [
            NewPerson(
                name=step.name, unit_id=step.unit and step.unit[0], id_number=step.line.id_number,
                phone=step.line.phone, grid_role=_role(step)[0], role_as_written=_role(step)[1],
            )
            for step in steps if step.line
        ]  # fmt: skip
        ids = (
            register.add_people_many(self._session, actor=self._actor, people=people, now=self._now)
            if people
            else []
        )
        self._done += ((Effect.PERSON_ADDED, person_id, person_id, {}) for person_id in ids)
        return {step.line.row: key for step, key in zip(steps, ids, strict=True) if step.line}

    def _join(self, steps: Sequence[Step]) -> None:
        joining = [
            Joining(
                person_id=_person(step), unit_id=step.unit[0], grid_role=_role(step)[0],
                role_as_written=_role(step)[1],
            )
            for step in steps if step.unit
        ]  # fmt: skip
        ids = memberships.join_many(self._session, actor=self._actor, joining=joining, now=self._now)
        self._note(Effect.JOINED, steps, ids)

    def _change(self, steps: Sequence[Step]) -> None:
        held = [(step, step.known.membership) for step in steps if step.known and step.known.membership]
        changes = [
            RoleChange(membership_id=member.id, grid_role=_role(step)[0], role_as_written=_role(step)[1])
            for step, member in held
        ]
        memberships.change_roles_many(self._session, actor=self._actor, changes=changes, now=self._now)
        for step, member in held:
            before = {"role": [member.role, member.role_as_written], "after": list(_role(step))}
            self._done.append((Effect.ROLE_CHANGED, _person(step), member.id, before))

    def _move(self, steps: Sequence[Step]) -> None:
        moving = [
            Moving(
                person_id=_person(step), from_unit_id=step.known.membership.unit_id, to_unit_id=step.unit[0],
                grid_role=_role(step)[0], role_as_written=_role(step)[1],
            )
            for step in steps if step.unit and step.known and step.known.membership
        ]  # fmt: skip
        ids = transfers.ask_transfers_many(self._session, actor=self._actor, moving=moving, now=self._now)
        self._note(Effect.TRANSFER_ASKED, steps, ids)

    def _call(self, steps: Sequence[Step]) -> None:
        rows = [
            {
                **phone_values(step.line.phone), "person_id": _person(step), "created_at": self._now,
                "verified_at": None, "ended_at": None,
            }
            for step in steps if step.line and step.line.phone
        ]  # fmt: skip
        self._note(Effect.PHONE_ADDED, steps, insert_many(self._session, Phone, rows))

    def _end(self, steps: Sequence[Step]) -> None:
        last_day = clock.local_date(self._now) - timedelta(days=1)
        leaving = [
            Leaving(person_id=_person(step), unit_id=step.unit[0], last_day=last_day)
            for step in steps
            if step.unit
        ]
        ids = memberships.leave_many(self._session, actor=self._actor, leaving=leaving, now=self._now)
        self._note(Effect.LEFT, steps, ids)

    def _note(self, what: Effect, steps: Sequence[Step], row_ids: Sequence[int]) -> None:
        pairs = zip(steps, row_ids, strict=True)
        self._done += ((what, _person(step), row_id, {}) for step, row_id in pairs)


def _person(step: Step) -> int:
    assert step.known is not None  # noqa: S101 - only people on file change
    return step.known.person_id


def _role(step: Step) -> tuple[GridRole | None, str]:
    code, words = role_of(step.line) if step.line else (None, "")
    return (GridRole(code) if code else None, words)
