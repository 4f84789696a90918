"""Who may open a page: every view declares a capability, or says that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.routing import RequestRedirect

from academy.ground.access import VISITOR, Actor, Capability
from academy.ground.errors import Forbidden
from academy.web.htmx import see_other

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PUBLIC = "public"


def actor() -> Actor:
    """Tell who sends this request; a visitor has no roles."""
    found: Actor = getattr(current_user, "actor", VISITOR)
    return found


def public(view: View) -> View:
    """Open a page to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # the house test reads it
    return view


def requires(*capabilities: Capability) -> Callable[[View], View]:
    """Open a page to whoever holds one of these capabilities."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return sign_in_first()
            if not any(actor().may(capability) for capability in capabilities):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.access = capabilities  # type: ignore[attr-defined]  # the house test reads it
        return guarded  # type: ignore[return-value]  # same signature, by wraps

    return declare


def sign_in_first() -> ResponseReturnValue:
    """Lead a visitor to the sign-in page and back here; something sent by a visitor is not lost to a redirect."""
    if request.method not in {"GET", "HEAD"}:
        raise Unauthorized
    here = request.full_path if request.query_string else request.path
    return see_other(url_for("people.login", next=here))


def own_page(target: str | None, fallback: str) -> str:
    """Take `next` only if it is a page of ours, else the fallback."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return fallback
    if "\\" in target or not target.isprintable():
        return fallback
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return fallback
    try:
        current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        return target
    except HTTPException:
        return fallback
    return target
