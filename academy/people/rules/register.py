"""The register of people: what people are called in it, how it is searched, and when a role ends."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from academy.ground.access import Role
from academy.ground.errors import Reason
from academy.ground.text import N_, clean_name, has_a_character
from academy.people.rules.numbers import read_id, read_phone

LONGEST_NAME = 60
LONGEST_PINYIN = 7 * LONGEST_NAME
"""A syllable has six letters at most, and a space after it."""

NAME_EMPTY = Reason("name_empty", N_("A name has at least one letter or character."))
NAME_LONG = Reason("name_long", N_("A name has at most 60 characters."))
REASON_EMPTY = Reason("reason_empty", N_("Please give the reason; it goes into the journal."))


def problem_with_name(name: str) -> Reason | None:
    """Tell what is wrong with a name as cleaned, or None."""
    if not has_a_character(name):
        return NAME_EMPTY
    return NAME_LONG if len(name) > LONGEST_NAME else None


def reasons_to_refuse_correction(name: str, reason: str) -> tuple[Reason, ...]:
    """Return everything that speaks against giving somebody this name, as cleaned, for this reason."""
    found = (problem_with_name(name), None if has_a_character(reason) else REASON_EMPTY)
    return tuple(problem for problem in found if problem)


GRID_ROLE_NAMES: dict[str, str] = {
    "full_time": N_("Full-time grid worker"),
    "part_time": N_("Part-time grid worker"),
    "grid_lead": N_("Grid lead"),
    "volunteer": N_("Volunteer"),
}
"""What a person is in the grid, by the value kept."""

ROLE_NAMES: dict[Role, str] = {
    Role.TRAINEE: N_("Trainee"),
    Role.LIAISON: N_("Liaison"),
    Role.INSTRUCTOR: N_("Instructor"),
    Role.ADMIN: N_("Admin"),
    Role.SECURITY: N_("Security admin"),
    Role.AUDITOR: N_("Auditor"),
}


class Sought(StrEnum):
    """What the words of a search are."""

    NOTHING = "nothing"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    LAST_FOUR = "last_four"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Search:
    """A search as read: what its words are, and the words."""

    sought: Sought
    words: str = ""


_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
_ID = re.compile(r"[0-9]{17}[0-9X]")


def read_search(text: str) -> Search:
    """Read what somebody looks for: whole phone or ID, last four of either, else a name however it is written."""
    words = clean_name(text)
    if not words:
        return Search(Sought.NOTHING)
    if phone := read_phone(words):
        return Search(Sought.PHONE, phone)
    digits = read_id(words)
    if _ID.fullmatch(digits):
        return Search(Sought.ID_NUMBER, digits)
    if _LAST_FOUR.fullmatch(digits):
        return Search(Sought.LAST_FOUR, digits)
    return Search(Sought.NAME, words)


def last_day_held(starts_on: date, today: date) -> date | None:
    """Tell the last day of a role that ends now, or None where it began today: then it was never held."""
    return today - timedelta(days=1) if starts_on < today else None
