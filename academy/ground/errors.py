"""What can go wrong in a way that a page explains.

AcademyError
├── NotFound        404: there is no such thing, or none that this actor may know of
├── Forbidden       403: this actor may not do that
├── Refused         409: the rules say no, with every reason at once
└── Unreadable      422: a file or text that cannot be understood, and where

Anything else is a bug and becomes a 500.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Index, MetaData, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the rules say no: the code is for programs, the message for people, in their language."""

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def about(self, **values: object) -> "Reason":
        """Name the things that the message speaks of."""
        return replace(self, values=values)


class AcademyError(Exception):
    """The root of all that a page explains."""


class NotFound(AcademyError):
    """There is no such thing, or none that the actor may know of."""


class Forbidden(AcademyError):
    """The actor may not do that."""


class Refused(AcademyError):
    """The rules say no; `reasons` holds every one of them."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class Unreadable(AcademyError):
    """A file or text cannot be understood; `problems` says what and where, a sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>[\w., ]+)")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (?P<name>\w+)")
_SQLITE_INDEX = re.compile(r"UNIQUE constraint failed: index '(?P<name>\w+)'")


def constraint_of(error: IntegrityError, metadata: MetaData) -> str | None:
    """Name the constraint that refused a write, alike on both engines.

    PostgreSQL says the name; SQLite names the columns of a unique constraint, which are looked up.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name = diagnosis.constraint_name
        return str(name) if name else None
    text = str(error.orig)
    for pattern in (_SQLITE_INDEX, _SQLITE_CHECK):
        if found := pattern.search(text):
            return found["name"]
    if found := _SQLITE_UNIQUE.search(text):
        return _unique_on(metadata, [column.strip() for column in found["columns"].split(",")])
    return None


def _unique_on(metadata: MetaData, columns: list[str]) -> str | None:
    table = metadata.tables.get(columns[0].rpartition(".")[0])
    if table is None:
        return None
    names = {column.rpartition(".")[2] for column in columns}
    uniques: list[UniqueConstraint | Index | PrimaryKeyConstraint] = [
        *(constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)),
        *(index for index in table.indexes if index.unique),
        table.primary_key,
    ]
    for unique in uniques:
        if {column.name for column in unique.columns} == names:
            return str(unique.name) if unique.name else None
    return None
