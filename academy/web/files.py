"""Files that are made for one reader."""

from io import BytesIO

from flask import Response, send_file

from academy.ground.spreadsheet import CSV, XLSX, Table, comma_separated, workbook

_WRITERS = {"xlsx": (workbook, XLSX), "csv": (comma_separated, CSV)}


def private_file(data: bytes, name: str, *, kind: str, inline: bool = False) -> Response:
    """Send a private file under its name; nobody on the way keeps it."""
    answer = send_file(
        BytesIO(data), mimetype=kind, download_name=name, as_attachment=not inline, etag=False, conditional=False,
        max_age=0,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("Expires", None)
    return answer


def table_file(table: Table, name: str, suffix: str) -> Response:
    """Send a list as a spreadsheet or as comma-separated values, by the suffix of the page's address."""
    write, kind = _WRITERS[suffix]
    return private_file(write(table), f"{name}.{suffix}", kind=kind)
