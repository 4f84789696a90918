"""Tables as files: cells are text, numbers, days or moments, so that nothing somebody typed becomes a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from academy.ground import clock
from academy.ground.lazy import LazyModule

xlsxwriter = LazyModule("xlsxwriter")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_LONGEST_CELL = 32767  # the format's own limit
_LATIN = 0x2E80  # before it lie letters, which are half as wide as Chinese characters
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_BEGINS_A_FORMULA = tuple("=+-@＝＋－\uff20\t\r\n")  # of both widths
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


Cell = str | int | float | date


@dataclass(frozen=True, slots=True)
class Table:
    """A list that leaves the academy: heads of (label, width in characters), and its rows."""

    title: str
    heads: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]


def workbook(table: Table) -> bytes:
    """Write one sheet for Excel: a frozen head to filter by, then the rows with their types."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(table.title.translate(_NOT_IN_A_TITLE)[:31])
    bold, wrapped = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for column, (label, width) in enumerate(table.heads):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, label, bold)
    sheet.freeze_panes(1, 0)
    day, moment = (
        book.add_format({"num_format": pattern, "valign": "top"}) for pattern in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")
    )
    number = 0
    for number, row in enumerate(table.rows, start=1):  # the last one is where the filter ends
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:_LONGEST_CELL], wrapped)
            elif isinstance(value, datetime):
                sheet.write_datetime(number, column, clock.local(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write_number(number, column, value, wrapped)
    sheet.autofilter(0, 0, number, len(table.heads) - 1)
    book.close()
    return target.getvalue()


def blank_workbook(table: Table) -> bytes:
    """Write a sheet to be filled in: columns of text, so that Excel rounds no long number; the rows are notes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(table.title.translate(_NOT_IN_A_TITLE)[:31])
    bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for column, (label, width) in enumerate(table.heads):
        sheet.set_column(column, column, width, plain)
        sheet.write_string(0, column, label, bold)
        notes = [row[column] for row in table.rows if row[column]]
        if notes:
            sheet.write_comment(0, column, "\n".join(str(note) for note in notes))
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is put beside the rows of somebody's own list: a head, and for rows by place a colour and words."""

    head_row: int
    head: str
    of_rows: Mapping[int, tuple[str, str]]


# ARGB without the A; each differs from the others in black and white too, and none is told by its colour alone
_FILLS = {"ok": "#D9F2E3", "late": "#FFF0CC", "no": "#F8D7D4", "note": "#DCE8F7", "plain": "#E8E8E8"}
_WIDEST = 60
_COMMENT = {"x_scale": 2, "y_scale": 1.2}


def marked_workbook(name: str, rows: Sequence[Sequence[Cell]], marks: Marks) -> bytes:
    """Write a list anew under its sheet's name, row for row and column for column, with colours and words."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(name.translate(_NOT_IN_A_TITLE)[:31].strip("' ") or None)
    formats = {kind: book.add_format({"bg_color": fill, "border": 1}) for kind, fill in _FILLS.items()}
    days = {
        kind: book.add_format({"bg_color": fill, "border": 1, "num_format": "yyyy-mm-dd"})
        for kind, fill in _FILLS.items()
    }
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    columns = max(map(len, rows), default=0)
    for place, row in enumerate(rows):
        kind, words = marks.of_rows.get(place, ("", ""))
        for column, value in enumerate(row):
            dated = days.get(kind, day) if isinstance(value, date) else formats.get(kind)
            _write(sheet, (place, column), value, dated)
        if words or place == marks.head_row:
            sheet.write_string(place, columns, words or marks.head, formats.get(kind, bold))
    for column in range(columns):
        longest = max((_wide(row[column]) for row in rows if column < len(row)), default=8)
        sheet.set_column(column, column, min(max(longest + 2, 8), _WIDEST))
    sheet.set_column(columns, columns, _WIDEST)
    book.close()
    return target.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMarks(Marks):
    """Marks beside the rows and, by place and column, a colour and a comment at single cells."""

    of_cells: Mapping[tuple[int, int], tuple[str, str]]


def commented_workbook(name: str, rows: Sequence[Sequence[Cell]], marks: CellMarks) -> bytes:
    """Write a list anew, the cells in question coloured and commented, and words beside each row."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(name.translate(_NOT_IN_A_TITLE)[:31].strip("' ") or None)
    text = {"num_format": "@"}  # what is typed over a wrong cell is not rounded
    formats = {kind: book.add_format({"bg_color": fill, "border": 1, **text}) for kind, fill in _FILLS.items()}
    bold = book.add_format({"bold": True})
    columns = max(map(len, rows), default=0)
    for place, row in enumerate(rows):
        for column in range(columns):
            kind, comment = marks.of_cells.get((place, column), ("", ""))
            value = row[column] if column < len(row) else ""
            if kind and value == "":
                sheet.write_blank(place, column, None, formats[kind])
            elif value != "":
                _write(sheet, (place, column), value, formats.get(kind))
            if comment:
                sheet.write_comment(place, column, comment, _COMMENT)
        kind, words = marks.of_rows.get(place, ("", ""))
        if words or place == marks.head_row:
            sheet.write_string(place, columns, words or marks.head, formats.get(kind, bold))
    for column in range(columns):
        longest = max((_wide(row[column]) for row in rows if column < len(row)), default=8)
        sheet.set_column(column, column, min(max(longest + 2, 8), _WIDEST // 2))
    sheet.set_column(columns, columns, _WIDEST)
    book.close()
    return target.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: Cell, look: Any) -> None:  # noqa: ANN401 - XlsxWriter's own
    """Write a cell as what it is; nothing that somebody typed becomes a formula."""
    if isinstance(value, bool):
        sheet.write_boolean(*place, value, look)
    elif isinstance(value, str):
        sheet.write_string(*place, value[:_LONGEST_CELL], look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, look)
    else:
        sheet.write_number(*place, value, look)


def _wide(value: Cell) -> int:
    """Count the width of a cell, a Chinese character as two."""
    return sum(2 if ord(character) > _LATIN else 1 for character in str(value))


def comma_separated(table: Table) -> bytes:
    """Write lines that any program reads, and Excel reads as UTF-8; what would be a formula there is made text."""
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([label for label, _width in table.heads])
    writer.writerows([_harmless(value) for value in row] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return clock.civil(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form to be filled in by hand: a title above its heads, rows that are there already, notes below them."""

    name: str
    title: str
    heads: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def filled_form(form: Sheet) -> bytes:
    """Write a form with all cells as text, so that Excel rounds no long number that is typed into it."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(form.name.translate(_NOT_IN_A_TITLE)[:31])
    head = book.add_format({"bold": True, "border": 1, "align": "center"})
    title = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    cell, plain = book.add_format({"num_format": "@", "border": 1}), book.add_format({"num_format": "@"})
    for column, (_label, width) in enumerate(form.heads):
        sheet.set_column(column, column, width, plain)
    sheet.merge_range(0, 0, 0, len(form.heads) - 1, form.title[:_LONGEST_CELL], title)
    sheet.set_row(0, 30)
    for column, (label, _width) in enumerate(form.heads):
        sheet.write_string(1, column, label, head)
    for number, row in enumerate(form.rows, start=2):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value[:_LONGEST_CELL], cell)
    for number, note in enumerate(form.notes, start=2 + len(form.rows)):
        sheet.write_string(number, 0, note)
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(0, 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()
