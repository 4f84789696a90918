"""Who is on course, who completes and why the others do not, when a register may be taken, and fair groups."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from academy.classes.rules import ClassState
from academy.ground.clock import civil
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.hours.rules import hours_text

REGISTER_OPENS = timedelta(minutes=30)
"""How long before a sitting begins its register can be taken."""
MISSED_SITTINGS_TO_WATCH = 2

NOT_RUNNING = Reason("not_running", N_("Registers are taken while the class runs; start it first."))
OVER_ALREADY = Reason("over_already", N_("The class has been concluded; its hours stand as they are."))
NOT_YET = Reason("not_yet", N_("This sitting begins at %(moment)s. Its register opens half an hour before."))
TOO_FEW_HOURS = Reason("too_few_hours", N_("%(missing)s hours are missing: %(earned)s of %(required)s."))
NO_GROUPS = Reason("no_groups", N_("This class has no groups. The office adds them on the class's own page."))
NOT_SEATED = Reason("not_seated", N_("A leader must have a place in the class and be in the group."))
PICK_ONE = Reason("pick_one", N_("Pick exactly one person to lead their group."))
PICK_SOME = Reason("pick_some", N_("Pick the people first, then the group."))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFacts:
    """All that the rules need to know about one register."""

    class_state: ClassState
    starts_at: datetime


def reasons_to_refuse_register(facts: RegisterFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against taking a sitting's register; presence is never noted for the future."""
    over = facts.class_state in {ClassState.CONCLUDED, ClassState.CLOSED}
    checks = (
        (over, OVER_ALREADY),
        (not over and facts.class_state is not ClassState.RUNNING, NOT_RUNNING),
        (now < facts.starts_at - REGISTER_OPENS, NOT_YET.about(moment=civil(facts.starts_at))),
    )
    return tuple(reason for applies, reason in checks if applies)


class Prospect(StrEnum):
    """How a person stands with a class session."""

    EXPECTED = "expected"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    ENOUGH = "enough"
    ON_COURSE = "on_course"
    MISSED = "missed"
    OUT_OF_REACH = "out_of_reach"


PROSPECT_NAMES: dict[Prospect, str] = {
    Prospect.EXPECTED: N_("Has a place"),
    Prospect.COMPLETED: N_("Completed"),
    Prospect.NOT_COMPLETED: N_("Did not complete"),
    Prospect.ENOUGH: N_("Enough hours"),
    Prospect.ON_COURSE: N_("On course"),
    Prospect.MISSED: N_("Missed sittings"),
    Prospect.OUT_OF_REACH: N_("Cannot complete any more"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressFacts:
    """All that the rules need to know about one person's way to completion."""

    earned: int
    required: int
    to_come: int
    """Tenths of the sittings still without a register that take up the person."""
    missed: int
    """Sittings with a register that took up the person and where the person was not."""
    begun: bool
    concluded: bool
    completed: bool


def prospect(facts: ProgressFacts) -> Prospect:
    """Tell how a person stands, the gravest first, as soon as it can be known."""
    if facts.concluded:
        return Prospect.COMPLETED if facts.completed else Prospect.NOT_COMPLETED
    if not facts.begun:
        return Prospect.EXPECTED
    if facts.earned >= facts.required:
        return Prospect.ENOUGH
    if facts.earned + facts.to_come < facts.required:
        return Prospect.OUT_OF_REACH
    return Prospect.MISSED if facts.missed else Prospect.ON_COURSE


def hangs_on_the_next(facts: ProgressFacts, *, next_tenths: int) -> bool:
    """Tell whether somebody who has missed a sitting can still complete, but not after missing the next one."""
    left = facts.earned + facts.to_come - facts.required
    return facts.missed > 0 and facts.earned < facts.required and 0 <= left < next_tenths


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one person completes, with the numbers and the reason against."""

    person_id: int
    earned: int
    required: int
    reasons: tuple[Reason, ...]

    @property
    def completes(self) -> bool:
        """Tell whether nothing stands against completion."""
        return not self.reasons


def decide(earned: Iterable[tuple[int, int]], *, required: int) -> tuple[Verdict, ...]:
    """Decide for each (person id, tenths earned) whether the person completes."""
    return tuple(
        Verdict(person_id=person_id, earned=tenths, required=required, reasons=_reasons_against(tenths, required))
        for person_id, tenths in earned
    )


def _reasons_against(earned: int, required: int) -> tuple[Reason, ...]:
    if earned >= required and earned > 0:
        return ()
    missing = max(required - earned, 1)
    return (
        TOO_FEW_HOURS.about(missing=hours_text(missing), earned=hours_text(earned), required=hours_text(required)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person to be put in a group: who sent them, and where they are already."""

    person_id: int
    unit_name: str
    group_id: int | None


def balanced(members: Sequence[Member], group_ids: Sequence[int]) -> dict[int, int]:
    """Put everybody who has no group into one: sizes stay even, and people of one unit are spread out."""
    sizes = Counter(member.group_id for member in members if member.group_id is not None)
    units = Counter((member.group_id, member.unit_name) for member in members)
    placed: dict[int, int] = {}
    for member in sorted(members, key=lambda member: (member.unit_name, member.person_id)):
        if member.group_id is not None or not group_ids:
            continue
        smallest = min(sizes[group_id] for group_id in group_ids)
        open_groups = [group_id for group_id in group_ids if sizes[group_id] == smallest]
        chosen = min(open_groups, key=lambda group_id: units[group_id, member.unit_name])
        placed[member.person_id] = chosen
        sizes[chosen] += 1
        units[chosen, member.unit_name] += 1
    return placed
