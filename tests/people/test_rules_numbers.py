"""ID and phone numbers as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.ground.errors import Reason
from academy.people.rules.numbers import (
    ID_BIRTH,
    ID_CHECK,
    ID_SHAPE,
    birth_date,
    check_character,
    problem_with_id,
    read_id,
    read_phone,
)
from academy.people.rules.register import Search, Sought, read_search

TODAY = date(2026, 11, 22)
# The standard's own example: GB 11643, annex.
OF_THE_STANDARD = "11010519491231002X"


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (OF_THE_STANDARD, None),
        ("440524188001010014", ID_BIRTH),  # the standard's other example: right digits, born in 1880
        ("110105194912310021", ID_CHECK),
        ("11010519491231020X", ID_CHECK),
        ("110105194913310025", ID_BIRTH),
        ("11010519500229002X", ID_BIRTH),
        ("110105203001010022", ID_BIRTH),
        ("110105491231002", ID_SHAPE),
        ("11010519491231002", ID_SHAPE),
        ("1101051949123100XX", ID_SHAPE),
        ("010105194912310027", ID_SHAPE),
        ("", ID_SHAPE),
    ],
)
def test_an_id_number_is_right_or_we_say_what_is_wrong(number: str, problem: Reason | None) -> None:
    assert problem_with_id(number, today=TODAY) is problem


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_found(number: str, place: int, other: str) -> None:
    mistyped = number[:place] + other + number[place + 1 :]
    assert (check_character(mistyped) == check_character(number)) is (mistyped == number)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 15))
def test_two_digits_in_the_wrong_order_are_always_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (check_character(swapped) == check_character(number)) is (swapped == number)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        full_width(OF_THE_STANDARD),
        "11010519491231002×",
        "11010519491231002х",  # noqa: RUF001 - a Cyrillic letter, as some keyboards give
    ],
)
def test_an_id_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_id(typed) == OF_THE_STANDARD


def test_the_date_of_birth_is_read() -> None:
    assert birth_date(OF_THE_STANDARD) == date(1949, 12, 31)
    assert birth_date("110105194902300020") is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13900001234", "13900001234"),
        (" 139 0000 1234 ", "13900001234"),
        ("139-0000-1234", "13900001234"),
        ("+86 139 0000 1234", "13900001234"),
        ("0086-13900001234", "13900001234"),
        ("8613900001234", "13900001234"),
        ("（+86）" + full_width("13900001234"), "13900001234"),
        ("139\u20110000\u20111234", "13900001234"),
        ("12900001234", None),
        ("1390000123", None),
        ("139000012345", None),
        ("02512345678", None),
        ("+1 390 000 1234", None),
        ("١٣٩٠٠٠٠١٢٣٤", None),
        ("", None),
    ],
)
def test_a_phone_number_is_read_however_it_is_typed(typed: str, number: str | None) -> None:
    assert read_phone(typed) == number


@given(st.text(max_size=40))
def test_whatever_is_typed_reading_does_not_break(text: str) -> None:
    assert read_phone(text) is None or len(str(read_phone(text))) == 11
    problem_with_id(read_id(text), today=TODAY)
    read_search(text)


@pytest.mark.parametrize(
    ("typed", "search"),
    [
        ("", Search(Sought.NOTHING)),
        ("  ", Search(Sought.NOTHING)),
        ("139 0000 1234", Search(Sought.PHONE, "13900001234")),
        ("11010519491231002x", Search(Sought.ID_NUMBER, OF_THE_STANDARD)),
        ("1234", Search(Sought.LAST_FOUR, "1234")),
        ("002x", Search(Sought.LAST_FOUR, "002X")),
        ("WXL", Search(Sought.NAME, "WXL")),
        ("wang xiu", Search(Sought.NAME, "wang xiu")),
        ("王秀兰", Search(Sought.NAME, "王秀兰")),
        ("买买提•艾", Search(Sought.NAME, "买买提·艾")),
        ("12345", Search(Sought.NAME, "12345")),
    ],
)
def test_a_search_is_read_for_what_it_is(typed: str, search: Search) -> None:
    assert read_search(typed) == search
