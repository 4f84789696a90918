"""Which units may be given places, and how each stands in a class session."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

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
