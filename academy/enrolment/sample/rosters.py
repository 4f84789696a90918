"""Plan who takes part in what: everybody at least once, some again, nobody in two places at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from academy.classes.rules import ClassState
from academy.classes.sample.heads import Head
from academy.people.queries.sample import SampleTrainee
from academy.people.sample.units import STREET_KEYS

_NEEDS = {"grid-leads": "induction"}
"""A programme that builds on another: only who has been in that comes to this."""
_FOR_TODAY = 160  # newcomers kept for the class sessions around today
_TRIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A class session with the days it really takes."""

    head: Head
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Roster:
    """Who is in a class session: the numbers of trainees, counted from 0."""

    seated: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    asking: list[int] = field(default_factory=list)
    """Who may come, and could ask for a place themselves: the units whose accounts anybody may try come first."""


class _Line:
    """Trainees of one place in the order they came, some of them still without a class session."""

    def __init__(self) -> None:
        self.members: list[int] = []
        self.first = 0


class Planner:
    """Fill class session after class session, in the order in which they start."""

    def __init__(self, trainees: Sequence[SampleTrainee], random: Random) -> None:
        self._trainees = trainees
        self._random = random
        self._busy_until: dict[int, date] = {}
        self._done: dict[int, set[str]] = {}
        self._been: dict[str, list[int]] = {}  # by place: who has been in something
        self._lines: dict[str, _Line] = {}
        for number, trainee in enumerate(trainees):
            for place in ("", trainee.district, trainee.unit_name):
                self._lines.setdefault(place, _Line()).members.append(number)

    def rosters(self, groups: Sequence[Group], promised: dict[str, Sequence[int]]) -> dict[str, Roster]:
        """Plan all rosters by code; `promised` names trainees who are in a class session whatever else."""
        ordered = sorted(groups, key=lambda group: (group.starts_on, group.head.code))
        past = [group for group in ordered if group.head.state is ClassState.CLOSED]
        kept_out = frozenset(number for numbers in promised.values() for number in numbers)
        seats_left = sum(group.head.seated for group in past if group.head.programme not in _NEEDS)
        found: dict[str, Roster] = {}
        for group in past:
            fresh_left = len(self._trainees) - len(self._busy_until) - _FOR_TODAY
            builds_on = group.head.programme in _NEEDS
            share = 0.0 if builds_on else 1.0 if not found else max(0.0, min(1.0, fresh_left / max(1, seats_left)))
            seats_left -= 0 if builds_on else group.head.seated
            found[group.head.code] = self._fill(group, share, promised.get(group.head.code, ()), kept_out)
        for group in sorted((g for g in ordered if g not in past), key=_running_first):
            share = 0.0 if group.head.programme in _NEEDS else 1.0
            found[group.head.code] = self._fill(group, share, promised.get(group.head.code, ()), kept_out)
        for group in ordered:
            if group.head.state is ClassState.ENROLLING and group.head.programme in _NEEDS:
                found[group.head.code].asking = self._free(group, kept_out)
        return found

    def _free(self, group: Group, kept_out: frozenset[int]) -> list[int]:
        """List who has been in what it builds on and does nothing else then, those of the first street first."""
        needed, asked = _NEEDS[group.head.programme], group.head.programme
        district, street = STREET_KEYS[0]
        fit = [
            number
            for number, done in self._done.items()
            if needed in done and asked not in done and self._busy_until[number] < group.starts_on
        ]

        def far(number: int) -> tuple[bool, bool, int]:
            trainee = self._trainees[number]
            return trainee.unit_name != f"{district} · {street}", trainee.district != district, number

        return sorted((number for number in fit if number not in kept_out), key=far)

    def _fill(self, group: Group, share: float, promised: Sequence[int], kept_out: frozenset[int]) -> Roster:
        head, roster = group.head, Roster()
        for number in promised:
            self._seat(group, roster, number)
        for place in _places(head):
            wanted = round(head.seated * share) - len(roster.seated)
            for number in self._fresh(place, group.starts_on, wanted, kept_out):
                self._seat(group, roster, number)
        for place in _places(head):
            for number in self._again(place, group, head.seated - len(roster.seated), kept_out):
                self._seat(group, roster, number)
        gone = max(1, head.seated // 45) if head.seated else 0
        others = list(self._again("", group, head.waiting + gone, kept_out | set(roster.seated)))
        roster.waiting, roster.withdrawn = others[: head.waiting], others[head.waiting :]
        if head.state is not ClassState.CLOSED:  # whoever waits today does nothing else just now
            self._busy_until |= dict.fromkeys(roster.waiting, group.ends_on)
        return roster

    def _seat(self, group: Group, roster: Roster, number: int) -> None:
        trainee = self._trainees[number]
        if number not in self._busy_until:
            for place in ("", trainee.district, trainee.unit_name):
                self._been.setdefault(place, []).append(number)
        self._busy_until[number] = group.ends_on
        self._done.setdefault(number, set()).add(group.head.programme)
        roster.seated.append(number)

    def _fresh(self, place: str, before: date, wanted: int, kept_out: frozenset[int]) -> Iterator[int]:
        """Find those of a place who have waited longest for their first class session."""
        line = self._lines.get(place, _Line())
        while line.first < len(line.members) and line.members[line.first] in self._busy_until:
            line.first += 1
        for position in range(line.first, len(line.members)):
            number = line.members[position]
            if wanted <= 0:
                return
            if number not in self._busy_until and number not in kept_out and self._trainees[number].since < before:
                wanted -= 1
                yield number

    def _again(self, place: str, group: Group, wanted: int, kept_out: frozenset[int] | set[int]) -> Iterator[int]:
        """Find those of a place who come once more, to something they have not been in."""
        known = self._been.get(place, [])
        needed = _NEEDS.get(group.head.programme)
        given: set[int] = set()
        for _ in range(wanted * _TRIES if known else 0):
            if len(given) == wanted:
                return
            number = self._random.choice(known)
            done = self._done[number]
            fits = group.head.programme not in done and (needed is None or needed in done)
            if fits and self._busy_until[number] < group.starts_on and number not in kept_out | given:
                given.add(number)
                yield number


def _places(head: Head) -> tuple[str, ...]:
    """Name whose people come: those of the street, then of the district, then everybody."""
    if head.street:
        return (f"{head.district} · {head.street}", head.district or "", "")
    return (head.district, "") if head.district else ("",)


def _running_first(group: Group) -> tuple[bool, date, str]:
    late = group.head.state not in {ClassState.RUNNING, ClassState.CONCLUDED}
    return late, group.starts_on, group.head.code
