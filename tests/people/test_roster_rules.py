"""What a list of people is read as: heads, rows that are nobody, values, duplicates; and what never changes."""

import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.people.rules.roster import values
from academy.people.rules.roster.headers import find_header
from academy.people.rules.roster.labels import LABELS, Cell, Field, bare, label
from academy.people.rules.roster.reading import Line, Outcome
from academy.people.rules.roster.skipping import is_blank_row
from tests.make import TODAY
from tests.people.listing import HEAD, KNOWN, STREET, UNITS, id_of, lines

ID, OTHER = id_of(1), id_of(2)
WHITE = st.text(" \t\n\u00a0\u3000\u200b\ufeff", max_size=3)
FULL = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789Xx"}
born = st.dates(date(1900, 1, 1), TODAY)
people = st.builds(
    lambda n, day, man: id_of(n, born=f"{day:%Y%m%d}", man=man), st.integers(0, 99), born, st.booleans()
)


def one(*cells: Cell) -> Line:
    return lines([HEAD, list(cells)])[0]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("姓 名", "姓名"), ("身份证号码（必填）*", "身份证号码"), ("手机：", "手机"), ("*姓名", "姓名"),
        ("备注\n(可不填)", "备注"), ("姓名1", "姓名1"), (12.0, "12"), ("", ""),
    ],
)  # fmt: skip
def test_a_label_is_read_whole_without_stars_remarks_and_colons(cell: Cell, read: str) -> None:
    assert label(cell) == read


def test_the_head_is_sought_in_thirty_rows() -> None:
    below = [["a"]] * 29 + [HEAD]
    assert find_header(below)
    assert find_header([["a"], *below]) is None
    assert find_header([["姓名", "说明"], ["身份证号", "说明"]]) is None


def test_the_label_earlier_in_the_list_wins() -> None:
    header = find_header([["联系方式", "姓名", "身份证", "手机", "身份证号", "街道", "单位"]])
    assert header is not None
    assert header.columns == {Field.PHONE: 3, Field.NAME: 1, Field.ID_NUMBER: 4, Field.UNIT: 6}


def test_a_head_of_two_rows_is_read_downwards() -> None:
    rows = [["学员", "", "联系方式", "", "单位"], ["姓名", "身份证号", "", "手机", ""]]
    header = find_header(rows)
    assert header is not None
    assert (header.row, header.columns[Field.UNIT], header.columns[Field.PHONE]) == (1, 4, 3)
    upside = [["姓名", "身份证号", "联系方式", "", "单位"], ["", "", "办公电话", "手机", ""]]
    header = find_header(upside)
    assert header is not None
    assert (header.row, header.columns[Field.UNIT], header.columns[Field.PHONE]) == (1, 4, 3)


@pytest.mark.parametrize(
    ("row", "is_listed"),
    [
        (["示例张三", ID], False), (["样例", "", "", ""], False), (["姓名", "身份证号"], False),
        (["", "", "", STREET], False),
        (["合计", "3人"], False), (["填表人：王", ""], False), (["王伟", "请领导签字"], True),
        (["2026年3月2日", ""], False),
        (["注：以上", ""], False), (["注册员", ""], True), (["共5人", ""], False), (["共和", ""], True),
        (["合计", ID], True), (["合计", "", "1990000"], True), (["合计", "", "199000"], False), (["※", ""], False),
        (["审核（盖章）", ""], False), (["（盖章）", ""], False), (["/", "/"], True),
        (["负责人", "12345678901"], True),
    ],
)  # fmt: skip
def test_rows_that_are_nobody_are_passed_over(row: list[Cell], *, is_listed: bool) -> None:
    assert bool(lines([HEAD, row])) is is_listed


def test_blank_rows_are_not_even_ignored() -> None:
    assert is_blank_row(["", " \u3000", "\u200b"])
    assert not is_blank_row(["", 0])


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王 伟", "王伟"), ("欧阳\u3000娜 娜", "欧阳娜娜"), ("古丽．阿依", "古丽·阿依"),
        ("古丽 • 阿依", "古丽·阿依"),
        ("John  Smith", "John Smith"), ("J．R", "J．R"), ("王伟（大）", "王伟（大）"), ("王\u200b伟", "王伟"),
        ("王伟1", "王伟1"),
        ("李\U0002cb4e 明", "李\U0002cb4e明"), ("〇 一", "〇一"), ("/", None), ("－", None),
        (" 暂 无 ", None), ("", None),
        ("杨\r\n洋", "杨洋"), (7, "7"), ("阿·卜 ", "阿·卜"), ("王··伟", "王··伟"),
    ],
)  # fmt: skip
def test_a_name_is_written_one_way(cell: Cell, name: str | None) -> None:
    assert values.read_name(cell) == name


