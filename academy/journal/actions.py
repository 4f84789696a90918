"""Write the journal, in the transaction of the change itself, and seal it afterwards."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import Refused
from academy.journal import queries
from academy.journal.models import JournalEntry
from academy.journal.rules.wanted import MOST_EXPORTED, TOO_MANY, Wanted

_ENTRY = insert(Base.metadata.tables[JournalEntry.__tablename__])
_SETTLED = timedelta(minutes=1)
_SEALED_AT_ONCE = 2000


def record(
    session: Session,
    *,
    actor: Actor,
    what: str,
    about: Base | tuple[type[Base], int] | str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    result: str = "done",
) -> None:
    """Note one change: its code, the row it is about (or table and id, or just a kind), what it was and became.

    `before` and `after` hold JSON values; personal data goes in masked. Nobody goes on with the entry, so it is
    written without the ORM: every change pays for this line.
    """
    if isinstance(about, Base):
        session.flush()  # a new row has its key only now
        kind, about_id = about.__tablename__, getattr(about, "id", None)
    elif isinstance(about, tuple):
        kind, about_id = about[0].__tablename__, about[1]
    else:
        kind, about_id = about, None
    entry = {
        "at": now, "actor_id": actor.person_id, "actor_name": actor.name, "via": actor.via,
        "address": actor.address, "code": what, "about_kind": kind, "about_id": about_id,
        "before": dict(before) if before else None, "after": dict(after) if after else None, "result": result,
    }  # fmt: skip
    session.connection().execute(_ENTRY, entry)


def seal(session: Session, *, now: datetime) -> int:
    """Chain the rows older than a minute: each seal is the hash of the row and the seal before it."""
    previous = queries.last_seal(session)
    rows = queries.lock_unsealed(session, before=now - _SETTLED, limit=_SEALED_AT_ONCE)
    for row in rows:
        previous = row.seal = seal_of(row, previous)
    return len(rows)


def note_export(session: Session, *, actor: Actor, wanted: Wanted, count: int, now: datetime) -> None:
    """Note who took which entries away, and how many; more than a file holds raise Refused."""
    if count > MOST_EXPORTED:
        raise Refused(TOO_MANY.about(limit=MOST_EXPORTED))
    taken = {"entries": count, **wanted.questions()}
    record(session, actor=actor, what="journal.exported", about="journal_entry", now=now, after=taken)


def seal_of(row: JournalEntry, previous: str) -> str:
    """Compute a row's seal from its facts and the seal before it."""
    facts = [
        row.id, row.at.isoformat(), row.actor_id, row.actor_name, row.via, row.address, row.code,
        row.about_kind, row.about_id, row.before, row.after, row.result,
    ]  # fmt: skip
    return hashlib.sha256((previous + json.dumps(facts, ensure_ascii=False, sort_keys=True)).encode()).hexdigest()
