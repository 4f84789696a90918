"""What a list would change in the register: who is new, who is on file, what differs, who is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.text import N_, clean_name, masked_phone
from academy.people.rules.memberships import LONGEST_ROLE, NAME_DIFFERS, TRANSFER_OPEN
from academy.people.rules.register import problem_with_name
from academy.people.rules.roster.reading import Line, Outcome

UNIT_MISSING = Reason("unit_missing", N_("Write the unit of this person, as district and street."))
UNIT_NOT_YOURS = Reason("unit_not_yours", N_("This unit is not one of yours. Its own liaison enters its people."))
ASKED_ALREADY = Reason("asked_already", N_("The other unit has been asked already, and has not answered yet."))

ROLE_CODES = {
    "专职网格员": "full_time", "兼职网格员": "part_time", "网格长": "grid_lead", "志愿者": "volunteer",
}  # fmt: skip
"""The roles that are recognised, and the value kept for each."""
_ROLE_WORDS = {code: words for words, code in ROLE_CODES.items()}


class Fate(StrEnum):
    """What becomes of a row, or of somebody who is missing in the list."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    LEFT = "left"


FATE_NAMES = {
    Fate.NEW: N_("New in the register"),
    Fate.SAME: N_("On file as in the list"),
    Fate.CHANGED: N_("On file, with changes"),
    Fate.DUPLICATE: N_("Twice in the list"),
    Fate.REFUSED: N_("Not taken"),
    Fate.LEFT: N_("No longer in the unit"),
}


class What(StrEnum):
    """What changes for somebody on file."""

    PHONE = "phone"
    ROLE = "role"
    JOINS = "joins"
    MOVES = "moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: what it was, and what it becomes, as pages may show it."""

    what: What
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody's time in a unit, as it is now."""

    id: int
    unit_id: int
    unit_name: str
    role: str | None
    role_as_written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody on file; only the ID number tells who that is."""

    person_id: int
    name: str
    membership: Member | None = None
    phones: tuple[str, ...] = ()
    moves_to: int | None = None
    """The unit of an open move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """For whom a list speaks."""

    own: frozenset[int] | None = None
    """The units it may change; None: all."""
    unit: tuple[int, str] | None = None
    """The street that a row without a unit means, and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one row, or one person missing, comes to."""

    fate: Fate
    name: str
    line: Line | None = None
    known: Known | None = None
    unit: tuple[int, str] | None = None
    """The unit that the person is to belong to."""
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()
    warning: Reason | None = None

    def refused(self, *reasons: Reason) -> "Step":
        """Refuse this row for further reasons, if there are any; nothing of it is done."""
        if not reasons:
            return self
        return replace(self, fate=Fate.REFUSED, reasons=(*self.reasons, *reasons), changes=(), warning=None)


def plan(lines: Iterable[Line], known: Mapping[str, Known], frame: Frame) -> tuple[Step, ...]:
    """Tell for each row what it would change."""
    return tuple(_step(line, known.get(line.id_number or ""), frame) for line in lines)


def missing(steps: Sequence[Step], members: Mapping[int, tuple[str, Member]]) -> tuple[Step, ...]:
    """Tell who of a unit's people is not in a list of everybody, neither by ID number nor by name."""
    ids = {step.known.person_id for step in steps if step.known}
    names = {step.name for step in steps}
    return tuple(
        Step(
            fate=Fate.LEFT,
            name=name,
            known=Known(person_id=person_id, name=name, membership=member),
            unit=(member.unit_id, member.unit_name),
        )
        for person_id, (name, member) in members.items()
        if person_id not in ids and name not in names
    )


def _step(line: Line, known: Known | None, frame: Frame) -> Step:
    step = Step(fate=Fate(line.outcome) if line.outcome is not Outcome.OK else Fate.NEW,
                name=line.name or "", line=line, known=known, reasons=line.reasons,
                warning=line.warning)  # fmt: skip
    if line.outcome is not Outcome.OK:
        return step
    unit = _unit(line, known, frame)
    step = replace(step, unit=unit).refused(*_against(line, known, unit, frame))
    if known is None or step.fate is Fate.REFUSED:
        return step
    changes = tuple(_changes(line, known, unit))
    if known.moves_to and known.moves_to == (unit and unit[0]):
        return replace(step, fate=Fate.SAME, warning=ASKED_ALREADY)
    return replace(step, fate=Fate.CHANGED if changes else Fate.SAME, changes=changes)


def _unit(line: Line, known: Known | None, frame: Frame) -> tuple[int, str] | None:
    """Tell the unit that somebody is to belong to: the one written, else the list's own, else as it is."""
    if line.unit:
        return line.unit.id, line.unit.full_name
    if frame.unit:
        return frame.unit
    member = known.membership if known else None
    return (member.unit_id, member.unit_name) if member else None


def _against(line: Line, known: Known | None, unit: tuple[int, str] | None, frame: Frame) -> tuple[Reason, ...]:
    name = clean_name(line.name or "")
    stranger = unit is not None and frame.own is not None and unit[0] not in frame.own
    moves_elsewhere = known is not None and known.moves_to is not None and known.moves_to != (unit and unit[0])
    checks = (
        (unit is None, UNIT_MISSING),
        (stranger, UNIT_NOT_YOURS),
        (known is not None and known.name != name, NAME_DIFFERS),
        (moves_elsewhere, TRANSFER_OPEN.about(name=name)),
    )
    problem = problem_with_name(name)
    return (*((problem,) if problem else ()), *(reason for applies, reason in checks if applies))


def _changes(line: Line, known: Known, unit: tuple[int, str] | None) -> Iterable[Change]:
    member = known.membership
    if unit and member and member.unit_id != unit[0]:
        yield Change(what=What.MOVES, before=member.unit_name, after=unit[1])
        return
    if unit and member is None:
        yield Change(what=What.JOINS, before="", after=unit[1])
    if line.phone and line.phone not in known.phones:
        before = masked_phone(known.phones[-1]) if known.phones else ""
        yield Change(what=What.PHONE, before=before, after=masked_phone(line.phone))
    if member and line.role_as_written and not _same_role(role_of(line), member):
        before = member.role_as_written or _ROLE_WORDS.get(member.role or "", "")
        yield Change(what=What.ROLE, before=before, after=line.role_as_written[:LONGEST_ROLE])


def _same_role(written: tuple[str | None, str], member: Member) -> bool:
    """Compare roles as recognised; what is not recognised, by its words."""
    same = written[0] == member.role
    return same and (member.role is not None or written[1] == member.role_as_written)


def role_of(line: Line) -> tuple[str | None, str]:
    """Tell what somebody is in the grid, as recognised and as written."""
    return ROLE_CODES.get(line.role or ""), line.role_as_written[:LONGEST_ROLE]
