"""Make the files of certificates, outside every transaction.

Killed at any moment, a job is taken up again by whoever runs it next: a file is kept under the hash of its bytes
before the database names it, and only certificates without a file are made.
"""

from collections.abc import Sequence
from datetime import datetime

from academy.certificates.actions import files, making, pausing
from academy.certificates.queries import batches, register
from academy.certificates.queries.register import ToMake
from academy.ground import clock, db
from academy.ground.feature import Work

_AT_ONCE = 100


def _keep(certificates: Sequence[ToMake], work: Work, *, at: datetime) -> None:
    """Make files, keep them, then note them: in this order, so that no hash is ever without its file."""
    made = files.keep(certificates, work.settings, at=at)
    with db.transaction() as session:
        making.note_made(session, actor=work.actor, made=made, now=clock.now())


def issue(work: Work) -> str:
    """Make the files that a signed batch lacks, and close the batch when all are there."""
    batch_id = int(work.arguments["batch_id"])
    with db.transaction() as session:
        at = making.start(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    with db.reading() as session:
        certificates = register.to_make(session, batch_id)
        total = batches.batch(session, batch_id).numbered
    done = total - len(certificates)
    for first in range(0, len(certificates), _AT_ONCE):
        if _is_to_rest(batch_id):
            break
        part = certificates[first : first + _AT_ONCE]
        _keep(part, work, at=at)
        done += len(part)
        work.progress(done, total)
    with db.transaction() as session:
        making.finish(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    return f"/admin/batches/{batch_id}"


def _is_to_rest(batch_id: int) -> bool:
    """Look, between two portions, whether somebody paused the batch."""
    with db.transaction() as session:
        return pausing.rest_if_paused(session, batch_id=batch_id, now=clock.now())


def make_one(work: Work) -> str:
    """Make the file of one certificate that somebody asked for."""
    number = str(work.arguments["number"])
    with db.reading() as session:
        one = register.one_to_make(session, number)
        batch_id = register.batch_id_of(session, number)
        own = register.holder_id(session, number) == work.actor.person_id
    if one is not None:
        with db.transaction() as session:
            at = making.start(session, actor=work.actor, batch_id=batch_id, now=clock.now())
        _keep([one], work, at=at)
        with db.transaction() as session:
            making.finish(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    work.progress(1, 1)
    # its holder is on a phone, and wants something to see; the office wants the file
    return f"/me/certificates/{number}" if own else f"/certificates/{number}.pdf"
