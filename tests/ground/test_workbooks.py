"""Workbooks that people send are read; those that were made to hurt are refused, quickly and in words."""

import time
import zipfile
from datetime import date
from io import BytesIO

import pytest

from academy.ground import workbooks
from academy.ground.errors import Refused
from tests.certificates.workbook import HEAD, book, with_sheet

CELL = b'<row r="%d"><c r="%b%d"><v>1</v></c></row>'
END = b"</sheetData></worksheet>"
FAR = HEAD + CELL % (1, b"A", 1) + CELL % (1048576, b"XFD", 1048576) + END
DEEP = HEAD + CELL % (1048570, b"A", 1048570) + END
TEXT = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%b</t></is></c></row>'


def many_parts() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("xl/workbook.xml", "")
        for number in range(2000):
            made.writestr(str(number), "")
    return target.getvalue()


def entities() -> bytes:
    told = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"a" * 100) for n in range(9))
    return with_sheet(HEAD.replace(b"<work", b"<!DOCTYPE a [" + told + b"]><work") + TEXT % b"&a8;" + END)


def test_cells_keep_what_they_are() -> None:
    sheet = workbooks.read(
        book([["编号", "日期"], ["=1+1", date(2019, 3, 1)], [12, 4.5], [None, "x"]], "名单"), rows=10, columns=5
    )
    assert sheet.name == "名单"
    assert [list(row) for row in sheet.rows] == [
        ["编号", "日期"], ["=1+1", date(2019, 3, 1)], [12, 4.5], ["", "x"],
    ]  # fmt: skip


def test_rows_keep_their_place_where_the_sheet_begins_lower() -> None:
    sheet = workbooks.read(book([[], [], ["编号"]]), rows=10, columns=5)
    assert [list(row) for row in sheet.rows] == [[""], [""], ["编号"]]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([["编号", "姓名"]], [["编号", "姓名"]]),  # a head and nobody below it is not the same as nothing
        ([["编号"]], [["编号"]]),
        ([[None, "姓名"]], [["", "姓名"]]),
        ([["编号"], ["1"]], [["编号"], ["1"]]),
        ([[]], []),
    ],
)
def test_a_sheet_of_one_row_is_not_an_empty_one(cells: list[list[str | None]], found: list[list[str]]) -> None:
    assert [list(row) for row in workbooks.read(book(cells), rows=10, columns=5).rows] == found


def test_as_many_rows_and_columns_as_are_allowed_are_read() -> None:
    assert len(workbooks.read(book([["x"] * 5] * 10), rows=10, columns=5).rows) == 10


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"number,name\n1,a\n", "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old_excel"),
        (b"PK\x03\x04" + bytes(100), "not_a_workbook"),
        (bytes(10 * 1024 * 1024 + 1), "too_large"),
        (many_parts(), "inflated"),
        (with_sheet(HEAD + b" " * 180_000_000), "inflated"),
        (with_sheet(HEAD + b" " * 300_000_000, told=5000), "unreadable_workbook"),
        (with_sheet(FAR), "unreadable_workbook"),
        (with_sheet(DEEP), "too_many_rows"),
        (with_sheet(HEAD + b"<row><c"), "unreadable_workbook"),
        (entities(), "unreadable_workbook"),
        (book([["x"]] * 12), "too_many_rows"),
        (book([["x"] * 7]), "too_many_columns"),
    ],
    ids=[
        "empty", "a PDF", "text", "old", "broken archive", "large", "many parts", "bomb", "lying bomb",
        "one cell very far away", "one cell very far down", "cut off", "entities in entities", "rows", "columns",
    ],
)  # fmt: skip
def test_hostile_workbooks_are_refused_in_words(data: bytes, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        workbooks.read(data, rows=10, columns=5)
    assert [reason.code for reason in refusal.value.reasons] == [code]
    assert time.monotonic() - began < 5  # two seconds on a quiet machine
