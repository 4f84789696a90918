"""Workbooks that people send: looked at from outside before anything unpacks them, then read in a process apart.

Run as a program this module is that process: a workbook on its standard input, the first sheet as JSON on its
output.
"""

import json
import math
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from academy.ground import confined
from academy.ground.errors import Reason, Refused
from academy.ground.lazy import LazyModule
from academy.ground.text import N_

calamine = LazyModule("python_calamine")

Cell = str | int | float | bool | date

MEGABYTES = 10
_MEGABYTE = 1024 * 1024
_MOST_PARTS = 500
_MOST_UNPACKED = 120 * _MEGABYTE
_MOST_RATIO = 150
_RATIO_COUNTS_FROM = _MEGABYTE
_SECONDS, _OF_THE_PROCESSOR, _MEMORY_MEGABYTES = 25, 10, 700
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SHEETS = "xl/workbook.xml"

TOO_LARGE = Reason("too_large", N_("The file is larger than %(megabytes)s MB. Split it, or leave out pictures."))
EMPTY = Reason("empty", N_("The file is empty. Choose it once more."))
OLD_EXCEL = Reason(
    "old_excel",
    N_("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password."),
)
NOT_A_WORKBOOK = Reason(
    "not_a_workbook",
    N_("This is not an Excel workbook (.xlsx). Save it from Excel or WPS as .xlsx, then send it."),
)
INFLATED = Reason(
    "inflated",
    N_("This file unpacks to far more than a list of people needs. Copy the rows into the blank workbook."),
)
TOO_MANY_ROWS = Reason("too_many_rows", N_("The first sheet has more than %(rows)s rows. Split the list."))
TOO_MANY_COLUMNS = Reason(
    "too_many_columns",
    N_("The first sheet has more than %(columns)s columns. Take out those that are not needed."),
)
UNREADABLE = Reason(
    "unreadable_workbook",
    N_("This workbook is damaged, or claims to be far larger than it is. Copy the rows into the blank workbook."),
)
_REASONS = {reason.code: reason for reason in (TOO_MANY_ROWS, TOO_MANY_COLUMNS, UNREADABLE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The first visible sheet of a workbook, from its first row on: row 1 of the sheet is `rows[0]`."""

    name: str
    rows: Sequence[Sequence[Cell]]


def read(data: bytes, *, rows: int, columns: int) -> Sheet:
    """Read the first sheet of a workbook that somebody sent; raises Refused with words that help."""
    if reason := _seen_from_outside(data):
        raise Refused(reason)
    question = json.dumps({"rows": rows, "columns": columns}).encode() + b"\n"
    try:
        answer = json.loads(confined.read(__name__, question + data, seconds=_SECONDS))
    except (confined.Overwhelmed, ValueError) as error:
        raise Refused(UNREADABLE) from error
    if reason := _REASONS.get(answer.get("refused", "")):
        raise Refused(reason.about(rows=rows, columns=columns))
    return Sheet(name=answer["name"], rows=[[_cell(value) for value in row] for row in answer["rows"]])


def _seen_from_outside(data: bytes) -> Reason | None:
    """Judge a file by its first bytes and by the directory of its archive; nothing is unpacked."""
    if not data:
        return EMPTY
    if len(data) > MEGABYTES * _MEGABYTE:
        return TOO_LARGE.about(megabytes=MEGABYTES)
    if data.startswith(_OLD_EXCEL):
        return OLD_EXCEL
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        return NOT_A_WORKBOOK
    if _SHEETS not in {part.filename for part in parts}:
        return NOT_A_WORKBOOK
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(len(data), 1)
    bomb = unpacked > _RATIO_COUNTS_FROM and ratio > _MOST_RATIO
    return INFLATED if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or bomb else None


def _cell(value: Any) -> Cell:  # noqa: ANN401 - what JSON may hold
    """Take a cell out of the other process's answer; a day comes wrapped."""
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - digits a float holds
        return int(value)
    return value  # type: ignore[no-any-return]  # text, number or truth: JSON knows no other


# --- the process apart -----------------------------------------------------------------------------


def main() -> None:
    """Answer with the first sheet of the workbook on standard input."""
    question, _newline, data = sys.stdin.buffer.read().partition(b"\n")
    confined.confine(seconds=_OF_THE_PROCESSOR, megabytes=_MEMORY_MEGABYTES)
    sys.stdout.write(json.dumps(_first_sheet(data, **json.loads(question)), ensure_ascii=False))


def _first_sheet(data: bytes, rows: int, columns: int) -> dict[str, Any]:
    try:
        with calamine.load_workbook(BytesIO(data)) as book:
            visible = [
                number for number, sheet in enumerate(book.sheets_metadata)
                if sheet.visible == calamine.SheetVisibleEnum.Visible
                and sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]  # fmt: skip
            if not visible:
                return {"refused": UNREADABLE.code}
            sheet = book.get_sheet_by_index(visible[0])
            last = sheet.end  # from 0 on; None for an empty sheet
            if last and last[0] >= rows:
                return {"refused": TOO_MANY_ROWS.code}
            if last and last[1] >= columns:
                return {"refused": TOO_MANY_COLUMNS.code}
            cells = sheet.to_python(skip_empty_area=False) if last else []
            return {"name": sheet.name, "rows": [[_plain(value) for value in row] for row in cells]}
    except (calamine.CalamineError, ValueError, MemoryError):
        return {"refused": UNREADABLE.code}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any cell that a workbook knows
    """Write a cell as JSON does: a day wrapped, a time of day or a span as text."""
    if isinstance(value, datetime):
        whole_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return {"day": value.date().isoformat()} if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return {"day": value.isoformat()}
    plain = isinstance(value, str | int | float) and math.isfinite(value if isinstance(value, float) else 0)
    return value if plain else str(value)


if __name__ == "__main__":
    main()
