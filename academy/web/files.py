"""Files that are made for one reader."""

from io import BytesIO

from flask import Response, send_file


def private_file(data: bytes, name: str, *, kind: str, inline: bool = False) -> Response:
    """Send a private file under its name; nobody on the way keeps it."""
    answer = send_file(
        BytesIO(data), mimetype=kind, download_name=name, as_attachment=not inline, etag=False, conditional=False,
        max_age=0,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("Expires", None)
    return answer
