"""Who belongs to which unit, who moves between units, and who may decide about it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.ground.many import among
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries import register
from academy.people.queries.register import held_on


def within_reach(session: Session, actor: Actor, unit_ids: Collection[int]) -> frozenset[int]:
    """Keep the units that the actor is in charge of: all for an admin, own ones and those below for a liaison."""
    if actor.is_admin:
        return frozenset(unit_ids)
    return register.units_below(session, actor.unit_ids) & frozenset(unit_ids)


def refuse_strangers(session: Session, actor: Actor, unit_ids: Collection[int]) -> None:
    """Let the actor through to units in their charge only; other units are not found."""
    if within_reach(session, actor, unit_ids) != frozenset(unit_ids):
        raise NotFound


def lock_units(session: Session, unit_ids: Iterable[int], *, to_change: bool = False) -> dict[int, Unit]:
    """Lock units in id order, before anything else: to change them, or so that nobody merges them meanwhile."""
    statement = select(Unit).where(Unit.id.in_(sorted(set(unit_ids)))).order_by(Unit.id)
    locked = statement.with_for_update(read=not to_change, key_share=to_change)
    rows = session.execute(locked.execution_options(populate_existing=True)).scalars()
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Locked:
    """A person who is locked, without the numbers, which take their time to open."""

    id: int
    name: str
    is_anonymised: bool


def lock_persons(session: Session, person_ids: Iterable[int]) -> dict[int, Locked]:
    """Lock persons in the order of their ids, however many they are."""
    found: dict[int, Locked] = {}
    statement = select(Person.id, Person.name, Person.anonymised_at).where(
        among(Person.id, sorted(set(person_ids)))
    )
    for row in session.execute(statement.order_by(Person.id).with_for_update(key_share=True)):
        found[row.id] = Locked(row.id, row.name, row.anonymised_at is not None)
    return found


def lock_memberships(session: Session, ids: Iterable[int]) -> dict[int, Membership]:
    """Lock memberships by their ids."""
    statement = select(Membership).where(among(Membership.id, set(ids))).order_by(Membership.id).with_for_update()
    return {row.id: row for row in session.execute(statement).scalars()}


def lock_open(session: Session, person_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """Lock the memberships of these persons that have no last day, the latest last."""
    found: dict[int, list[Membership]] = {}
    statement = (
        select(Membership)
        .where(among(Membership.person_id, set(person_ids)), Membership.ends_on.is_(None))
        .order_by(Membership.starts_on, Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in session.execute(statement).scalars():
        found.setdefault(row.person_id, []).append(row)
    return found


def latest_id(session: Session, person_id: int, unit_id: int) -> int | None:
    """Name a person's latest time in a unit."""
    statement = select(Membership.id).where(Membership.person_id == person_id, Membership.unit_id == unit_id)
    latest = statement.order_by(Membership.starts_on.desc(), Membership.id.desc()).limit(1)
    return session.execute(latest).scalar_one_or_none()


def lock_of_unit(session: Session, unit_id: int, *, since: date) -> Sequence[Membership]:
    """Lock the memberships of a unit that hold on a day or later, in id order."""
    statement = (
        select(Membership)
        .where(Membership.unit_id == unit_id, (Membership.ends_on.is_(None)) | (Membership.ends_on >= since))
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().all()


def members(session: Session, unit_id: int, *, since: date) -> frozenset[int]:
    """Name the persons who belong to a unit on a day or later."""
    statement = select(Membership.person_id).where(
        Membership.unit_id == unit_id, (Membership.ends_on.is_(None)) | (Membership.ends_on >= since)
    )
    return frozenset(session.execute(statement).scalars())


def has_namesake(session: Session, unit_id: int, name: str, *, on: date) -> bool:
    """Tell whether somebody of this name belongs to a unit on a day."""
    statement = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.name == name, Membership.unit_id == unit_id, held_on(Membership, on))
        .limit(1)
    )
    return session.execute(statement).first() is not None


def open_transfers(session: Session, person_ids: Iterable[int]) -> frozenset[int]:
    """Tell which of these persons have a move that nobody has decided yet."""
    statement = select(Transfer.person_id).where(
        among(Transfer.person_id, set(person_ids)), Transfer.state == TransferState.OPEN
    )
    return frozenset(session.execute(statement).scalars())


def transfer_parties(session: Session, transfer_id: int) -> tuple[int, int, int]:
    """Tell person, unit of before and unit to come of a move, to lock them in order; else it is not found."""
    statement = select(Transfer.person_id, Transfer.from_unit_id, Transfer.to_unit_id)
    row = session.execute(statement.where(Transfer.id == transfer_id)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def lock_transfers(session: Session, ids: Iterable[int]) -> dict[int, Transfer]:
    """Lock moves by their ids."""
    statement = select(Transfer).where(among(Transfer.id, set(ids))).order_by(Transfer.id).with_for_update()
    rows = session.execute(statement.execution_options(populate_existing=True)).scalars()
    return {row.id: row for row in rows}


def lock_open_transfers_of(session: Session, unit_id: int) -> Sequence[Transfer]:
    """Lock the undecided moves from or to a unit, in id order."""
    statement = (
        select(Transfer)
        .where(
            Transfer.state == TransferState.OPEN,
            (Transfer.from_unit_id == unit_id) | (Transfer.to_unit_id == unit_id),
        )
        .order_by(Transfer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().all()
