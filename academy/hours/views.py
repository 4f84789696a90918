"""A trainee's own hours."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.ground.spreadsheet import Table
from academy.hours import queries
from academy.hours.rules import KIND_NAMES, YEAR_TARGET_TENTHS
from academy.web.access import actor, requires
from academy.web.files import table_file
from academy.web.session import reading

bp = Blueprint("hours", __name__, template_folder="templates")


def _own_id() -> int:
    person_id = actor().person_id
    if person_id is None:
        raise NotFound
    return person_id


@bp.get("/me/hours")
@requires(Capability.DESK_TRAINEE)
def mine() -> ResponseReturnValue:
    """Show the signed-in trainee's hours of a year against the target, entry by entry."""
    person_id, session = _own_id(), reading()
    this_year = clock.local(clock.now()).year
    year = request.args.get("year", this_year, type=int)
    by_kind = queries.tenths_of_year(session, person_id, year)
    return render_template(
        "hours/mine.html",
        year=year,
        years=[
            (_("Year %(year)s", year=each), url_for(".mine", year=each), each == year)
            for each in sorted({this_year, year, *queries.years(session, person_id)}, reverse=True)
        ],
        total=sum(by_kind.values()),
        target=YEAR_TARGET_TENTHS,
        by_kind=[(KIND_NAMES[kind], tenths) for kind in KIND_NAMES if (tenths := by_kind.get(kind, 0))],
        classes=queries.ledger(session, person_id, year),
        completions=[
            done for done in queries.completions_of(session, person_id) if done.completed_on.year == year
        ],
        kind_names=KIND_NAMES,
    )


@bp.get("/me/hours.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_TRAINEE)
def export(suffix: str) -> ResponseReturnValue:
    """Give the signed-in trainee's own entries of a year as a file; nobody else's data is in it."""
    year = request.args.get("year", clock.local(clock.now()).year, type=int)
    heads = [
        (_("Class"), 10), (_("Title"), 36), (_("Course"), 36), (_("Day"), 12), (_("From"), 8),
        (_("Kind of hours"), 16), (_("Hours"), 8), (_("State"), 18),
    ]  # fmt: skip
    rows = [
        (
            class_.code, class_.title, line.course_title, clock.local_date(line.starts_at),
            f"{clock.local(line.starts_at):%H:%M}", _(KIND_NAMES[line.kind]), line.tenths / 10, _state(line),
        )
        for class_ in queries.ledger(reading(), _own_id(), year)
        for line in class_.lines
    ]  # fmt: skip
    name = _("Hours of %(year)s", year=year)
    return table_file(Table(name, heads, rows), name, suffix)


def _state(line: queries.LedgerLine) -> str:
    if line.reverses:
        return str(_("Reverses an entry"))
    return str(_("Reversed")) if line.reversed else str(_("Counts"))
