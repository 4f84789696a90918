"""A list leaves as a file that Excel and every other program open, and that runs nothing."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from academy.ground.spreadsheet import Cell, Table, comma_separated, workbook

HEADS = [("姓名", 10), ("日期", 12), ("学时", 8)]


def lines(table: Table) -> list[list[str]]:
    data = comma_separated(table)
    assert data.startswith(b"\xef\xbb\xbf")  # without it Excel reads Chinese as noise
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_lines_hold_what_the_cells_held() -> None:
    rows: list[tuple[Cell, ...]] = [
        ("阿卜杜热西提·买买提艾力江", date(2026, 11, 22), 3.5),
        ('他说"好",\n散会', "", -4),
    ]
    assert lines(Table("人员", HEADS, rows)) == [
        ["姓名", "日期", "学时"],
        ["阿卜杜热西提·买买提艾力江", "2026-11-22", "3.5"],
        ['他说"好",\n散会', "", "-4"],
    ]


def test_moments_are_those_of_the_academys_clock_and_typed() -> None:
    at = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
    table = Table("人员", HEADS[:1], [(at,)])
    assert lines(table)[1] == ["2026-11-22 09:05"]
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook(table))).get_sheet_by_index(0).to_python()
    assert rows[1] == [datetime(2026, 11, 22, 9, 5)]  # noqa: DTZ001 - a spreadsheet knows no zones
    with pytest.raises(ValueError, match="naive"):
        comma_separated(Table("人员", HEADS[:1], [(at.replace(tzinfo=None),)]))


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "＝", "＋", "－", "\uff20", "\t=", "\r=", "\n="])
def test_what_would_be_a_formula_is_text(begins: str) -> None:
    typed = f'{begins}HYPERLINK("http://evil.example")'
    assert lines(Table("人员", HEADS, [(typed, "", 0)]))[1][0] == f"'{typed}"
    book = ZipFile(BytesIO(workbook(Table("人员", HEADS, [(typed, "", 0)]))))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_title_that_no_sheet_may_have_is_made_one() -> None:
    book = ZipFile(BytesIO(workbook(Table("2026/017：[一班]*" + "很长" * 20, HEADS, []))))
    assert "2026 017： 一班 ".encode() in book.read("xl/workbook.xml")
