"""Workbooks as people send them, and as nobody should."""

import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

Value = str | int | float | date | None
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def book(rows: Sequence[Sequence[Value]], name: str = "证书台账") -> bytes:
    """A workbook of one sheet."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as made:
        sheet = made.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place, column, value)
    return target.getvalue()


def with_sheet(xml: bytes, *, told: int | None = None) -> bytes:
    """A workbook whose first sheet is this; its directory may tell another size than it has."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book([["a"]]))) as good,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in good.namelist():
            made.writestr(name, xml if name == SHEET else good.read(name))
    return target.getvalue() if told is None else _lying(target.getvalue(), told)


def _lying(data: bytes, told: int) -> bytes:
    """Write another unpacked size of the sheet into both of the archive's lists."""
    lying = bytearray(data)
    for mark, size_at, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = lying.find(mark)
        while at >= 0:
            if lying[at + name_at :].startswith(SHEET.encode()):
                lying[at + size_at : at + size_at + 4] = told.to_bytes(4, "little")
            at = lying.find(mark, at + 4)
    return bytes(lying)
