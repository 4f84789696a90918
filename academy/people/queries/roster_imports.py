"""Lists of people that were sent: who may see which, what each changed, and who has built on it since."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, load_only

from academy.ground.access import Actor, Role
from academy.ground.db import Base
from academy.ground.errors import NotFound
from academy.ground.many import among
from academy.people.models.importing import (
    Effect,
    RosterEffect,
    RosterImport,
    Transfer,
    TransferState,
)
from academy.people.models.register import Membership, Person, Phone, RoleGrant, Unit
from academy.people.queries import register
from academy.people.rules.roster.kinds import ImportKind, ImportState

_OWN_TABLES = frozenset({"phone", "membership", "role_grant", "roster_effect"})
"""Tables with rows of a person that an import itself makes; they are looked at one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """A list that was sent, as pages show it."""

    id: int
    kind: ImportKind
    state: ImportState
    unit_id: int | None
    unit_name: str
    class_code: str
    file_name: str
    sha256: str
    counts: Mapping[str, Any]
    checked_at: datetime
    checked_by: str
    imported_at: datetime | None
    undone_at: datetime | None
    undone_by: str
    is_kept: bool
    """Its cells are still there."""


def _visible(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Keep lists that the actor may see: an admin all, a liaison those of the own units and those below."""
    if actor.is_admin:
        return true()
    return RosterImport.unit_id.in_(register.units_below(session, actor.unit_ids))


def imports(session: Session, actor: Actor, *, limit: int = 100) -> tuple[ImportView, ...]:
    """List the lists that were sent, the newest first."""
    statement = _views(session, actor).order_by(RosterImport.id.desc()).limit(limit)
    return tuple(_view(*row) for row in session.execute(statement))


def import_(session: Session, actor: Actor, import_id: int) -> ImportView:
    """Show one list; not found where the actor may not see it."""
    row = session.execute(_views(session, actor).where(RosterImport.id == import_id)).one_or_none()
    if row is None:
        raise NotFound
    return _view(*row)


def cells(session: Session, import_id: int) -> str | None:
    """Give what is kept of a list, for whoever was shown it; None once it is emptied."""
    return session.execute(select(RosterImport.cells).where(RosterImport.id == import_id)).scalar_one()


def same(session: Session, actor: Actor, view: ImportView) -> ImportView | None:
    """Find the same list imported before."""
    statement = _views(session, actor).where(
        RosterImport.sha256 == view.sha256, RosterImport.kind == view.kind,
        RosterImport.class_code == view.class_code, RosterImport.state == ImportState.IMPORTED,
        RosterImport.unit_id.is_not_distinct_from(view.unit_id), RosterImport.id != view.id,
    )  # fmt: skip
    row = session.execute(statement.order_by(RosterImport.id).limit(1)).one_or_none()
    return row and _view(*row)


def _views(session: Session, actor: Actor) -> Select[RosterImport, str | None, bool]:
    shown = [getattr(RosterImport, column.name) for column in RosterImport.__table__.c if column.name != "cells"]
    return (
        select(RosterImport, Unit.name, RosterImport.cells.is_not(None))
        .outerjoin(Unit, Unit.id == RosterImport.unit_id)
        .options(load_only(*shown, raiseload=True))
        .where(_visible(session, actor))
    )


def _view(row: RosterImport, unit_name: str | None, is_kept: bool) -> ImportView:  # noqa: FBT001 - a column
    return ImportView(
        id=row.id, kind=row.kind, state=row.state, unit_id=row.unit_id, unit_name=unit_name or "",
        class_code=row.class_code, file_name=row.file_name, sha256=row.sha256, counts=row.counts,
        checked_at=row.checked_at, checked_by=row.checked_by, imported_at=row.imported_at,
        undone_at=row.undone_at, undone_by=row.undone_by, is_kept=is_kept,
    )  # fmt: skip


def lock_alike(session: Session, actor: Actor, import_id: int) -> tuple[RosterImport, Sequence[RosterImport]]:
    """Lock a list and all others that are the same one, in id order, so that only one of them is imported."""
    view = import_(session, actor, import_id)
    rows = session.execute(
        select(RosterImport)
        .where(
            RosterImport.sha256 == view.sha256, RosterImport.kind == view.kind,
            RosterImport.class_code == view.class_code,
            RosterImport.unit_id.is_not_distinct_from(view.unit_id),
        )
        .order_by(RosterImport.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalars().all()  # fmt: skip
    return next(row for row in rows if row.id == import_id), [row for row in rows if row.id != import_id]


def effects(session: Session, import_id: int) -> Sequence[RosterEffect]:
    """List what an import changed, in its order."""
    statement = select(RosterEffect).where(RosterEffect.import_id == import_id).order_by(RosterEffect.id)
    return session.execute(statement).scalars().all()


def old(*, before: datetime) -> Select[int]:
    """Ask for lists that nobody has touched since a moment and whose cells are still kept."""
    return select(RosterImport.id).where(RosterImport.checked_at < before, RosterImport.cells.is_not(None))


def built_upon(session: Session, done: Sequence[RosterEffect]) -> frozenset[int]:
    """Name the people with whom something has happened since that rests on what an import did."""
    by_kind: dict[Effect, list[RosterEffect]] = {}
    for effect in done:
        by_kind.setdefault(effect.what, []).append(effect)
    added = [effect.person_id for effect in by_kind.get(Effect.PERSON_ADDED, ())]
    import_id = done[0].import_id if done else 0
    found: set[int] = set()
    for statement in _referring(added, import_id) if added else ():
        found.update(session.execute(statement).scalars())
    for what, ask in _CHANGED_SINCE.items():
        rows = {effect.row_id: effect.person_id for effect in by_kind.get(what, ())}
        if rows:
            found.update(rows[row_id] for row_id in session.execute(ask(rows)).scalars())
    found.update(_other_roles(session, by_kind.get(Effect.ROLE_CHANGED, ())))
    return frozenset(found)


def _referring(ids: Collection[int], import_id: int) -> Iterator[Select[int]]:
    """Ask every table that refers to persons, whichever feature's it is, and what an import made itself."""
    person = Person.__table__
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys if table.name not in _OWN_TABLES else ():
            if key.column.table is person:
                yield select(key.parent).where(among(key.parent, ids)).distinct()
    yield select(RosterEffect.person_id).where(
        among(RosterEffect.person_id, ids), RosterEffect.import_id != import_id
    )
    yield select(Phone.person_id).where(
        among(Phone.person_id, ids), or_(Phone.verified_at.is_not(None), Phone.ended_at.is_not(None))
    )
    yield select(Membership.person_id).where(among(Membership.person_id, ids), Membership.ends_on.is_not(None))
    yield _more_than_one(Membership.person_id, ids)
    yield _more_than_one(Phone.person_id, ids)
    yield select(RoleGrant.person_id).where(among(RoleGrant.person_id, ids), RoleGrant.role != Role.TRAINEE)
    yield select(Person.id).where(among(Person.id, ids), Person.id_seen_at.is_not(None))


def _more_than_one(column: Any, ids: Collection[int]) -> Select[int]:  # noqa: ANN401 - a mapped column
    return select(column).where(among(column, ids)).group_by(column).having(func.count() > 1)


def _left_or_followed(ids: Collection[int]) -> Select[int]:
    """Find memberships begun by an import that have ended, or that another one follows."""
    return select(Membership.id).where(
        among(Membership.id, ids), or_(Membership.ends_on.is_not(None), _followed())
    )


def _back_again(ids: Collection[int]) -> Select[int]:
    """Find memberships ended by an import whose person has come back since, or that somebody has reopened."""
    return select(Membership.id).where(among(Membership.id, ids), or_(Membership.ends_on.is_(None), _followed()))


def _followed() -> ColumnElement[bool]:
    later = Membership.__table__.alias("later")
    return (
        select(later.c.id)
        .where(and_(later.c.person_id == Membership.person_id, later.c.id > Membership.id))
        .exists()
    )


def _proved_or_ended(ids: Collection[int]) -> Select[int]:
    return select(Phone.id).where(
        among(Phone.id, ids), or_(Phone.verified_at.is_not(None), Phone.ended_at.is_not(None))
    )


def _moved(ids: Collection[int]) -> Select[int]:
    return select(Transfer.id).where(among(Transfer.id, ids), Transfer.state == TransferState.CONFIRMED)


_CHANGED_SINCE = {
    Effect.JOINED: _left_or_followed,
    Effect.LEFT: _back_again,
    Effect.PHONE_ADDED: _proved_or_ended,
    Effect.TRANSFER_ASKED: _moved,
}


def _other_roles(session: Session, done: Iterable[RosterEffect]) -> Iterator[int]:
    """Name those whose role somebody has changed since."""
    made = {effect.row_id: effect for effect in done}
    statement = select(Membership.id, Membership.grid_role, Membership.role_as_written)
    for row_id, role, as_written in session.execute(statement.where(among(Membership.id, made))) if made else ():
        if [role, as_written] != made[row_id].before["after"]:
            yield made[row_id].person_id
