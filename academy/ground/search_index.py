"""The index behind the search: tokens kept in the row, and what each engine finds rows by them with.

SQLite has an FTS5 table beside the table, kept by triggers; PostgreSQL a generated column with a GIN index.
Neither is a table or column of the models: they follow from `search_tokens`, and `in_models` knows their names.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    String,
    Table,
    Text,
    bindparam,
    column,
    event,
    false,
    func,
    inspect,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Mapper, Session, declared_attr, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator

from academy.ground.keyset import Key
from academy.ground.search import is_loosened, query, says_a_word

_VECTOR = "search_vector"
_OURS = re.compile(rf"\w+_search(_data|_idx|_docsize|_config)?|{_VECTOR}|ix_\w+_{_VECTOR}")

# `prefix` keeps what one or two letters begin; without it the first letter typed walks a fifth of the index.
_SQLITE = """
CREATE VIRTUAL TABLE {0}_search USING fts5(
  search_tokens, content='{0}', content_rowid='id', columnsize=0, prefix='1 2', tokenize='ascii'
)

CREATE TRIGGER {0}_search_added AFTER INSERT ON {0} BEGIN
  INSERT INTO {0}_search(rowid, search_tokens) VALUES (new.id, new.search_tokens);
END

CREATE TRIGGER {0}_search_changed AFTER UPDATE OF search_tokens ON {0}
WHEN old.search_tokens <> new.search_tokens BEGIN
  INSERT INTO {0}_search({0}_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens);
  INSERT INTO {0}_search(rowid, search_tokens) VALUES (new.id, new.search_tokens);
END

CREATE TRIGGER {0}_search_removed AFTER DELETE ON {0} BEGIN
  INSERT INTO {0}_search({0}_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens);
END
"""
_POSTGRESQL = """
ALTER TABLE {0} ADD COLUMN search_vector tsvector
GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, search_tokens)) STORED

