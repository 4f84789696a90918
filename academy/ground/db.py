"""The database: the base of every table, and the only two ways to a session.

`reading()` sees one state of the database and cannot change it. `transaction()` runs one use case and commits
it whole or not at all; it holds the only commit in the product. On SQLite writers take turns at an advisory
file lock before BEGIN IMMEDIATE: the lock waits in order, where SQLite's own busy handler sleeps and starves.
Whoever has committed gives the turn on first and waits for the disk then, so that many wait for it at once.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PyEnum
from functools import cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Executable,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this machine: the standard library's, if its version is safe
    import sqlite3 as sqlite

_flush = getattr(os, "fdatasync", os.fsync)

_RESTED_SECONDS = 1.0

SAFE_SQLITE = (3, 51, 3)
_SAFE_PATCHES = {(3, 50): 7, (3, 44): 6}


def sqlite_is_safe(version: tuple[int, int, int] = sqlite.sqlite_version_info) -> bool:
    """Tell whether this SQLite keeps committed writes when two connections share a WAL.

    Versions 3.7.0 to 3.51.2 can lose them, but for the branches that got the correction.
    """
    patch = _SAFE_PATCHES.get(version[:2])
    return version >= SAFE_SQLITE or (patch is not None and version[2] >= patch)


def sqlite_version() -> str:
    """Tell the version of the SQLite in use."""
    return str(sqlite.sqlite_version)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, UTC out, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime and store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"A naive datetime cannot be stored: {value!r}. Give it a time zone.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back; SQLite has dropped the zone."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


WideInteger = BigInteger().with_variant(Integer, "sqlite")
PrimaryKey = Annotated[int, mapped_column(WideInteger, primary_key=True)]


class Base(DeclarativeBase):
    """The base of every table: named constraints, aware moments, enums as checked text, keys never reused."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        int: WideInteger,
        PyEnum: Enum(
            PyEnum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    @classmethod
    def __table_cls__(cls, *args: Any, **options: Any) -> Table:
        """Make the table such that SQLite never hands out a deleted row's key again."""
        return Table(*args, sqlite_autoincrement=True, **options)


class Database:
    """One database, SQLite or PostgreSQL, with its pool of connections."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url, pool_size)
        self._reader = self.engine.execution_options(
            **({} if self.is_sqlite else {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"})
        )
        self._writer = self.engine.execution_options(academy_writes=True)
        self._turn = f"{self.url.database}.lock" if self.is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read one state of the database; a write in here fails."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session
            if not self.is_sqlite:
                session.commit()  # nothing was written, but at a ROLLBACK psycopg forgets what it has prepared

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Run one use case, then commit it whole or not at all."""
        with self._write_turn(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
        self._reach_the_disk()
        for follow_up in session.info.get("after_commit", ()):
            follow_up()

    @contextmanager
    def _write_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        lock = os.open(self._turn, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:  # said aloud: a process forked meanwhile holds this file open, and the lock with it
                fcntl.flock(lock, fcntl.LOCK_UN)
        finally:
            os.close(lock)

    def _reach_the_disk(self) -> None:
        """Wait until what was committed outlives a power cut: nothing is answered, sent or followed up before.

        SQLite would wait within the commit, with all other writers behind it. See docs/decisions/0014.
        """
        if self._turn is None:
            return
        try:
            log = os.open(f"{self.url.database}-wal", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return  # the last connection was closed, which has brought all into the database itself
        try:
            _flush(log)
        finally:
            os.close(log)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, module=sqlite)

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        connection.isolation_level = None  # the begin event below says BEGIN, the driver must not
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "temp_store=MEMORY",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        if connection.get_execution_options().get("academy_writes", False):
            driver.execute("PRAGMA synchronous=NORMAL")  # `transaction` itself waits for the disk
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            driver.execute("PRAGMA synchronous=FULL")
            driver.execute("BEGIN")

    return engine


def _postgresql_engine(url: URL, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=10)
    monotonic = time.monotonic

    @event.listens_for(engine, "checkin")
    def _rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - as above
        """Ask a connection that has rested whether its server is still there; a busy one need not say so."""
        if monotonic() - record.info.get("rests_since", monotonic()) > _RESTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as gone:
                raise DisconnectionError from gone  # the pool opens another

    return engine


_bound: list[Database] = []


def bind(database: Database) -> None:
    """Make this the database that `reading` and `transaction` speak to."""
    _bound[:] = [database]


def bound() -> Database:
    """Tell which database is in use."""
    if not _bound:
        raise RuntimeError("No database is bound. create_app and the command line do it by db.bind(...).")
    return _bound[0]


@contextmanager
def reading() -> Iterator[Session]:
    """Read one state of the bound database."""
    with bound().reading() as session:
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one use case on the bound database and commit it whole or not at all."""
    with bound().transaction() as session:
        yield session


def ask(session: Session, question: Executable, values: Mapping[str, object]) -> CursorResult[*tuple[Any, ...]]:
    """Put a question of plain columns past the ORM, which adds nothing to it and costs as much again."""
    if session.autoflush:
        session.flush()
    return session.connection().execute(question, values)


def after_commit(session: Session, follow_up: Callable[[], object]) -> None:
    """Do this once the session's transaction is safely committed, and not at all if it is not."""
    session.info.setdefault("after_commit", []).append(follow_up)


def look_again(session: Session) -> None:
    """Have PostgreSQL count what this transaction has written: it plans by what others had committed before.

    Without it a join over 20,000 rows that nobody else can see yet may be planned as one over none, and take a
    minute instead of some milliseconds.
    """
    if not bound().is_sqlite:
        session.execute(text("ANALYZE"))


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Insert a row unless its key is taken already, and tell whether it was inserted.

    Two at once: the second waits for the first to commit, then finds the key taken.
    """
    return ask(session, _insert_once(table, sqlite=bound().is_sqlite), values).first() is not None


@cache
def _insert_once(table: type[Base], *, sqlite: bool) -> Executable:
    """Write once what every sent form says: putting it together costs more than saying it."""
    insert = sqlite_dialect.insert if sqlite else postgresql.insert
    rows = Base.metadata.tables[table.__tablename__]
    return insert(rows).on_conflict_do_nothing().returning(*rows.primary_key)
