"""Which certificate of ours a text claims to be: the numbers and codes that stand in it, in their order."""

import re
import unicodedata

from academy.certificates.rules.numbers import read_number
from academy.ground.tokens import read_code

_MOST = 3
_NUMBER = re.compile(r"[0-9]{4}-[A-Z]-[0-9]{6}|宁网院\w字[〔(\[【][0-9]{4}[〕)\]】]第?[0-9]{6}号?")
_CODE = re.compile(r"/v/([0-9A-Za-z]{10})(?![0-9A-Za-z])")


def numbers_in(text: str) -> tuple[str, ...]:
    """List the numbers of ours that a text names, each once, a few at most; spaces inside do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    read = (read_number(found) for found in _NUMBER.findall(plain))
    return tuple(dict.fromkeys(number for number in read if number))[:_MOST]


def codes_in(text: str) -> tuple[str, ...]:
    """List the codes of ours that a text names as addresses, each once, a few at most."""
    return tuple(dict.fromkeys(read_code(found) for found in _CODE.findall(text)))[:_MOST]
