"""Have files made; note them once their bytes are safely kept; close a batch that has all of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches, register
from academy.certificates.rules import proposing, states
from academy.certificates.rules.states import BatchState, BatchStep, CertificateState
from academy.clockwork.actions import enqueue
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.storage import Place
from academy.journal.actions import record

ISSUE_JOB, MAKE_JOB = "certificates.issue", "certificates.make"


def issue_key(batch_id: int) -> str:
    """Name the one job that makes a batch's files."""
    return f"{ISSUE_JOB}:{batch_id}"


def enqueue_issue(session: Session, actor: Actor, batch_id: int, now: datetime) -> int:
    """Ask for the job that makes a batch's files; asked again it is the same job."""
    return enqueue(session, actor=actor, kind=ISSUE_JOB, arguments={"batch_id": batch_id}, now=now,
                   unique_key=issue_key(batch_id))  # fmt: skip


def ask_to_issue(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Have the missing files of a signed batch made, and tell the job's id; asked again it is the same job."""
    batch = batches.lock_batch(session, batch_id)
    if batch.state not in {BatchState.SIGNED, BatchState.ISSUING}:
        raise Refused(proposing.NOT_SIGNED)
    record(session, actor=actor, what="certificate.files-asked", about=batch, now=now)
    return enqueue_issue(session, actor, batch_id, now)


def ask_to_make(session: Session, *, actor: Actor, number: str, now: datetime) -> int:
    """Have the file of one certificate made for its holder or an admin, and tell the job's id."""
    certificate = register.held(session, number, actor)
    if certificate.state is CertificateState.REVOKED:
        raise Refused(proposing.REVOKED)
    if certificate.place:
        raise Refused(proposing.ALREADY_MADE)
    record(
        session, actor=actor, what="certificate.file-asked", about="certificate", now=now, after={"number": number}
    )
    # one job a certificate and asker: a job's page is shown to whoever asked for it, and the work may run twice
    return enqueue(session, actor=actor, kind=MAKE_JOB, arguments={"number": number}, now=now,
                   unique_key=f"{MAKE_JOB}:{number}:{actor.person_id}")  # fmt: skip


def start(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> datetime:
    """Note that a batch's files are being made, and tell since when: the time that all their signatures claim."""
    batch = batches.lock_batch(session, batch_id)
    batch.started_at = batch.started_at or now
    if (batch.state, BatchStep.START) in states.TRANSITIONS:
        batch.state = states.TRANSITIONS[batch.state, BatchStep.START]
        record(session, actor=actor, what="certificate.issuing", about=batch, now=now)
    return batch.started_at


def note_made(session: Session, *, actor: Actor, made: Mapping[int, Place], now: datetime) -> int:
    """Note where files are safely kept, by certificate id, and tell how many; one that has its file keeps it."""
    waiting = register.lock_unmade(session, sorted(made))
    if not waiting:
        return 0
    session.execute(
        update(Certificate),
        [
            {
                "id": certificate_id, "state": CertificateState.ISSUED, "issued_at": now,
                "sha256": made[certificate_id].sha256, "shared_sha256": made[certificate_id].shared,
                "pack_sha256": made[certificate_id].pack, "pack_offset": made[certificate_id].offset,
                "pack_length": made[certificate_id].length,
            }
            for certificate_id, _number in waiting
        ],
    )  # fmt: skip
    after = {number: made[certificate_id].sha256 for certificate_id, number in waiting}
    record(session, actor=actor, what="certificate.issued", about="certificate", now=now, after=after)
    return len(waiting)


def finish(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> bool:
    """Close a batch once all its files are there, and tell whether they are."""
    batch = batches.lock_batch(session, batch_id)
    if register.count_unmade(session, batch_id):
        return False
    for step in (BatchStep.START, BatchStep.FINISH):
        batch.state = states.TRANSITIONS.get((batch.state, step), batch.state)
    if batch.state is BatchState.ISSUED and batch.issued_at is None:
        batch.issued_at = now
        record(session, actor=actor, what="certificate.batch-issued", about=batch, now=now)
    return True
