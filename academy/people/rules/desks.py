"""What a liaison asks for who leaves the desk: what can come of it, and what stands against it."""

from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.text import N_


class DeskOutcome(StrEnum):
    """What came of a liaison's wish to hand the desk over."""

    HANDED_OVER = "handed_over"
    """The giver has given the desk up, to whom it was asked for or otherwise."""
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


NOT_OF_UNIT = Reason(
    "successor_not_of_unit", N_("%(name)s does not belong to %(unit)s. Only people of the unit are asked for.")
)
ASKED_ALREADY = Reason(
    "desk_asked_already", N_("You have asked for somebody already. Take that back, or wait for the academy.")
)
NOT_ASKED = Reason("desk_not_asked", N_("Nobody asks for this any more: it is decided, or was taken back."))
