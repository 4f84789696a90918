"""How the numbers of certificates read, and how their files are called."""

import re
import unicodedata

from academy.certificates.rules.states import Series

_PRINTED = {Series.COMPLETION: "宁网院结字", Series.EXCELLENT: "宁网院优字", Series.HOURS: "宁网院时字"}
_ASCII_NUMBER = re.compile(r"([0-9]{4})-?([A-Z])-?([0-9]{1,9})")
_PRINTED_NUMBER = re.compile(r"(\w+?)[〔〈\[(【{]([0-9]{4})[〕〉\])】}]第?([0-9]{1,9})号?")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


def number_of(series: Series, year: int, sequence: int) -> str:
    """Write a number as URLs have it: `2026-J-000001`."""
    return f"{year}-{series}-{sequence:06d}"


def printed(number: str) -> str:
    """Write a number as certificates show it: `宁网院结字〔2026〕第000001号`."""
    year, series, sequence = number.split("-")
    return f"{_PRINTED[Series(series)]}〔{year}〕第{sequence}号"


def read_number(text: str) -> str | None:
    """Read a number in either form as people type it: any width, brackets, spaces; None if it is no number."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).upper()
    if found := _ASCII_NUMBER.fullmatch(plain):
        year, letter, digits = found.groups()
    elif found := _PRINTED_NUMBER.fullmatch(plain):
        words, year, digits = found.groups()
        letter = next((series for series, name in _PRINTED.items() if name == words), "")
    else:
        return None
    if letter not in set(Series) or int(digits) == 0:
        return None
    return number_of(Series(letter), int(year), int(digits))


_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def file_name(number: str, name: str, class_code: str) -> str:
    """Name a certificate's file such that every file system takes it and no two are alike."""
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "_"
    return f"{number}-{safe}-{class_code}.pdf"
