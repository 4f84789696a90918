"""Tables as files: cells are text, numbers or days, so that nothing somebody typed becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO

from academy.ground.lazy import LazyModule

xlsxwriter = LazyModule("xlsxwriter")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_LONGEST_CELL = 32767  # the format's own limit
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
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    number = 0
    for number, row in enumerate(table.rows, start=1):  # the last one is where the filter ends
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:_LONGEST_CELL], wrapped)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write_number(number, column, value, wrapped)
    sheet.autofilter(0, 0, number, len(table.heads) - 1)
    book.close()
    return target.getvalue()


def comma_separated(table: Table) -> bytes:
    """Write lines that any program reads, and Excel reads as UTF-8; what would be a formula there is made text."""
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([label for label, _width in table.heads])
    writer.writerows([_harmless(value) for value in row] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value
