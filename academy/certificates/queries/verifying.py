"""Tell what a file is that somebody was given as a certificate: the one answer of the page and of the command."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.certificates.queries import examining, register
from academy.certificates.queries.register import Details, Public
from academy.certificates.rules import verdicts
from academy.certificates.rules.verdicts import Change, Examined, Verdict
from academy.ground import db, storage
from academy.ground.storage import Place

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a file is, and the register's entry: of it, or of the certificate that it claims to be."""

    verdict: Verdict
    sha256: str
    public: Public | None = None
    details: Details | None = None
    """Only for the exact file: whoever has that may read what stands in it."""
    change: Change | None = None
    examined: Examined | None = None


def verify(data: bytes, *, authorities: Sequence[bytes]) -> Finding:
    """Judge a file: its exact bytes against the register first, and only if unknown what it says of itself.

    Opens its own short readings, since looking into a hostile file may take its time. Keeps nothing.
    """
    digest = hashlib.sha256(data).hexdigest()
    with db.reading() as session:
        exact = register.by_file(session, digest)
    if exact:
        public, details = exact
        return Finding(verdict=verdicts.of_registered(public.state), sha256=digest, public=public, details=details)
    examined = examining.examine(data, authorities=authorities)
    with db.reading() as session:
        claimed = _claimed(session, examined)
    compared = [(public, _difference(place, data)) for public, place in claimed]
    likest = min(compared, key=_likeness, default=None)
    change = likest[1] if likest else None
    return Finding(
        verdict=verdicts.of_unregistered(examined, change), sha256=digest, change=change, examined=examined,
        public=likest[0] if likest else None,
    )  # fmt: skip


def _claimed(session: Session, examined: Examined) -> list[tuple[Public, Place | None]]:
    """Find the certificates whose number or code a file names."""
    if not examined.numbers and not examined.codes:
        return []
    named = or_(Certificate.number.in_(examined.numbers), Certificate.code.in_(examined.codes))
    rows = session.execute(select(Certificate).where(named).order_by(Certificate.id)).scalars().all()
    found = [(register.by_number(session, row.number), register.place_of(row)) for row in rows]
    return [(public, place) for public, place in found if public]


def _difference(place: Place | None, data: bytes) -> Change | None:
    """Tell how a file differs from the one kept; None where none was issued, or where it is lost."""
    if place is None:
        return None
    try:
        return verdicts.difference(storage.bound().read(place, "pdf"), data)
    except (FileNotFoundError, ValueError):
        return None


def _likeness(compared: tuple[Public, Change | None]) -> int:
    """Prefer the certificate that a file is most like, where it names several."""
    change = compared[1]
    return 2 if change is None else int(change is Change.REMADE)
