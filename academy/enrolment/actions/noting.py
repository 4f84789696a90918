"""Note in the journal that a list left the academy as a file."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground.access import Actor
from academy.journal.actions import record


def note_line_export(session: Session, *, actor: Actor, code: str, rows: int, now: datetime) -> None:
    """Note that the waiting lists of a class session were taken out as a spreadsheet."""
    record(
        session, actor=actor, what="enrolment.line-exported", about="class_session", now=now,
        after={"code": code, "rows": rows, "personal_data": "masked"},
    )  # fmt: skip
