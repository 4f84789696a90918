"""What a list of people claims to be, and how far it has come."""

from enum import StrEnum

from academy.ground.text import N_


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


STATE_NAMES = {
    ImportState.CHECKED: N_("Looked at, not imported"),
    ImportState.IMPORTED: N_("Imported"),
    ImportState.UNDONE: N_("Undone"),
    ImportState.DROPPED: N_("Never imported"),
}
