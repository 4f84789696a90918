"""Static files: addressed by what they hold, squeezed once by each process, kept by browsers for a year."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

from academy.ground.errors import NotFound

STATIC = Path(__file__).parent.parent / "static"
_WORDS = {"text/css", "text/javascript", "image/svg+xml", "application/json"}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is sent: its bytes in each encoding, and the print that stands in its address."""

    kind: str
    fingerprint: str
    encoded: dict[str, bytes]


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Asset:
    """Read a file and squeeze it as far as it goes: it is done once, and sent to everybody."""
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    encoded = {"identity": data}
    if kind in _WORDS:
        encoded |= {"br": brotli.compress(data), "gzip": gzip.compress(data, mtime=0)}
    return Asset(kind, hashlib.sha256(data).hexdigest()[:12], encoded)


def find(name: str) -> Asset:
    """Give a static file by its name; raises NotFound where there is none. A changed file is read anew."""
    path = safe_join(str(STATIC), name)
    try:
        changed = Path(path or "").stat().st_mtime_ns
        return _read(Path(path or ""), changed)
    except OSError as problem:
        raise NotFound from problem


def asset(name: str) -> str:
    """Address a file under `static/` such that a changed file has a new address; asked once a page."""
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        known[name] = _address(name, find(name).fingerprint)
    return known[name]


@lru_cache(maxsize=64)
def _address(name: str, fingerprint: str) -> str:
    return url_for("static", filename=name, v=fingerprint)


def respond(name: str) -> Response:
    """Answer with a static file in the best encoding that the browser takes."""
    found = find(name)
    encoding = request.accept_encodings.best_match(["br", "gzip"], default="identity")
    if encoding not in found.encoded:
        encoding = "identity"
    answer = Response(found.encoded[encoding], mimetype=found.kind)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Content-Encoding"] = encoding
    if encoding == "identity":
        del answer.headers["Content-Encoding"]
    current = request.args.get("v") == found.fingerprint
    answer.headers["Cache-Control"] = _FOR_EVER if current else _ASK_AGAIN
    answer.set_etag(f"{found.fingerprint}-{encoding}")
    return answer


def serve(filename: str) -> ResponseReturnValue:
    """Send a static file; whoever has it already is told so."""
    return respond(filename).make_conditional(request)


def init_app(app: Flask) -> None:
    """Send static files from memory, in place of reading and compressing them for everybody who comes."""
    app.view_functions["static"] = serve
