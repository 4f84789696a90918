"""Rows by the thousand: asked for, and entered, by statements that stay short however many rows there are.

A list of a thousand parameters is written, sent and read as such, which takes longer than what it asks for.
"""

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, Self

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    String,
    Table,
    bindparam,
    insert,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from academy.ground.db import Base

_AT_ONCE = 1000


class _Values(TypeDecorator[list[Any]]):
    """Many numbers or texts as one parameter: an array, or JSON where there are no arrays."""

    impl = String
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose what the engine has."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(self.each))

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as `impl` takes it
        """Write the values."""
        return json.dumps(value) if dialect.name == "sqlite" else value


class _Among(FunctionElement[bool]):
    """Whether a column holds one of the values in a parameter; its clauses are these two."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stand as it is, and not as `… = 1`, which SQLite has for truth otherwise."""
        return self


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    held, values = (compiler.process(clause, **options) for clause in element.clauses.clauses)
    return f"{held} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    held, values = (compiler.process(clause, **options) for clause in element.clauses.clauses)
    return f"{held} = ANY({values})"


def among(held: InstrumentedAttribute[Any] | ColumnClause[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Keep rows whose column, of numbers or texts, holds one of these values."""
    expression = held.expression if isinstance(held, InstrumentedAttribute) else held
    return _Among(expression, bindparam(None, list(values), type_=_Values(held.type), unique=True))


def insert_many(session: Session, entity: type[Base], rows: Iterable[dict[str, Any]]) -> list[int]:
    """Insert rows by statements and not by objects, and tell their keys in the same order.

    The keys are taken before, so that no row is asked for its own: the driver sends the rows one after the other,
    prepared once. A statement of a thousand rows would be taken apart in Python, at the cost of all the rest.
    """
    table = entity.__table__
    assert isinstance(table, Table)  # noqa: S101 - every entity of ours is one table
    connection = session.connection()
    waiting, made = iter(rows), list[int]()
    while some := list(islice(waiting, _AT_ONCE)):
        keys = _next_keys(connection, table, len(some))
        connection.execute(insert(table), [{**row, "id": key} for row, key in zip(some, keys, strict=True)])
        made += keys
    return made


def _next_keys(connection: Connection, table: Table, count: int) -> list[int]:
    """Take so many new keys of a table; on SQLite nobody else writes meanwhile."""
    if connection.dialect.name == "sqlite":
        last: int = connection.execute(_LAST_KEY, {"name": table.name}).scalar_one_or_none() or 0
        return [*range(last + 1, last + 1 + count)]
    return list(connection.execute(_NEXT_KEYS, {"name": table.name, "count": count}).scalars())


_LAST_KEY = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_NEXT_KEYS = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
