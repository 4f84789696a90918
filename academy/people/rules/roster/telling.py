"""Tell what a list comes to as one plain object, for programs."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from academy.ground.errors import Reason
from academy.ground.tables import Grid
from academy.people.rules.roster.reading import Line, Outcome, Reading

_MOST_ROWS_TOLD = 5000
"""A longer list is told in figures."""


def told(file: str, grid: Grid, reading: Reading) -> dict[str, Any]:
    """Tell a list that was read."""
    return {
        **_head(file, grid),
        "sheet_expected": grid.sheet,
        "header_row": reading.header.row + 1,
        "file_outcome": "ok",
        "file_reason": None,
        "ignored_rows": list(reading.ignored_rows),
        **_rows(reading.lines),
    }


def told_refused(file: str, reason: Reason, grid: Grid | None = None) -> dict[str, Any]:
    """Tell a file that holds no list which can be read."""
    return {
        **_head(file, grid),
        "file_outcome": "refused",
        "file_reason": reason.code,
        "ignored_rows": [],
        "rows": [],
    }


def _head(file: str, grid: Grid | None) -> dict[str, Any]:
    encoding = {"encoding": grid.encoding} if grid and grid.encoding else {}
    return {"file": file, "sheet_expected": None, "header_row": None, **encoding}


def _rows(lines: Sequence[Line]) -> dict[str, Any]:
    if len(lines) <= _MOST_ROWS_TOLD:
        return {"rows": [_row(line) for line in lines]}
    right = [line for line in lines if line.outcome is Outcome.OK]
    people = sorted(f"{line.id_number} {line.name}\n" for line in right)
    outcomes = Counter(line.outcome.value for line in lines)
    return {
        "counts": {**{outcome.value: outcomes[outcome.value] for outcome in Outcome}, "rows": len(lines)},
        "reasons": dict(sorted(Counter(line.reasons[0].code for line in lines if line.reasons).items())),
        "warnings": dict(Counter(line.warning.code for line in right if line.warning)),
        "units": dict(sorted(Counter(line.unit.path for line in right if line.unit).items())),
        "ok_sha256": hashlib.sha256("".join(people).encode()).hexdigest(),
    }


def _row(line: Line) -> dict[str, Any]:
    codes = [reason.code for reason in line.reasons]
    return {
        "row": line.row,
        "outcome": line.outcome.value,
        "reason": codes[0] if codes else None,
        "reasons": codes,
        **({"warning": line.warning.code} if line.warning else {}),
        **({} if line.of_row is None else {"of_row": line.of_row}),
        "name": line.name,
        "id_number": line.id_number,
        "phone": line.phone,
        "unit": line.unit.path if line.unit else None,
        "role": line.role,
        "gender": line.gender,
        "note": line.note,
    }
