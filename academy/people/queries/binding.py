"""Who may bind whose phone, and who asks for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from academy.ground.access import Actor, Role
from academy.ground.text import masked_phone
from academy.people.models.register import BindingRequest, BindingState, Membership, Person
from academy.people.queries.register import PersonView, held_on, units_below, units_of, views

InChargeOf = Callable[[Session, int, int], bool]
_in_charge_of: list[InChargeOf] = []


def plug_in_charge_of(tells: Sequence[InChargeOf]) -> None:
    """Let upper features tell whether an instructor looks after a person now; people knows nothing of classes."""
    _in_charge_of[:] = tells


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """An open request to bind a phone."""

    id: int
    person_id: int
    name: str
    unit_name: str
    masked_phone: str
    requested_at: datetime


def _within(session: Session, actor: Actor, on: date) -> ColumnElement[bool]:
    """Keep persons whose phone the actor may bind: all for an admin, those of the units below for a liaison."""
    if actor.is_admin:
        return true()
    units = units_below(session, actor.unit_ids)
    members = select(Membership.person_id).where(Membership.unit_id.in_(units), held_on(Membership, on))
    return Person.id.in_(members)


def bindable(session: Session, actor: Actor, person_id: int, *, on: date) -> PersonView | None:
    """Show a person whose phone the actor may bind; anybody else is not found."""
    known = select(Person).where(Person.id == person_id, Person.anonymised_at.is_(None))
    found = session.execute(known.where(_within(session, actor, on))).scalar_one_or_none()
    if found is None and actor.person_id is not None and Role.INSTRUCTOR in actor.roles:
        manager_id = actor.person_id
        if any(tells(session, manager_id, person_id) for tells in _in_charge_of):
            found = session.execute(known).scalar_one_or_none()
    return views(session, [found], on)[0] if found else None


def open_requests(session: Session, actor: Actor, *, on: date, limit: int = 200) -> list[RequestView]:
    """List the open requests that the actor may decide, the oldest first."""
    return _requests(session, actor, true(), on=on, limit=limit)


def open_request(session: Session, actor: Actor, request_id: int, *, on: date) -> RequestView | None:
    """Show one open request that the actor may decide."""
    found = _requests(session, actor, BindingRequest.id == request_id, on=on, limit=1)
    return found[0] if found else None


def _requests(
    session: Session, actor: Actor, wanted: ColumnElement[bool], *, on: date, limit: int
) -> list[RequestView]:
    statement = (
        select(BindingRequest, Person.name)
        .join(Person, Person.id == BindingRequest.person_id)
        .where(BindingRequest.state == BindingState.OPEN, wanted, _within(session, actor, on))
        .order_by(BindingRequest.requested_at, BindingRequest.id)
        .limit(limit)
    )
    rows = session.execute(statement).all()
    units = units_of(session, {asked.person_id for asked, _name in rows}, on)
    return [
        RequestView(
            id=asked.id,
            person_id=asked.person_id,
            name=name,
            unit_name=units[asked.person_id].full_name if asked.person_id in units else "",
            masked_phone=masked_phone(asked.number),
            requested_at=asked.requested_at,
        )
        for asked, name in rows
    ]


def count_open_requests(session: Session, actor: Actor, *, on: date) -> int:
    """Count the open requests that the actor may decide."""
    statement = (
        select(func.count())
        .select_from(BindingRequest)
        .join(Person, Person.id == BindingRequest.person_id)
        .where(BindingRequest.state == BindingState.OPEN, _within(session, actor, on))
    )
    return session.execute(statement).scalar_one()


def lock_request(session: Session, request_id: int) -> BindingRequest | None:
    """Lock one request."""
    statement = select(BindingRequest).where(BindingRequest.id == request_id).with_for_update()
    return session.execute(statement).scalar_one_or_none()


def lock_open_requests(session: Session, person_id: int) -> Sequence[BindingRequest]:
    """Lock a person's open requests, in id order."""
    statement = (
        select(BindingRequest)
        .where(BindingRequest.person_id == person_id, BindingRequest.state == BindingState.OPEN)
        .order_by(BindingRequest.id)
    )
    return session.execute(statement.with_for_update()).scalars().all()
