"""What units were once called, so that lists with old names are still understood."""

from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.people.models.importing import UnitChange, UnitChangeKind
from academy.people.models.register import Unit, UnitKind
from academy.people.queries.register import unit_paths

Path = tuple[str, ...]


def former_paths(session: Session, on: date) -> dict[Path, int]:
    """Tell the unit of a day by each path that it, or a unit merged into it, once had and no unit has now.

    A path that would mean two units is left out.
    """
    units = {unit.id: unit for unit in session.execute(select(Unit).order_by(Unit.id)).scalars()}
    names = _names(session, units)
    heirs = {unit_id: _heir(units, unit_id) for unit_id in units}
    called: dict[int, set[str]] = {}
    for unit_id, heir in heirs.items():
        called.setdefault(heir, set()).update(names[unit_id])
    meant: set[tuple[Path, int]] = set()
    for unit_id, unit in units.items():
        for path in _paths(unit, names[unit_id], called.get(heirs.get(unit.parent_id or 0, 0), set())):
            meant.add((path, heirs[unit_id]))
    current = unit_paths(session, on)
    going_on = set(current.values())
    times = Counter(path for path, heir in meant if heir in going_on)
    return {path: heir for path, heir in meant if heir in going_on and path not in current and times[path] == 1}


def _names(session: Session, units: dict[int, Unit]) -> dict[int, set[str]]:
    """Tell what each unit is or was called."""
    names = {unit_id: {unit.name} for unit_id, unit in units.items()}
    renamed = select(UnitChange.unit_id, UnitChange.name_before).where(UnitChange.kind == UnitChangeKind.RENAMED)
    for unit_id, name in session.execute(renamed):
        names[unit_id].add(name)
    return names


def _heir(units: dict[int, Unit], unit_id: int) -> int:
    """Follow a unit to the one that it has become part of."""
    seen = {unit_id}
    while (successor := units[unit_id].successor_id) is not None and successor not in seen:
        unit_id = successor
        seen.add(unit_id)
    return unit_id


def _paths(unit: Unit, names: set[str], districts: set[str]) -> list[Path]:
    if unit.kind is UnitKind.DISTRICT:
        return [(name,) for name in names]
    if unit.kind is UnitKind.STREET:
        return [(district, name) for district in districts for name in names]
    return []
