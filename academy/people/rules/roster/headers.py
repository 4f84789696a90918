"""Find the head of a list: the row that names the columns, or the two rows that do so together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from academy.people.rules.roster.labels import KNOWN, LABELS, Cell, Field, bare, label, written

_LOOKED_THROUGH = 30
_NAMES, _IDS = frozenset(LABELS[Field.NAME]), frozenset(LABELS[Field.ID_NUMBER])

Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The head of a list: its lowest row, from 0 on, and the column of each field that it has."""

    row: int
    columns: Mapping[Field, int]


def find_header(rows: Rows) -> Header | None:
    """Find the first row, of the first thirty, that names both a column of names and one of ID numbers."""
    for number, row in enumerate(rows[:_LOOKED_THROUGH]):
        labels = [label(cell) for cell in row]
        if not (_NAMES.isdisjoint(labels) or _IDS.isdisjoint(labels)):
            return _complete(rows, number)
    return None


def is_header(row: Sequence[Cell], columns: Mapping[Field, int]) -> bool:
    """Tell whether a row repeats the head."""
    name, id_number = (cell_at(row, columns[field]) for field in (Field.NAME, Field.ID_NUMBER))
    return label(name) in _NAMES and label(id_number) in _IDS


def cell_at(row: Sequence[Cell], column: int | None) -> Cell:
    """Read a cell; blank where the row ends before it."""
    return row[column] if column is not None and column < len(row) else ""


def _complete(rows: Rows, number: int) -> Header:
    """Take labels from the row above where a cell is blank, and from a second row of the head below."""
    above: Sequence[Cell] = rows[number - 1] if number else ()
    width = max(len(above), len(rows[number]))
    labels = [_own_or(cell_at(rows[number], column), cell_at(above, column)) for column in range(width)]
    found = _columns(labels)
    below: Sequence[Cell] = rows[number + 1] if number + 1 < len(rows) else ()
    if not _is_second(below, found):
        return Header(row=number, columns=found)
    wide = max(width, len(below))
    labels = [_own_or(cell_at(below, column), cell_at(labels, column)) for column in range(wide)]
    return Header(row=number + 1, columns=_columns(labels))


def _own_or(cell: Cell, other: Cell) -> str:
    """Read a cell of the head as a label; a blank one, or a remark in brackets alone, leaves the other."""
    return label(cell) or label(other)


def _is_second(row: Sequence[Cell], columns: Mapping[Field, int]) -> bool:
    under = (cell_at(row, columns[field]) for field in (Field.NAME, Field.ID_NUMBER))
    return not any(bare(written(cell)) for cell in under) and any(label(cell) in KNOWN for cell in row)


def _columns(labels: Sequence[str]) -> dict[Field, int]:
    """Choose a column for each field: the one whose label stands first in the list of labels."""
    return {
        field: labels.index(best)
        for field, known in LABELS.items()
        if (best := next((each for each in known if each in labels), None)) is not None
    }
