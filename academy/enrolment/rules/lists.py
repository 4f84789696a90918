"""The life of a unit's list for a class session: handed in, checked, returned or reported, confirmed."""

from enum import StrEnum

from academy.ground.text import N_


class ListState(StrEnum):
    """How far a list has come."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    """A street's: with its district, to be checked."""
    RETURNED = "returned"
    REPORTED = "reported"
    """With the academy, to be confirmed."""
    CONFIRMED = "confirmed"


_L = ListState
TRANSITIONS: frozenset[tuple[ListState, ListState]] = frozenset(
    {
        (_L.OPEN, _L.HANDED_IN),
        (_L.OPEN, _L.REPORTED),
        (_L.HANDED_IN, _L.OPEN),  # taken back before anybody looked
        (_L.HANDED_IN, _L.RETURNED),
        (_L.HANDED_IN, _L.REPORTED),
        (_L.RETURNED, _L.HANDED_IN),
        (_L.RETURNED, _L.REPORTED),
        (_L.REPORTED, _L.RETURNED),
        (_L.REPORTED, _L.CONFIRMED),
    }
)

LIST_STATE_NAMES: dict[ListState, str] = {
    _L.OPEN: N_("Being filled"),
    _L.HANDED_IN: N_("Handed in"),
    _L.RETURNED: N_("Returned"),
    _L.REPORTED: N_("Reported"),
    _L.CONFIRMED: N_("Confirmed"),
}

# While a list is in one of these, the unit may still put people on it and take them off.
EDITABLE = (_L.OPEN, _L.RETURNED)


def moved(state: ListState, to: ListState) -> ListState:
    """Move a list along the table; any other move is a bug."""
    if (state, to) not in TRANSITIONS:
        raise ValueError(f"A list that is {state} does not become {to}.")
    return to
