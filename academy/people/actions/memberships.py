"""Let people join a unit and leave it: dated, journalled, nothing deleted; in bulk for lists that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.many import insert_many
from academy.journal.actions import record
from academy.people.models.register import GridRole, Membership
from academy.people.queries import memberships, register
from academy.people.rules.changing import UNIT_ENDED
from academy.people.rules.memberships import BELONGS_ELSEWHERE, LeavingFacts, reasons_to_refuse_leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody on file who joins a unit; `since` is today where it is not given."""

    person_id: int
    unit_id: int
    grid_role: GridRole | None = None
    role_as_written: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Somebody who leaves a unit, with the last day in it."""

    person_id: int
    unit_id: int
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """What somebody is in the grid from now on, as recognised and as written."""

    membership_id: int
    grid_role: GridRole | None
    role_as_written: str = ""


def read_role(value: str | None) -> GridRole | None:
    """Read what somebody is in the grid as pages send it; nothing, or anything else, is none."""
    return GridRole(value) if value in set(GridRole) else None


def join(session: Session, *, actor: Actor, joining: Joining, now: datetime) -> int:
    """Let somebody who belongs to no unit join one; tells the membership. Raises Refused with the reason."""
    persons = lock_for_joining(session, actor, {joining.unit_id}, {joining.person_id})
    today = clock.local_date(now)
    if (unit := register.unit_of(session, joining.person_id, today)) and memberships.lock_open(
        session, [joining.person_id]
    ):
        raise Refused(BELONGS_ELSEWHERE.about(name=persons[joining.person_id], unit=unit.full_name))
    row = Membership(**_values(joining, today))
    session.add(row)
    after: Mapping[str, object] = {"person_id": row.person_id, "unit_id": row.unit_id, "role": row.grid_role}
    record(session, actor=actor, what="membership.joined", about=row, now=now, after=after)
    return row.id


def join_many(session: Session, *, actor: Actor, joining: Sequence[Joining], now: datetime) -> list[int]:
    """Let many join, whom the caller has matched before; tells the memberships in the same order."""
    if not joining:
        return []
    lock_for_joining(session, actor, {each.unit_id for each in joining}, {each.person_id for each in joining})
    today = clock.local_date(now)
    ids = insert_many(session, Membership, [_values(each, today) for each in joining])
    _note_many(session, actor, "membership.joined-many", len(ids), now)
    return ids


def lock_for_joining(session: Session, actor: Actor, unit_ids: set[int], person_ids: set[int]) -> dict[int, str]:
    """Lock units in the actor's charge that go on, then persons; tells what these are called."""
    memberships.refuse_strangers(session, actor, unit_ids)
    units = memberships.lock_units(session, unit_ids)
    if ended := [UNIT_ENDED.about(name=unit.name) for unit in units.values() if unit.ends_on is not None]:
        raise Refused(*ended)
    persons = memberships.lock_persons(session, person_ids)
    if len(units) < len(unit_ids) or len(persons) < len(person_ids):
        raise NotFound
    if any(person.is_anonymised for person in persons.values()):
        raise NotFound
    return {person.id: person.name for person in persons.values()}


def _values(joining: Joining, today: date) -> dict[str, object]:
    return {
        "person_id": joining.person_id,
        "unit_id": joining.unit_id,
        "grid_role": joining.grid_role,
        "role_as_written": joining.role_as_written,
        "starts_on": joining.since or today,
        "ends_on": None,
    }


def _note_many(session: Session, actor: Actor, what: str, count: int, now: datetime) -> None:
    record(session, actor=actor, what=what, about="membership", now=now, after={"count": count})


def leave(session: Session, *, actor: Actor, leaving: Leaving, now: datetime) -> int:
    """Let somebody leave a unit; tells the membership that ends. Raises Refused with every reason."""
    memberships.refuse_strangers(session, actor, {leaving.unit_id})
    persons = memberships.lock_persons(session, {leaving.person_id})
    found = _latest(session, leaving.person_id, leaving.unit_id)
    facts = LeavingFacts(
        starts_on=found.starts_on,
        has_left=found.ends_on is not None,
        last_day=leaving.last_day,
        today=clock.local_date(now),
        name=persons[leaving.person_id].name,
        transfer_open=bool(memberships.open_transfers(session, [leaving.person_id])),
    )
    if reasons := reasons_to_refuse_leaving(facts):
        raise Refused(*reasons)
    found.ends_on = leaving.last_day
    after = {"person_id": found.person_id, "unit_id": found.unit_id, "last_day": leaving.last_day.isoformat()}
    record(session, actor=actor, what="membership.left", about=found, now=now, after=after)
    return found.id


def _latest(session: Session, person_id: int, unit_id: int) -> Membership:
    """Lock somebody's latest time in a unit; whoever was never in it is not found."""
    membership_id = memberships.latest_id(session, person_id, unit_id)
    if membership_id is None:
        raise NotFound
    return memberships.lock_memberships(session, [membership_id])[membership_id]


def leave_many(session: Session, *, actor: Actor, leaving: Sequence[Leaving], now: datetime) -> list[int]:
    """Let many leave, whom the caller has found missing; tells the memberships that end, in the same order.

    A last day before the first one is lifted to it. A move asked for stays open.
    """
    if not leaving:
        return []
    memberships.refuse_strangers(session, actor, {each.unit_id for each in leaving})
    memberships.lock_persons(session, {each.person_id for each in leaving})
    rows = memberships.lock_open(session, {each.person_id for each in leaving})
    ended: list[int] = []
    for each in leaving:
        found = [row for row in rows.get(each.person_id, ()) if row.unit_id == each.unit_id]
        if not found:
            raise NotFound
        found[-1].ends_on = max(each.last_day, found[-1].starts_on)
        ended.append(found[-1].id)
    _note_many(session, actor, "membership.left-many", len(ended), now)
    return ended


def change_role(session: Session, *, actor: Actor, change: RoleChange, now: datetime) -> None:
    """Change what somebody is in the grid; the list's own word is kept beside it."""
    row = _changeable(session, actor, [change])[change.membership_id]
    before, after = _role(row.grid_role, row.role_as_written), _role(change.grid_role, change.role_as_written)
    if before == after:
        return
    row.grid_role, row.role_as_written = change.grid_role, change.role_as_written
    record(session, actor=actor, what="membership.role-changed", about=row, now=now, before=before, after=after)


def change_roles_many(
    session: Session, *, actor: Actor, changes: Sequence[RoleChange], now: datetime
) -> list[int]:
    """Change what many are in the grid; tells the memberships in the same order."""
    if not changes:
        return []
    rows = _changeable(session, actor, changes)
    for each in changes:
        row = rows[each.membership_id]
        row.grid_role, row.role_as_written = each.grid_role, each.role_as_written
    _note_many(session, actor, "membership.roles-changed-many", len(changes), now)
    return [each.membership_id for each in changes]


def _changeable(session: Session, actor: Actor, changes: Sequence[RoleChange]) -> dict[int, Membership]:
    wanted = {each.membership_id for each in changes}
    rows = memberships.lock_memberships(session, wanted)
    if len(rows) < len(wanted):
        raise NotFound
    memberships.refuse_strangers(session, actor, {row.unit_id for row in rows.values()})
    return rows


def _role(grid_role: GridRole | None, as_written: str) -> dict[str, object]:
    return {"role": grid_role, "role_as_written": as_written}
