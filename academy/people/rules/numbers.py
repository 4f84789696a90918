"""ID numbers (GB 11643) and mobile numbers, as people type them and as the academy keeps them."""

import re
import unicodedata
from datetime import date

from academy.ground.errors import Reason
from academy.ground.text import N_

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_MOBILE = re.compile(r"(?:\+?(?:00)?86)?(1[3-9][0-9]{9})")
_BETWEEN = re.compile(r"[\s()._\u2010-\u2015\u2212-]+")
_LOOK_LIKE_X = str.maketrans("×хХ", "XXX")  # noqa: RUF001 - the sign and the letters that people type for X
OLDEST_BIRTH = date(1900, 1, 1)

ID_SHAPE = Reason("id_shape", N_("An ID number has 17 digits and then one more digit or X."))
ID_BIRTH = Reason("id_birth", N_("Digits 7 to 14 of this ID number are no real date of birth."))
ID_CHECK = Reason(
    "id_check", N_("One character of this ID number is mistyped: its last one does not fit the rest.")
)
PHONE_SHAPE = Reason("phone_shape", N_("A mobile number has 11 digits and begins with 13 to 19."))


def _typed(text: str) -> str:
    """Take out what people put between digits, and full-width forms."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def read_phone(text: str) -> str | None:
    """Read a mobile number: with spaces, dashes, +86 or full-width digits; None where it is none."""
    found = _MOBILE.fullmatch(_typed(text))
    return found[1] if found else None


def read_id(text: str) -> str:
    """Read an ID number: with spaces, a small x, full-width digits; `problem_with_id` tells if it is right."""
    return _typed(text).translate(_LOOK_LIKE_X).upper()


def check_character(first_seventeen: str) -> str:
    """Compute the last character of an ID number from the 17 before it."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECKS[total % 11]


def birth_date(id_number: str) -> date | None:
    """Read the date of birth inside an ID number; None where it is no day."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def problem_with_id(id_number: str, *, today: date) -> Reason | None:
    """Tell what is wrong with an ID number as read, or None."""
    if not _ID.fullmatch(id_number):
        return ID_SHAPE
    born = birth_date(id_number)
    if born is None or not OLDEST_BIRTH <= born <= today:
        return ID_BIRTH
    return None if check_character(id_number[:17]) == id_number[17] else ID_CHECK
