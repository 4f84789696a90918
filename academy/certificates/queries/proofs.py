"""What must always be true of certificates, asked of the rows themselves."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate, CertificateCounter
from academy.certificates.queries.register import LIVE, place_of
from academy.certificates.rules.numbers import number_of
from academy.certificates.rules.states import BatchState
from academy.clockwork.models import Job
from academy.ground.storage import Place


def wrong_numbers(session: Session) -> Iterator[str]:
    """Name numbers given twice or left out, and counters that stand elsewhere than the last number given."""
    counted = session.execute(
        select(
            Certificate.series, Certificate.year, func.count(), func.count(Certificate.sequence.distinct()),
            func.max(Certificate.sequence),
        ).group_by(Certificate.series, Certificate.year)
    )  # fmt: skip
    last = {
        (counter.series, counter.year): counter.last
        for counter in session.execute(select(CertificateCounter)).scalars()
    }
    for series, year, count, distinct, highest in counted:
        if count != distinct:
            yield f"{year}-{series}: {count - distinct} numbers given twice"
        if highest != distinct:
            yield from _gaps(session, series, year)
        if last.pop((series, year), None) != highest:
            yield f"certificate_counter {series} {year} does not stand at {highest}"
    yield from (
        f"certificate_counter {series} {year} counts what is not there" for (series, year), n in last.items() if n
    )


def _gaps(session: Session, series: str, year: int) -> Iterator[str]:
    """Name the numbers after which the next is missing."""
    statement = select(Certificate.sequence).where(Certificate.series == series, Certificate.year == year)
    before = 0
    for sequence in session.execute(statement.order_by(Certificate.sequence)).scalars():
        if sequence > before + 1:
            yield f"{year}-{series}-{before + 1:06d} is missing"
        before = sequence


def misprinted(session: Session) -> Iterator[str]:
    """Name certificates whose written number is not that of their series, year and sequence."""
    rows = session.execute(
        select(
            Certificate.number, Certificate.series, Certificate.year, Certificate.sequence, Certificate.issue_date
        )
    )
    for number, series, year, sequence, issued in rows:
        if number != number_of(series, year, sequence) or issued.year != year:
            yield f"certificate {number}"


def signed_alone(session: Session) -> Iterator[str]:
    """Name batches that one person proposed and signed, or that somebody without a name did."""
    alone = or_(
        CertificateBatch.signer_id == CertificateBatch.proposer_id,
        CertificateBatch.signer_id.is_(None),
        CertificateBatch.proposer_id.is_(None),
    )
    signed = CertificateBatch.state.in_(
        (BatchState.SIGNED, BatchState.ISSUING, BatchState.PAUSED, BatchState.ISSUED)
    )
    for batch_id in session.execute(select(CertificateBatch.id).where(signed, alone)).scalars():
        yield f"certificate_batch {batch_id}"


def doubled(session: Session) -> Iterator[str]:
    """Name people with two certificates of one class session and series that both hold."""
    one, other = aliased(Certificate), aliased(Certificate)
    same = (
        (other.class_session_id == one.class_session_id)
        & (other.person_id == one.person_id)
        & (other.series == one.series)
        & other.state.in_(LIVE)
    )
    found = select(one.number).join(other, same & (other.id > one.id)).where(one.state.in_(LIVE))
    for number in session.execute(found).scalars():
        yield f"certificate {number}"


def altered(session: Session) -> Iterator[str]:
    """Name certificates that say other than what was signed: another person, or any other fact of theirs."""
    signed = (BatchEntry.batch_id == Certificate.batch_id) & (BatchEntry.person_id == Certificate.person_id)
    rows = session.execute(
        select(Certificate.number, Certificate.facts, BatchEntry.facts, BatchEntry.eligible)
        .outerjoin(BatchEntry, signed)
        .order_by(Certificate.id)
        .execution_options(yield_per=1000)
    )
    for number, said, frozen, eligible in rows:
        if not eligible or {**frozen, "reasons": None} != {**said, "reasons": None}:
            yield f"certificate {number}"


def astray(session: Session) -> Iterator[str]:
    """Name certificates that are of another class session than their batch."""
    statement = select(Certificate.number).join(CertificateBatch, CertificateBatch.id == Certificate.batch_id)
    other = CertificateBatch.class_session_id != Certificate.class_session_id
    for number in session.execute(statement.where(other).order_by(Certificate.id)).scalars():
        yield f"certificate {number}"


def left_lying(session: Session, *, kind: str) -> Iterator[str]:
    """Name batches that are signed but not issued although no job is under way.

    The sample's past certificates get their files on first request, so their batches may wait without a job.
    """
    waiting = CertificateBatch.state.in_((BatchState.SIGNED, BatchState.ISSUING))
    batches = session.execute(select(CertificateBatch.id, CertificateBatch.sample).where(waiting)).all()
    if not batches:
        return
    finished = {
        key: finished_at is not None
        for key, finished_at in session.execute(select(Job.unique_key, Job.finished_at).where(Job.kind == kind))
    }
    for batch_id, sample in batches:
        if finished.get(f"{kind}:{batch_id}", not sample):
            yield f"certificate_batch {batch_id}"


def count_issued(session: Session) -> int:
    """Count the certificates that have a file."""
    return session.execute(select(func.count(Certificate.sha256))).scalar_one()


def issued(session: Session, *, every: int) -> Iterator[tuple[str, Place]]:
    """Give number and place of each certificate with a file, or of each `every`th by id."""
    statement = select(Certificate).where(Certificate.sha256.is_not(None), Certificate.id % every == 0)
    for row in session.execute(statement.order_by(Certificate.id)).scalars():
        if place := place_of(row):
            yield row.number, place


def named_shared(session: Session) -> set[str]:
    """List the shared parts that files are made of."""
    statement = select(Certificate.shared_sha256).where(Certificate.shared_sha256.is_not(None)).distinct()
    return {digest for digest in session.execute(statement).scalars() if digest}


def named_packs(session: Session) -> set[str]:
    """List the packs that files are part of."""
    statement = select(Certificate.pack_sha256).where(Certificate.pack_sha256.is_not(None)).distinct()
    return {digest for digest in session.execute(statement).scalars() if digest}
