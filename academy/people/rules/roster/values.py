"""What a cell says: a name, an ID number, a mobile number, a role, a gender, a note."""

import re
import unicodedata
from datetime import date

from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.people.rules.numbers import OLDEST_BIRTH, birth_date, check_character
from academy.people.rules.roster.labels import Cell, bare, written

_CHINESE = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOTTED = re.compile(f"(?<=[{_CHINESE}]) ?[·•‧∙⋅・･．.] ?(?=[{_CHINESE}])")
_SPACED = re.compile(f"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")
_WHITE = re.compile(r"\s+")
_BLANK = frozenset({"", "/", "-", "—", "–", "无", "暂无"})
_WRAPPED = re.compile(r'="(.*)"')
_APOSTROPHES = "'’‘`"
DASHES = re.compile("[-\u2010-\u2015\u2212]")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+", re.IGNORECASE)
_DIGITS_KEPT = 10**15
_ID_LENGTH = 18
_ID = re.compile(r"[0-9]{17}[0-9X]")
_ROLES = {
    "专职网格员": "专职网格员", "专职": "专职网格员",
    "兼职网格员": "兼职网格员", "兼职": "兼职网格员",
    "网格长": "网格长", "志愿者": "志愿者",
}  # fmt: skip
_GENDERS = {"男": "男", "男性": "男", "女": "女", "女性": "女"}

MISSING_NAME = Reason("missing_name", N_("The name is missing."))
MISSING_ID = Reason("missing_id", N_("The ID number is missing."))
ID_DIGITS_LOST = Reason(
    "id_digits_lost",
    N_("Excel has rounded this ID number. Make the column text, then type the number once more."),
)
ID_LENGTH = Reason("id_length", N_("An ID number has 18 characters; this one has more or fewer."))
ID_BIRTH_DATE = Reason("id_birth_date", N_("Digits 7 to 14 of this ID number are no real date of birth."))
ID_CHECK_DIGIT = Reason("id_check_digit", N_("This ID number is mistyped: its last character does not fit."))
PHONE_INVALID = Reason("phone_invalid", N_("This is no mobile number of 11 digits. One number to a cell."))


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell says nothing, or that there is nothing to say."""
    return bare(written(cell)) in _BLANK


def read_name(cell: Cell) -> str | None:
    """Write a name one way, and otherwise exactly as it stands: two names are the same if equal after this."""
    if is_blank(cell):
        return None
    text = _WHITE.sub(" ", unicodedata.normalize("NFC", written(cell)))
    text = "".join(c for c in text if c.isalnum() or unicodedata.category(c) not in {"Cc", "Cf"})
    text = _WHITE.sub(" ", text).strip()
    return _SPACED.sub("", _DOTTED.sub("·", text)) or None


def read_id(cell: Cell, *, today: date) -> tuple[str | None, Reason | None]:
    """Read an ID number as the rules of GB 11643 have it, or the first thing that is wrong with it."""
    if is_blank(cell):
        return None, MISSING_ID
    if not isinstance(cell, str) and cell >= _DIGITS_KEPT:
        return None, ID_DIGITS_LOST
    text = bare(written(cell))
    if _ROUNDED.fullmatch(text):
        return None, ID_DIGITS_LOST
    number = DASHES.sub("", _unwrapped(text)).upper()
    problem = _problem_with_id(number, today)
    return (None, problem) if problem else (number, None)


def _problem_with_id(number: str, today: date) -> Reason | None:
    if len(number) != _ID_LENGTH:
        return ID_LENGTH
    if not _ID.fullmatch(number):
        return ID_CHECK_DIGIT
    born = birth_date(number)
    if born is None or not OLDEST_BIRTH <= born <= today:
        return ID_BIRTH_DATE
    return None if check_character(number[:17]) == number[17] else ID_CHECK_DIGIT


def read_phone(cell: Cell) -> tuple[str | None, Reason | None]:
    """Read a mobile number; blank is no mistake."""
    if is_blank(cell):
        return None, None
    text = DASHES.sub("", _unwrapped(bare(written(cell)))).replace("(", "").replace(")", "")
    found = _MOBILE.fullmatch(text)
    return (found[1], None) if found else (None, PHONE_INVALID)


def read_role(cell: Cell) -> str | None:
    """Recognise a role in the grid."""
    return _ROLES.get(bare(written(cell)))


def read_gender(cell: Cell) -> str | None:
    """Recognise a gender."""
    return _GENDERS.get(bare(written(cell)))


def gender_of_id(id_number: str) -> str:
    """Tell the gender that an ID number speaks of."""
    return "男" if int(id_number[16]) % 2 else "女"


def read_note(cell: Cell) -> str | None:
    """Take a note as it stands; nothing in it is ever computed."""
    text = written(cell).replace("\r\n", "\n").strip()
    return text if bare(text) else None


def _unwrapped(text: str) -> str:
    """Take off what makes Excel leave a number alone: `="…"`, or apostrophes in front."""
    found = _WRAPPED.fullmatch(text)
    return (found[1] if found else text).lstrip(_APOSTROPHES)
