"""Lists of every make, read by the rules: texts, sheets, heads, and rows that are nobody."""

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from academy.ground.tables import Cell
from academy.people.rules.roster.reading import Line, Outcome
from tests.people.listing import STREET, opened
from tests.people.sheets import IDS, book, people, reading, rows

# ---------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("encoding", "separator", "newline"),
    [
        ("utf-16-le", "\t", "\r\n"), ("utf-16-be", ";", "\n"), ("utf-8-sig", ";", "\r\n"), ("utf-8", "\t", "\r"),
        ("gbk", ",", "\r\n"), ("gb18030", ",", "\n"),
    ],
)  # fmt: skip
def test_a_text_is_read_whatever_its_encoding_separator_and_lines(
    encoding: str, separator: str, newline: str
) -> None:
    name = "王\u3400伟" if encoding == "gb18030" else "王伟"
    table = [
        ["二〇二六年名单"],
        [],
        ["姓名", "身份证号", "备注"],
        [name, IDS[0], '"两\n行"'],
        [],
        ["李娜", IDS[1], ""],
    ]
    text = newline.join(separator.join(row) for row in table)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    data = mark + text.encode(encoding)
    assert people(data) == [(4, name, IDS[0]), (6, "李娜", IDS[1])]
    told = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)
    assert opened(data).encoding == told
    assert reading(data).lines[0].note == "两\n行"


def test_a_text_is_divided_by_the_first_sign_that_gives_a_head() -> None:
    told = "姓名,身份证号\n玄武区;姓名;身份证号\n樱桥;王伟;" + IDS[0]
    assert people(told.encode()) == [(2, "玄武区;姓名;身份证号", None), (3, "樱桥;王伟;" + IDS[0], None)]
    title = f"2026年,第一期,名单\n\n单位;姓名;身份证号\n樱桥街道;王伟;{IDS[0]}\n"
    assert people(title.encode()) == [(4, "王伟", IDS[0])]
    spread = f'"sep=;"\n"姓名";"身份证号"\n"王伟";"=""{IDS[0]}"""\n李娜;="{IDS[1]}"\n赵敏;\'{IDS[2]}\n'
    assert people(spread.encode()) == [(3, "王伟", IDS[0]), (4, "李娜", IDS[1]), (5, "赵敏", IDS[2])]


# ---------------------------------------------------------------------- sheets


def test_the_first_visible_sheet_with_a_head_is_read_and_no_other() -> None:
    def fill(made: Workbook, first: Worksheet) -> None:
        rows(first, [["填报说明"], ["每人一行"]])
        for place, (name, hidden) in enumerate([("旧名单", 1), ("更旧", 2), ("本期", 0), ("下期", 0)]):
            sheet = made.add_worksheet(name)
            rows(sheet, [["姓名", "身份证号"], [f"王{'甲乙丙丁'[place]}", IDS[place]]])
            if hidden:
                sheet.hide() if hidden == 1 else sheet.very_hidden()

    assert (opened(book(fill)).sheet, people(book(fill))) == ("本期", [(2, "王丙", IDS[2])])


def test_what_is_hidden_or_filtered_is_read_like_the_rest() -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(
            sheet,
            [["姓名", "身份证号", "手机号"], ["王伟", IDS[0], "19900000001"], ["李娜", IDS[1], "19900000002"]],
        )
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.autofilter(0, 0, 2, 2)
        sheet.filter_column(2, "x == 19900000002")

    assert people(book(fill)) == [(2, "王伟", IDS[0]), (3, "李娜", IDS[1])]


def test_rows_count_from_the_sheets_first_one_and_columns_from_its_first() -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, [["", "", "", "姓名", "身份证号"], [], ["", "", "", "王伟", IDS[0]]], first=6)

    found = reading(book(fill))
    assert (found.header.row + 1, [line.row for line in found.lines]) == (7, [9])


# ---------------------------------------------------------------------- heads


def test_a_head_merged_over_two_rows_and_over_columns_is_read() -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:G1", "2026年第一期网格员培训报名表")
        sheet.merge_range("A2:A3", "序号")
        sheet.merge_range("B2:B3", "学员姓名*")
        sheet.merge_range("C2:C3", "证件号码（18位）")
        sheet.merge_range("D2:E2", "联系方式")
        sheet.merge_range("F2:G2", "派出单位")
        rows(sheet, [["", "", "", "手机号：", "办公电话", "所属区", "街道"]], first=2)
        rows(sheet, [["1", "王伟", IDS[0], "19900000001", "025-83000000", "玄武区", "樱桥街道"]], first=3)

    (line,) = reading(book(fill)).lines
    assert (line.row, line.name, line.phone, line.outcome) == (4, "王伟", "19900000001", Outcome.OK)
    assert line.unit
    assert line.unit.path == STREET


def test_a_remark_under_a_label_leaves_the_label_as_it_is() -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(
            sheet,
            [["姓名", "身份证号", "手机号", "单位"], ["", "", "（11位）", "街道"], ["王伟", IDS[0], "1", STREET]],
        )

    (line,) = reading(book(fill)).lines
    assert [reason.code for reason in line.reasons] == ["phone_invalid"]


# ---------------------------------------------------------------------- rows that are nobody


def test_totals_blanks_and_remarks_are_passed_over_and_listed() -> None:
    body: list[list[Cell]] = [
        ["序号", "姓名", "身份证号", "手机号"], ["示例", "张三", IDS[9], "19900000009"],
        ["1", "王伟", IDS[0], ""], [],
        ["", "\u200b \u3000", "", ""], ["小计", "1人", "", ""], ["序号", "姓 名", "身份证号码", "电话"],
        ["2", "合计", IDS[1], ""], ["3", "负责人", "", ""], ["负责人：", "王伟", "", "19900000001"], ["共2人"],
        ["注1：手机号必填"], ["注册员", "李娜", "", ""], ["街道党工委（盖章）"], ["2026 年 3 月 2 日"],
        ["以下空白"],
        ["4", "", "", ""], ["说明: 表中所填须与身份证一致", "", "", "025-8"],
    ]  # fmt: skip

    def fill(_made: Workbook, sheet: Worksheet) -> None:
        rows(sheet, body)

    found = reading(book(fill))
    assert found.ignored_rows == (2, 6, 7, 11, 12, 14, 15, 16, 17, 18)
    assert [line.row for line in found.lines] == [3, 8, 9, 10, 13]
    assert [outcome(line) for line in found.lines] == ["ok", "ok", "missing_id", "missing_id", "missing_id"]


def outcome(line: Line) -> str:
    """Tell what a row came to, by its first reason where it is refused."""
    return line.reasons[0].code if line.reasons else line.outcome.value
