"""The academy as a phone keeps it: its card for the home screen, its worker, its page without network."""

import hashlib
import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from academy.web import assets, plugs
from academy.web.access import public
from academy.web.assets import asset

bp = Blueprint("shell", __name__)

_PAPER = "#ffffff"
_SHELL = ("built/bootstrap.css", "css/academy.css", "built/htmx.min.js", "js/academy.js", "built/icons.svg")
_ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))


@bp.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """Tell a phone how the academy looks on its home screen."""
    name = plugs.settings().academy_name
    icons = [
        {"src": asset(f"built/mark-{s}.png"), "sizes": f"{s}x{s}", "type": "image/png", "purpose": p}
        for s, p in _ICONS
    ]
    card = {
        "id": "/", "name": name, "short_name": name, "lang": "zh-CN", "dir": "ltr", "start_url": "/desk",
        "scope": "/", "display": "standalone", "background_color": _PAPER, "theme_color": _PAPER, "icons": icons,
    }  # fmt: skip
    answer = Response(json.dumps(card, ensure_ascii=False), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@bp.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """Send the service worker, above it the addresses of what it keeps: a new file makes a new worker."""
    script = assets.find("js/sw.js")
    offline = hashlib.sha256(render_template("offline.html").encode()).hexdigest()
    kept = [*map(asset, _SHELL), asset("favicon.svg"), "/offline"]
    version = hashlib.sha256(" ".join([*kept, offline]).encode()).hexdigest()[:12]
    above = f"const KEPT = {json.dumps({'version': version, 'shell': kept})};\n".encode()
    answer = Response(above + script.encoded["identity"], mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/offline")
@public
def offline() -> ResponseReturnValue:
    """Say that there is no network; kept on the phone, so nothing of anybody stands in it."""
    return render_template("offline.html")
