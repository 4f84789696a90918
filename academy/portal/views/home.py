"""The front page, and the way from it to one's desk."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from academy.ground import clock
from academy.ground.access import Capability
from academy.portal.queries import figures, notices, openings
from academy.portal.rules import KIND_NAMES
from academy.portal.views.blueprint import bp
from academy.sites import queries as sites
from academy.sites.rules import tiles
from academy.web.access import actor, public, requires
from academy.web.htmx import see_other
from academy.web.session import reading

_SHOWN_OPENINGS = 4
_SHOWN_NOTICES = 5

# Which desk comes first for somebody with several roles.
_DESKS = (
    (Capability.DESK_ADMIN, "portal.admin"),
    (Capability.DESK_TEACH, "portal.teach"),
    (Capability.DESK_UNIT, "portal.unit"),
    (Capability.DESK_TRAINEE, "portal.me"),
    (Capability.JOURNAL_READ, "journal.audit"),
)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show what one can do here, what is announced, and the academy in numbers."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    return render_template(
        "portal/home.html",
        figures=figures.figures(session, today=today),
        notices=notices.latest(session, today=today, limit=_SHOWN_NOTICES),
        openings=openings.openings(session, now=now, limit=_SHOWN_OPENINGS),
        kind_names=KIND_NAMES,
        tiles=tiles(sites.district_counts(session, on=today)),
    )


@bp.get("/desk")
@requires(Capability.ACCOUNT_KEEP)
def desk() -> ResponseReturnValue:
    """Lead whoever signed in to the desk of their role."""
    reader = actor()
    found = [endpoint for capability, endpoint in _DESKS if reader.may(capability)]
    return see_other(url_for(found[0] if found else "portal.home"))
