"""Pages that belong to no feature: whether the server is alive, and can work."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from academy.web import queries
from academy.web.access import public
from academy.web.session import reading

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
