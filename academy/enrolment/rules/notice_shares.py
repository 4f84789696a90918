"""The places of units as a notice tells them: districts, and their streets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Facts = Mapping[str, Any]
"""What a notice says, as plain JSON values: frozen when it is issued."""


@dataclass(frozen=True, slots=True)
class Share:
    """The places of a district with those of its streets, or of one street."""

    unit_id: int
    name: str
    places: int
    streets: tuple["Share", ...] = ()


def shares(facts: Facts) -> tuple[Share, ...]:
    """Tell the places of each district and of its streets."""
    return tuple(
        Share(unit_id, name, places, tuple(Share(*street) for street in streets))
        for unit_id, name, places, streets in facts["quotas"]
    )


def unit_ids(facts: Facts) -> frozenset[int]:
    """Name the units that a notice goes to: those with places, and the districts of such streets."""
    return frozenset(
        share.unit_id for district in shares(facts) for share in (district, *district.streets) if share.places
    )


def by_name(facts: Facts) -> dict[str, int]:
    """Tell places by the name of district, or district and street."""
    found: dict[str, int] = {}
    for district in shares(facts):
        found[district.name] = district.places
        found |= {f"{district.name}{street.name}": street.places for street in district.streets}
    return found


def made_of(districts: Sequence[Share], places: Mapping[int, int]) -> tuple[Share, ...]:
    """Pick the districts and streets that have places, each district with all places below it added up."""
    found = []
    for district in districts:
        streets = tuple(
            replace(street, places=places[street.unit_id])
            for street in district.streets
            if places.get(street.unit_id)
        )
        whole = places.get(district.unit_id, 0) + sum(street.places for street in streets)
        if whole:
            found.append(replace(district, places=whole, streets=streets))
    return tuple(found)
