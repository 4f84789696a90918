"""A trainee's own hours."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.hours import queries
from academy.hours.rules import KIND_NAMES, YEAR_TARGET_TENTHS
from academy.web.access import actor, requires
from academy.web.session import reading

bp = Blueprint("hours", __name__, template_folder="templates")


@bp.get("/me/hours")
@requires(Capability.DESK_TRAINEE)
def mine() -> ResponseReturnValue:
    """Show the signed-in trainee's hours of a year against the target, entry by entry."""
    person_id = actor().person_id
    if person_id is None:
        raise NotFound
    this_year = clock.local(clock.now()).year
    year = request.args.get("year", this_year, type=int)
    session = reading()
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
