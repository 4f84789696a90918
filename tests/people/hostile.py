"""Files made to hurt whoever opens them: bombs, a million rows, macros, files of another kind."""

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

from tests.people.listing import workbook

_NOISE = random.Random(5).randbytes(300_000).hex().encode()
_CELL = b'<row r="%d"><c r="%b%d"><v>1</v></c></row>'


def with_sheet(cells: bytes, *, extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A workbook whose only sheet has these cells, with further parts."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook([["a"]]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data[: data.index(b"<sheetData>")] + b"<sheetData>" + cells + b"</sheetData></worksheet>"
            made.writestr(name, data)
        for name, data in extra:
            made.writestr(name, data)
    return target.getvalue()


def _lying() -> bytes:
    """A workbook whose directory says that its sheet is small."""
    data = with_sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 400_000 + _NOISE + b"</row>")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little"))


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "bomb": (lambda: with_sheet(b" " * 180_000_000), {"inflated"}),
    "small bomb": (lambda: with_sheet(_NOISE + b" " * 58_000_000), {"too_many_rows"}),
    "lying bomb": (_lying, {"unreadable"}),
    "million rows": (
        lambda: with_sheet(b"".join(_CELL % (n, b"A", n) for n in range(1, 1_000_001))),
        {"too_many_rows", "inflated"},
    ),
    "far cell": (
        lambda: with_sheet(_CELL % (1, b"A", 1) + _CELL % (1048576, b"XFD", 1048576)),
        {"unreadable", "too_many_rows"},
    ),
    "deep cell": (lambda: with_sheet(_CELL % (1048570, b"A", 1048570)), {"too_many_rows"}),
    "macros": (lambda: with_sheet(b"", extra=(("xl/vbaProject.bin", b"x"),)), {"macros"}),
    "old macros": (
        lambda: b"\xd0\xcf\x11\xe0" + bytes(600) + "_VBA_PROJECT_CUR".encode("utf-16-le") + bytes(600), {"macros"},
    ),
    "too large": (lambda: b"a,b\n" * 3_000_000, {"too_large"}),
    "text of commas": (lambda: b"," * 9_000_000, {"too_many_rows"}),
    "text of rows": (lambda: b"a,b\n" * 2_400_000, {"too_many_rows"}),
    "one endless quote": (lambda: b'"' + b"a,b\n" * 2_400_000, {"unreadable"}),
    "web page": (lambda: b" <table><tr><td>1</td></tr></table>", {"unreadable"}),
    "nul": (lambda: b"a\0b", {"unreadable"}),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\n\0", {"unreadable"}),
    "no archive": (lambda: b"PK\x03\x04" + bytes(100), {"unreadable"}),
    "no workbook": (lambda: b"\xd0\xcf\x11\xe0" + bytes(5000), {"unreadable"}),
    "noise": (lambda: random.Random(7).randbytes(3_000_000), {"unreadable"}),
    "half a character": (lambda: b"\xff\xfea", {"unreadable"}),
}  # fmt: skip
"""How each is made, and what may be said of it."""
