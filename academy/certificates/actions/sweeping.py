"""Sweep away files that no row names: what a killed job put and never came to note."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.certificates.queries import proofs
from academy.ground import storage
from academy.ground.storage import PACK, SHARED

GRACE = timedelta(days=1)
"""A file is put, or put again, a moment before its row is written; nothing younger than this is looked at."""


def unnamed(session: Session, *, before: datetime) -> Iterator[tuple[str, str]]:
    """List the parts of files, by SHA-256 and kind, that were put before a moment and that no row names."""
    named = {SHARED: proofs.named_shared(session), PACK: proofs.named_packs(session)}
    for kind, known in named.items():
        for digest, put_at in storage.bound().keys(kind):
            if digest not in known and put_at < before:
                yield digest, kind


def sweep(session: Session, *, now: datetime) -> int:
    """Remove what nobody names any more, and tell how many files that was. Touches no row."""
    gone = list(unnamed(session, before=now - GRACE))
    for digest, kind in gone:
        storage.bound().remove(digest, kind)
    return len(gone)
