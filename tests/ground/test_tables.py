"""Lists of any kind are read table by table: visible sheets only, texts by each separator, cells as kept."""

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from academy.ground import tables
from academy.ground.errors import Refused
from academy.ground.tables import Grid


def read(data: bytes) -> list[Grid]:
    with tables.opened(data) as grids:
        return list(grids)


def book() -> bytes:
    """A workbook of five sheets, of which the second and the last are to be read."""
    target = BytesIO()
    made = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    made.add_worksheet("藏").hide()
    seen = made.add_worksheet("名单")
    made.add_worksheet("深藏").very_hidden()
    made.add_chartsheet("图")
    seen.activate()
    seen.set_first_sheet()
    last = made.add_worksheet("空")
    seen.write_string(2, 1, "=1+1")
    seen.write_formula(2, 2, "=NA()", None, "#N/A")
    seen.write_formula(2, 3, "=A1", None, "算好的")
    seen.write_number(3, 1, 19900000001)
    seen.write_number(3, 2, 0.5)
    seen.write_number(3, 3, 3.29900197707133e17)
    seen.write_datetime(3, 4, date(2026, 3, 2), made.add_format({"num_format": "yyyy-mm-dd"}))
    seen.set_row(3, None, None, {"hidden": True})
    seen.merge_range(4, 1, 6, 2, "合")
    last.write_blank(0, 0, None)
    made.close()
    return target.getvalue()


def test_hidden_sheets_are_never_read_and_cells_keep_their_place() -> None:
    first, second = read(book())
    assert (first.sheet, first.encoding) == ("名单", None)
    assert list(first.rows[:4]) == [
        [], [], ["", "=1+1", "", "算好的"], ["", 19900000001, 0.5, int(3.29900197707133e17), "2026-03-02"],
    ]  # fmt: skip
    assert first.rows[4][1] == "合"
    assert list(first.merged) == [(4, 1, 6, 2)]
    assert (second.sheet, list(second.rows)) == ("空", [])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("姓名,电话\n".encode(), "utf-8"), ("姓名,电话\n".encode("utf-8-sig"), "utf-8-sig"),
        ("姓名,电话\n".encode("utf-16"), "utf-16"), (b"\xfe\xff" + "姓名,电话\n".encode("utf-16-be"), "utf-16"),
        ("姓名,电话\n".encode("gbk"), "gbk"), ("姓名,电话,㛃\n".encode("gb18030"), "gb18030"), (b"", "utf-8"),
    ],
)  # fmt: skip
def test_a_text_is_read_in_its_own_encoding(data: bytes, encoding: str) -> None:
    grids = read(data)
    assert [grid.encoding for grid in grids] == [encoding] * 3
    if data:
        assert list(grids[0].rows[0][:2]) == ["姓名", "电话"]


def test_a_record_is_a_row_however_many_lines_it_has() -> None:
    commas, tabs, semicolons = read('a,"b\nc"\r\n\r\n"他说""可以""";d\te\n'.encode())
    assert list(commas.rows) == [["a", "b\nc"], [], ['他说"可以";d\te']]
    assert tabs.rows[-1][-1] == "e"
    assert semicolons.rows[-1] == ['他说"可以"', "d\te"]


def test_whoever_has_seen_enough_reads_no_further() -> None:
    with tables.opened(book()) as grids:
        assert next(grids).sheet == "名单"
    assert read(b"a,b")[0].rows == [["a", "b"]]  # the turn was given back


def test_a_workbook_that_cannot_be_opened_is_refused() -> None:
    whole = book()
    with pytest.raises(Refused) as refused:
        read(whole[:-200])
    assert refused.value.reasons[0].code == "unreadable"
