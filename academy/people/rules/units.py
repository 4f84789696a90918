"""Lists of units as files: two columns, district and street, out of a spreadsheet or an editor."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from academy.ground.errors import Unreadable
from academy.ground.text import clean_name
from academy.people.rules.register import problem_with_name

Path = tuple[str, ...]

_COLUMNS = 2
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = "\t,;，；"
_HEADS = frozenset({"区", "区县", "区名", "所属区", "行政区", "district"})


@dataclass(frozen=True, slots=True)
class UnitDiff:
    """What a list would add to the units, and how many that it names are there already; districts count too."""

    added: tuple[Path, ...]
    known: int


def read_units(data: bytes) -> tuple[Path, ...]:
    """Read a list of units, each as (district, street), each once; raises Unreadable with every problem."""
    paths: list[Path] = []
    problems: list[str] = []
    lines = list(_lines(_text(data)))
    for number, cells in lines:
        if number == lines[0][0] and cells[0].casefold() in _HEADS:
            continue
        if problem := _problem(cells):
            problems.append(f"line {number}: {problem}")
        paths.append(tuple(cells))
    if not (paths or problems):
        problems.append("there is no unit in this file")
    if problems:
        raise Unreadable(problems)
    return tuple(dict.fromkeys(paths))


def _text(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(["this is no text in UTF-8 or GB18030: save the list as CSV in UTF-8"])


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the number and the cleaned cells of each line that is not empty; empty cells at its end do not count.

    What stands between the columns is the first of tab, comma and semicolon that the file has, full-width too.
    """
    delimiter = next((each for each in _DELIMITERS if each in text), ",")
    reader = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            cells = [clean_name(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable([f"line {reader.line_num}: {error}"]) from error


def _problem(cells: list[str]) -> str | None:
    if len(cells) != _COLUMNS:
        return "two columns are wanted, district and street"
    wrong = next((cell for cell in cells if problem_with_name(cell)), None)
    return None if wrong is None else f"a name has 1 to 60 characters, not {wrong!r}"


def compare(listed: tuple[Path, ...], known: Mapping[Path, int]) -> UnitDiff:
    """Tell what a list adds to the units that are known: a new district before its first street."""
    parts = dict.fromkeys(part for path in listed for part in (path[:1], path))
    added = tuple(part for part in parts if part not in known)
    return UnitDiff(added=added, known=len(parts) - len(added))
