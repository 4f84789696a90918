"""Lists that people send, of any kind: xlsx, xls or text in the encodings of this country, known by their content.

Read in a process apart, which is this module run as a program: a file on its standard input, a line of JSON for
each table on its output. What a file holds is given table by table, so that nobody reads further than needed.
"""

import csv
import json
import math
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from academy.ground import confined
from academy.ground.errors import Reason, Refused
from academy.ground.lazy import LazyModule
from academy.ground.text import N_
from academy.ground.workbooks import INFLATED, MEGABYTES, TOO_LARGE

calamine = LazyModule("python_calamine")

Cell = str | int | float | bool

MOST_ROWS = 50_000
_MOST_CELLS = 2_000_000
_SECONDS, _OF_THE_PROCESSOR, _MEMORY_MEGABYTES = 12, 6, 450
_MEGABYTE = 1024 * 1024
_MOST_PARTS = 500
_MOST_UNPACKED = 60 * _MEGABYTE
_MOST_RATIO = 150
_RATIO_COUNTS_FROM = _MEGABYTE
_LARGEST_SHEET = 30 * _MEGABYTE
_SHEETS = "xl/worksheets/"
_LONGEST_CELL = 32767  # the format's own limit
_TALLEST = 4 * MOST_ROWS
_TAIL = 8 * 1024  # what a pattern is looked for in, however it was written
_FILLED = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?r=["'][A-Z]+([0-9]{1,7})["'][^<>]*?(?<!/)>\s*<""")
_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MACROS_INSIDE = "vbaproject.bin"
_MACROS_OF_OLD = "_VBA_PROJECT_CUR".encode("utf-16-le")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_SEPARATORS = ",\t;"

UNREADABLE = Reason(
    "unreadable",
    N_("This file cannot be read as a list. Save it in Excel or WPS as .xlsx without a password, or as CSV."),
)
TOO_MANY_ROWS = Reason("too_many_rows", N_("A list has at most %(rows)s rows and few columns. Split it."))
MACROS = Reason("macros", N_("This workbook holds macros. Save it as .xlsx, which has none, and send that."))
_REASONS = {UNREADABLE.code: UNREADABLE, TOO_MANY_ROWS.code: TOO_MANY_ROWS.about(rows=MOST_ROWS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table of a file from its first row on: row 1 is `rows[0]`; blank cells are empty texts."""

    sheet: str | None
    """The sheet's name; None for a text."""
    encoding: str | None
    """The text's encoding; None for a workbook."""
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    """Merged cells: first row and column, last row and column, from 0 on."""


@contextmanager
def opened(data: bytes) -> Iterator[Iterator[Grid]]:
    """Open a file that somebody sent: its visible sheets in order, or a text divided in each way it may be.

    Raises Refused with words that help, here or while the tables are being read.
    """
    if reason := _problem(data):
        raise Refused(reason)
    with closing(confined.lines(__name__, data, seconds=_SECONDS)) as answers:
        yield _grids(answers)


def _grids(answers: Iterator[bytes]) -> Iterator[Grid]:
    try:
        for line in answers:
            answer = json.loads(line)
            if reason := _REASONS.get(answer.get("refused", "")):
                raise Refused(reason)
            yield Grid(
                sheet=answer["sheet"],
                encoding=answer["encoding"],
                rows=answer["rows"],
                merged=[tuple(area) for area in answer["merged"]],
            )
    except (confined.Overwhelmed, ValueError) as error:
        raise Refused(UNREADABLE) from error


def _problem(data: bytes) -> Reason | None:
    """Judge a file by its first bytes and by the directory of its archive; nothing is unpacked."""
    if len(data) > MEGABYTES * _MEGABYTE:
        return TOO_LARGE.about(megabytes=MEGABYTES)
    if data.startswith(_XLS):
        return MACROS if _MACROS_OF_OLD in data else None
    return _problem_inside(data) if data.startswith(_XLSX) else None


def _problem_inside(data: bytes) -> Reason | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        return UNREADABLE
    if any(part.filename.lower().endswith(_MACROS_INSIDE) for part in parts):
        return MACROS
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > _RATIO_COUNTS_FROM and unpacked > _MOST_RATIO * len(data)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or bomb:
        return INFLATED
    largest = max((part.file_size for part in parts if part.filename.startswith(_SHEETS)), default=0)
    return TOO_MANY_ROWS.about(rows=MOST_ROWS) if largest > _LARGEST_SHEET else None


# --- the process apart -----------------------------------------------------------------------------


class _Unfit(Exception):
    """The file cannot be read, or holds more than a list does; its only argument is a reason's code."""


def main() -> None:
    """Answer with the tables of the file on standard input."""
    data = sys.stdin.buffer.read()
    confined.confine(seconds=_OF_THE_PROCESSOR, megabytes=_MEMORY_MEGABYTES)
    try:
        for answer in _sheets(data) if data.startswith((_XLSX, _XLS)) else _texts(data):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except _Unfit as unfit:
        sys.stdout.write(json.dumps({"refused": str(unfit)}) + "\n")


def _sheets(data: bytes) -> Iterator[dict[str, Any]]:
    """Read the visible sheets one after the other."""
    try:
        if data.startswith(_XLSX) and _is_tall(data):
            raise _Unfit(TOO_MANY_ROWS.code)
        with calamine.load_workbook(BytesIO(data)) as book:
            for number, known in enumerate(book.sheets_metadata):
                visible = known.visible == calamine.SheetVisibleEnum.Visible
                if visible and known.typ == calamine.SheetTypeEnum.WorkSheet:
                    yield _sheet(book.get_sheet_by_index(number))
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, ValueError, OSError, MemoryError) as error:
        raise _Unfit(UNREADABLE.code) from error


def _is_tall(data: bytes) -> bool:
    """Tell whether a sheet ends so far down that merely laying it out would fill the memory."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            tail = b""
            if name.startswith(_SHEETS) and name.endswith(".xml"):
                with archive.open(name) as part:
                    while more := part.read(_MEGABYTE):
                        tail = (tail + more)[-_TAIL:]
            if any(int(row) > _TALLEST for row in _FILLED.findall(tail)):
                return True
    return False


def _sheet(sheet: Any) -> dict[str, Any]:  # noqa: ANN401 - calamine's own
    last = sheet.end  # from 0 on; None for an empty sheet
    if last and (last[0] >= MOST_ROWS or (last[0] + 1) * (last[1] + 1) > _MOST_CELLS):
        raise _Unfit(TOO_MANY_ROWS.code)
    cells = sheet.to_python(skip_empty_area=False) if last else []
    return {
        "sheet": sheet.name,
        "encoding": None,
        "rows": [_trimmed([_plain(value) for value in row]) for row in cells],
        "merged": [(*first, *last) for first, last in sheet.merged_cell_ranges or ()],
    }


def _texts(data: bytes) -> Iterator[dict[str, Any]]:
    """Read a text as a table by each separator in turn."""
    text, encoding = _decoded(data)
    if "\0" in text or text.lstrip().startswith("<"):
        raise _Unfit(UNREADABLE.code)
    for separator in _SEPARATORS:
        yield {"sheet": None, "encoding": encoding, "rows": list(_records(text, separator)), "merged": ()}


def _records(text: str, separator: str) -> Iterator[list[str]]:
    cells = 0
    try:
        for number, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator)):
            cells += len(record)
            if number >= MOST_ROWS or cells > _MOST_CELLS:
                raise _Unfit(TOO_MANY_ROWS.code)
            yield record
    except csv.Error as error:
        raise _Unfit(UNREADABLE.code) from error


def _decoded(data: bytes) -> tuple[str, str]:
    """Read bytes as text by their mark, or in the first encoding that fits them as a whole."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _Unfit(UNREADABLE.code) from error
    for encoding in ("utf-8", "gbk"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("gb18030", errors="replace"), "gb18030"


def _plain(value: Any) -> Cell:  # noqa: ANN401 - any cell that a workbook knows
    """Write a cell as JSON does: whole numbers without a point, days and hours as text."""
    if isinstance(value, datetime):
        whole_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return int(value) if value.is_integer() else value
    return value if isinstance(value, int) else str(value)[:_LONGEST_CELL]


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] == "":
        row.pop()
    return row


if __name__ == "__main__":
    main()
