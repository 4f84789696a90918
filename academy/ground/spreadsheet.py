"""Tables as spreadsheets: cells are text, numbers or days, so that nothing somebody typed becomes a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

from academy.ground.lazy import LazyModule

xlsxwriter = LazyModule("xlsxwriter")

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32767  # the format's own limit
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


Cell = str | int | float | date


def workbook(title: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write one sheet: a frozen head of (label, width in characters) to filter by, then the rows."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(title[:31])
    bold, wrapped = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for column, (label, width) in enumerate(heads):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, label, bold)
    sheet.freeze_panes(1, 0)
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    number = 0
    for number, row in enumerate(rows, start=1):  # the last one is where the filter ends
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:_LONGEST_CELL], wrapped)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write_number(number, column, value, wrapped)
    sheet.autofilter(0, 0, number, len(heads) - 1)
    book.close()
    return target.getvalue()
