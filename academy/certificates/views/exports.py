"""Lists of certificates as files: the batches decided so far, and the people of one batch."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import giving
from academy.certificates.queries import batches
from academy.certificates.queries.batches import EntryView
from academy.certificates.rules import states
from academy.certificates.views.office import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Table
from academy.web.access import actor, requires
from academy.web.files import table_file
from academy.web.i18n import say
from academy.web.session import reading, transaction

__all__ = ["bp"]  # with the pages of both files

_EVERY_ROW = 100_000


@bp.post("/admin/certificates/export.<any(xlsx, csv):suffix>")
@requires(Capability.CERTIFICATE_PROPOSE)
def export(suffix: str) -> ResponseReturnValue:
    """Give the batches decided before, as they are narrowed, as a file, and note that it was taken."""
    now = clock.now()
    words = request.form.get("q", "").strip()
    lines = batches.decided(reading(), words=words, cursor=None, size=_EVERY_ROW).rows
    with transaction() as session:
        giving.note_export(session, actor=actor(), batch_id=None, rows=len(lines), now=now)
    heads = [
        (_("Class code"), 10), (_("Title"), 36), (_("Number of people"), 10), (_("Files made"), 10),
        (_("Proposed by"), 14), (_("Proposed on"), 12), (_("Signed by"), 14), (_("Signed on"), 12),
        (_("State"), 20),
    ]  # fmt: skip
    rows = [
        (
            line.class_code, line.class_title, line.people, line.made, line.proposer_name,
            clock.local_date(line.proposed_at), line.signer_name,
            clock.local_date(line.signed_at) if line.signed_at else "", _(states.BATCH_STATE_NAMES[line.state]),
        )
        for line in lines
    ]  # fmt: skip
    name = _("Batches of certificates %(day)s", day=clock.local_date(now).isoformat())
    return table_file(Table(_("Batches of certificates"), heads, rows), name, suffix)


@bp.post("/admin/batches/<int:batch_id>/export.<any(xlsx, csv):suffix>")
@requires(Capability.CERTIFICATE_SIGN)
def export_batch(batch_id: int, suffix: str) -> ResponseReturnValue:
    """Give the people of a batch as they were frozen, those left out too, as a file, and note that."""
    batch = batches.batch(reading(), batch_id)
    entries = batches.entries(reading(), batch_id)
    with transaction() as session:
        giving.note_export(session, actor=actor(), batch_id=batch_id, rows=len(entries), now=clock.now())
    heads = [
        (_("Name"), 20), (_("Unit"), 32), (_("Hours"), 8), (_("Hours asked for"), 10),
        (_("Certificate number"), 32), (_("State"), 14), (_("Why not"), 50),
    ]  # fmt: skip
    name = _("Certificates of %(code)s", code=batch.class_code)
    return table_file(Table(name, heads, [_row(entry) for entry in entries]), name, suffix)


def _row(entry: EntryView) -> tuple[str | float, ...]:
    return (
        entry.name, entry.unit, entry.tenths / 10, entry.required_tenths / 10, entry.number or "",
        _(states.CERTIFICATE_STATE_NAMES[entry.certificate]) if entry.certificate else "",
        " ".join(say(reason) for reason in entry.reasons),
    )  # fmt: skip
