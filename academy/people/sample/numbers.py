"""Numbers that read as real ones and belong to nobody: a region no place has, phones that no one was given."""

from datetime import date, timedelta
from random import Random

from academy.people.rules.numbers import check_character

_REGION = "329900"
_FIRST_PHONE = 19900000000


def phone(serial: int) -> str:
    """Give the phone of this place in the count."""
    return str(_FIRST_PHONE + serial)


class IdNumbers:
    """Hand out ID numbers with a right check digit, none of them twice."""

    def __init__(self) -> None:
        self._given: dict[date, int] = {}

    def next(self, born: date, *, woman: bool) -> str:
        """Give a number to somebody born that day; the order digits are odd for a man, even for a woman."""
        turn = self._given[born] = self._given.get(born, 0) + 1
        body = f"{_REGION}{born:%Y%m%d}{turn * 2 + (0 if woman else 1):03d}"
        return body + check_character(body)


def birthday(random: Random, *, on: date, today: date) -> date:
    """Make up when somebody was born who began this work on a day: of age then, sixty at most today."""
    age = random.triangular(21, 54, 36)
    born = on - timedelta(days=int(age * 365.25) + random.randrange(365))
    return max(born, today - timedelta(days=int(60 * 365.25) - random.randrange(700)))
