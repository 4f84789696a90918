"""Lists of people made for tests: as workbooks, as text, and as they come out of the reader."""

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import xlsxwriter
from sqlalchemy.orm import Session

from academy.ground import tables
from academy.ground.tables import Cell, Grid
from academy.people.models.register import Unit
from academy.people.rules.numbers import check_character
from academy.people.rules.roster.headers import find_header
from academy.people.rules.roster.places import KnownUnit, Places
from academy.people.rules.roster.reading import Line, first_list, read
from tests import make

SAMPLES = Path(__file__).parent / "rosters"
UNITS: list[str] = json.loads((SAMPLES / "units.json").read_text("utf-8"))["units"]
KNOWN = Places(
    KnownUnit(id=number, district=path.split("/")[0], name=path.split("/")[1])
    for number, path in enumerate(UNITS, 1)
)
HEAD = ["姓名", "身份证号", "手机号", "单位", "岗位类别"]
STREET = "玄武区/樱桥街道"


def id_of(serial: int, *, born: str = "19800101", man: bool = True) -> str:
    """A right ID number that nobody has."""
    first = f"329900{born}{serial % 100:02d}{1 if man else 2}"
    return first + check_character(first)


def workbook(rows: Sequence[Sequence[Cell | None]], name: str = "名单") -> bytes:
    """An .xlsx of one sheet."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet(name)
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(place, column, cell)
    book.close()
    return target.getvalue()


def grid(rows: Sequence[Sequence[Cell]], **values: object) -> Grid:
    """A table as the reader gives it."""
    return Grid(**{"sheet": "名单", "encoding": None, "rows": rows, **values})  # type: ignore[arg-type]


def lines(rows: Sequence[Sequence[Cell]], *, today: date = make.TODAY, **values: object) -> tuple[Line, ...]:
    """Read a table whose head is there."""
    of = grid(rows, **values)
    header = find_header(of.rows)
    assert header is not None
    return read(of.rows, of.merged, header, KNOWN, today=today).lines


def opened(data: bytes) -> Grid:
    """Read a file that has a list in it."""
    with tables.opened(data) as grids:
        found, header = first_list(grids)
    assert header is not None
    return found


def all_units(session: Session) -> dict[str, Unit]:
    """Enter the known units; tell them by path."""
    districts: dict[str, Unit] = {}
    found = {}
    for path in UNITS:
        district, _slash, name = path.partition("/")
        if district not in districts:
            districts[district] = make.unit(session, district)
        found[path] = make.unit(session, name, parent=districts[district])
    return found
