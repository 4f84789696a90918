"""Errors as pages that say what happened and where to go on."""

import structlog
from flask import Flask, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException, SecurityError

from academy.ground.db import Base
from academy.ground.errors import Forbidden, NotFound, Refused, Unreadable, constraint_of
from academy.ground.text import N_
from academy.web.access import own_page
from academy.web.i18n import say

CONFLICT = 409

log = structlog.get_logger()

_PAGES = {
    400: (N_("This could not be understood"), N_("Go back, check what you sent, and send it again.")),
    401: (
        N_("Please sign in first"),
        N_("You were signed out before this was sent, so nothing was changed. Sign in, then send it again."),
    ),
    403: (
        N_("This page is not yours to open"),
        N_("It belongs to another role or another class. If you need it, ask the academy's office."),
    ),
    404: (
        N_("There is nothing here"),
        N_("The address may be mistyped, or what it named is no longer shown. Start again from the front page."),
    ),
    405: (N_("This could not be understood"), N_("Go back, check what you sent, and send it again.")),
    413: (N_("The file is too large"), N_("Choose a smaller file and send it again.")),
    429: (N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing of what you sent was kept half-way. Try again; if it stays like this, tell the office."),
    ),
}


def page(code: int) -> ResponseReturnValue:
    """Draw the page of an HTTP error."""
    title, sentence = _PAGES.get(code, _PAGES[500])
    at_sign_in = code == 401  # noqa: PLR2004 - HTTP's own number
    return (
        render_template(
            "error.html",
            code=code,
            title=_(title),
            sentence=_(sentence),
            way_out_url=url_for("people.login") if at_sign_in else url_for("portal.home"),
            way_out_label=_("Sign in") if at_sign_in else _("To the front page"),
        ),
        code,
    )


def reasons(error: Refused | IntegrityError) -> list[str]:
    """Say why a deed was refused: by the rules, or in a race that only a constraint caught."""
    if isinstance(error, Refused):
        return [say(reason) for reason in error.reasons]
    constraint = constraint_of(error, Base.metadata)
    log.warning("refused by constraint", constraint=constraint, path=request.path)
    if constraint is None:
        raise error
    return [_("Somebody changed this a moment before you. Look at it again, then decide.")]


def refused(told: list[str], code: int = CONFLICT) -> ResponseReturnValue:
    """Draw the page of a refusal with every reason, and the way back to where it was asked."""
    origin = request.referrer or ""
    inside = origin.removeprefix(request.host_url.rstrip("/"))
    back = own_page(inside, url_for("portal.home"))
    answer = make_response(render_template("refused.html", reasons=told, back_url=back), code)
    answer.headers["HX-Retarget"] = "body"  # a whole page, where a script asked for a part
    return answer


def _stale(_error: CSRFError) -> ResponseReturnValue:
    sentence = _(
        "This page had been open for too long, so nothing was changed. Go back and press the button again."
    )
    return refused([sentence], 400)


def _http(error: HTTPException) -> ResponseReturnValue:
    # a page of ours cannot be drawn under a host name that is not ours: it could not link anywhere
    if isinstance(error, SecurityError) or error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect
        return error.get_response()
    return page(error.code)


def init_app(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(Forbidden, lambda _error: page(403))
    app.register_error_handler(Refused, lambda error: refused(reasons(error)))
    app.register_error_handler(Unreadable, lambda error: refused(list(error.problems), 422))
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(IntegrityError, lambda error: refused(reasons(error)))
    # a number past 64 bits: SQLite's driver says OverflowError, PostgreSQL DataError
    app.register_error_handler(OverflowError, lambda _error: page(400))
    app.register_error_handler(DataError, lambda _error: page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda _error: page(500))
