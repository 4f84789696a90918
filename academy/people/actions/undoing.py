"""Undo an import of a list whole, in the opposite order, as long as nobody has built on it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import InstrumentedAttribute, Session

from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.ground.many import among
from academy.ground.text import N_
from academy.journal.actions import record
from academy.people.models.importing import (
    Effect,
    RosterEffect,
    RosterImport,
    TransferState,
)
from academy.people.models.register import GridRole, Membership, Person, Phone, RoleGrant
from academy.people.queries import memberships as locking
from academy.people.queries import roster_imports as queries
from academy.people.rules.roster.kinds import ImportState

MOST_NAMED = 5
_UNTOLD = {"synchronize_session": False}  # nothing here holds what is deleted

NOT_IMPORTED = Reason("not_imported", N_("This list is not imported, so there is nothing to undo."))
BUILT_UPON = Reason(
    "built_upon",
    N_("Too late to undo: something has happened since with %(names)s, %(count)s in all."),
)


def lock_to_undo(session: Session, actor: Actor, import_id: int) -> RosterImport:
    """Lock an import that is to be undone; raises Refused where there is nothing to undo."""
    row, _others = queries.lock_alike(session, actor, import_id)
    if row.state is not ImportState.IMPORTED:
        raise Refused(NOT_IMPORTED)
    return row


def undo(session: Session, *, actor: Actor, import_id: int, now: datetime) -> None:
    """Take back all that an import changed; raises Refused with names where somebody has built on it."""
    row = lock_to_undo(session, actor, import_id)
    done = queries.effects(session, row.id)
    persons = locking.lock_persons(session, {effect.person_id for effect in done})
    if built := queries.built_upon(session, done):
        names = sorted(persons[person_id].name for person_id in built)[:MOST_NAMED]
        raise Refused(BUILT_UPON.about(names=tuple(names), count=len(built)))
    for what, take_back in _WAYS.items():
        take_back(session, actor, [effect for effect in done if effect.what is what], now)
    row.state, row.undone_at, row.undone_by = ImportState.UNDONE, now, actor.name
    record(session, actor=actor, what="roster.undone", about=row, now=now, after={"count": len(done)})


def _reopen(session: Session, _actor: Actor, done: Sequence[RosterEffect], _now: datetime) -> None:
    for membership in locking.lock_memberships(session, [effect.row_id for effect in done]).values():
        membership.ends_on = None
    session.flush()


def _remove_phones(session: Session, _actor: Actor, done: Sequence[RosterEffect], _now: datetime) -> None:
    _delete(session, Phone.id, [effect.row_id for effect in done])


def _withdraw_moves(session: Session, actor: Actor, done: Sequence[RosterEffect], now: datetime) -> None:
    for transfer in locking.lock_transfers(session, [effect.row_id for effect in done]).values():
        if transfer.state is TransferState.OPEN:
            transfer.state, transfer.decided_at = TransferState.WITHDRAWN, now
            transfer.decided_by = actor.name
    session.flush()


def _restore_roles(session: Session, _actor: Actor, done: Sequence[RosterEffect], _now: datetime) -> None:
    rows = locking.lock_memberships(session, [effect.row_id for effect in done])
    for effect in done:
        role, words = effect.before["role"]
        rows[effect.row_id].grid_role = GridRole(role) if role else None
        rows[effect.row_id].role_as_written = words
    session.flush()


def _leave_again(session: Session, _actor: Actor, done: Sequence[RosterEffect], _now: datetime) -> None:
    _delete(session, Membership.id, [effect.row_id for effect in done])


def _forget_people(session: Session, _actor: Actor, done: Sequence[RosterEffect], _now: datetime) -> None:
    """Take people out who were never here but for the list; nothing else refers to them."""
    ids = [effect.person_id for effect in done]
    for table in (RosterEffect, Phone, Membership, RoleGrant):
        _delete(session, table.person_id, ids)
    _delete(session, Person.id, ids)


def _delete(session: Session, column: InstrumentedAttribute[int], values: Sequence[int]) -> None:
    """Delete rows whose column holds one of these values."""
    if values:
        session.execute(delete(column.class_).where(among(column, values)), execution_options=_UNTOLD)


_WAYS: dict[Effect, Callable[[Session, Actor, Sequence[RosterEffect], datetime], None]] = {
    Effect.LEFT: _reopen,
    Effect.PHONE_ADDED: _remove_phones,
    Effect.TRANSFER_ASKED: _withdraw_moves,
    Effect.ROLE_CHANGED: _restore_roles,
    Effect.JOINED: _leave_again,
    Effect.PERSON_ADDED: _forget_people,
}
"""How each thing is taken back, the last done first."""
