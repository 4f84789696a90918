"""What leaves the house together: the files of a class session or a year as a ZIP, and the register to sign."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import giving
from academy.certificates.queries import batches, sheets
from academy.certificates.queries import giving as queries
from academy.certificates.rules.printing import ORDER_NAMES, Order
from academy.certificates.rules.states import SERIES_NAMES
from academy.certificates.views.printing import series_tabs, wanted_series
from academy.ground import clock, zipping
from academy.ground.access import Capability
from academy.web.access import actor, requires
from academy.web.files import private_stream
from academy.web.session import reading, transaction

bp = Blueprint("giving", __name__, template_folder="../templates")

_ZIP = "application/zip"


@bp.post("/admin/classes/<code>/certificates/zip")
@requires(Capability.CERTIFICATE_SIGN)
def class_zip(code: str) -> ResponseReturnValue:
    """Give all files of a class session, or those of the batch that is named, and note that they were taken."""
    only = request.form.get("batch", type=int)
    with transaction() as session:
        wanted = giving.take_class(session, actor=actor(), code=code, batch_id=only, now=clock.now())
    return private_stream(zipping.stored(queries.files(wanted)), f"{code}-结业证书.zip", kind=_ZIP)


@bp.post("/admin/certificates/year/<int:year>.zip")
@requires(Capability.CERTIFICATE_SIGN)
def year_zip(year: int) -> ResponseReturnValue:
    """Give all files of a local year, and note that they were taken."""
    with transaction() as session:
        wanted = giving.take_year(session, actor=actor(), year=year, now=clock.now())
    return private_stream(zipping.stored(queries.files(wanted)), f"{year}-证书.zip", kind=_ZIP)


@bp.get("/admin/classes/<code>/certificates/register")
@requires(Capability.CERTIFICATE_SIGN)
def register(code: str) -> ResponseReturnValue:
    """Show the hand-out register of a class session's certificates, to be printed and signed."""
    session = reading()
    of = batches.class_facts(session, code)
    order, series = request.args.get("order", Order.NUMBER, type=Order), wanted_series()
    return render_template(
        "certificates/register.html",
        of=of,
        rows=sheets.sheets(session, of.id, series=series, order=order),
        series=series,
        series_name=SERIES_NAMES[series],
        tabs=series_tabs(session, of, ".register", order=order.value),
        order=order,
        orders=[(each.value, _(name)) for each, name in ORDER_NAMES.items()],
    )
