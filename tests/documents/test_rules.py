"""What can be printed, how certificates write dates, and drawings made of numbers."""

from datetime import date

import pytest

from academy.documents.queries import fonts
from academy.documents.rules import drawing


@pytest.mark.parametrize(
    "name", ["欧阳娜娜", "阿卜杜热西提·买买提艾力江", "李㛃", "张𬭎", "李堃", "Abdukerim Mehmet", "䶮𠅤喆赟"]
)
def test_hard_names_can_be_printed(name: str) -> None:
    assert fonts.missing_characters(name) == ""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("阿卜杜热西提·买买提艾力江·吐尔逊江", ("阿卜杜热西提·", "买买提艾力江·吐尔逊江")),
        ("Abdurehim Muhemmetjan Turghun", ("Abdurehim", "Muhemmetjan Turghun")),
        ("阿" * 21, ("阿" * 10, "阿" * 11)),
        ("阿·" + "卜" * 30, ("阿·" + "卜" * 14, "卜" * 16)),
    ],
)
def test_a_long_name_is_broken_near_its_middle(name: str, lines: tuple[str, str]) -> None:
    assert drawing.halves(name, len) == lines


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("王?", "?"),
        ("王？", "？"),
        ("王\N{IDEOGRAPHIC SPACE}伟", "\N{IDEOGRAPHIC SPACE}"),
        ("王\ue000", "\ue000"),
        ("王\U0003134a\U0003134a", "\U0003134a"),
        ("王\N{REPLACEMENT CHARACTER}\t", "\N{REPLACEMENT CHARACTER}\t"),
    ],
)
def test_what_cannot_be_printed_is_named_once(name: str, missing: str) -> None:
    assert fonts.missing_characters(name) == missing


def test_a_line_is_as_wide_as_its_characters() -> None:
    assert fonts.width("王伟") == 2
    assert fonts.width("") == 0
    assert 0 < fonts.width("·") < fonts.width("王")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "二〇二六年十一月二十二日"),
        (date(2018, 5, 14), "二〇一八年五月十四日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2020, 12, 31), "二〇二〇年十二月三十一日"),
    ],
)
def test_dates_at_the_foot(day: date, written: str) -> None:
    assert drawing.ceremonial_date(day) == written


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 3, 2), date(2026, 3, 6), "2026年3月2日至3月6日"),
        (date(2026, 3, 2), date(2026, 3, 2), "2026年3月2日"),
        (date(2026, 12, 30), date(2027, 1, 2), "2026年12月30日至2027年1月2日"),
    ],
)
def test_the_days_of_a_class(first: date, last: date, written: str) -> None:
    assert drawing.stretch_of_days(first, last) == written


def test_dark_squares_become_runs() -> None:
    code = drawing.squares([b"\1\1\0\1", b"\0\0\0\0"], dark=b"\1")
    assert code == drawing.QrCode(((0, 0, 2), (3, 0, 1)), 2)
    assert code.path == "M0 0h2v1h-2zM3 0h1v1h-1z"


def test_a_seal_sets_its_words_evenly_around_the_top() -> None:
    placed = drawing.along_arc(fonts.glyphs("南京网格学院"), radius=16, size=5, most_degrees=228)
    turns = [float(each.transform.split("(")[1].split(")")[0]) for each in placed]
    assert turns == sorted(turns)
    assert turns[0] == -turns[-1]


def test_long_words_in_a_line_are_set_smaller() -> None:
    def size(text: str) -> float:
        placed = drawing.in_line(fonts.glyphs(text), size=4, most=20)[0].transform
        return float(placed.split("scale(")[1].split()[0])

    assert size("南京") == pytest.approx(0.004)
    assert size("南京网格学院教务处") == pytest.approx(20 / 9 / 1000, rel=1e-3)
