"""Builders: each makes one valid row with what a test does not care about filled in."""

from tests.make.classes import class_session, enrolment, group, pool, sitting
from tests.make.people import NOW, TODAY, account, actor, course, person, place, programme, unit

__all__ = [
    "NOW",
    "TODAY",
    "account",
    "actor",
    "class_session",
    "course",
    "enrolment",
    "group",
    "person",
    "place",
    "pool",
    "programme",
    "sitting",
    "unit",
]
