"""What trainees say of their certificates before these are made, and for how long it counts."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from academy.certificates.rules.states import CheckAnswer
from academy.classes.rules import ClassState
from academy.ground.errors import Reason
from academy.ground.text import N_

FACT_NAMES: dict[str, str] = {
    "name": N_("Name"),
    "class_title": N_("Class"),
    "class_code": N_("Class code"),
    "programme": N_("Programme"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "tenths": N_("Hours"),
}
"""The facts that a trainee looks at, of all that a batch freezes, in the order in which pages show them."""

NOT_OVER = Reason("not_over", N_("The class is not over yet. Look again after its last sitting."))
NUMBERED = Reason(
    "numbered", N_("The certificate %(number)s is signed already. If something on it is wrong, tell the office.")
)
ALTERED = Reason("altered", N_("What stands here has changed while you looked. Please read it once more."))
NOT_DISPUTED = Reason(
    "not_disputed", N_("Nothing waits to be settled here: it was settled or answered meanwhile.")
)


class Standing(StrEnum):
    """What a trainee's answer is worth now."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    STALE = "stale"
    SETTLED = "settled"
    DISPUTED = "disputed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a trainee answered, of which facts, and how the office settled it."""

    answer: CheckAnswer
    shown: Mapping[str, Any]
    wish: str
    answered_at: datetime
    settled_at: datetime | None = None
    settled_by_name: str = ""
    settled_note: str = ""

    @property
    def last_at(self) -> datetime:
        """When the last word was said, be it by the trainee or by the office."""
        return max(self.answered_at, self.settled_at or self.answered_at)


def shown_of(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the facts that a trainee is shown out of those that a batch freezes."""
    return {name: frozen[name] for name in FACT_NAMES}


def mark_of(shown: Mapping[str, Any]) -> str:
    """Mark shown facts, so that an answer tells what it was given to."""
    return hashlib.sha256(json.dumps(dict(shown), sort_keys=True).encode()).hexdigest()[:16]


def changes(shown: Mapping[str, Any], now_says: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the facts that say something else now."""
    return tuple(name for name in FACT_NAMES if shown.get(name) != now_says[name])


def standing(said: Said | None, says: Mapping[str, Any]) -> Standing:
    """Tell what an answer is worth for facts; a dispute stands, whatever changes, until somebody ends it."""
    if said is None:
        return Standing.SILENT
    if said.answer is CheckAnswer.DISPUTED:
        return Standing.DISPUTED
    if changes(said.shown, says):
        return Standing.STALE
    return Standing.CONFIRMED if said.answer is CheckAnswer.CONFIRMED else Standing.SETTLED


def is_asked(found: Standing, *, changed: bool) -> bool:
    """Tell whether a trainee has an answer to give: none given yet, or of facts that have changed since."""
    return found in {Standing.SILENT, Standing.STALE} or (found is Standing.DISPUTED and changed)


# --- how many said what ----------------------------------------------------------------------------


class Group(StrEnum):
    """What is counted before a signature."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    DISPUTED = "disputed"


GROUP_NAMES: dict[Group, str] = {
    Group.CONFIRMED: N_("Confirmed"),
    Group.SILENT: N_("Silent"),
    Group.DISPUTED: N_("Disputed"),
}


def group_of(found: Standing) -> Group:
    """Count as silent whoever has not said yes to what stands there now."""
    return Group(found) if found in {Standing.CONFIRMED, Standing.DISPUTED} else Group.SILENT


def tally(found: Iterable[Standing]) -> dict[Group, int]:
    """Count how many confirmed, were silent, and disputed."""
    counts = dict.fromkeys(Group, 0)
    for one in found:
        counts[group_of(one)] += 1
    return counts


# --- when a trainee may answer, and whom a signature leaves out ------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """All that the rules need to know before a trainee answers."""

    class_state: ClassState
    last_sitting_ends_at: datetime | None
    certified: str | None
    """The number of the certificate that the person already has for this class session."""


def reasons_to_refuse_answer(facts: Moment, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against an answer now."""
    ends_at = facts.last_sitting_ends_at
    going_on = facts.class_state is ClassState.RUNNING and (ends_at is None or ends_at > now)
    checks = (
        (going_on, NOT_OVER),
        (facts.certified is not None, NUMBERED.about(number=facts.certified)),
    )
    return tuple(reason for applies, reason in checks if applies)


def is_outdated(said: Said, *, frozen: Mapping[str, Any], says: Mapping[str, Any], proposed_at: datetime) -> bool:
    """Tell whether a proposal froze what was corrected after it, as the trainee or the office said since."""
    if said.last_at <= proposed_at:
        return False
    held_true = said.shown if said.answer is CheckAnswer.CONFIRMED else says
    return bool(changes(held_true, shown_of(frozen)))
