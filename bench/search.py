"""Searching as an admin, at the sample academy's size and among a hundred times its people.

`./run bench search` looks for a few words in all that can be found (`p50_ms`: the queries of every kind together,
51 hits each at most) and opens the whole page in this process (`page_p50_ms`), on both engines.
`./run bench search 100x` also makes 1.53 million people of the sample's surnames and given names in a database of
their own, kept for the next time, and looks among them: by the search (`p50_ms`), and for the first page of the
office's list, sorted by name and counted (`page_p50_ms`).
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, make_url, select, text
from sqlalchemy.orm import Session

from academy.app import FEATURES, bind, create_app
from academy.ground import clock, db, migrating
from academy.ground.access import Actor, operator
from academy.ground.db import Database
from academy.ground.feature import Lookup
from academy.ground.search import tokens
from academy.ground.settings import Settings
from academy.ground.text import initials, name_pinyin
from academy.people.models.register import Person
from academy.people.queries import finding, office, register
from academy.people.rules.register import read_search
from bench.ground import ENGINES, VAR, console, percentile, sample_academy, tell
from tests.pages import PageClient

TIMES, TIMES_AMONG_MANY = 60, 15
MOST = 51
LARGE = 100
AT_ONCE = 20_000
PASSWORD = "academy-demo"  # noqa: S105 - the sample's, printed by `academy demo`
CASES = {
    "given name": "秀兰", "surname": "王", "pinyin prefix": "zhangw", "initials": "wxl", "one letter": "w",
    "unit and name": "玄武 王", "class code": "2026-017", "certificate": "2026-J-000001", "course": "mfd",
    "nothing there": "曌龘",
}  # fmt: skip
OF_PEOPLE = ("given name", "surname", "pinyin prefix", "initials", "one letter", "nothing there")


def main() -> None:
    """Measure on each engine."""
    rows: list[dict[str, Any]] = []
    for engine in ENGINES:
        with sample_academy(engine) as settings:
            rows += _everything(engine, settings)
            if "100x" in sys.argv[1:]:
                rows += _among_many(engine, settings)
    tell("Search", rows)


def _everything(engine: str, settings: Settings) -> list[dict[str, Any]]:
    app = create_app(settings)
    app.test_client_class = PageClient
    client = app.test_client()
    client.send("/login", page="/login?way=password", name="admin", password=PASSWORD)  # type: ignore[attr-defined]
    plain = app.test_client(use_cookies=False)
    cookie = {"Cookie": f"academy={client.get_cookie('academy').value}"}  # type: ignore[union-attr]
    rows = []
    for case, words in CASES.items():
        with app.test_request_context(), db.reading() as session:
            admin = register.actor_named(session, "admin")
            assert admin is not None
            queries = _timed(partial(_all_kinds, session, admin, words))
            people = session.execute(select(func.count(Person.id))).scalar_one()
        app.test_client_class = None  # what the inspector of pages costs is not the page's
        pages = _timed(partial(plain.get, "/search", query_string={"q": words}, headers=cookie))
        rows.append(_row(engine, people, case, queries, pages))
    db.bound().close()
    return rows


def _all_kinds(session: Session, admin: Actor, words: str) -> None:
    now, lookup = clock.now(), Lookup(words=words, most=MOST)
    for feature in FEATURES:
        for part in feature.search:
            part(session, admin, now, lookup)


def _timed(act: Callable[[], object], times_: int = TIMES) -> list[float]:
    times = []
    for turn in range(times_ + 3):
        began = time.perf_counter()
        act()
        if turn >= 3:
            times.append((time.perf_counter() - began) * 1000)
    return times


def _row(engine: str, people: int, case: str, queries: list[float], pages: list[float]) -> dict[str, Any]:
    return {
        "engine": engine, "people": people, "query": case,
        "p50_ms": percentile(queries, 0.5), "p95_ms": percentile(queries, 0.95),
        "page_p50_ms": percentile(pages, 0.5), "page_p95_ms": percentile(pages, 0.95),
    }  # fmt: skip


# --- a hundred times the people --------------------------------------------------------------------


def _among_many(engine: str, settings: Settings) -> list[dict[str, Any]]:
    bind(settings)
    with db.reading() as session:
        names = [*session.execute(select(Person.name).order_by(Person.id)).scalars()]
    many = _bind_large(engine, settings)
    _fill(many, names)
    rows = []
    today = clock.local_date(clock.now())
    with db.reading() as session:
        people = session.execute(select(func.count(Person.id))).scalar_one()
        for case in OF_PEOPLE:
            lookup = Lookup(words=CASES[case], most=MOST)
            wanted = office.Wanted(search=read_search(CASES[case]))
            queries = _timed(partial(finding.people, session, operator(), lookup, on=today), TIMES_AMONG_MANY)
            pages = _timed(partial(office.people, session, wanted, on=today), TIMES_AMONG_MANY)
            rows.append(_row(engine, people, case, queries, pages))
    many.close()
    return rows


def _bind_large(engine: str, settings: Settings) -> Database:
    """Open the database of many people, making it where it is not there yet."""
    var: Path = VAR / "large"
    var.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        return _migrated(replace(settings, var=var))
    admin = Database(settings.database_url)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = 'large'")).first():
            connection.execute(text("CREATE DATABASE large TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    admin.close()
    url = make_url(settings.database_url).set(database="large").render_as_string(hide_password=False)
    return _migrated(replace(settings, database_url=url))


def _migrated(settings: Settings) -> Database:
    database = bind(settings)
    if migrating.version(database) != migrating.head():
        migrating.upgrade(database)
    return database


def _fill(database: Database, names: list[str]) -> None:
    """Make a hundred times as many people, in one transaction: all, or none the next time."""
    with db.reading() as session:
        if session.execute(select(Person.id).limit(1)).first():
            return
    console.print(f"{database.url.get_backend_name()}: making {len(names) * LARGE:,} people …")
    table = Person.metadata.tables["person"]
    assert isinstance(table, Table)
    with db.transaction() as session:
        rows = _rows(names)
        while batch := list(islice(rows, AT_ONCE)):
            session.connection().execute(insert(table), batch)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _rows(names: list[str]) -> Iterator[dict[str, Any]]:
    """Put surnames and given names together at random, the same each time."""
    choose, now = random.Random(1).choice, clock.now()
    for _ in range(len(names) * LARGE):
        yield {
            **_named(choose(names)[0] + choose(names)[1:]),
            "created_at": now,
            "locale": "zh_CN",
            "sample": True,
        }


@cache
def _named(name: str) -> dict[str, str]:
    spelled = name_pinyin(name)
    return {
        "name": name, "name_pinyin": spelled, "name_initials": initials(spelled), "search_tokens": tokens(name)
    }  # fmt: skip


if __name__ == "__main__":
    main()
