"""A list of people as a workbook: given back with what is wrong at the very cell, or blank to be filled in."""

from collections.abc import Iterator

from flask_babel import gettext as _

from academy.ground.spreadsheet import CellMarks, Table, blank_workbook, commented_workbook
from academy.people.rules.roster.headers import cell_at
from academy.people.rules.roster.kept import KeptList, Told, cell_of
from academy.people.rules.roster.labels import LABELS, Cell, Field
from academy.people.rules.roster.plan import FATE_NAMES, Fate
from academy.people.rules.roster.reading import SPREAD
from academy.web.i18n import say

KINDS = {
    Fate.NEW: "ok", Fate.SAME: "plain", Fate.CHANGED: "note", Fate.DUPLICATE: "late", Fate.REFUSED: "no",
    Fate.LEFT: "late",
}  # fmt: skip
"""The colour of each outcome; the words beside it say the same."""

_WIDTHS = {
    Field.NAME: 14, Field.ID_NUMBER: 24, Field.PHONE: 16, Field.UNIT: 28, Field.ROLE: 16, Field.GENDER: 8,
    Field.NOTE: 30,
}  # fmt: skip
ASKED = tuple(_WIDTHS)
"""The columns of a blank list."""


def marked_list(kept: KeptList) -> bytes:
    """Write a list anew, row for row, each wrong cell coloured and commented, the outcome in a last column."""
    places = {told.row - 1: told for told in kept.told if told.row is not None}
    marks = CellMarks(
        head_row=kept.header.row,
        head=_("What the register of the academy says"),
        of_rows={place: (KINDS[told.fate], _in_words(told)) for place, told in places.items()},
        of_cells={
            (place, column): found
            for place, told in places.items()
            for column, found in _wrong(told, kept)
        },
    )  # fmt: skip
    return commented_workbook(kept.grid.sheet or "", _filled(kept), marks)


def _wrong(told: Told, kept: KeptList) -> Iterator[tuple[int, tuple[str, str]]]:
    """Tell which cells of a row are wrong, each with its colour and all that is to be said about it."""
    said: dict[Field, list[str]] = {}
    for reason in told.reasons:
        said.setdefault(cell_of(reason), []).append(say(reason))
    for field, words in said.items():
        yield _column(field, kept), ("no", "\n".join(words))
    if told.warning:
        yield _column(cell_of(told.warning), kept), ("late", say(told.warning))


def _column(field: Field, kept: KeptList) -> int:
    return kept.header.columns.get(field, kept.header.columns[Field.NAME])


def _in_words(told: Told) -> str:
    return " ".join(filter(None, (_(FATE_NAMES[told.fate]), why(told))))


def why(told: Told) -> str:
    """Say in one line what a row changes, or why it is not taken."""
    changes = [f"{change.before} → {change.after}".strip() for change in told.changes]
    reasons = [say(reason) for reason in (*told.reasons, *((told.warning,) if told.warning else ()))]
    return " ".join([*changes, *reasons])


def _filled(kept: KeptList) -> list[list[Cell]]:
    """Write what stands in merged cells into each of their rows, as the sheet is written without merged cells."""
    rows = [list(row) for row in kept.grid.rows]
    columns = {kept.header.columns[field] for field in SPREAD if field in kept.header.columns}
    for top, left, bottom, _right in kept.grid.merged:
        if left in columns and top > kept.header.row:
            for row in rows[top + 1 : bottom + 1]:
                row.extend([""] * (left + 1 - len(row)))
                row[left] = cell_at(rows[top], left)
    return rows


def blank_list(title: str) -> bytes:
    """Write a workbook to be filled in; its labels are those that lists are read by."""
    notes = {
        Field.ID_NUMBER: _("18 characters. The column is text, so that Excel rounds nothing."),
        Field.PHONE: _("May stay empty."),
        Field.UNIT: _("District and street, such as %(path)s.", path="玄武区/樱桥街道"),
    }
    heads = [(LABELS[field][0], width) for field, width in _WIDTHS.items()]
    return blank_workbook(Table(title, heads, [[notes.get(field, "") for field in _WIDTHS]]))
