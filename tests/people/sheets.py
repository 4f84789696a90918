"""Workbooks built cell by cell, as offices and other programs write them, and read by the rules."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from academy.people.rules.roster.headers import find_header
from academy.people.rules.roster.reading import Reading, read
from tests.make import TODAY
from tests.people.listing import KNOWN, id_of, opened

IDS = [id_of(serial) for serial in range(1, 40)]
EXPANDED = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def wide(text: str) -> str:
    """Write a text in full-width signs."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def reading(data: bytes) -> Reading:
    """Read a file as the command does."""
    grid = opened(data)
    header = find_header(grid.rows)
    assert header is not None
    return read(grid.rows, grid.merged, header, KNOWN, today=TODAY)


def people(data: bytes) -> list[tuple[int, str | None, str | None]]:
    """Tell row, name and ID number of each row that is somebody."""
    return [(line.row, line.name, line.id_number) for line in reading(data).lines]


def book(fill: Callable[[Workbook, Worksheet], object], name: str = "名单") -> bytes:
    """A workbook that somebody fills as they like."""
    target = BytesIO()
    made = xlsxwriter.Workbook(target)
    fill(made, made.add_worksheet(name))
    made.close()
    return target.getvalue()


def rows(sheet: Worksheet, found: Sequence[Sequence[Any]], *, first: int = 0) -> None:
    """Write rows as text, the first at this place from 0 on."""
    for place, row in enumerate(found, first):
        for column, cell in enumerate(row):
            if cell != "":
                sheet.write_string(place, column, str(cell))


def raw(sheet: str, *, strings: str = "", prefix: str = "") -> bytes:
    """A workbook whose sheet, and texts if given, are written in this XML; with a prefix for each tag if given."""
    target = BytesIO()
    plain = book(lambda _made, sheet: sheet.write_string(0, 0, "a"))
    with zipfile.ZipFile(BytesIO(plain)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = f"<worksheet {EXPANDED}><sheetData>{sheet}</sheetData></worksheet>".encode()
                if prefix:
                    data = _prefixed(data.decode(), prefix).encode()
            if name == "xl/sharedStrings.xml" and strings:
                data = f"<sst {EXPANDED}>{strings}</sst>".encode()
            made.writestr(name, data)
    return target.getvalue()


def _prefixed(xml: str, prefix: str) -> str:
    xml = xml.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    return xml.replace("xmlns=", f"xmlns:{prefix}=")


def inline(*cells: str, row: int = 0) -> str:
    """A row of texts that stand in the sheet itself; without a number, cells do not say where they stand."""
    attributes = f' r="{row}"' if row else ""
    return (
        f"<row{attributes}>" + "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in cells) + "</row>"
    )
