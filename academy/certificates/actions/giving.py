"""Note what leaves the house: packed files, lists."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.queries import batches
from academy.certificates.queries import giving as queries
from academy.certificates.rules import proposing
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.journal.actions import record


def take_class(
    session: Session, *, actor: Actor, code: str, batch_id: int | None, now: datetime
) -> queries.Wanted:
    """Note that the files of a class session, or of one of its batches, leave the house, and tell which they are.

    Raises Refused while some are still to be made: whoever takes them takes them for all.
    """
    of = batches.class_facts(session, code)
    if batch_id is not None and batches.batch(session, batch_id).class_session_id != of.id:
        raise NotFound
    wanted = queries.Wanted(class_session_id=of.id, batch_id=batch_id)
    found = queries.count(session, wanted)
    if found.unmade:
        raise Refused(proposing.NOT_ALL_MADE.about(count=found.unmade))
    if not found.made:
        raise Refused(proposing.NOTHING_ISSUED)
    record(session, actor=actor, what="certificate.packed", about="class_session", now=now,
           after={"class": code, "batch": batch_id, "files": found.made})  # fmt: skip
    return wanted


def take_year(session: Session, *, actor: Actor, year: int, now: datetime) -> queries.Wanted:
    """Note that the files of a local year leave the house, and tell which they are: all that are made so far."""
    wanted = queries.Wanted(year=year)
    found = queries.count(session, wanted)
    if not found.made:
        raise Refused(proposing.NOTHING_ISSUED)
    record(session, actor=actor, what="certificate.packed", about="certificate", now=now,
           after={"year": year, "files": found.made})  # fmt: skip
    return wanted


def note_export(session: Session, *, actor: Actor, batch_id: int | None, rows: int, now: datetime) -> None:
    """Note that a list of batches, or of the people of one, left the house as a file."""
    about = "certificate_batch" if batch_id is None else batches.lock_batch(session, batch_id)
    record(session, actor=actor, what="certificate.list-exported", about=about, now=now, after={"rows": rows})
