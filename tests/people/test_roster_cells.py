"""Cells as workbooks store them and people type them: numbers, days, formulas, names, merged units."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.people.listing import STREET
from tests.people.sheets import IDS, book, inline, people, raw, reading, rows, wide

OTHER_STREET = "秦淮区/南廊街道"
_AS_DAY = {"num_format": "yyyy-mm-dd"}


@pytest.mark.parametrize(
    ("value", "form", "code"),
    [
        (3.20106198001011e17, {}, "id_digits_lost"), (320106198001011, {}, "id_length"),
        (45000, _AS_DAY, "id_length"),
        (3.20106198001011e17, _AS_DAY, "id_digits_lost"),
        (3.20106198001011e17, {"num_format": "0"}, "id_digits_lost"),
        (3.20106198001011e17, {"num_format": "0.00E+00"}, "id_digits_lost"),
        ("3.20106E+17", {}, "id_digits_lost"), (wide("3.20106E+17"), {}, "id_digits_lost"),
        (True, {}, "id_length"),
    ],
)  # fmt: skip
def test_an_id_number_that_is_no_text_is_refused_for_what_it_is(
    value: Any, form: dict[str, str], code: str
) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号"], ["王伟"]])
        sheet.write(1, 1, value, made.add_format(form))

    (line,) = reading(book(fill)).lines
    assert [reason.code for reason in line.reasons] == [code]


@pytest.mark.parametrize(
    "form", [{}, {"num_format": "0"}, {"num_format": "@"}, {"num_format": "000-0000-0000"}, _AS_DAY]
)
def test_a_phone_number_stored_as_a_number_is_read_however_it_is_shown(form: dict[str, str]) -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号", "手机号"], ["王伟", IDS[0]]])
        sheet.write_number(1, 2, 19900000001, made.add_format(form))

    assert reading(book(fill)).lines[0].phone == "19900000001"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("025-83000000", None), ("025-8", None),
        ("'19900000001", "19900000001"),
        ("（+86）199 0000 0001", "19900000001"),
        ("0086-199-0000-0001", "19900000001"), ("8619900000001", "19900000001"), ('="19900000001"', "19900000001"),
        ("19900000001/19900000002", None), (wide("199000000") + "\u200b01", "19900000001"),
        ("1.99E+10", None), ("暂无", None),
    ],
)  # fmt: skip
def test_a_phone_number_typed_as_people_do_is_read_or_refused(typed: str, phone: str | None) -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号", "电话"], ["王伟", IDS[0], typed]])

    (line,) = reading(book(fill)).lines
    assert line.phone == phone
    assert [reason.code for reason in line.reasons] == (["phone_invalid"] if not phone and typed != "暂无" else [])


def test_formulas_errors_and_days_are_what_was_stored() -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号", "手机号", "备注"]])
        sheet.write_formula(1, 0, '=PHONETIC("x")', None, "王伟")
        sheet.write_formula(1, 1, '="a"&"b"', None, IDS[0])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(1, 3, datetime(2026, 3, 2), made.add_format(_AS_DAY))  # noqa: DTZ001 - a cell's day
        rows(sheet, [["李娜", IDS[1], "", "=1+1"], ["赵敏", IDS[2], "", " @甲\r\n乙 "]], first=2)
        sheet.write_formula(4, 0, "=NA()", None, "#N/A")
        sheet.write_string(4, 1, IDS[3])

    lines = reading(book(fill)).lines
    assert [(line.name, line.id_number, line.phone, line.note) for line in lines] == [
        ("王伟", IDS[0], None, "2026-03-02"), ("李娜", IDS[1], None, "=1+1"), ("赵敏", IDS[2], None, "@甲\n乙"),
        (None, IDS[3], None, None),
    ]  # fmt: skip
    assert [reason.code for reason in lines[3].reasons] == ["missing_name"]


@pytest.mark.parametrize("prefix", ["", "x"])
def test_cells_written_by_other_programs_are_read(prefix: str) -> None:
    head, body = inline("姓名", "身份证号", "备注"), inline("王_x0000_伟", IDS[0], "甲_x000D_\n乙")
    rich = (
        '<row><c t="inlineStr"><is><r><t>李</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 娜</t></r></is></c>'
    )
    sheet = head + body + rich + f'<c t="str"><f>1</f><v>{IDS[1]}</v></c></row>'
    lines = reading(raw(sheet, prefix=prefix)).lines
    assert [(line.row, line.name, line.id_number) for line in lines] == [(2, "王伟", IDS[0]), (3, "李娜", IDS[1])]
    assert lines[0].note == "甲\n乙"


def test_how_a_name_is_pronounced_is_no_part_of_it() -> None:
    strings = (
        "<si><t>姓名</t></si><si><t>身份证号</t></si><si><t>王伟</t><rPh sb='0' eb='1'><t>wang</t></rPh></si>"
    )
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    cells += f'<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="inlineStr"><is><t>{IDS[0]}</t></is></c></row>'
    assert people(raw(cells, strings=strings)) == [(3, "王伟", IDS[0])]


# ---------------------------------------------------------------------- names and units


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王\u200b伟", "王伟"), ("\ufeff王\u2060伟\u00ad", "王伟"), ("\u202a王伟\u202c", "王伟"),
        ("王\u2028伟", "王伟"),
        ("王\u00a0\u3000伟", "王伟"), ("阿卜杜\u00a0．\u3000热合曼", "阿卜杜·热合曼"),
        ("Anna\u2003Maria", "Anna Maria"),
        ("（王伟）", "（王伟）"), ("王伟\ufe0f", "王伟\ufe0f"), (wide("Anna"), wide("Anna")), ("e\u0301va", "éva"),
    ],
)  # fmt: skip
def test_a_name_keeps_what_can_be_seen(cell: str, name: str) -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号"], [cell, IDS[0]]])

    assert people(book(fill)) == [(2, name, IDS[0])]


def test_merged_units_reach_every_row_and_no_further() -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["单位", "姓名", "身份证号", "手机号"]])
        sheet.merge_range("A2:A5", STREET)
        rows(sheet, [["", "王伟", IDS[0]], ["", "李娜", IDS[1]], [], ["", "赵敏", IDS[2]]], first=1)
        rows(sheet, [["", "钱多", IDS[3]], [OTHER_STREET, "孙六", IDS[4]]], first=5)
        sheet.merge_range("D2:D3", "19900000001")

    found = [(line.row, line.unit.path if line.unit else None, line.phone) for line in reading(book(fill)).lines]
    assert found == [
        (2, STREET, "19900000001"), (3, STREET, None), (5, STREET, None), (6, None, None), (7, OTHER_STREET, None),
    ]  # fmt: skip


def test_a_workbook_of_days_hours_and_spans_is_read_whole() -> None:
    def fill(made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["姓名", "身份证号", "备注"]])
        notes = [date(2026, 3, 2), time(9, 30), datetime(2026, 3, 2, 9, 30), timedelta(hours=30)]  # noqa: DTZ001
        for place, note in enumerate(notes, 1):
            rows(sheet, [["王伟", IDS[place]]], first=place)
            form = {date: "yyyy/m/d", time: "hh:mm", datetime: "yyyy/m/d hh:mm", timedelta: "[h]:mm"}[type(note)]
            sheet.write(place, 2, note, made.add_format({"num_format": form}))

    notes = [line.note for line in reading(book(fill)).lines]
    assert notes[0] == "2026-03-02"
    assert notes[2] == "2026-03-02 09:30:00"
    assert all(notes)
