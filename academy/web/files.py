"""Files that are made for one reader."""

import re
from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

from flask import Response, request

from academy.ground.spreadsheet import CSV, XLSX, Table, comma_separated, workbook

_NOT_IN_PLAIN_NAMES = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_REASON = 200
_WRITERS = {"xlsx": (workbook, XLSX), "csv": (comma_separated, CSV)}


def private_file(data: bytes, name: str, *, kind: str, inline: bool = False) -> Response:
    """Send a private file under its name; nobody on the way keeps it."""
    return _private(Response(data, mimetype=kind), name, inline=inline)


def private_stream(parts: Iterable[bytes], name: str, *, kind: str) -> Response:
    """Send a private file while it is being made; should its making break, so does the download."""
    return _private(Response(parts, mimetype=kind), name, inline=False)


def _private(answer: Response, name: str, *, inline: bool) -> Response:
    answer.headers["Content-Disposition"] = _disposition("inline" if inline else "attachment", name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("Expires", None)
    return answer


def _disposition(way: str, name: str) -> str:
    """Write a file's name twice: in plain letters for whoever reads no others, then as it is."""
    if _plain(name) == name:
        return f"{way}; filename={name}"
    return f"{way}; filename={_plain(name)}; filename*=UTF-8''{quote(name, safe='')}"


def _plain(name: str) -> str:
    """Name a file in plain letters: the academy's, then what the name has of them, such as day or number."""
    written = PurePath(name)
    stem, suffix = (_NOT_IN_PLAIN_NAMES.sub("-", part).strip("-") for part in (written.stem, written.suffix))
    return "-".join(filter(None, ("" if name.isascii() else "academy", stem))) + suffix


def table_file(table: Table, name: str, suffix: str) -> Response:
    """Send a list as a spreadsheet or as comma-separated values, by the suffix of the page's address."""
    write, kind = _WRITERS[suffix]
    return private_file(write(table), f"{name}.{suffix}", kind=kind)


def reason_to_see() -> str | None:
    """Tell why a list is asked for with numbers in clear, as `export_links` sends it; None for a masked one."""
    return request.form.get("reason", "").strip()[:_LONGEST_REASON] if "clear" in request.form else None
