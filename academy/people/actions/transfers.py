"""Move people from unit to unit: one asks, the other one confirms; who is in charge of both moves them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.many import insert_many
from academy.ground.text import has_a_character
from academy.journal.actions import record
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import GridRole, Membership
from academy.people.queries import memberships, register
from academy.people.queries.memberships import Locked
from academy.people.rules.changing import UNIT_ENDED
from academy.people.rules.memberships import (
    MOVED_ON,
    TRANSFER_DECIDED,
    MovingFacts,
    last_day_before,
    reasons_to_refuse_moving,
)
from academy.people.rules.register import REASON_EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Somebody who is to move; what they are in the grid stays where nothing else is given."""

    person_id: int
    from_unit_id: int
    to_unit_id: int
    grid_role: GridRole | None = None
    role_as_written: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A move that was asked for, and what became of it at once."""

    transfer_id: int
    state: TransferState

    @property
    def is_open(self) -> bool:
        """Tell whether the other unit is still to confirm."""
        return self.state is TransferState.OPEN


def ask_transfer(session: Session, *, actor: Actor, moving: Moving, now: datetime) -> Asked:
    """Ask for a move: the unit that the actor is not in charge of confirms; it is done at once if there is none.

    Raises Refused with every reason.
    """
    both = {moving.from_unit_id, moving.to_unit_id}
    own = memberships.within_reach(session, actor, both)
    person, member = _lock(session, own, moving)
    facts = MovingFacts(
        name=person.name,
        same_unit=moving.from_unit_id == moving.to_unit_id,
        transfer_open=bool(memberships.open_transfers(session, [person.id])),
    )
    if reasons := reasons_to_refuse_moving(facts):
        raise Refused(*reasons)
    given = moving.grid_role is not None or moving.role_as_written
    transfer = Transfer(
        person_id=person.id, from_unit_id=moving.from_unit_id, to_unit_id=moving.to_unit_id,
        awaits_unit_id=moving.from_unit_id if moving.to_unit_id in own else moving.to_unit_id,
        grid_role=moving.grid_role if given else member.grid_role,
        role_as_written=moving.role_as_written if given else member.role_as_written,
        state=TransferState.OPEN, asked_at=now, asked_by=actor.name,
    )  # fmt: skip
    session.add(transfer)
    after = {"person_id": person.id, "from_unit_id": moving.from_unit_id, "to_unit_id": moving.to_unit_id}
    record(session, actor=actor, what="transfer.asked", about=transfer, now=now, after=after)
    if own == both:
        _confirm(session, actor, transfer, person, now)
    return Asked(transfer.id, transfer.state)


def _lock(session: Session, own: frozenset[int], moving: Moving) -> tuple[Locked, Membership]:
    """Lock both units, the person and the membership; not found unless one of the units is the actor's own."""
    if not own:
        raise NotFound
    _lock_units(session, moving.from_unit_id, moving.to_unit_id)
    persons = memberships.lock_persons(session, {moving.person_id})
    open_ = memberships.lock_open(session, [moving.person_id]).get(moving.person_id, [])
    found = [row for row in open_ if row.unit_id == moving.from_unit_id]
    if not found or persons[moving.person_id].is_anonymised:
        raise NotFound
    return persons[moving.person_id], found[-1]


def _lock_units(session: Session, from_unit_id: int, to_unit_id: int) -> None:
    units = memberships.lock_units(session, {from_unit_id, to_unit_id})
    if to_unit_id not in units:
        raise NotFound
    if units[to_unit_id].ends_on is not None:
        raise Refused(UNIT_ENDED.about(name=units[to_unit_id].name))


def ask_transfers_many(session: Session, *, actor: Actor, moving: Sequence[Moving], now: datetime) -> list[int]:
    """Ask for many moves to units of the actor; the units of before confirm. Tells them in the same order.

    The caller has left out whoever has an open move (`memberships.open_transfers`).
    """
    if not moving:
        return []
    memberships.refuse_strangers(session, actor, {each.to_unit_id for each in moving})
    memberships.lock_units(session, {unit for each in moving for unit in (each.from_unit_id, each.to_unit_id)})
    memberships.lock_persons(session, {each.person_id for each in moving})
    rows = [
        {
            "person_id": each.person_id, "from_unit_id": each.from_unit_id, "to_unit_id": each.to_unit_id,
            "awaits_unit_id": each.from_unit_id, "grid_role": each.grid_role,
            "role_as_written": each.role_as_written, "state": TransferState.OPEN, "asked_at": now,
            "asked_by": actor.name, "decided_at": None, "decided_by": "", "refused_because": "",
        }
        for each in moving
    ]  # fmt: skip
    ids = insert_many(session, Transfer, rows)
    record(session, actor=actor, what="transfer.asked-many", about="transfer", now=now, after={"count": len(ids)})
    return ids