@given(st.text(min_size=1, max_size=30))
def test_a_name_read_twice_is_the_same(text: str) -> None:
    once = values.read_name(text)
    if once is not None and not values.is_blank(once):
        assert values.read_name(once) == once
        assert once == unicodedata.normalize("NFC", once).strip()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (3.29900197707133e17, "id_digits_lost"), (10**15, "id_digits_lost"), (10**15 - 1, "id_length"),
        ("3.29901E+17", "id_digits_lost"), ("3.299e17", "id_digits_lost"), ("329900830719843", "id_length"),
        ("3299001980010100", "id_length"), ("A" * 18, "id_check_digit"), ("329900198013010113", "id_birth_date"),
        (ID[:-1] + ("0" if ID[-1] != "0" else "1"), "id_check_digit"), ("", "missing_id"), ("无", "missing_id"),
        ("'", "id_length"), (True, "id_length"),
    ],
)  # fmt: skip
def test_an_id_number_fails_for_the_first_thing_that_is_wrong(cell: Cell, code: str) -> None:
    number, problem = values.read_id(cell, today=TODAY)
    assert number is None
    assert problem is not None
    assert problem.code == code


typing = st.sampled_from(
    [str, str.lower, lambda typed: typed.translate(FULL), lambda typed: typed.lower().translate(FULL)]
)


@given(people, WHITE, WHITE, st.sampled_from(["", "'", "’", "`", '="']), typing)
def test_an_id_number_is_read_however_it_is_typed(
    number: str, before: str, after: str, front: str, typed_as: Callable[[str], str]
) -> None:
    typed = typed_as(f"{number[:6]}-{number[6:14]} {number[14:]}")
    wrapped = f'="{typed}"' if front == '="' else front + typed
    assert values.read_id(before + wrapped + after, today=TODAY) == (number, None)


@given(people, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(number: str, place: int, character: str) -> None:
    wrong = number[:place] + character + number[place + 1 :]
    read, problem = values.read_id(wrong, today=TODAY)
    assert (read == wrong) is (wrong == number)
    assert (problem is None) is (wrong == number)


@given(people)
def test_two_neighbours_exchanged_are_found(number: str) -> None:
    for place, (one_, two) in enumerate(pairwise(number)):
        exchanged = number[:place] + two + one_ + number[place + 2 :]
        if exchanged != number:
            assert values.read_id(exchanged, today=TODAY)[1] is not None


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("+86 199-0000-0001", "19900000001"), ("0086(199)00000001", "19900000001"), (19900000001.0, "19900000001"),
        ('="19900000001"', "19900000001"), ("8619900000001", "19900000001"),
        ("19900000001".translate(FULL), "19900000001"),
        ("", None), ("—", None),
    ],
)  # fmt: skip
def test_a_phone_is_read_however_it_is_typed(cell: Cell, phone: str | None) -> None:
    assert values.read_phone(cell) == (phone, None)


@pytest.mark.parametrize(
    "cell", ["025-83001234", "19900000001 19900000002", "12900000001", "1990000000", 1.5, "1.99E+10"]
)
def test_what_is_no_mobile_number_is_refused(cell: Cell) -> None:
    assert values.read_phone(cell) == (None, values.PHONE_INVALID)


@pytest.mark.parametrize(
    ("unit", "district", "path"),
    [
        (STREET, "", STREET), ("玄武区樱桥街道办事处", "", STREET),
        ("江苏省南京市玄武区 > 樱桥街道办", "", STREET),
        ("樱桥街道", "", STREET), ("樱桥街道", "玄武区", STREET), ("樱桥街道", "秦淮区", None),
        ("新桥街道", "", None),
        ("新桥街道", "南京市溧水区", "溧水区/新桥街道"), ("溧水区·新桥街道", "江宁区", "溧水区/新桥街道"),
        ("樱桥", "", None),
        ("玄武区", "", None), ("竹篁镇人民政府", "", "六合区/竹篁镇"), ("樱桥街道", "/", STREET),
        ("玄武区－樱桥街道", "", STREET),
    ],
)  # fmt: skip
def test_a_unit_is_recognised_or_refused(unit: str, district: str, path: str | None) -> None:
    found, problem = KNOWN.read(unit, district)
    assert (found.path if found else None) == path
    assert (problem is None) is (path is not None)


