"""Units over time: new ones, other names, one merged into another, one split off; dated, and nothing deleted."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.text import clean_name, name_pinyin
from academy.journal.actions import record
from academy.people.actions.transfers import move
from academy.people.models.importing import TransferState, UnitChange, UnitChangeKind
from academy.people.models.register import Unit, UnitKind
from academy.people.queries import memberships, units
from academy.people.queries.desks import lock_desks
from academy.people.rules.changing import (
    reasons_to_refuse_merging,
    reasons_to_refuse_renaming,
    reasons_to_refuse_splitting,
    reasons_to_refuse_unit,
)
from academy.people.rules.memberships import last_day_before

_BELOW = {UnitKind.CITY: UnitKind.DISTRICT, UnitKind.DISTRICT: UnitKind.STREET, None: UnitKind.DISTRICT}


def add_unit(session: Session, *, actor: Actor, parent_id: int | None, name: str, now: datetime) -> int:
    """Add a district, or a street below one, from today on. Raises Refused with every reason."""
    today, name = clock.local_date(now), clean_name(name)
    parent_id = units.city_id(session, today) if parent_id is None else parent_id
    above = memberships.lock_units(session, [parent_id], to_change=True)[parent_id] if parent_id else None
    reasons = reasons_to_refuse_unit(
        name,
        above=units.as_it_is(session, above.id, on=today) if above else None,
        siblings=units.names_below(session, parent_id, on=today),
    )
    if reasons:
        raise Refused(*reasons)
    unit = _new(session, parent_id, _BELOW[above.kind if above else None], name, today)
    record(session, actor=actor, what="unit.added", about=unit, now=now, after={"name": name})
    return unit.id


def _new(session: Session, parent_id: int | None, kind: UnitKind, name: str, starts_on: date) -> Unit:
    spelled = name_pinyin(name)
    unit = Unit(parent_id=parent_id, kind=kind, name=name, name_pinyin=spelled, starts_on=starts_on)
    session.add(unit)
    session.flush()
    return unit


def _lock(session: Session, *unit_ids: int) -> list[Unit]:
    """Lock units to change them, with their parents' names as they are; a missing one is not found."""
    found = memberships.lock_units(session, unit_ids, to_change=True)
    if len(found) < len(set(unit_ids)):
        raise NotFound
    return [found[unit_id] for unit_id in unit_ids]


def rename_unit(session: Session, *, actor: Actor, unit_id: int, name: str, on: date, now: datetime) -> None:
    """Give a unit another name from a day on; lists with the old one are still understood. Raises Refused."""
    (unit,), today, name = _lock(session, unit_id), clock.local_date(now), clean_name(name)
    reasons = reasons_to_refuse_renaming(
        units.as_it_is(session, unit_id, on=today),
        name,
        on=on,
        today=today,
        siblings=units.names_below(session, unit.parent_id, on=today, but=unit_id),
    )
    if reasons:
        raise Refused(*reasons)
    before = unit.name
    unit.name, unit.name_pinyin = name, name_pinyin(name)
    _note(session, actor, UnitChangeKind.RENAMED, unit, None, on=on, now=now, name_before=before)
    after = {"name": name, "on": on.isoformat()}
    record(session, actor=actor, what="unit.renamed", about=unit, now=now, before={"name": before}, after=after)


def _note(
    session: Session,
    actor: Actor,
    kind: UnitChangeKind,
    unit: Unit,
    other: Unit | None,
    *,
    on: date,
    now: datetime,
    name_before: str = "",
) -> None:
    session.add(
        UnitChange(
            kind=kind, unit_id=unit.id, other_id=other.id if other else None, on_day=on,
            name_before=name_before, by_name=actor.name, at=now,
        )
    )  # fmt: skip


