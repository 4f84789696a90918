"""Answers that htmx and a plain browser both follow."""

from flask import Response, redirect, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse


def asked_by_htmx() -> bool:
    """Tell whether a script of ours asks, which swaps a part of the page."""
    return request.headers.get("HX-Request") == "true"


def see_other(location: str) -> BaseResponse:
    """Lead on to another page: 303, or HX-Redirect where htmx would swallow it."""
    if asked_by_htmx():
        return Response(status=204, headers={"HX-Redirect": iri_to_uri(location)})
    return redirect(location, 303)
