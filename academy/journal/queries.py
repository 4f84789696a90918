"""Read the journal."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.keyset import Slice, page
from academy.journal.models import JournalEntry
from academy.journal.rules.wanted import Wanted

FIRST_SEAL = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One change as the journal's page shows it."""

    id: int
    at: datetime
    who: str
    via: str
    address: str
    code: str
    about_kind: str
    about_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    result: str


def last_seal(session: Session) -> str:
    """Tell the seal at the end of the chain."""
    newest = (
        select(JournalEntry.seal).where(JournalEntry.seal.is_not(None)).order_by(JournalEntry.id.desc()).limit(1)
    )
    return session.execute(newest).scalar_one_or_none() or FIRST_SEAL


def lock_unsealed(session: Session, *, before: datetime, limit: int) -> Sequence[JournalEntry]:
    """Lock the oldest rows without a seal, in id order."""
    return (
        session.execute(
            select(JournalEntry)
            .where(JournalEntry.seal.is_(None), JournalEntry.at < before)
            .order_by(JournalEntry.id)
            .limit(limit)
            .with_for_update()
        )
        .scalars()
        .all()
    )


def sealed(session: Session) -> Sequence[JournalEntry]:
    """List all sealed rows in the order of the chain."""
    return (
        session.execute(select(JournalEntry).where(JournalEntry.seal.is_not(None)).order_by(JournalEntry.id))
        .scalars()
        .all()
    )


def count(session: Session) -> int:
    """Count the rows."""
    return session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()


def entries(session: Session, wanted: Wanted, *, cursor: str | None, size: int) -> Slice[EntryView]:
    """Give one page of the wanted entries, newest first."""
    found = page(session, _chosen(wanted), [JournalEntry.id], cursor=cursor, size=size, descending=True)
    return Slice(rows=tuple(_view(row[0]) for row in found.rows), after=found.after, before=found.before)


def newest(session: Session, wanted: Wanted, *, limit: int) -> tuple[EntryView, ...]:
    """List the wanted entries, newest first, up to a limit."""
    rows = session.execute(_chosen(wanted).order_by(JournalEntry.id.desc()).limit(limit)).scalars()
    return tuple(_view(row) for row in rows)


def _chosen(wanted: Wanted) -> Select[JournalEntry]:
    statement = select(JournalEntry)
    if wanted.words:
        statement = statement.where(_mentions(wanted.words, wanted.said_by))
    if wanted.code:
        statement = statement.where(JournalEntry.code.startswith(wanted.code, autoescape=True))
    if wanted.who:
        statement = statement.where(JournalEntry.actor_name.contains(wanted.who, autoescape=True))
    if wanted.kind:
        statement = statement.where(JournalEntry.about_kind == wanted.kind)
    if wanted.number:
        statement = statement.where(JournalEntry.about_id == wanted.number)
    if wanted.since:
        statement = statement.where(JournalEntry.at >= clock.at(wanted.since, 0))
    if wanted.until:
        statement = statement.where(JournalEntry.at < clock.at(wanted.until + timedelta(days=1), 0))
    return statement


def _mentions(words: str, said_by: Collection[str]) -> ColumnElement[bool]:
    """Keep what was done in these words, by whom they name, or what they stand in; JSON keeps them escaped."""
    escaped = json.dumps(words)[1:-1]
    return or_(
        JournalEntry.code.in_(said_by),
        JournalEntry.code.contains(words, autoescape=True),
        JournalEntry.actor_name.contains(words, autoescape=True),
        JournalEntry.address.contains(words, autoescape=True),
        cast(JournalEntry.before, Text).contains(escaped, autoescape=True),
        cast(JournalEntry.after, Text).contains(escaped, autoescape=True),
    )


def _view(row: JournalEntry) -> EntryView:
    return EntryView(
        id=row.id, at=row.at, who=row.actor_name, via=row.via, address=row.address or "", code=row.code,
        about_kind=row.about_kind, about_id=row.about_id, before=row.before or {}, after=row.after or {},
        result=row.result,
    )  # fmt: skip
