"""The same statements by the bare driver, in the same transactions and under the same locks."""

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection

from academy.ground import db
from academy.ground.settings import Settings

DRIVER = import_module("pysqlite3.dbapi2" if find_spec("pysqlite3") else "sqlite3")
_SECONDS = 1.0
_AT_ONCE = 2  # writers a process on PostgreSQL, as ours
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY")


@dataclass
class Transaction:
    """What was said to the database from a BEGIN to its end."""

    writes: bool
    statements: list[tuple[str, Any]] = field(default_factory=list)


def record(deed: Callable[[], object]) -> list[Transaction]:
    """Do something, and write down what it said to the database."""
    said: list[Transaction] = []

    def begin(connection: Connection) -> None:
        said.append(Transaction(connection.get_execution_options().get("academy_writes", False)))

    def note(*heard: Any) -> None:
        assert not heard[5], "many rows at once are not repeated here"
        if not heard[2].startswith("BEGIN"):
            said[-1].statements.append((heard[2], heard[3]))

    engine = db.bound().engine
    event.listen(engine, "begin", begin, insert=True)
    event.listen(engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(engine, "begin", begin)
        event.remove(engine, "before_cursor_execute", note)
    return said


def repeat(recorded: Sequence[list[Transaction]], settings: Settings) -> float:
    """Say all of it again, and tell the seconds it took."""
    processes = settings.web_workers
    threads = settings.web_threads if db.bound().is_sqlite else _AT_ONCE
    forking = get_context("fork")
    ready = forking.Barrier(processes + 1)
    parts = [recorded[number::processes] for number in range(processes)]
    children = [forking.Process(target=_repeat, args=(part, threads, ready)) for part in parts]
    for child in children:
        child.start()
    ready.wait(60)
    began = time.perf_counter()
    for child in children:
        child.join()
        assert child.exitcode == 0, "the bare driver refused what was recorded"
    return time.perf_counter() - began


def _repeat(part: Sequence[list[Transaction]], threads: int, ready: Barrier) -> None:
    say = _by_sqlite if db.bound().is_sqlite else _by_psycopg
    with ThreadPoolExecutor(threads) as pool:
        ready.wait(60)
        list(pool.map(say, [part[number::threads] for number in range(threads)]))


def _by_sqlite(part: Sequence[list[Transaction]]) -> None:
    path = Path(str(db.bound().url.database))
    with closing(_sqlite(path)) as connection:
        for said in (one for transactions in part for one in transactions):
            with _turn(path) if said.writes else _none():
                connection.execute("BEGIN IMMEDIATE" if said.writes else "BEGIN")
                for statement, values in said.statements:
                    connection.execute(statement, values).fetchall()
                connection.execute("COMMIT" if said.writes else "ROLLBACK")


def _sqlite(path: Path) -> Any:  # noqa: ANN401 - a DBAPI connection has no type
    connection = DRIVER.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _none() -> Iterator[None]:
    yield


def _by_psycopg(part: Sequence[list[Transaction]]) -> None:
    with psycopg.connect(_address()) as connection:
        for said in (one for transactions in part for one in transactions):
            connection.read_only = not said.writes
            level = psycopg.IsolationLevel
            connection.isolation_level = level.READ_COMMITTED if said.writes else level.REPEATABLE_READ
            for statement, values in said.statements:
                connection.execute(statement, values)
            connection.commit()


def _address() -> str:
    return db.bound().url.set(drivername="postgresql").render_as_string(hide_password=False)


def commits_per_second() -> float:
    """Tell how many times a second one connection commits a row of next to nothing: the limit of the machine."""
    if db.bound().is_sqlite:
        path = Path(str(db.bound().url.database)).with_name("commits.db")
        with closing(_sqlite(path)) as connection:
            return _count(connection.execute)
    with psycopg.connect(_address(), autocommit=True) as connection:
        return _count(connection.execute)


def _count(say: Callable[[str], object]) -> float:
    say("DROP TABLE IF EXISTS bench_commit")
    say("CREATE TABLE bench_commit (one INTEGER)")
    count, began = 0, time.perf_counter()
    while (seconds := time.perf_counter() - began) < _SECONDS:
        say("INSERT INTO bench_commit VALUES (1)")
        count += 1
    say("DROP TABLE bench_commit")
    return count / seconds
