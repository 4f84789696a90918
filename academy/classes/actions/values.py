"""Keep the kinds and levels of class sessions, which are data."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.actions.sessions import NAME_TWICE
from academy.classes.models import ClassKind, ClassLevel
from academy.classes.queries import office
from academy.classes.rules import ValueKind
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record

_TABLES: dict[ValueKind, type[ClassKind | ClassLevel]] = {ValueKind.KIND: ClassKind, ValueKind.LEVEL: ClassLevel}


def add_value(session: Session, *, actor: Actor, which: ValueKind, name: str, now: datetime) -> int:
    """Add a kind or a level after the others, and give its id."""
    known = office.values(session, which)
    if any(value.name == name for value in known):
        raise Refused(NAME_TWICE.about(name=name))
    row = _TABLES[which](name=name, position=len(known) + 1)
    session.add(row)
    record(session, actor=actor, what="class-value.added", about=row, now=now, after={"name": name})
    return row.id


def rename_value(
    session: Session, *, actor: Actor, which: ValueKind, value_id: int, name: str, now: datetime
) -> None:
    """Give a kind or a level another name, for all its class sessions."""
    row = office.lock_value(session, which, value_id)
    if any(value.name == name and value.id != value_id for value in office.values(session, which)):
        raise Refused(NAME_TWICE.about(name=name))
    before, row.name = row.name, name
    record(
        session, actor=actor, what="class-value.renamed", about=row, now=now,
        before={"name": before}, after={"name": name},
    )  # fmt: skip
