"""A unit's list of certificates, checked row by row and given back as a workbook."""

from collections import Counter

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import filing
from academy.certificates.forms import WorkbookForm
from academy.certificates.queries import checking
from academy.certificates.rules import headings
from academy.certificates.rules.checking import KINDS, MOST_ROWS, WORDS, Answer, Asked, read_list
from academy.ground import clock, workbooks
from academy.ground.access import Capability
from academy.ground.errors import Forbidden, Refused
from academy.ground.spreadsheet import XLSX, Marks, Table, blank_workbook, marked_workbook
from academy.ground.workbooks import Sheet
from academy.people.queries import register as people
from academy.web import plugs
from academy.web.access import actor, requires
from academy.web.files import private_file
from academy.web.i18n import say
from academy.web.limits import limiter
from academy.web.session import expect_token, reading, stop_reading, transaction

bp = Blueprint("checking", __name__, template_folder="../templates")

_MOST_LINES, _MOST_COLUMNS = 2000, 60
_seldom = limiter.shared_limit("5 per minute; 40 per hour", scope="check a list")


def _in_a_unit() -> None:
    """Let in whoever has a unit: looks after one, or is a member of one today; and the office."""
    reader = actor()
    member = reader.person_id is not None and people.unit_of(
        reading(), reader.person_id, clock.local_date(clock.now())
    )
    if not (reader.unit_ids or member or reader.may(Capability.CERTIFICATE_PROPOSE)):
        raise Forbidden


@bp.get("/unit/verify")
@requires(Capability.CERTIFICATE_CHECK)
def ask() -> ResponseReturnValue:
    """Ask for a list, and say what comes back."""
    _in_a_unit()
    return _page(WorkbookForm(formdata=None))


@bp.get("/unit/verify/blank.xlsx")
@requires(Capability.CERTIFICATE_CHECK)
def blank() -> ResponseReturnValue:
    """Offer a workbook to be filled in."""
    title = _("Certificates to be checked")
    widths = {"number": 36, "name": 20}
    heads = [(_(headings.NAMES[field]), width) for field, width in widths.items()]
    return private_file(blank_workbook(Table(title, heads, [])), f"{title}.xlsx", kind=XLSX)


@bp.post("/unit/verify")
@_seldom
@requires(Capability.CERTIFICATE_CHECK)
def check() -> ResponseReturnValue:
    """Check a list and give it back, coloured and with a column of words; note how many were asked for."""
    _in_a_unit()
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _page(form), 422
    expect_token()
    upload = form.workbook.data
    data = upload.read(workbooks.MEGABYTES * 1024 * 1024 + 1)
    stop_reading()
    try:
        sheet = workbooks.read(data, rows=_MOST_LINES, columns=_MOST_COLUMNS)
        head_row, asked = read_list(sheet.rows)
    except Refused as error:
        form.workbook.errors = [say(reason) for reason in error.reasons]
        return _page(form), 422
    answers = checking.answers(reading(), asked)
    now = clock.now()
    with transaction() as session:
        filing.note_checked(session, actor=actor(), counts=Counter(answers).items(), now=now)
    marked = _marked(sheet, head_row, list(zip(asked, answers, strict=True)))
    name = _("Certificates checked %(day)s", day=clock.local_date(now).isoformat())
    return private_file(marked, f"{name}.xlsx", kind=XLSX)


def _page(form: WorkbookForm) -> str:
    words = [(_(sentence), KINDS[answer]) for answer, sentence in WORDS.items()]
    return render_template("certificates/check_list.html", form=form, most_rows=MOST_ROWS, words=words)


def _marked(sheet: Sheet, head_row: int, answered: list[tuple[Asked, Answer]]) -> bytes:
    phone = plugs.settings().office_phone
    unsure = {Answer.UNKNOWN, Answer.OTHER_NAME}
    of_rows = {
        asked.place: (
            KINDS[answer],
            f"{_(WORDS[answer])} {phone}".strip() if answer in unsure else _(WORDS[answer]),
        )
        for asked, answer in answered
    }
    head = _("What the register of %(academy)s says, %(moment)s", academy=plugs.settings().academy_name,
             moment=clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"))  # fmt: skip
    return marked_workbook(sheet.name, sheet.rows, Marks(head_row=head_row, head=head, of_rows=of_rows))