def confirm_transfer(session: Session, *, actor: Actor, transfer_id: int, now: datetime) -> None:
    """Confirm a move that awaits a unit of the actor; from today on the person belongs to the other one."""
    transfer, person = _lock_awaiting(session, actor, transfer_id)
    _confirm(session, actor, transfer, person, now)


def _lock_awaiting(
    session: Session, actor: Actor, transfer_id: int, *, by_asker: bool = False
) -> tuple[Transfer, Locked]:
    """Lock an open move with all around it, for the unit that decides it, or for the one that asked."""
    person_id, from_unit_id, to_unit_id = memberships.transfer_parties(session, transfer_id)
    memberships.lock_units(session, {from_unit_id, to_unit_id})
    person = memberships.lock_persons(session, {person_id})[person_id]
    transfer = memberships.lock_transfers(session, [transfer_id])[transfer_id]
    other = transfer.from_unit_id + transfer.to_unit_id - transfer.awaits_unit_id
    memberships.refuse_strangers(session, actor, {other if by_asker else transfer.awaits_unit_id})
    if transfer.state is not TransferState.OPEN:
        raise Refused(TRANSFER_DECIDED)
    return transfer, person


def _confirm(session: Session, actor: Actor, transfer: Transfer, person: Locked, now: datetime) -> None:
    today = clock.local_date(now)
    _lock_units(session, transfer.from_unit_id, transfer.to_unit_id)
    open_ = memberships.lock_open(session, [person.id]).get(person.id, [])
    here = [row for row in open_ if row.unit_id == transfer.from_unit_id]
    if open_ and not here:
        unit = register.unit(session, open_[-1].unit_id, today)
        raise Refused(MOVED_ON.about(name=person.name, unit=unit.full_name if unit else ""))
    if here:
        move(session, here[-1], transfer.to_unit_id, on=today, role=(transfer.grid_role, transfer.role_as_written))
    else:
        session.add(_membership(transfer, today))
    _decide(transfer, TransferState.CONFIRMED, actor, now)
    after = {"person_id": person.id, "unit_id": transfer.to_unit_id}
    before = {"unit_id": transfer.from_unit_id}
    record(session, actor=actor, what="transfer.confirmed", about=transfer, now=now, before=before, after=after)


def _membership(transfer: Transfer, today: date) -> Membership:
    return Membership(
        person_id=transfer.person_id,
        unit_id=transfer.to_unit_id,
        grid_role=transfer.grid_role,
        role_as_written=transfer.role_as_written,
        starts_on=today,
    )


def move(
    session: Session, row: Membership, unit_id: int, *, on: date, role: tuple[GridRole | None, str] | None = None
) -> None:
    """Let a membership go on in another unit from a day on; one that begins only then is moved as it is."""
    grid_role, as_written = role or (row.grid_role, row.role_as_written)
    if last_day_before(on, row.starts_on) is None:
        row.unit_id, row.grid_role, row.role_as_written = unit_id, grid_role, as_written
        return
    ends_on, row.ends_on = row.ends_on, on - timedelta(days=1)
    session.add(
        Membership(
            person_id=row.person_id, unit_id=unit_id, grid_role=grid_role, role_as_written=as_written,
            starts_on=on, ends_on=ends_on,
        )
    )  # fmt: skip


def _decide(transfer: Transfer, state: TransferState, actor: Actor, now: datetime) -> None:
    transfer.state, transfer.decided_at, transfer.decided_by = state, now, actor.name


def refuse_transfer(session: Session, *, actor: Actor, transfer_id: int, reason: str, now: datetime) -> None:
    """Refuse a move that awaits a unit of the actor, for a reason that the other unit reads."""
    transfer, _person = _lock_awaiting(session, actor, transfer_id)
    if not has_a_character(reason):
        raise Refused(REASON_EMPTY)
    _decide(transfer, TransferState.REFUSED, actor, now)
    transfer.refused_because = reason
    record(session, actor=actor, what="transfer.refused", about=transfer, now=now, after={"reason": reason})


def withdraw_transfer(session: Session, *, actor: Actor, transfer_id: int, now: datetime) -> None:
    """Take back a move that a unit of the actor has asked for."""
    transfer, _person = _lock_awaiting(session, actor, transfer_id, by_asker=True)
    _decide(transfer, TransferState.WITHDRAWN, actor, now)
    record(session, actor=actor, what="transfer.withdrawn", about=transfer, now=now)
