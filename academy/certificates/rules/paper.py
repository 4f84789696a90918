"""Earlier certificates on paper: how a register of them is read, row by row, with all that is wrong at once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from academy.certificates.rules.headings import NAMES, Cell, find_heads, is_blank, words_of
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_, clean_name, has_a_character
from academy.people.rules.numbers import problem_with_id, read_id

MOST_ROWS = 20_000
_MOST = {"number": 60, "name": 60, "class": 200, "page": 100}
_EARLIEST_YEAR = 1980
_ID_OF_BEFORE = re.compile(r"[1-9][0-9]{14}")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_ROUNDED = re.compile(r"[0-9.]+e\+?[0-9]+", re.IGNORECASE)
_OPENING = str.maketrans(dict.fromkeys("〔［【〈《{[<", "("))
_CLOSING = str.maketrans(dict.fromkeys("〕］】〉》}]>", ")"))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212/\\_", "-"))
_AROUND = re.compile(r"^(?:(?:证书)?编号:?|证号:?|NO\.?:?)|第(?=[0-9])|号$")

MISSING = Reason("missing", N_("%(column)s is missing."))
TOO_LONG = Reason("too_long", N_("%(column)s is longer than %(most)s characters."))
NO_DAY = Reason("no_day", N_("“%(value)s” is no day. Write it as 2019-03-01, or leave it empty."))
DAY_TO_COME = Reason("day_to_come", N_("The date of issue, %(value)s, is not between 1980 and today."))
ROUNDED = Reason(
    "rounded", N_("Excel has rounded this ID number. Set the column to text, and type the number once more.")
)
TWICE = Reason("twice", N_("The same number and name stand in row %(row)s too."))
DIFFERS = Reason(
    "differs", N_("This number and name are on the register already, with another class, date or page.")
)
NO_ROWS = Reason("no_rows", N_("The first sheet has a head, but no row below it."))
TOO_MANY = Reason("too_many", N_("A workbook may have up to %(most)s rows; this one has %(rows)s. Split it."))
HAS_PROBLEMS = Reason(
    "has_problems", N_("Rows still to be mended: %(count)s. Mend them in the workbook and send it again.")
)
NOT_THE_NEWEST = Reason(
    "not_the_newest",
    N_(
        "A later workbook was imported after this one and may have left out what this one had. "
        "Undo that one first."
    ),
)
NO_ACCOUNT = Reason("no_account", N_("Sign in with your own account: the register says who imported what."))


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


OUTCOMES: dict[Outcome, str] = {
    Outcome.NEW: N_("New"),
    Outcome.KNOWN: N_("On the register already"),
    Outcome.WRONG: N_("To be mended"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One row of a workbook, read; the words that could not be read are empty, and among its problems."""

    row: int
    """As Excel counts."""
    number: str
    name: str
    id_number: str = ""
    class_title: str = ""
    issued_on: date | None = None
    source_page: str = ""
    problems: tuple[Reason, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """By which it is told from others."""
        return number_key(self.number), self.name

    @property
    def told(self) -> tuple[str, date | None, str]:
        """What it says besides."""
        return self.class_title, self.issued_on, self.source_page


def number_key(text: str) -> str:
    """Write a number as printed such that width, spaces, kinds of brackets and of dashes do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    plain = plain.translate(_OPENING).translate(_CLOSING).translate(_DASHES)
    return _AROUND.sub("", plain)[: _MOST["number"]]


def read_rows(rows: Sequence[Sequence[Cell]], *, today: date) -> tuple[PaperRow, ...]:
    """Read all rows below the head; raises Refused where there is no head or too many rows."""
    heads = find_heads(rows, tuple(NAMES))
    below = [
        (number, row) for number, row in enumerate(rows[heads.row + 1 :], start=heads.row + 2) if not is_blank(row)
    ]
    if not below:
        raise Refused(NO_ROWS)
    if len(below) > MOST_ROWS:
        raise Refused(TOO_MANY.about(most=MOST_ROWS, rows=len(below)))
    read = (_read_row(number, _cells(row, heads.columns), today) for number, row in below)
    return _without_doubles(read)


def _cells(row: Sequence[Cell], columns: Mapping[str, int]) -> dict[str, Cell]:
    return {
        field: row[columns[field]] if field in columns and columns[field] < len(row) else "" for field in NAMES
    }


def _read_row(number: int, cells: Mapping[str, Cell], today: date) -> PaperRow:
    words = {field: words_of(cell) for field, cell in cells.items()}
    words["name"] = clean_name(words["name"])
    problems = [
        MISSING.about(column=NAMES[field]) for field in ("number", "name") if not has_a_character(words[field])
    ]
    problems += [
        TOO_LONG.about(column=NAMES[field], most=most) for field, most in _MOST.items() if len(words[field]) > most
    ]
    issued_on, wrong_day = _read_day(cells["date"], today)
    id_number, wrong_id = _read_id(words["id"], today)
    problems += [problem for problem in (wrong_day, wrong_id) if problem]
    return PaperRow(
        row=number, number=words["number"][: _MOST["number"]], name=words["name"][: _MOST["name"]],
        id_number=id_number, class_title=words["class"][: _MOST["class"]], issued_on=issued_on,
        source_page=words["page"][: _MOST["page"]], problems=tuple(problems),
    )  # fmt: skip


def _read_day(cell: Cell, today: date) -> tuple[date | None, Reason | None]:
    words = unicodedata.normalize("NFKC", "".join(words_of(cell).split()))
    if not words:
        return None, None
    found = _DAY.fullmatch(words)
    try:
        day = date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        day = None
    if day is None:
        return None, NO_DAY.about(value=words[:30])
    if not date(_EARLIEST_YEAR, 1, 1) <= day <= today:
        return None, DAY_TO_COME.about(value=day.isoformat())
    return day, None


def _read_id(words: str, today: date) -> tuple[str, Reason | None]:
    """Read an ID number, of 18 characters or the 15 digits of before; problems never show it."""
    if not words:
        return "", None
    if _ROUNDED.fullmatch(words):
        return "", ROUNDED
    read = read_id(words)
    problem = None if _ID_OF_BEFORE.fullmatch(read) else problem_with_id(read, today=today)
    return ("", problem) if problem else (read, None)


def _without_doubles(rows: Iterable[PaperRow]) -> tuple[PaperRow, ...]:
    """Find fault with rows whose number and name stood in one before."""
    first: dict[tuple[str, str], int] = {}
    judged = []
    for row in rows:
        before = first.setdefault(row.key, row.row) if row.number and row.name else row.row
        judged.append(row if before == row.row else _with(row, TWICE.about(row=before)))
    return tuple(judged)


def _with(row: PaperRow, problem: Reason) -> PaperRow:
    return replace(row, problems=(*row.problems, problem))


Known = Mapping[tuple[str, str], tuple[str, date | None, str]]
"""What the register says already, by number key and name."""


def judged(rows: Iterable[PaperRow], known: Known) -> tuple[tuple[PaperRow, Outcome], ...]:
    """Tell what becomes of each row beside what the register has already."""
    found = []
    for row in rows:
        told = known.get(row.key)
        wrong = _with(row, DIFFERS) if told is not None and told != row.told and not row.problems else row
        outcome = Outcome.WRONG if wrong.problems else Outcome.NEW if told is None else Outcome.KNOWN
        found.append((wrong, outcome))
    return tuple(found)
