"""The life of a claim on a place."""

from enum import StrEnum

from academy.classes.rules import ClassState
from academy.ground.text import N_


class EnrolmentState(StrEnum):
    """The life of a claim."""

    NOMINATED = "nominated"
    """A unit put the person forward; the place is held until the academy confirms."""
    ASKED = "asked"
    """The person asked; the place is held until whoever must has approved."""
    WAITING = "waiting"
    OFFERED = "offered"
    """A place became free and is held until the person, or the unit, says yes."""
    SEATED = "seated"
    WITHDRAWN = "withdrawn"


class Ending(StrEnum):
    """Why a claim ended."""

    WITHDREW = "withdrew"
    """By the person's own wish, or that of the unit."""
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody said yes to an offered place in time."""
    SUBSTITUTED = "substituted"
    """Another person of the unit took the place."""
    UNDONE = "undone"
    """The import that had made it was taken back."""


_S = EnrolmentState
TRANSITIONS: frozenset[tuple[EnrolmentState, EnrolmentState]] = frozenset(
    {
        (_S.NOMINATED, _S.SEATED),
        (_S.NOMINATED, _S.WITHDRAWN),
        (_S.ASKED, _S.SEATED),
        (_S.ASKED, _S.WITHDRAWN),
        (_S.WAITING, _S.ASKED),
        (_S.WAITING, _S.NOMINATED),
        (_S.WAITING, _S.OFFERED),
        (_S.WAITING, _S.SEATED),
        (_S.WAITING, _S.WITHDRAWN),
        (_S.OFFERED, _S.SEATED),
        (_S.OFFERED, _S.NOMINATED),
        (_S.OFFERED, _S.WITHDRAWN),
        (_S.SEATED, _S.WITHDRAWN),
    }
)

STATE_NAMES: dict[EnrolmentState, str] = {
    _S.NOMINATED: N_("Put forward"),
    _S.ASKED: N_("Waiting for approval"),
    _S.WAITING: N_("Waiting in line"),
    _S.OFFERED: N_("Offered a place"),
    _S.SEATED: N_("Has a place"),
    _S.WITHDRAWN: N_("Withdrew"),
}

ENDING_NAMES: dict[Ending, str] = {
    Ending.WITHDREW: N_("Withdrew"),
    Ending.REFUSED: N_("Not approved"),
    Ending.LAPSED: N_("Did not confirm in time"),
    Ending.SUBSTITUTED: N_("Somebody else came instead"),
    Ending.UNDONE: N_("The import was taken back"),
}

# Claims that take up a place of their pool, so that nobody else can be given it.
HOLDS = (_S.NOMINATED, _S.ASKED, _S.OFFERED, _S.SEATED)

# While a class session is in one of these, whoever has a place in it is taken up by its sittings.
TAKES_UP = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING, ClassState.CONCLUDED)


def moved(state: EnrolmentState, to: EnrolmentState) -> EnrolmentState:
    """Move a claim along the table; any other move is a bug."""
    if (state, to) not in TRANSITIONS:
        raise ValueError(f"A claim that is {state} does not become {to}.")
    return to