CREATE INDEX ix_{0}_search_vector ON {0} USING gin (search_vector)
"""


def _statements(engine: str, table: str) -> list[str]:
    """Write what makes the index of a table."""
    written = _SQLITE if engine == "sqlite" else _POSTGRESQL
    return written.strip().format(table).split("\n\n")


class Searchable:
    """A row that words find: its tokens follow the columns in `found_by`, written in the same statement."""

    found_by: ClassVar[tuple[str, ...]]
    if TYPE_CHECKING:
        id: Mapped[int]  # each entity's own

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Make the tokens of a row from the values of its columns."""
        raise NotImplementedError

    @declared_attr
    def search_tokens(cls) -> Mapped[str]:  # noqa: N805 - SQLAlchemy calls it with the class
        """What the row is found by; pages have no use for it, so that it is not read with the row."""

        def tell(context: DefaultExecutionContext) -> str:
            values: Mapping[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
            return cls.tokens_of(values)

        return mapped_column(Text, default=tell, server_default="", deferred=True)


@event.listens_for(Searchable, "before_update", propagate=True)
def _retell(_mapper: Mapper[Any], _connection: Connection, row: Searchable) -> None:
    """Make the tokens of a row anew when a column that it is found by changes."""
    attributes = inspect(row).attrs
    if any(attributes[name].history.has_changes() for name in row.found_by):
        row.search_tokens = row.tokens_of({name: getattr(row, name) for name in row.found_by})


@event.listens_for(Searchable, "after_mapper_constructed", propagate=True)
def _follow(mapper: Mapper[Any], _entity: type[Any]) -> None:
    """Make and drop the index with the table."""
    event.listen(mapper.local_table, "after_create", _make)
    event.listen(mapper.local_table, "before_drop", _drop)


def _make(table: Table, connection: Connection, **_options: object) -> None:
    for statement in _statements(connection.dialect.name, table.name):
        connection.execute(text(statement))


def _drop(table: Table, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":  # PostgreSQL's goes with the table
        connection.execute(text(f"DROP TABLE IF EXISTS {table.name}_search"))


def in_models(_item: object, name: str | None, _kind: str, in_database: object, *_compared: object) -> bool:
    """Tell Alembic what to compare: all but the index, which stands in no model."""
    return not (in_database and name is not None and _OURS.fullmatch(name))


class _Asked(TypeDecorator[str]):
    """What somebody typed, written as a question to the engine when it is sent."""

    impl = String
    cache_ok = True

    def __init__(self, *, loose: bool) -> None:
        super().__init__()
        self.loose = loose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write the question."""
        return query(value or "", dialect.name, loose=self.loose)


class _Matches(FunctionElement[bool]):
    """Whether a row's tokens answer a question; its clauses are the row's key, its vector and the question."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stand as it is: as `… = 1`, which SQLite has for truth otherwise, every row would be read."""
        return self


@compiles(_Matches, "sqlite")
def _by_fts5(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    key, _vector, asked = element.clauses.clauses
    index = f"{key.table.name}_search"
    sought = compiler.process(asked, **options)
    rows = f"SELECT rowid FROM {index} WHERE {index} MATCH {sought}"  # noqa: S608 - a table's name and a parameter
    return f"{compiler.process(key, **options)} IN ({rows})"


@compiles(_Matches, "postgresql")
def _by_tsvector(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    _key, vector, asked = element.clauses.clauses
    return f"{compiler.process(vector, **options)} @@ CAST({compiler.process(asked, **options)} AS tsquery)"


def matches(entity: type[Searchable], words: str, *, loose: bool = False) -> ColumnElement[bool]:
    """Keep the rows that have all that somebody typed; what says no word finds nothing.

    Loosely, the characters of a word need not stand together.
    """
    if not says_a_word(words):
        return false()
    key: InstrumentedAttribute[int] = entity.id
    vector: ColumnClause[object] = column(_VECTOR)
    vector.table = key.table
    return _Matches(key.expression, vector, bindparam(None, words, type_=_Asked(loose=loose), unique=True))


class Having(Protocol):
    """Makes the condition that words ask for, strict or loose."""

    def __call__(self, *, loose: bool) -> ColumnElement[bool]:
        """Keep the rows that have the words."""


def best_match(session: Session, rows: Select[Any], words: str, having: Having) -> ColumnElement[bool]:
    """Keep the rows that have the words as they stand or, where none of `rows` has, their characters anywhere."""
    strictly = having(loose=False)
    if not is_loosened(words):
        return strictly
    counted = rows.with_only_columns(func.count(), maintain_column_froms=True).where(strictly)
    return strictly if session.execute(counted).scalar_one() else having(loose=True)


def sorted_found(keys: Sequence[Key]) -> list[Key]:
    """Sort by these keys what words found; written such that no engine walks an index of theirs instead.

    An engine that thinks much will be found hopes to meet the first page early, and where little is found meets
    every row of the table.
    """
    return [key.concat("") if key.type.python_type is str else key + 0 for key in keys]


_LOOKED_AT = 1000
_ASKED_FOR = 20


def wrongly_told(session: Session, entity: type[Searchable], rows: Select[Any]) -> list[int]:
    """List `rows`, of a thousand or two spread over the table, whose tokens or index are not what the row says."""
    key: InstrumentedAttribute[int] = entity.id
    last = session.execute(rows.with_only_columns(func.max(key))).scalar_one() or 0
    told_by = rows.with_only_columns(key, entity.search_tokens, *(getattr(entity, n) for n in entity.found_by))
    looked_at = session.execute(told_by.where(key % max(last // _LOOKED_AT, 1) == 0).order_by(key)).all()
    wrong = [
        row_id
        for row_id, told, *values in looked_at
        if told != entity.tokens_of(dict(zip(entity.found_by, values, strict=True)))
    ]
    asked_for = [row for row in looked_at[:: max(len(looked_at) // _ASKED_FOR, 1)] if row[1]]
    for row_id, told, *_values in asked_for:
        by_index = rows.with_only_columns(key).where(key == row_id, matches(entity, told.split()[0]))
        if session.execute(by_index).first() is None:
            wrong.append(row_id)
    return wrong
