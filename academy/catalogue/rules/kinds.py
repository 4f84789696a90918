"""The kinds and levels of courses, and how courses are given addresses."""

import re
from collections.abc import Iterable
from enum import StrEnum

from academy.ground.text import N_, name_pinyin


class Domain(StrEnum):
    """The two kinds of course."""

    THEORY = "theory"
    PRACTICE = "practice"


class CourseLevel(StrEnum):
    """How much a course expects."""

    BASIC = "basic"
    ADVANCED = "advanced"
    SPECIALIST = "specialist"


DOMAIN_NAMES: dict[Domain, str] = {Domain.THEORY: N_("Theory"), Domain.PRACTICE: N_("Practice")}
LEVEL_NAMES: dict[CourseLevel, str] = {
    CourseLevel.BASIC: N_("Basic level"),
    CourseLevel.ADVANCED: N_("Advanced level"),
    CourseLevel.SPECIALIST: N_("Specialist level"),
}


def address(text: str, taken: Iterable[str]) -> str:
    """Spell a title as part of an address that no other has: `wang ge` → `wang-ge`, then `wang-ge-2`."""
    spelled = re.sub(r"[^a-z0-9]+", "-", name_pinyin(text))[:50].strip("-") or "x"
    others = set(taken)
    numbered = (f"{spelled}-{number}" for number in range(2, len(others) + 3))
    return spelled if spelled not in others else next(slug for slug in numbered if slug not in others)
