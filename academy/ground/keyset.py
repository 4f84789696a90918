"""One page of a long list, found by where the last page ended, so that page 500 costs what page 1 does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
Key: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """The rows of one page, and cursors to the next and the previous one where they are."""

    rows: Sequence[T]
    after: str | None = None
    before: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """By what a list is sorted, and which way."""

    by: str
    falling: bool = False


def _cursor(mark: str, values: Sequence[Any]) -> str:
    return urlsafe_b64encode(json.dumps([mark, *values]).encode()).decode().rstrip("=")


def _read(cursor: str | None, keys: Sequence[Key]) -> tuple[str, list[Any]] | None:
    """Read a cursor; one that somebody mangled counts as none, which shows the first page."""
    try:
        mark, *values = json.loads(urlsafe_b64decode((cursor or "") + "=" * (-len(cursor or "") % 4)))
    except (ValueError, TypeError):
        return None
    fitting = len(values) == len(keys) and all(map(_fits, values, keys))
    return (mark, values) if mark in ("<", ">") and fitting else None


def _fits(value: object, key: Key) -> bool:
    """Tell whether a value out of a cursor may be compared with a key by the database."""
    if isinstance(value, str):
        return key.type.python_type is str and "\0" not in value
    return key.type.python_type is int and type(value) is int and abs(value) < _LARGEST


def page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    *,
    cursor: str | None,
    size: int,
    descending: bool = False,
) -> Slice[Row[*tuple[Any, ...]]]:
    """Take one page of a statement in order of `keys`, which must be unique together.

    The keys must be text or numbers. They are added to the statement as its last columns.
    """
    place = _read(cursor, keys)
    backwards = place is not None and place[0] == "<"
    falling = backwards is not descending
    # named, because an unnamed `-Row.id` hides the row's own key from the ORM
    wanted = statement.add_columns(*(key.label(f"key_{number}") for number, key in enumerate(keys)))
    if place:
        here, there = tuple_(*keys), tuple_(*place[1])
        wanted = wanted.where(here < there if falling else here > there)
    order = [key.desc() if falling else key.asc() for key in keys]
    rows = list(session.execute(wanted.order_by(None).order_by(*order).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Slice(rows=())
    first, last = rows[0][-len(keys) :], rows[-1][-len(keys) :]
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return Slice(
        rows=rows,
        after=_cursor(">", last) if has_next else None,
        before=_cursor("<", first) if has_previous else None,
    )