def merge_unit(session: Session, *, actor: Actor, unit_id: int, into_id: int, on: date, now: datetime) -> int:
    """Merge a unit into another one from a day on; tells how many people move.

    People, streets and undecided moves go along, the desk of the unit ends, and whoever speaks for the other one
    has all that was the unit's in reach. Raises Refused with every reason.
    """
    unit, into = _lock(session, unit_id, into_id)
    today = clock.local_date(now)
    now_it_is, to_be = (units.as_it_is(session, each, on=today) for each in (unit_id, into_id))
    reasons = reasons_to_refuse_merging(now_it_is, to_be, on=on, today=today)
    if reasons := (*reasons, *units.ties(session, unit_id)):
        raise Refused(*reasons)
    moved = _move_people(session, unit_id, into_id, on=on)
    for street in units.lock_below(session, unit_id, on=on):
        street.parent_id = into_id
    _turn_transfers(session, actor, unit_id, into_id, now)
    _end_desks(session, unit_id, on=on)
    unit.ends_on, unit.successor_id = on - timedelta(days=1), into_id
    _note(session, actor, UnitChangeKind.MERGED, unit, into, on=on, now=now)
    after = {"into": into.name, "into_id": into_id, "on": on.isoformat(), "people": moved}
    record(session, actor=actor, what="unit.merged", about=unit, now=now, before={"name": unit.name}, after=after)
    return moved


def _move_people(
    session: Session, from_id: int, to_id: int, *, on: date, chosen: Collection[int] | None = None
) -> int:
    """Move the people of a unit, or the chosen ones, from a day on; who is in the other one already only ends."""
    people = memberships.members(session, from_id, since=on)
    memberships.lock_persons(session, people)
    there = memberships.members(session, to_id, since=on)
    rows = [
        row
        for row in memberships.lock_of_unit(session, from_id, since=on)
        if chosen is None or row.person_id in chosen
    ]
    for row in rows:
        last_day = last_day_before(on, row.starts_on)
        if row.person_id in there and last_day is not None:
            row.ends_on = last_day
        else:
            move(session, row, to_id, on=on)
    return len({row.person_id for row in rows})


def _turn_transfers(session: Session, actor: Actor, unit_id: int, into_id: int, now: datetime) -> None:
    """Let undecided moves from or to a unit be the other's; those between the two are done."""
    for transfer in memberships.lock_open_transfers_of(session, unit_id):
        if {transfer.from_unit_id, transfer.to_unit_id} == {unit_id, into_id}:
            transfer.state, transfer.decided_at = TransferState.CONFIRMED, now
            transfer.decided_by = actor.name
            continue
        for name in ("from_unit_id", "to_unit_id", "awaits_unit_id"):
            if getattr(transfer, name) == unit_id:
                setattr(transfer, name, into_id)


def _end_desks(session: Session, unit_id: int, *, on: date) -> None:
    """End what liaisons hold for a unit; what would only begin then was never held and goes."""
    for grant in lock_desks(session, unit_id, on=on):
        last_day = last_day_before(on, grant.starts_on)
        if last_day is None:
            session.delete(grant)
        else:
            grant.ends_on = last_day


def split_unit(
    session: Session,
    *,
    actor: Actor,
    unit_id: int,
    name: str,
    person_ids: Collection[int],
    on: date,
    now: datetime,
) -> int:
    """Make a new unit out of one from a day on, with the chosen people; tells its id. Raises Refused."""
    (unit,), today, name = _lock(session, unit_id), clock.local_date(now), clean_name(name)
    reasons = reasons_to_refuse_splitting(
        units.as_it_is(session, unit_id, on=today),
        name,
        on=on,
        today=today,
        siblings=units.names_below(session, unit.parent_id, on=today),
        chosen=person_ids,
        members=memberships.members(session, unit_id, since=on),
    )
    if reasons:
        raise Refused(*reasons)
    new = _new(session, unit.parent_id, unit.kind, name, on)
    moved = _move_people(session, unit_id, new.id, on=on, chosen=frozenset(person_ids))
    _note(session, actor, UnitChangeKind.SPLIT, new, unit, on=on, now=now)
    after = {"name": name, "from": unit.name, "from_id": unit_id, "on": on.isoformat(), "people": moved}
    record(session, actor=actor, what="unit.split", about=new, now=now, after=after)
    return new.id
