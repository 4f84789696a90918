"""What certificates look like now, and every version of it there was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.designs import CertificateDesign
from academy.certificates.rules.designs import DEFAULTS, Design, from_json
from academy.certificates.rules.states import Series
from academy.ground.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a series' design, with whoever made it; the packaged one was made by nobody here."""

    design: Design
    author_name: str
    created_at: datetime | None


def current(session: Session, series: Series) -> Design:
    """Give the design in use: the newest version, or the packaged one where nobody changed it yet."""
    newest = select(CertificateDesign.design).where(CertificateDesign.series == series)
    values = session.execute(newest.order_by(CertificateDesign.version.desc()).limit(1)).scalar_one_or_none()
    return from_json(series, values or {})


def of_batch(session: Session, batch_id: int) -> Design:
    """Give the design that a batch froze; raises NotFound."""
    statement = select(CertificateBatch.series, CertificateBatch.design).where(CertificateBatch.id == batch_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return from_json(*row)


def version(session: Session, series: Series, number: int) -> Version:
    """Give one version of a series' design; raises NotFound."""
    found = next((each for each in versions(session, series) if each.design.version == number), None)
    if found is None:
        raise NotFound
    return found


def versions(session: Session, series: Series) -> tuple[Version, ...]:
    """List all versions of a series' design, the newest first, the packaged one last."""
    statement = select(CertificateDesign).where(CertificateDesign.series == series)
    rows = session.execute(statement.order_by(CertificateDesign.version.desc())).scalars()
    kept = (
        Version(design=from_json(series, row.design), author_name=row.author_name, created_at=row.created_at)
        for row in rows
    )
    return (*kept, Version(design=DEFAULTS[series], author_name="", created_at=None))


def inserted(session: Session, series: Series, number: int) -> CertificateDesign:
    """Give the row of a version that was just made, for the journal."""
    which = (CertificateDesign.series == series, CertificateDesign.version == number)
    return session.execute(select(CertificateDesign).where(*which)).scalar_one()
