"""Who belongs to a unit: what speaks against joining, leaving, and moving to another one."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.text import N_

LONGEST_ROLE = 60

BELONGS_ALREADY = Reason("belongs_already", N_("%(name)s belongs to %(unit)s already."))
BELONGS_ELSEWHERE = Reason(
    "belongs_elsewhere", N_("%(name)s belongs to %(unit)s now. Ask that unit to let them move.")
)
LEAVES_LATER = Reason("leaves_later", N_("This day has not come yet. Enter it once the person has left."))
LEAVES_BEFORE = Reason("leaves_before", N_("The person joined the unit only on %(day)s, after this day."))
HAS_LEFT = Reason("has_left", N_("It is entered already that this person has left."))
TRANSFER_OPEN = Reason(
    "transfer_open", N_("A move of %(name)s to another unit is asked for already. Decide that one first.")
)
SAME_UNIT = Reason("same_unit", N_("The person belongs to this unit already. Choose another one."))
MOVED_ON = Reason(
    "moved_on", N_("%(name)s belongs to %(unit)s by now, so this move is no longer to be confirmed. Refuse it.")
)
TRANSFER_DECIDED = Reason("transfer_decided", N_("Somebody has decided this move already."))
NAME_DIFFERS = Reason(
    "name_differs",
    N_(
        "This ID number is on file under another name. Compare both with the ID card, or ask the academy's office."
    ),
)
NAMESAKE = Reason(
    "namesake",
    N_("Somebody called %(name)s belongs to the unit already. Give the ID number, so that nobody is mixed up."),
)


class Taking(StrEnum):
    """What becomes of somebody whom a unit enters."""

    ADD = "add"
    """Nobody we know: a new person."""
    JOIN = "join"
    """Somebody on file who belongs to no unit now."""
    ASK = "ask"
    """Somebody of another unit, which has to confirm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeavingFacts:
    """All that the rules need to know before somebody leaves."""

    starts_on: date
    has_left: bool
    last_day: date
    today: date
    name: str
    transfer_open: bool


def reasons_to_refuse_leaving(facts: LeavingFacts) -> tuple[Reason, ...]:
    """Return everything that speaks against somebody's leaving with this last day."""
    checks = (
        (facts.has_left, HAS_LEFT),
        (facts.last_day > facts.today, LEAVES_LATER),
        (facts.last_day < facts.starts_on, LEAVES_BEFORE.about(day=facts.starts_on)),
        (facts.transfer_open, TRANSFER_OPEN.about(name=facts.name)),
    )
    return tuple(reason for applies, reason in checks if applies)


@dataclass(frozen=True, kw_only=True, slots=True)
class MovingFacts:
    """All that the rules need to know before a move is asked for."""

    name: str
    same_unit: bool
    transfer_open: bool


def reasons_to_refuse_moving(facts: MovingFacts) -> tuple[Reason, ...]:
    """Return everything that speaks against asking for a move."""
    checks = (
        (facts.same_unit, SAME_UNIT),
        (facts.transfer_open, TRANSFER_OPEN.about(name=facts.name)),
    )
    return tuple(reason for applies, reason in checks if applies)


@dataclass(frozen=True, kw_only=True, slots=True)
class TakingFacts:
    """All that the rules need to know before a unit enters somebody."""

    name: str
    known_as: str | None
    """The name on file of whoever has the ID number; None where nobody has it, or none was given."""
    id_given: bool
    unit_id: int
    unit_of_now: int | None
    unit_name_of_now: str
    namesake: bool
    """The unit has somebody of this name."""
    transfer_open: bool


def reasons_to_refuse_taking(facts: TakingFacts) -> tuple[Reason, ...]:
    """Return everything that speaks against entering somebody; only an ID number tells who somebody is."""
    known = facts.known_as is not None
    here = known and facts.unit_of_now == facts.unit_id
    checks = (
        (known and facts.known_as != facts.name, NAME_DIFFERS),
        (here, BELONGS_ALREADY.about(name=facts.name, unit=facts.unit_name_of_now)),
        (not facts.id_given and facts.namesake, NAMESAKE.about(name=facts.name)),
        (known and facts.transfer_open, TRANSFER_OPEN.about(name=facts.name)),
    )
    return tuple(reason for applies, reason in checks if applies)


def taking(facts: TakingFacts) -> Taking:
    """Tell what entering somebody comes to."""
    if facts.known_as is None:
        return Taking.ADD
    return Taking.JOIN if facts.unit_of_now is None else Taking.ASK


def last_day_before(day: date, starts_on: date) -> date | None:
    """Tell the last day of a time that ends before a day, or None where it would begin only then or later."""
    last = day - timedelta(days=1)
    return last if last >= starts_on else None
