"""The office's register of earlier paper certificates: its list, and workbooks taken in after a dry run."""

import hashlib
import re

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.certificates.actions import filing, waiting
from academy.certificates.actions.waiting import Waiting
from academy.certificates.forms import WorkbookForm
from academy.certificates.queries import paper
from academy.certificates.rules import headings
from academy.certificates.rules.paper import MOST_ROWS, OUTCOMES, Outcome, PaperRow, judged, read_rows
from academy.ground import clock, workbooks
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason, Refused
from academy.ground.spreadsheet import XLSX, Table, blank_workbook
from academy.ground.text import masked_id
from academy.web import paging
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.files import private_file
from academy.web.htmx import see_other
from academy.web.i18n import say
from academy.web.paging import Page
from academy.web.session import Session, expect_token, reading, stop_reading

bp = Blueprint("paper", __name__, template_folder="../templates")

_PAGE, _DRY_PAGE = 30, 100
_MOST_COLUMNS = 60
_NAME = re.compile(r"[0-9a-f]{64}")
_LONGEST_FILE_NAME = 200
_WRONG_FIRST = {Outcome.WRONG: 0, Outcome.NEW: 1, Outcome.KNOWN: 2}


@bp.get("/admin/certificates/paper")
@requires(Capability.CERTIFICATE_PROPOSE)
def show() -> ResponseReturnValue:
    """Show the register, what was imported, and where a workbook is sent."""
    return _page(WorkbookForm(formdata=None))


def _page(form: WorkbookForm) -> str:
    words = request.args.get("q", "").strip()[:60]
    found = paper.lines(reading(), words=words, cursor=paging.cursor(), size=_PAGE)
    return render_template(
        "certificates/paper.html", lines=paging.page(found), words=words, imports=paper.imports(reading()),
        form=form, most_rows=MOST_ROWS,
    )  # fmt: skip


@bp.get("/admin/certificates/paper/blank.xlsx")
@requires(Capability.CERTIFICATE_PROPOSE)
def blank() -> ResponseReturnValue:
    """Offer a workbook to be filled in."""
    widths = {"number": 32, "name": 16, "id": 24, "class": 40, "date": 16, "page": 16}
    notes = (
        _("As it is printed."), "", _("May stay empty."), "", _("Such as 2019-03-01; may stay empty."),
        _("Where it stands in the register of before."),
    )  # fmt: skip
    heads = [(_(headings.NAMES[field]), width) for field, width in widths.items()]
    title = _("Earlier paper certificates")
    return private_file(blank_workbook(Table(title, heads, [notes])), f"{title}.xlsx", kind=XLSX)


@bp.post("/admin/certificates/paper")
@requires(Capability.CERTIFICATE_PROPOSE)
def look() -> ResponseReturnValue:
    """Read a workbook and lead to its dry run; nothing is imported yet."""
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _page(form), 422
    expect_token()
    upload = form.workbook.data
    data = upload.read(workbooks.MEGABYTES * 1024 * 1024 + 1)
    stop_reading()
    today = clock.local_date(clock.now())
    try:
        sheet = workbooks.read(data, rows=MOST_ROWS + headings.HEAD_WITHIN, columns=_MOST_COLUMNS)
        rows = read_rows(sheet.rows, today=today)
    except Refused as error:
        form.workbook.errors = [say(reason) for reason in error.reasons]
        return _page(form), 422
    name = (upload.filename or "")[-_LONGEST_FILE_NAME:]
    kept = waiting.keep(Waiting(file_name=name, sha256=hashlib.sha256(data).hexdigest(), rows=rows))
    return see_other(url_for(".dry_run", name=kept))


@bp.get("/admin/certificates/paper/waiting/<name>")
@requires(Capability.CERTIFICATE_PROPOSE)
def dry_run(name: str) -> ResponseReturnValue:
    """Show what an import would do, row by row, with all that is wrong, the wrong rows first."""
    kept = _kept(name)
    session = reading()
    rows = judged(kept.rows, paper.known(session, [row.key for row in kept.rows]))
    counts = {outcome: sum(each is outcome for _row, each in rows) for outcome in Outcome}
    return render_template(
        "certificates/paper_dry_run.html", name=name, kept=kept, counts=counts, outcomes=OUTCOMES,
        page=_part(sorted(rows, key=lambda each: (_WRONG_FIRST[each[1]], each[0].row))),
        told=_told, masked_id=masked_id, first_wrong=Outcome.WRONG,
    )  # fmt: skip


def _kept(name: str) -> Waiting:
    if not _NAME.fullmatch(name):
        raise NotFound
    return waiting.read(name)


def _part(rows: list[tuple[PaperRow, Outcome]]) -> Page[tuple[PaperRow, Outcome]]:
    """Cut one page out of rows that are all at hand."""
    number = max(request.args.get("page", 1, type=int), 1)
    start = (number - 1) * _DRY_PAGE
    here = {**(request.view_args or {})}
    return Page(
        rows=rows[start : start + _DRY_PAGE],
        next_url=url_for(".dry_run", **here, page=number + 1) if start + _DRY_PAGE < len(rows) else None,
        previous_url=url_for(".dry_run", **here, page=number - 1) if number > 1 else None,
        total=len(rows), first=number == 1,
    )  # fmt: skip


def _told(reason: Reason) -> str:
    """Say what is wrong with a row; the column it speaks of has a name in the reader's language too."""
    column = reason.values.get("column")
    return say(reason.about(**{**reason.values, "column": _(column)}) if column else reason)


@bp.post("/admin/certificates/paper/waiting/<name>/import")
@requires(Capability.CERTIFICATE_PROPOSE)
def take_in(name: str) -> ResponseReturnValue:
    """Import the rows of a workbook that was looked at, all of them or none."""
    kept = _kept(name)

    def deed(session: Session) -> Answer:
        filed = filing.file_paper(session, actor=actor(), waiting=kept, now=clock.now())
        if filed.again:
            return Answer(
                url_for(".show"), _("All of it was on the register already. Nothing was changed."), "note"
            )
        said = ngettext(
            "%(num)s entry was added to the register.", "%(num)s entries were added to the register.", filed.added
        )
        return Answer(url_for(".show"), said)

    return perform(deed)


@bp.post("/admin/certificates/paper/imports/<int:import_id>/undo")
@requires(Capability.CERTIFICATE_PROPOSE)
def undo(import_id: int) -> ResponseReturnValue:
    """Take an import off the register again."""

    def deed(session: Session) -> Answer:
        count = filing.take_out(session, actor=actor(), import_id=import_id, now=clock.now())
        said = ngettext(
            "%(num)s entry was taken off the register.", "%(num)s entries were taken off the register.", count
        )
        return Answer(url_for(".show"), said)

    return perform(deed)