@given(st.sampled_from(UNITS), st.sampled_from("/\\|、>_·- "), WHITE)
def test_every_unit_is_recognised_by_its_own_name(path: str, between: str, around: str) -> None:
    found, _problem = KNOWN.read(f"{around}南京市{path.replace('/', between)}{around}", "")
    assert found is not None
    assert found.path == path


def test_no_unit_and_no_phone_are_no_mistakes() -> None:
    line = one("王伟", ID, "无", "/", "政法网格员")
    assert (line.outcome, line.phone, line.unit, line.role) == (Outcome.OK, None, None, None)
    assert line.role_as_written == "政法网格员"


def test_all_reasons_are_told_in_their_order() -> None:
    line = one("/", "1", "2", "月球区", "")
    assert [reason.code for reason in line.reasons] == [
        "missing_name",
        "id_length",
        "phone_invalid",
        "unit_unknown",
    ]
    assert (line.name, line.id_number, line.phone, line.unit) == (None, None, None, None)


def test_the_second_row_of_an_id_number_is_a_duplicate_or_a_conflict() -> None:
    first, again, other, namesake = lines(
        [HEAD, ["王 伟", ID], ["王伟", ID, "2"[:0], "", "网格长"], ["王玮", ID], ["王伟", OTHER]]
    )
    assert (first.outcome, namesake.outcome) == (Outcome.OK, Outcome.OK)
    assert (again.outcome, again.of_row) == (Outcome.DUPLICATE, first.row)
    assert (other.outcome, other.of_row, other.reasons[0].code) == (Outcome.REFUSED, first.row, "id_name_conflict")


def test_a_refused_row_claims_no_id_number() -> None:
    refused, accepted = lines([HEAD, ["王伟", ID, "12"], ["王玮", ID]])
    assert (refused.outcome, accepted.outcome, accepted.of_row) == (Outcome.REFUSED, Outcome.OK, None)


def test_merged_cells_count_for_each_row_of_unit_district_and_role_only() -> None:
    head = ["姓名", "身份证号", "手机号", "街道", "区", "岗位", "备注"]
    rows = [head, ["王伟", ID, "19900000001", "新桥街道", "江宁区", "网格长", "x"], ["李强", OTHER]]
    merged = tuple((1, column, 2, column) for column in range(2, 7))
    second = lines(rows, merged=merged)[1]
    assert second.unit is not None
    assert (second.unit.path, second.role, second.phone, second.note) == ("江宁区/新桥街道", "网格长", None, None)
    assert lines(rows)[1].unit is None


def test_a_gender_that_contradicts_the_id_number_is_a_warning_of_accepted_rows() -> None:
    head = ["姓名", "身份证号", "性别"]
    rows = lines(
        [head, ["王伟", id_of(1, man=True), "女性"], ["王伟", id_of(1, man=True), "女"], ["李", "1", "女"]]
    )
    assert [row.warning and row.warning.code for row in rows] == ["gender_mismatch", None, None]


cells = st.one_of(
    st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.sampled_from([ID, STREET, *HEAD])
)


@given(st.lists(st.lists(cells, max_size=7), max_size=12))
def test_whatever_stands_in_a_list_each_row_is_told_once_and_in_order(rows: list[list[Cell]]) -> None:
    found = lines([HEAD, *rows])
    assert [line.row for line in found] == sorted({line.row for line in found})
    for line in found:
        assert (line.outcome is Outcome.REFUSED) is bool(line.reasons)
        assert line.outcome is Outcome.OK or line.warning is None
    accepted = [line.id_number for line in found if line.outcome is Outcome.OK]
    assert len(accepted) == len(set(accepted))
    assert None not in accepted


def test_no_label_stands_for_two_fields() -> None:
    every = [text for labels in LABELS.values() for text in labels]
    assert len(every) == len(set(every))
    assert all(bare(text) == label(text) == text for text in every)
