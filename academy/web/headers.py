"""Headers that keep a page from being framed, sniffed, cached or given foreign scripts."""

import secrets

from flask import Flask, Response, g, request, session
from flask_login import current_user

_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def csp_nonce() -> str:
    """Give this page's nonce for its own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def init_app(app: Flask, *, https: bool) -> None:
    """Set the headers on every answer."""

    @app.after_request
    def _set(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=csp_nonce()))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            # Flask-Login looks into every session; by "Vary: Cookie" each sign-in would fetch everything anew
            session.accessed = False
        else:
            headers.setdefault("Cache-Control", "no-store" if current_user.is_authenticated else "no-cache")
            headers.pop("Expires", None)
            headers.add("Vary", "Cookie, HX-Request")
        return response
