"""Make the files of certificates, outside every transaction, and pack them.

Killed at any moment, a job is taken up again by whoever runs it next: a file is kept under the hash of its bytes
before the database names it, and only certificates without a file are made.
"""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from academy.certificates import actions
from academy.certificates.queries import batches, register
from academy.certificates.queries.register import ToMake
from academy.certificates.rules import printed_facts
from academy.documents.actions import render
from academy.ground import clock, db, storage
from academy.ground.feature import Work
from academy.ground.settings import Settings

_AT_ONCE = 10
_EARLIEST_IN_A_ZIP = (1980, 1, 1, 0, 0, 0)


def make(facts: Mapping[str, Any]) -> bytes:
    """Make the bytes of one certificate from the facts that it shows.

    This is the one place where a certificate's file comes from. Bulk issuing and signing change what happens in
    here; jobs, previews and the command line know only that equal facts give equal bytes.
    """
    return render("certificate.html", facts)


def facts_of(one: ToMake, settings: Settings) -> dict[str, Any]:
    """Tell what a numbered certificate shows."""
    return printed_facts(
        one.facts, number=one.number, code=one.code, issue_date=one.issue_date,
        academy_name=settings.academy_name, base_url=settings.base_url,
    )  # fmt: skip


def _keep(certificates: Sequence[ToMake], work: Work) -> None:
    """Make files, keep them, then note them: in this order, so that no hash is ever without its file."""
    store = storage.bound()
    made = {one.id: store.put(make(facts_of(one, work.settings)), "pdf") for one in certificates}
    with db.transaction() as session:
        actions.note_made(session, actor=work.actor, made=made, now=clock.now())


def issue(work: Work) -> str:
    """Make the files that a signed batch lacks, and close the batch when all are there."""
    batch_id = int(work.arguments["batch_id"])
    with db.transaction() as session:
        actions.start(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    with db.reading() as session:
        certificates = register.to_make(session, batch_id)
        total = batches.batch(session, batch_id).numbered
    done = total - len(certificates)
    for first in range(0, len(certificates), _AT_ONCE):
        part = certificates[first : first + _AT_ONCE]
        _keep(part, work)
        done += len(part)
        work.progress(done, total)
    with db.transaction() as session:
        actions.finish(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    return f"/admin/batches/{batch_id}"


def make_one(work: Work) -> str:
    """Make the file of one certificate that somebody asked for."""
    number = str(work.arguments["number"])
    with db.reading() as session:
        one = register.one_to_make(session, number)
        batch_id = register.batch_id_of(session, number)
        own = register.holder_id(session, number) == work.actor.person_id
    if one is not None:
        _keep([one], work)
        with db.transaction() as session:
            actions.finish(session, actor=work.actor, batch_id=batch_id, now=clock.now())
    work.progress(1, 1)
    # its holder is on a phone, and wants something to see; the office wants the file
    return f"/me/certificates/{number}" if own else f"/certificates/{number}.pdf"


def pack(work: Work) -> str:
    """Pack the files of a class session, or of one of its batches, into a ZIP and tell where it is."""
    code, batch_id = str(work.arguments["code"]), work.arguments["batch_id"]
    with db.reading() as session:
        found = register.files(session, batches.class_facts(session, code).id, batch_id)
    store = storage.bound()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for done, (digest, name) in enumerate(found.files, start=1):
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST_IN_A_ZIP), store.get(digest, "pdf"))
            work.progress(done, len(found.files))
    digest = store.put(packed.getvalue(), "zip")
    with db.transaction() as session:
        actions.note_packed(
            session, actor=work.actor, code=code, files=len(found.files), sha256=digest, now=clock.now()
        )
    return f"/admin/classes/{code}/certificates/{digest}.zip"
