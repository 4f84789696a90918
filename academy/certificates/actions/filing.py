"""Take a register of earlier paper certificates in, whole or not at all, and take it out again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from academy.certificates.actions.waiting import Waiting
from academy.certificates.models.paper import PaperCertificate, PaperImport
from academy.certificates.queries import paper
from academy.certificates.rules.paper import (
    HAS_PROBLEMS,
    NO_ACCOUNT,
    NOT_THE_NEWEST,
    Outcome,
    PaperRow,
    judged,
)
from academy.ground import db
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What an import did; the same workbook once more does nothing."""

    added: int
    known: int
    again: bool = False


def file_paper(session: Session, *, actor: Actor, waiting: Waiting, now: datetime) -> Filed:
    """Add the rows of a workbook to the register: all that are not there yet, in one transaction.

    Raises Refused while a single row is to be mended. Of two at once with the same workbook the second waits for
    the first, then finds it taken in.
    """
    if actor.person_id is None:
        raise Refused(NO_ACCOUNT)
    paper.lock_register(session)
    outcomes = judged(waiting.rows, paper.known(session, [row.key for row in waiting.rows]))
    if wrong := sum(outcome is Outcome.WRONG for _row, outcome in outcomes):
        raise Refused(HAS_PROBLEMS.about(count=wrong))
    fresh = [row for row, outcome in outcomes if outcome is Outcome.NEW]
    if not fresh:
        return Filed(added=0, known=len(outcomes), again=True)
    taken = db.insert_once(
        session, PaperImport, sha256=waiting.sha256, file_name=waiting.file_name, rows=len(fresh),
        actor_id=actor.person_id, actor_name=actor.name, at=now,
    )  # fmt: skip
    if not taken:
        return Filed(added=0, known=len(outcomes), again=True)
    import_id = paper.import_id(session, waiting.sha256)
    rows = [_columns(row, import_id) for row in fresh]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(PaperCertificate), rows[start : start + _AT_ONCE])
    known = len(outcomes) - len(fresh)
    after = {"file": waiting.file_name, "sha256": waiting.sha256, "added": len(fresh), "known": known}
    record(session, actor=actor, what="certificate.paper-imported", about="paper_import", now=now, after=after)
    return Filed(added=len(fresh), known=known)


def _columns(row: PaperRow, import_id: int) -> dict[str, Any]:
    return {
        "import_id": import_id, "number": row.number, "number_key": row.key[0], "name": row.name,
        "id_number": row.id_number or None, "id_blind": paper.id_blind(row.id_number) if row.id_number else None,
        "class_title": row.class_title, "issued_on": row.issued_on, "source_page": row.source_page,
        "sample": False,
    }  # fmt: skip


def take_out(session: Session, *, actor: Actor, import_id: int, now: datetime) -> int:
    """Undo an import: take its rows off the register, and tell how many.

    Raises NotFound, or Refused where a later workbook was taken in, which may build on this one.
    """
    row, newest = paper.lock_import(session, import_id)
    if not newest:
        raise Refused(NOT_THE_NEWEST)
    count = row.rows
    record(session, actor=actor, what="certificate.paper-undone", about="paper_import", now=now,
           before={"file": row.file_name, "sha256": row.sha256, "rows": count})  # fmt: skip
    session.execute(delete(PaperCertificate).where(PaperCertificate.import_id == import_id))
    session.delete(row)
    return count


def note_checked(session: Session, *, actor: Actor, counts: Iterable[tuple[str, int]], now: datetime) -> None:
    """Note that somebody had a list of certificates checked, and what came of it: how many, not which."""
    told = dict(counts)
    record(session, actor=actor, what="certificate.list-checked", about="certificate", now=now,
           after={"rows": sum(told.values()), **told})  # fmt: skip
