"""Moves between units: those that wait for the reader, those the reader asked for, and what became of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import GridRole, Person
from academy.people.queries import members

_LOOKED_BACK = timedelta(days=90)
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """A move from unit to unit."""

    id: int
    person_id: int
    name: str
    from_name: str
    to_name: str
    grid_role: GridRole | None
    role_as_written: str
    state: TransferState
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    refused_because: str


def _other() -> ColumnElement[int]:
    """Name the unit that asked."""
    return case(
        (Transfer.awaits_unit_id == Transfer.from_unit_id, Transfer.to_unit_id), else_=Transfer.from_unit_id
    )


def _in(column: ColumnElement[int], units: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if units is None else column.in_(units)


def awaiting(session: Session, actor: Actor) -> tuple[MoveView, ...]:
    """List the undecided moves that the actor may confirm or refuse, the oldest first."""
    units = members.scope(session, actor)
    return _moves(session, Transfer.state == TransferState.OPEN, _in(Transfer.awaits_unit_id.expression, units))


def asked(session: Session, actor: Actor) -> tuple[MoveView, ...]:
    """List the undecided moves that the actor's units have asked for and another one is to confirm."""
    units = members.scope(session, actor)
    if units is None:
        return ()
    own = and_(_other().in_(units), Transfer.awaits_unit_id.not_in(units))
    return _moves(session, Transfer.state == TransferState.OPEN, own)


def decided(session: Session, actor: Actor, *, now: datetime) -> tuple[MoveView, ...]:
    """List what was decided lately about moves from and to the actor's units, the latest first."""
    units = members.scope(session, actor)
    own = or_(_in(Transfer.from_unit_id.expression, units), _in(Transfer.to_unit_id.expression, units))
    found = _moves(session, Transfer.decided_at > now - _LOOKED_BACK, own)
    return tuple(sorted(found, key=lambda move: (move.decided_at or now, move.id), reverse=True))


def one(session: Session, actor: Actor, transfer_id: int) -> MoveView:
    """Show one move whose deciding unit is the actor's, decided or not; else it is not found."""
    own = _in(Transfer.awaits_unit_id.expression, members.scope(session, actor))
    found = _moves(session, Transfer.id == transfer_id, own)
    if not found:
        raise NotFound
    return found[0]


def count_awaiting(session: Session, actor: Actor) -> int:
    """Count the undecided moves that the actor may decide."""
    units = members.scope(session, actor)
    statement = select(func.count()).select_from(Transfer).where(Transfer.state == TransferState.OPEN)
    return session.execute(statement.where(_in(Transfer.awaits_unit_id.expression, units))).scalar_one()


def _moves(session: Session, *conditions: ColumnElement[bool]) -> tuple[MoveView, ...]:
    statement = (
        select(Transfer, Person.name)
        .join(Person, Person.id == Transfer.person_id)
        .where(*conditions)
        .order_by(Transfer.asked_at, Transfer.id)
        .limit(_MOST)
    )
    rows = session.execute(statement).all()
    units = {unit for move, _name in rows for unit in (move.from_unit_id, move.to_unit_id)}
    names = members.unit_names(session, units)
    return tuple(
        MoveView(
            id=move.id, person_id=move.person_id, name=name, from_name=names[move.from_unit_id],
            to_name=names[move.to_unit_id], grid_role=move.grid_role, role_as_written=move.role_as_written,
            state=move.state, asked_at=move.asked_at, asked_by=move.asked_by, decided_at=move.decided_at,
            decided_by=move.decided_by, refused_because=move.refused_because,
        )
        for move, name in rows
    )  # fmt: skip
