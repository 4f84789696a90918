"""Units over time: the tree with its people, what became of a unit, and what units were once called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.ground.access import Role
from academy.ground.errors import NotFound, Reason
from academy.people.models.importing import UnitChange, UnitChangeKind
from academy.people.models.register import GridRole, Membership, Person, RoleGrant, Unit, UnitKind
from academy.people.queries.register import held_on
from academy.people.rules.changing import CITY, DISTRICT, STREET, UnitNow

Path = tuple[str, ...]
Ties = Callable[[Session, int], tuple[Reason, ...]]
_ties: list[Ties] = []
_RANKS = {UnitKind.CITY: CITY, UnitKind.DISTRICT: DISTRICT, UnitKind.STREET: STREET}


def plug_ties(tells: Sequence[Ties]) -> None:
    """Let upper features tell what still ties a unit, so that it is not merged; people knows no class session."""
    _ties[:] = tells


def ties(session: Session, unit_id: int) -> tuple[Reason, ...]:
    """Return everything in other features that speaks against a unit's end."""
    return tuple(reason for tells in _ties for reason in tells(session, unit_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit in the office's list, with who belongs to it and who speaks for it now."""

    id: int
    name: str
    full_name: str
    kind: UnitKind
    parent_id: int | None
    people: int
    """Who belongs to it and to the units below it."""
    liaisons: tuple[str, ...]
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who speaks for a unit, and since when; `until` where the day of the end is known."""

    person_id: int
    name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """Something that became of a unit on a day."""

    kind: UnitChangeKind
    unit_id: int
    unit_name: str
    other_id: int | None
    other_name: str
    on_day: date
    name_before: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """All that one unit's page shows."""

    id: int
    name: str
    full_name: str
    kind: UnitKind
    parent_id: int | None
    parent_name: str
    starts_on: date
    ends_on: date | None
    successor_id: int | None
    successor_name: str
    people: int
    below: tuple[UnitRow, ...]
    desks: tuple[Desk, ...]
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a unit, to choose for a new one."""

    person_id: int
    name: str
    grid_role: GridRole | None
    role_as_written: str
    since: date


def city_id(session: Session, on: date) -> int | None:
    """Tell the city above the districts, where there is one."""
    statement = select(Unit.id).where(Unit.kind == UnitKind.CITY, held_on(Unit, on)).order_by(Unit.id).limit(1)
    return session.execute(statement).scalar_one_or_none()


def rows(session: Session, on: date, *, parent_id: int | None = None) -> tuple[UnitRow, ...]:
    """List the units of a day as a tree: each district before its streets; or only those right below one unit."""
    above = aliased(Unit)
    statement = select(Unit, above.name.label("above")).outerjoin(
        above, (above.id == Unit.parent_id) & (above.kind == UnitKind.DISTRICT)
    )
    statement = statement.where(held_on(Unit, on))
    if parent_id is not None:
        statement = statement.where(Unit.parent_id == parent_id)
    found = session.execute(statement.order_by(Unit.id)).all()
    counts, desks = _with_those_below(session, _counts(session, on)), _liaisons(session, on)
    views = [
        UnitRow(
            id=unit.id, name=unit.name, full_name=f"{above_name} · {unit.name}" if above_name else unit.name,
            kind=unit.kind, parent_id=unit.parent_id, people=counts.get(unit.id, 0),
            liaisons=desks.get(unit.id, ()), starts_on=unit.starts_on,
        )
        for unit, above_name in found
    ]  # fmt: skip
    return tuple(_as_tree(views))


def _as_tree(views: Sequence[UnitRow]) -> list[UnitRow]:
    """Order units such that whatever is above stands before what is below it."""
    ids = {each.id for each in views}
    below: dict[int | None, list[UnitRow]] = {}
    for each in views:
        below.setdefault(each.parent_id if each.parent_id in ids else None, []).append(each)
    ordered: list[UnitRow] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        each = waiting.pop()
        ordered.append(each)
        waiting.extend(reversed(below.get(each.id, [])))
    return ordered


def _counts(session: Session, on: date) -> dict[int, int]:
    statement = (
        select(Membership.unit_id, func.count(Membership.person_id.distinct()))
        .where(held_on(Membership, on))
        .group_by(Membership.unit_id)
    )
    return dict(session.execute(statement).all())


def _with_those_below(session: Session, counts: dict[int, int]) -> dict[int, int]:
    """Add what is counted of units to those above them."""
    above = dict(session.execute(select(Unit.id, Unit.parent_id)).all())
    total: dict[int, int] = {}
    for unit_id, count in counts.items():
        each: int | None = unit_id
        while each is not None:
            total[each] = total.get(each, 0) + count
            each = above[each]
    return total


def _liaisons(session: Session, on: date) -> dict[int, tuple[str, ...]]:
    statement = (
        select(RoleGrant.unit_id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.LIAISON, held_on(RoleGrant, on))
        .order_by(RoleGrant.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, name in session.execute(statement):
        if unit_id is not None:
            found[unit_id] = (*found.get(unit_id, ()), name)
    return found


def page(session: Session, unit_id: int, *, on: date) -> UnitPage:
    """Show one unit, a past one too; else it is not found."""
    above, successor = aliased(Unit), aliased(Unit)
    statement = (
        select(Unit, above.name, above.kind, successor.name)
        .outerjoin(above, above.id == Unit.parent_id)
        .outerjoin(successor, successor.id == Unit.successor_id)
        .where(Unit.id == unit_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    unit, above_name, above_kind, successor_name = row
    return UnitPage(
        id=unit.id, name=unit.name, kind=unit.kind, parent_id=unit.parent_id, parent_name=above_name or "",
        full_name=f"{above_name} · {unit.name}" if above_kind is UnitKind.DISTRICT else unit.name,
        starts_on=unit.starts_on, ends_on=unit.ends_on,
        successor_id=unit.successor_id, successor_name=successor_name or "",
        people=_counts(session, on).get(unit_id, 0), below=rows(session, on, parent_id=unit_id),
        desks=desks(session, unit_id, on=on), changes=_changes(session, unit_id),
    )  # fmt: skip


def desks(session: Session, unit_id: int, *, on: date) -> tuple[Desk, ...]:
    """Tell who speaks for a unit on a day or later."""
    statement = (
        select(RoleGrant, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.LIAISON, RoleGrant.unit_id == unit_id)
        .where(or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on))
        .order_by(RoleGrant.starts_on, RoleGrant.id)
    )
    return tuple(
        Desk(person_id=grant.person_id, name=name, since=grant.starts_on, until=grant.ends_on)
        for grant, name in session.execute(statement)
    )


def _changes(session: Session, unit_id: int) -> tuple[ChangeView, ...]:
    unit, other = aliased(Unit), aliased(Unit)
    statement = (
        select(UnitChange, unit.name, other.name)
        .join(unit, unit.id == UnitChange.unit_id)
        .outerjoin(other, other.id == UnitChange.other_id)
        .where(or_(UnitChange.unit_id == unit_id, UnitChange.other_id == unit_id))
        .order_by(UnitChange.on_day.desc(), UnitChange.id.desc())
    )
    return tuple(
        ChangeView(
            kind=change.kind, unit_id=change.unit_id, unit_name=unit_name, other_id=change.other_id,
            other_name=other_name or "", on_day=change.on_day, name_before=change.name_before,
            by_name=change.by_name, at=change.at,
        )
        for change, unit_name, other_name in session.execute(statement)
    )  # fmt: skip


def members(session: Session, unit_id: int, *, on: date) -> tuple[Member, ...]:
    """List who belongs to a unit itself on a day, by name."""
    statement = (
        select(Membership, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id == unit_id, held_on(Membership, on), Person.anonymised_at.is_(None))
        .order_by(Person.name_pinyin, Person.id)
    )
    return tuple(
        Member(
            person_id=row.person_id, name=name, grid_role=row.grid_role, role_as_written=row.role_as_written,
            since=row.starts_on,
        )
        for row, name in session.execute(statement)
    )  # fmt: skip


def as_it_is(session: Session, unit_id: int, *, on: date) -> UnitNow:
    """Show a unit to the rules; else it is not found."""
    unit = session.execute(select(Unit).where(Unit.id == unit_id)).scalar_one_or_none()
    if unit is None:
        raise NotFound
    return UnitNow(
        id=unit.id, name=unit.name, rank=_RANKS[unit.kind], starts_on=unit.starts_on,
        has_ended=unit.ends_on is not None, streets=names_below(session, unit.id, on=on),
    )  # fmt: skip


def names_below(session: Session, parent_id: int | None, *, on: date, but: int = 0) -> frozenset[str]:
    """Tell what the units right below one are called, but for one of them; None asks for those below none."""
    beneath = Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id
    going_on = or_(Unit.ends_on.is_(None), Unit.ends_on >= on)
    return frozenset(session.execute(select(Unit.name).where(beneath, going_on, Unit.id != but)).scalars())


def lock_below(session: Session, unit_id: int, *, on: date) -> Sequence[Unit]:
    """Lock the units right below one that go on after a day, in id order."""
    statement = (
        select(Unit)
        .where(Unit.parent_id == unit_id, or_(Unit.ends_on.is_(None), Unit.ends_on >= on))
        .order_by(Unit.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().all()
