"""What a list of people is compared with: the known units, and who is on file under the ID numbers in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from academy.ground.errors import NotFound, Reason
from academy.ground.many import among
from academy.ground.tables import Grid
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import Membership, Person, Phone, Unit, UnitKind
from academy.people.queries import register
from academy.people.queries.former_names import former_paths
from academy.people.queries.register import held_on
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.kinds import ImportKind
from academy.people.rules.roster.places import KnownUnit, Places
from academy.people.rules.roster.plan import Frame, Known, Member, Step, missing, plan
from academy.people.rules.roster.reading import Reading, read

_STREET_PATH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a list claims to be: whose, of whom, and for which class session."""

    kind: ImportKind = ImportKind.SOME
    unit_id: int | None = None
    class_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A list as read and compared with the register; `by_class` is what a class session has against rows."""

    reading: Reading
    steps: tuple[Step, ...]
    by_class: dict[int, tuple[Reason, ...]] = field(default_factory=dict)


def look(
    session: Session, grid: Grid, header: Header, claim: Claim, *, on: date, known_units: Places | None = None
) -> Looked:
    """Read a list and compare it with the register, changing nothing."""
    reading = read(grid.rows, grid.merged, header, known_units or places(session, on), today=on)
    on_file = known(session, (line.id_number for line in reading.lines if line.id_number), on)
    steps = plan(reading.lines, on_file, _frame(session, claim, on))
    if claim.kind is ImportKind.ALL and claim.unit_id is not None:
        below = register.units_below(session, [claim.unit_id])
        steps = (*steps, *missing(steps, members(session, below, on)))
    return Looked(reading=reading, steps=steps)


def _frame(session: Session, claim: Claim, on: date) -> Frame:
    if claim.unit_id is None:
        return Frame()
    unit = register.unit(session, claim.unit_id, on)
    if unit is None:
        raise NotFound
    kind = session.execute(select(Unit.kind).where(Unit.id == unit.id)).scalar_one()
    own = register.units_below(session, [claim.unit_id])
    return Frame(own=own, unit=(unit.id, unit.full_name) if kind is UnitKind.STREET else None)


def places(session: Session, on: date) -> Places:
    """Give the streets and towns of a day, which lists may name as they are or were called."""
    units = {
        street.id: KnownUnit(id=street.id, district=district.name, name=street.name)
        for district in register.unit_tree(session, on)
        for street in district.streets
    }
    former = {
        (path[0], path[1]): units[unit_id]
        for path, unit_id in former_paths(session, on).items()
        if len(path) == _STREET_PATH and unit_id in units
    }
    return Places(units.values(), former)


def known(session: Session, id_numbers: Iterable[str], on: date) -> dict[str, Known]:
    """Tell who is on file under these ID numbers, each with unit and role of a day and with their phones."""
    by_blind = {register.id_blind(number): number for number in id_numbers}
    rows = session.execute(
        select(Person.id, Person.id_blind, Person.name).where(
            among(Person.id_blind, by_blind), Person.anonymised_at.is_(None)
        )
    ).all()
    ids = [row.id for row in rows]
    units, phones, moves = _memberships(session, ids, on), _phones(session, ids), _moves(session, ids)
    return {
        by_blind[str(blind)]: Known(
            person_id=person_id,
            name=name,
            membership=units.get(person_id),
            phones=tuple(phones.get(person_id, ())),
            moves_to=moves.get(person_id),
        )
        for person_id, blind, name in rows
    }


def _memberships(session: Session, ids: Sequence[int], on: date) -> dict[int, Member]:
    """Tell each person's unit on a day: the latest, where somebody has two."""
    above = aliased(Unit)
    rows = session.execute(
        select(
            Membership.id, Membership.person_id, Membership.unit_id, Membership.grid_role,
            Membership.role_as_written, Unit.name, above.name,
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(above, (above.id == Unit.parent_id) & (above.kind == UnitKind.DISTRICT))
        .where(among(Membership.person_id, ids), held_on(Membership, on))
        .order_by(Membership.starts_on, Membership.id)
    )  # fmt: skip
    return {
        person_id: Member(
            id=membership_id, unit_id=unit_id, unit_name=f"{district} · {name}" if district else name,
            role=grid_role, role_as_written=as_written,
        )
        for membership_id, person_id, unit_id, grid_role, as_written, name, district in rows
    }  # fmt: skip


def _phones(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = select(Phone.person_id, Phone.number).where(among(Phone.person_id, ids), Phone.ended_at.is_(None))
    for person_id, number in session.execute(rows.order_by(Phone.id)):
        found.setdefault(person_id, []).append(number)
    return found


def _moves(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = select(Transfer.person_id, Transfer.to_unit_id).where(
        among(Transfer.person_id, ids), Transfer.state == TransferState.OPEN
    )
    return {row.person_id: row.to_unit_id for row in session.execute(rows)}


def members(session: Session, unit_ids: Iterable[int], on: date) -> dict[int, tuple[str, Member]]:
    """Name everybody who belongs to one of these units on a day, with the membership."""
    rows = session.execute(
        select(Membership.id, Membership.person_id, Membership.unit_id, Person.name, Unit.name)
        .join(Person, Person.id == Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.unit_id.in_(list(unit_ids)), held_on(Membership, on), Membership.ends_on.is_(None))
        .where(Person.anonymised_at.is_(None))
        .order_by(Membership.person_id)
    )
    return {
        person_id: (
            name,
            Member(id=membership_id, unit_id=unit_id, unit_name=unit_name, role=None, role_as_written=""),
        )
        for membership_id, person_id, unit_id, name, unit_name in rows
    }
