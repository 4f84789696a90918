"""Read a list of people row by row: who is in it, who is in it twice, and what is wrong with the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.tables import Grid
from academy.ground.text import N_
from academy.people.rules.roster import values
from academy.people.rules.roster.headers import Header, Rows, cell_at, find_header
from academy.people.rules.roster.labels import LABELS, Cell, Field, bare, written
from academy.people.rules.roster.places import KnownUnit, Places
from academy.people.rules.roster.skipping import is_blank_row, is_no_person

SPREAD = (Field.UNIT, Field.DISTRICT, Field.ROLE)
"""Fields whose cells may be merged over several people."""

Area = tuple[int, int, int, int]

HEADER_NOT_FOUND = Reason(
    "header_not_found",
    N_(
        "No row of the first 30 names a column of names and one of ID numbers, such as %(name)s and %(id_number)s."
    ),
    {"name": LABELS[Field.NAME][0], "id_number": LABELS[Field.ID_NUMBER][0]},
)
ID_NAME_CONFLICT = Reason(
    "id_name_conflict", N_("Row %(row)s has this ID number with another name. One of the two is wrong.")
)
GENDER_MISMATCH = Reason("gender_mismatch", N_("The gender is not the one that the ID number tells."))


class Outcome(StrEnum):
    """What a row of a list comes to, by itself."""

    OK = "ok"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list as read; a field that is wrong or blank is None."""

    row: int
    name: str | None
    id_number: str | None
    phone: str | None
    unit: KnownUnit | None
    role: str | None
    role_as_written: str
    gender: str | None
    note: str | None
    outcome: Outcome = Outcome.OK
    reasons: tuple[Reason, ...] = ()
    warning: Reason | None = None
    of_row: int | None = None

    def refused(self, *reasons: Reason) -> "Line":
        """Refuse this row for further reasons, if there are any."""
        if not reasons:
            return self
        return replace(self, outcome=Outcome.REFUSED, reasons=(*self.reasons, *reasons), warning=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole list as read."""

    header: Header
    lines: tuple[Line, ...]
    ignored_rows: tuple[int, ...]

    def counts(self) -> dict[Outcome, int]:
        """Count the rows by outcome."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome}


def first_list(grids: Iterable[Grid]) -> tuple[Grid, Header | None]:
    """Take the first table that has a head, with it; or the last one without."""
    last = Grid(sheet=None, encoding=None, rows=())
    for last in grids:
        if header := find_header(last.rows):
            return last, header
    return last, None


def read(rows: Rows, merged: Sequence[Area], header: Header, places: Places, *, today: date) -> Reading:
    """Read all rows below the head; rows are counted from 1 as the sheet counts them."""
    spread = _spread(rows, merged, header)
    lines: list[Line] = []
    ignored: list[int] = []
    for number in range(header.row + 1, len(rows)):
        row = rows[number]
        if is_blank_row(row):
            continue
        if is_no_person(row, header):
            ignored.append(number + 1)
            continue
        lines.append(_line(number, {**_cells(row, header), **spread.get(number, {})}, places, today))
    return Reading(header=header, lines=tuple(_judged(lines)), ignored_rows=tuple(ignored))


def _cells(row: Sequence[Cell], header: Header) -> dict[Field, Cell]:
    return {field: cell_at(row, column) for field, column in header.columns.items()}


def _spread(rows: Rows, merged: Sequence[Area], header: Header) -> Mapping[int, dict[Field, Cell]]:
    """Give each row its share of cells that are merged over several people."""
    fields = {header.columns[field]: field for field in SPREAD if field in header.columns}
    found: dict[int, dict[Field, Cell]] = {}
    for top, left, bottom, _right in merged:
        if left in fields and top > header.row:
            for number in range(top + 1, min(bottom + 1, len(rows))):
                found.setdefault(number, {})[fields[left]] = cell_at(rows[top], left)
    return found


def _line(number: int, cells: Mapping[Field, Cell], places: Places, today: date) -> Line:
    name = values.read_name(cells[Field.NAME])
    id_number, id_problem = values.read_id(cells[Field.ID_NUMBER], today=today)
    phone, phone_problem = values.read_phone(cells.get(Field.PHONE, ""))
    unit, unit_problem = places.read(cells.get(Field.UNIT, ""), cells.get(Field.DISTRICT, ""))
    role = cells.get(Field.ROLE, "")
    gender = values.read_gender(cells.get(Field.GENDER, ""))
    problems = (None if name else values.MISSING_NAME, id_problem, phone_problem, unit_problem)
    mismatch = gender and id_number and gender != values.gender_of_id(id_number)
    return Line(
        row=number + 1,
        name=name,
        id_number=id_number,
        phone=phone,
        unit=unit,
        role=values.read_role(role),
        role_as_written=bare(written(role)),
        gender=gender,
        note=values.read_note(cells.get(Field.NOTE, "")),
        warning=GENDER_MISMATCH if mismatch else None,
    ).refused(*(problem for problem in problems if problem))


def _judged(lines: Sequence[Line]) -> Iterator[Line]:
    """Compare each row that is right by itself with the accepted one above that has its ID number."""
    accepted: dict[str, Line] = {}
    for line in lines:
        above = accepted.get(line.id_number) if line.id_number else None
        if line.reasons or line.id_number is None:
            yield line
        elif above is None:
            accepted[line.id_number] = line
            yield line
        elif above.name == line.name:
            yield replace(line, outcome=Outcome.DUPLICATE, of_row=above.row, warning=None)
        else:
            yield replace(line.refused(ID_NAME_CONFLICT.about(row=above.row)), of_row=above.row)
