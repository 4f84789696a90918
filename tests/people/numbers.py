"""ID numbers for tests: right ones, of a region that no place has."""

from academy.people.rules.numbers import check_character


def id_number(serial: int, birth: str = "19800101") -> str:
    """A right ID number, another one for each serial."""
    start = f"329900{birth}{serial:03d}"
    return start + check_character(start)
