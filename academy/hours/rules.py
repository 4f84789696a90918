"""How presence becomes hours, how a mistake is put right, and when a programme's hours are enough."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from academy.ground import clock
from academy.ground.text import N_

YEAR_TARGET_TENTHS = 400
"""What a grid worker is asked for in a year: 40 hours."""


class HoursKind(StrEnum):
    """What the hours were spent on."""

    THEORY = "theory"
    PRACTICE = "practice"
    FIELD = "field"


KIND_NAMES: dict[HoursKind, str] = {
    HoursKind.THEORY: N_("Theory hours"),
    HoursKind.PRACTICE: N_("Practice hours"),
    HoursKind.FIELD: N_("Field hours"),
}


def kind_of(*, domain: str, at_field_site: bool) -> HoursKind:
    """Tell what a sitting's hours count as: a field site makes them field hours, else the course's domain."""
    return HoursKind.FIELD if at_field_site else HoursKind(domain)


def year_of(starts_at: datetime) -> int:
    """Tell the local civil year to which a sitting's hours belong."""
    return clock.local(starts_at).year


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What one sitting is worth to whoever was there."""

    sitting_id: int
    class_session_id: int
    kind: HoursKind
    starts_at: datetime
    tenths: int

    @property
    def year(self) -> int:
        """The local civil year of the sitting."""
        return year_of(self.starts_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ledger says of one person on one sitting: the last turn, and the entry that stands, if any."""

    turn: int
    entry_id: int | None = None
    kind: HoursKind | None = None
    year: int | None = None
    tenths: int = 0


NOTHING = Standing(turn=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One entry to append: hours given, or the standing entry taken back."""

    person_id: int
    turn: int
    kind: HoursKind
    year: int
    tenths: int
    reverses_id: int | None = None


def corrections(
    taught: Taught, *, present: Collection[int], expected: Collection[int], ledger: Mapping[int, Standing]
) -> tuple[Correction, ...]:
    """Compare who was there with the ledger and tell the entries that make the ledger right; none if it is.

    Whoever is not expected is left alone. An entry that no longer says what the sitting is worth is taken back
    and given anew.
    """
    found: list[Correction] = []
    for person_id in sorted(expected):
        standing = ledger.get(person_id, NOTHING)
        there = person_id in present
        fits = (standing.kind, standing.year, standing.tenths) == (taught.kind, taught.year, taught.tenths)
        turn = standing.turn
        if standing.entry_id is not None and not (there and fits):
            turn += 1
            found.append(_taken_back(person_id, standing, turn))
        if there and not (standing.entry_id is not None and fits):
            found.append(
                Correction(
                    person_id=person_id, turn=turn + 1, kind=taught.kind, year=taught.year, tenths=taught.tenths
                )
            )
    return tuple(found)


def _taken_back(person_id: int, standing: Standing, turn: int) -> Correction:
    if standing.kind is None or standing.year is None:
        raise ValueError(f"A standing entry has a kind and a year: {standing!r}")
    return Correction(
        person_id=person_id, turn=turn, kind=standing.kind, year=standing.year,
        tenths=-standing.tenths, reverses_id=standing.entry_id,
    )  # fmt: skip


def hours_text(tenths: int) -> str:
    """Write hours in digits that every language reads: 340 → `34`, 35 → `3.5`."""
    return f"{tenths / 10:g}"


def required_tenths(*, total_tenths: int, required_percent: int) -> int:
    """Tell the hours that completion asks for: the share of the programme's hours, rounded up to a tenth."""
    return -(-total_tenths * required_percent // 100)
