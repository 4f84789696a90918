"""Which units may be given places, and how each stands in a class session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.models.places import PlacePool
from academy.people.models.register import Unit, UnitKind


def districts_of(session: Session, unit_ids: Collection[int]) -> dict[int, int]:
    """Tell the district of each unit; a district is its own."""
    statement = select(Unit.id, Unit.kind, Unit.parent_id).where(Unit.id.in_(unit_ids))
    return {
        unit_id: parent_id if kind is UnitKind.STREET and parent_id else unit_id
        for unit_id, kind, parent_id in session.execute(statement)
    }


def district_ids(session: Session) -> frozenset[int]:
    """Name all districts, those of the past too."""
    return frozenset(session.execute(select(Unit.id).where(Unit.kind == UnitKind.DISTRICT)).scalars())


def streets_of(session: Session, district_id: int) -> dict[int, str]:
    """Tell the streets of a district by name, those of the past too."""
    statement = select(Unit.id, Unit.name).where(Unit.parent_id == district_id, Unit.kind == UnitKind.STREET)
    return dict(session.execute(statement).all())


def unit_names(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """Tell what these units are called."""
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return dict(session.execute(statement).all())


@dataclass(frozen=True, slots=True)
class GivenPlaces:
    """The places that units have in a class session now, and the district of each of these units."""

    places: Mapping[int, int]
    districts: Mapping[int, int]

    @property
    def units(self) -> frozenset[int]:
        """Name the units with places, and the districts of such streets."""
        return frozenset(self.places) | frozenset(self.districts.values())

    def of(self, unit_ids: Collection[int]) -> int:
        """Add up what these units have, a district with its streets, each place once."""
        return sum(
            places
            for unit_id, places in self.places.items()
            if unit_id in unit_ids or self.districts[unit_id] in unit_ids
        )


def given_places(session: Session, class_session_ids: Collection[int]) -> dict[int, GivenPlaces]:
    """Tell which units have places in each of these class sessions now, and how many."""
    rows = session.execute(
        select(PlacePool.class_session_id, Unit.id, PlacePool.places, Unit.kind, Unit.parent_id)
        .join(Unit, Unit.id == PlacePool.unit_id)
        .where(PlacePool.class_session_id.in_(class_session_ids), PlacePool.places > 0)
    ).all()
    return {
        class_id: GivenPlaces(
            {row.id: row.places for row in rows if row.class_session_id == class_id},
            {
                row.id: row.parent_id if row.kind is UnitKind.STREET and row.parent_id else row.id
                for row in rows
                if row.class_session_id == class_id
            },
        )
        for class_id in class_session_ids
    }
