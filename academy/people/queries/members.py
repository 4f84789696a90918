"""The register of a unit: who belongs to it, who has left, and one person of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, Select, cast, exists, extract, func, select, true
from sqlalchemy.orm import Session, aliased

from academy.ground import keyset
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.ground.keyset import Key, Order, Slice
from academy.ground.search_index import sorted_found
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import GridRole, Membership, Person, Unit, UnitKind
from academy.people.queries import finding, office, register
from academy.people.queries.office import MembershipView
from academy.people.queries.register import PersonView, held_on

SORTED_BY = ("name", "since")
BY_NAME = Order(by="name")
_EXPORTED_AT_ONCE = 1000


class Show(StrEnum):
    """Which people of a unit are listed."""

    NOW = ""
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people of the register are asked for."""

    words: str = ""
    unit_id: int | None = None
    show: Show = Show.NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """Somebody's time in a unit, as its register shows it; masked."""

    person_id: int
    name: str
    unit_name: str
    grid_role: GridRole | None
    role_as_written: str
    starts_on: date
    ends_on: date | None
    masked_phone: str
    masked_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """Somebody of a unit as its liaison sees them; masked."""

    person: PersonView
    membership_id: int
    unit_id: int
    unit_name: str
    grid_role: GridRole | None
    role_as_written: str
    starts_on: date
    ends_on: date | None
    memberships: tuple[MembershipView, ...]
    moves_to: str
    """The unit that a move which nobody has decided yet would lead to, if there is one."""

    @property
    def belongs(self) -> bool:
        """Tell whether no last day is known."""
        return self.ends_on is None


def scope(session: Session, actor: Actor) -> frozenset[int] | None:
    """Name the units whose people the actor keeps; None: all."""
    return None if actor.is_admin else register.units_below(session, actor.unit_ids)


def _within(units: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if units is None else Membership.unit_id.in_(units)


def _latest() -> ColumnElement[bool]:
    """Keep each person's latest time in a unit, so that whoever moved on is the new unit's alone."""
    later = aliased(Membership)
    follows = (later.starts_on > Membership.starts_on) | (
        (later.starts_on == Membership.starts_on) & (later.id > Membership.id)
    )
    return ~exists().where(later.person_id == Membership.person_id, follows)


def _matching(session: Session, actor: Actor, wanted: Wanted, on: date) -> Select[int]:
    units = scope(session, actor)
    if wanted.unit_id is not None:
        below = register.units_below(session, [wanted.unit_id])
        units = below if units is None else units & below
    now = held_on(Membership, on)
    statement = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.anonymised_at.is_(None), _within(units), _latest(), now if wanted.show is Show.NOW else ~now)
    )
    if wanted.words:
        people = statement.with_only_columns(Person.id, maintain_column_froms=True)
        statement = statement.where(finding.named(session, people, wanted.words, on=on))
    return statement


_SINCE = cast(  # a cursor holds numbers and words only
    extract("year", Membership.starts_on) * 10000
    + extract("month", Membership.starts_on) * 100
    + extract("day", Membership.starts_on),
    Integer,
)
_SORTED_BY: dict[str, tuple[Key, ...]] = {
    "name": (Person.name_pinyin, Membership.id),
    "since": (_SINCE, Membership.id),
}


def lines(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    on: date,
    order: Order = BY_NAME,
    cursor: str | None = None,
    size: int,
) -> Slice[MemberLine]:
    """Give one page of the register of the actor's units, with the count of all."""
    statement, keys = _matching(session, actor, wanted, on), _SORTED_BY[order.by]
    total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    part = keyset.page(
        session,
        statement.with_only_columns(Membership, Person),
        sorted_found(keys) if wanted.words else keys,
        cursor=cursor,
        size=size,
        descending=order.falling,
    )
    found = _lines(session, [(row.Membership, row.Person) for row in part.rows], on)
    return Slice(rows=found, after=part.after, before=part.before, total=total)


def every_line(session: Session, actor: Actor, wanted: Wanted, *, on: date) -> Iterator[MemberLine]:
    """Give the whole register as it is narrowed, by name, in portions that fit in memory."""
    statement = _matching(session, actor, wanted, on).with_only_columns(Membership, Person)
    ordered = statement.order_by(Person.name_pinyin, Membership.id)
    for rows in session.execute(ordered).partitions(_EXPORTED_AT_ONCE):
        yield from _lines(session, [(row[0], row[1]) for row in rows], on)


def _lines(session: Session, rows: Sequence[tuple[Membership, Person]], on: date) -> list[MemberLine]:
    views = {view.id: view for view in register.views(session, [person for _membership, person in rows], on)}
    names = unit_names(session, {membership.unit_id for membership, _person in rows})
    return [
        MemberLine(
            person_id=person.id, name=person.name, unit_name=names[row.unit_id], grid_role=row.grid_role,
            role_as_written=row.role_as_written, starts_on=row.starts_on, ends_on=row.ends_on,
            masked_phone=views[person.id].masked_phone, masked_id=views[person.id].masked_id,
        )
        for row, person in rows
    ]  # fmt: skip


def unit_names(session: Session, unit_ids: set[int]) -> dict[int, str]:
    """Name units in full, those of the past too."""
    above = aliased(Unit)
    statement = select(Unit.id, Unit.name, above.name, above.kind).outerjoin(above, above.id == Unit.parent_id)
    rows = session.execute(statement.where(Unit.id.in_(unit_ids)))
    return {row[0]: f"{row[2]} · {row[1]}" if row[3] is UnitKind.DISTRICT else row[1] for row in rows}


def member(session: Session, actor: Actor, person_id: int, *, on: date) -> MemberPage:
    """Show one person whose latest unit is in the actor's charge; anybody else is not found."""
    statement = (
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.id == person_id, Person.anonymised_at.is_(None), _within(scope(session, actor)), _latest())
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    membership, person = row
    return MemberPage(
        person=register.views(session, [person], on)[0],
        membership_id=membership.id,
        unit_id=membership.unit_id,
        unit_name=unit_names(session, {membership.unit_id})[membership.unit_id],
        grid_role=membership.grid_role,
        role_as_written=membership.role_as_written,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        memberships=office.memberships(session, person_id),
        moves_to=_moves_to(session, person_id),
    )


def _moves_to(session: Session, person_id: int) -> str:
    statement = select(Transfer.to_unit_id).where(
        Transfer.person_id == person_id, Transfer.state == TransferState.OPEN
    )
    unit_id = session.execute(statement).scalar_one_or_none()
    return "" if unit_id is None else unit_names(session, {unit_id})[unit_id]
