"""Pages that belong to no feature: is the server alive, and how the reader likes to read."""

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from academy.ground.errors import NotFound
from academy.web import i18n, plugs, queries
from academy.web.access import own_page, public
from academy.web.forms import KitchenForm
from academy.web.htmx import see_other
from academy.web.session import expect_token, reading

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say that the server runs."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say that the server can do its work."""
    return {"status": "ok", "database": queries.alive(reading())}


@bp.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Keep the reader's language and type size in the reader's own cookie."""
    expect_token()
    i18n.switch(request.form.get("locale", ""))
    if "large_type" in request.form:
        session["large_type"] = request.form["large_type"] == "1"
        session.permanent = True
    return see_other(own_page(request.form.get("next"), url_for("portal.home")))


@bp.get("/_kitchen")
@public
def kitchen() -> ResponseReturnValue:
    """Show every component in every state, to whoever builds pages."""
    if plugs.settings().production:
        raise NotFound
    form = KitchenForm()
    if "problems" in request.args:
        form.validate()
    return render_template("kitchen.html", form=form)
