"""Certificates on paper: a class session's in one file for the printer, set to the millimetre."""

import re

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import printing
from academy.certificates.forms import PrintForm
from academy.certificates.queries import batches, register, sheets
from academy.certificates.rules.printing import ORDER_NAMES, Layout, Order
from academy.certificates.rules.proposing import ClassFacts
from academy.certificates.rules.states import SERIES_NAMES, Series
from academy.ground import clock, storage
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import private_file
from academy.web.session import Session, reading, stop_reading

bp = Blueprint("prints", __name__, template_folder="../templates")

Tab = tuple[str, str, bool, int]
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _form() -> PrintForm:
    """Give the form as this person sent it, or filled as they had certificates printed the last time."""
    last = sheets.last_layout(reading(), actor().person_id, kind=printing.PRINT_JOB)
    form = PrintForm(order=last.order.value, bare=last.bare, right=last.right / 10, down=last.down / 10)
    form.order.choices = {each.value: _(name) for each, name in ORDER_NAMES.items()}
    return form


def wanted_series() -> Series:
    """Tell of which series the pile is that the address asks for."""
    return request.args.get("series", Series.COMPLETION, type=Series)


def series_tabs(session: Session, of: ClassFacts, endpoint: str, *, order: str | None = None) -> list[Tab]:
    """Lead from one series of a class session's certificates to the others, where there are several."""
    counts = sheets.count_series(session, of.id)
    shown = wanted_series()
    return [
        (
            _(name),
            url_for(endpoint, code=of.code, series=series.value, order=order),
            series is shown,
            counts[series],
        )
        for series, name in SERIES_NAMES.items()
        if series in counts and len(counts) > 1
    ]


def _page(code: str, form: PrintForm) -> str:
    session = reading()
    of, series = batches.class_facts(session, code), wanted_series()
    pile = sheets.sheets(session, of.id, series=series, order=Order.NUMBER)
    return render_template(
        "certificates/print.html",
        of=of,
        series=series,
        tabs=series_tabs(session, of, ".ask"),
        form=form,
        made=sum(sheet.place is not None for sheet in pile),
        unmade=sum(sheet.place is None for sheet in pile),
    )


@bp.get("/admin/classes/<code>/certificates/print")
@requires(Capability.CERTIFICATE_SIGN)
def ask(code: str) -> ResponseReturnValue:
    """Ask how a class session's certificates are to be printed."""
    return _page(code, _form())


@bp.post("/admin/classes/<code>/certificates/print")
@requires(Capability.CERTIFICATE_SIGN)
def make(code: str) -> ResponseReturnValue:
    """Have a class session's certificates put into one file for the printer."""
    form = _form()
    if not form.validate_on_submit():
        return _page(code, form), 422
    layout = Layout(
        series=wanted_series(), order=Order(form.order.data), bare=form.bare.data, right=form.tenths(form.right),
        down=form.tenths(form.down),
    )  # fmt: skip

    def deed(session: Session) -> Answer:
        job_id = printing.ask(session, actor=actor(), code=code, layout=layout, now=clock.now())
        return Answer(url_for("clockwork.show", job_id=job_id))

    return perform(deed, redraw=Redrawn(form, lambda: _page(code, form)))


@bp.get("/admin/classes/<code>/certificates/prints/<digest>.pdf")
@requires(Capability.CERTIFICATE_SIGN)
def printed(code: str, digest: str) -> ResponseReturnValue:
    """Hand out a print that a job made, while it is kept."""
    place = url_for(".printed", code=code, digest=digest)
    if not _SHA256.fullmatch(digest) or not register.is_result(reading(), place):
        raise NotFound
    stop_reading()
    try:
        data = storage.bound().get(digest, printing.KIND)
    except FileNotFoundError as gone:
        raise NotFound from gone
    return private_file(data, f"{code}-证书打印.pdf", kind="application/pdf", inline=True)
