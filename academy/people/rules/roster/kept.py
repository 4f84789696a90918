"""What a list came to, row by row, as it is kept beside its cells and shown on pages."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from academy.ground.errors import Reason
from academy.ground.tables import Grid
from academy.ground.text import masked_id, masked_phone
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.labels import Field
from academy.people.rules.roster.plan import Change, Fate, Step, What

_CELLS = {
    "missing_name": Field.NAME, "name_empty": Field.NAME, "name_long": Field.NAME, "name_differs": Field.NAME,
    "missing_id": Field.ID_NUMBER, "id_digits_lost": Field.ID_NUMBER, "id_length": Field.ID_NUMBER,
    "id_birth_date": Field.ID_NUMBER, "id_check_digit": Field.ID_NUMBER, "id_name_conflict": Field.ID_NUMBER,
    "phone_invalid": Field.PHONE, "gender_mismatch": Field.GENDER,
    "unit_unknown": Field.UNIT, "unit_missing": Field.UNIT, "unit_not_yours": Field.UNIT,
    "no_places": Field.UNIT, "pool_full": Field.UNIT, "not_of_unit": Field.UNIT, "transfer_open": Field.UNIT,
}  # fmt: skip
"""The cell that a reason is about; any other reason is about the person, and stands at the name."""


def cell_of(reason: Reason) -> Field:
    """Tell which cell of a row a reason is about."""
    return _CELLS.get(reason.code, Field.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One row as pages show it, numbers masked; a person missing in the list has no row."""

    row: int | None
    fate: Fate
    name: str
    id_number: str
    phone: str
    unit_id: int | None
    unit: str
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]
    warning: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """A list as it is kept: its cells, its head, and what it came to."""

    grid: Grid
    header: Header
    told: tuple[Told, ...]


def tell(steps: Iterable[Step]) -> tuple[Told, ...]:
    """Tell each step as pages show it."""
    return tuple(
        Told(
            row=step.line.row if step.line else None,
            fate=step.fate,
            name=step.name,
            id_number=masked_id(step.line.id_number) if step.line and step.line.id_number else "",
            phone=masked_phone(step.line.phone) if step.line and step.line.phone else "",
            unit_id=step.unit[0] if step.unit else None,
            unit=step.unit[1] if step.unit else step.line.unit.full_name if step.line and step.line.unit else "",
            changes=step.changes,
            reasons=step.reasons,
            warning=step.warning,
        )
        for step in steps
    )


def written(kept: KeptList) -> str:
    """Write a list as the text that is kept, sealed."""
    grid, header = kept.grid, kept.header
    return json.dumps(
        {
            "sheet": grid.sheet, "encoding": grid.encoding, "rows": grid.rows, "merged": grid.merged,
            "header_row": header.row, "columns": header.columns, "told": [_plain(told) for told in kept.told],
        },
        ensure_ascii=False, separators=(",", ":"), default=_day,
    )  # fmt: skip


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A list does not hold {type(value).__name__}.")


def _plain(told: Told) -> list[Any]:
    return [
        told.row, told.fate, told.name, told.id_number, told.phone, told.unit_id, told.unit,
        [[change.what, change.before, change.after] for change in told.changes],
        [_reason(reason) for reason in told.reasons],
        told.warning and _reason(told.warning),
    ]  # fmt: skip


def _reason(reason: Reason) -> list[Any]:
    return [reason.code, reason.message, dict(reason.values)]


def unwritten(text: str) -> KeptList:
    """Read a list back from the text that is kept."""
    kept: Mapping[str, Any] = json.loads(text)
    merged = tuple((top, left, bottom, right) for top, left, bottom, right in kept["merged"])
    return KeptList(
        grid=Grid(sheet=kept["sheet"], encoding=kept["encoding"], rows=kept["rows"], merged=merged),
        header=Header(
            row=kept["header_row"], columns={Field(name): column for name, column in kept["columns"].items()}
        ),
        told=tuple(map(_told, kept["told"])),
    )


def _told(plain: Sequence[Any]) -> Told:
    row, fate, name, id_number, phone, unit_id, unit, changes, reasons, warning = plain
    return Told(
        row=row, fate=Fate(fate), name=name, id_number=id_number, phone=phone, unit_id=unit_id, unit=unit,
        changes=tuple(Change(what=What(what), before=before, after=after) for what, before, after in changes),
        reasons=tuple(Reason(*reason) for reason in reasons),
        warning=Reason(*warning) if warning else None,
    )  # fmt: skip


def alike(one: KeptList, other: KeptList) -> bool:
    """Tell whether two looks at a list came to the same."""
    pairs = zip(one.told, other.told, strict=False)
    return len(one.told) == len(other.told) and all(a == b or _text(a) == _text(b) for a, b in pairs)


def _text(told: Told) -> str:
    return json.dumps(_plain(told), default=_day)
