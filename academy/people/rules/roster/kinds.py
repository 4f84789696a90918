"""What a list of people claims to be, and how far it has come."""

from enum import StrEnum


class ImportKind(StrEnum):
    """What a list claims to be."""

    SOME = "some"
    """Some people, who are to be in the register."""
    ALL = "all"
    """Everybody of a unit: whoever is missing has left."""


class ImportState(StrEnum):
    """The life of a list that was sent."""

    CHECKED = "checked"
    IMPORTED = "imported"
    UNDONE = "undone"
    DROPPED = "dropped"
