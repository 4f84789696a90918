"""Have the certificates of a class session put together for a printer; forget prints after some days."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.queries import batches, sheets
from academy.certificates.rules.printing import KEPT, NOTHING_TO_PRINT, Layout
from academy.clockwork.actions import enqueue
from academy.ground import storage
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record

PRINT_JOB = "certificates.print"
KIND = "print"
"""As what prints are kept: they come and go, and are no certificates."""


def ask(session: Session, *, actor: Actor, code: str, layout: Layout, now: datetime) -> int:
    """Have the certificates of a class session put into one file for a printer, and tell the job's id."""
    of = batches.class_facts(session, code)
    count = sum(
        sheet.place is not None
        for sheet in sheets.sheets(session, of.id, series=layout.series, order=layout.order)
    )
    if not count:
        raise Refused(NOTHING_TO_PRINT)
    asked = {
        "code": code, "series": layout.series, "order": layout.order, "bare": layout.bare, "right": layout.right,
        "down": layout.down,
    }  # fmt: skip
    record(session, actor=actor, what="certificate.print-asked", about="class_session", now=now,
           after={**asked, "files": count})  # fmt: skip
    return enqueue(session, actor=actor, kind=PRINT_JOB, arguments=asked, now=now,
                   unique_key=f"{PRINT_JOB}:{of.id}:{actor.person_id}:{now.isoformat()}")  # fmt: skip


def forget_old(*, now: datetime) -> int:
    """Remove the prints that were made some days ago, and tell how many; certificates themselves stay."""
    store = storage.bound()
    old = [digest for digest, made_at in store.keys(KIND) if now - made_at > KEPT]
    for digest in old:
        store.remove(digest, KIND)
    return len(old)
