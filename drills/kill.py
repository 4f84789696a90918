"""`kill -9` for the worker, twenty times, while it makes 2,000 certificates: nothing is lost, doubled or left.

`./run drill kill` works on a copy of the sample academy, on SQLite, with the worker as the product runs it: its
processes are killed at random moments, a new worker takes up what the dead one left. The lease by which a dead
worker's job is known is a minute in the product; here it is a second, or the drill would take an hour. A job that
lost its worker three times waits for a person: the drill asks for it again, as a person would on its page.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from academy.app import FEATURES, bind
from academy.certificates import jobs as certificates
from academy.certificates.actions import making, sweeping
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches
from academy.certificates.queries.register import place_of
from academy.certificates.rules.states import BatchState
from academy.clockwork import actions as clockwork
from academy.clockwork import jobs, runner
from academy.clockwork.models import Job, JobState
from academy.ground import clock, db, storage
from academy.ground.settings import ROOT, Settings
from bench.ground import console, environ, sample_academy, signer, tell, unmake

COUNT, KILLS = 2000, 20
PATIENCE_SECONDS = 600
AS_WORKER = "worker"


def main() -> None:
    """Kill, start again, and count."""
    if sys.argv[1:] == [AS_WORKER]:
        _work()
        return
    with sample_academy("sqlite") as sample, tempfile.TemporaryDirectory(prefix="academy-drill-") as folder:
        settings = Settings(var=Path(folder) / "var")
        shutil.copytree(sample.var, settings.var, ignore=shutil.ignore_patterns("files", "log"))
        bind(settings)
        with db.transaction() as session:
            session.execute(delete(Job))
            ids, count = unmake(session, COUNT)
            _ask(session, ids)
        began = time.perf_counter()
        kills = _kill_again_and_again(settings, ids)
        _see_through(settings, ids)
        seconds = time.perf_counter() - began
        tell("Kill", [_counted(ids, count) | {"kills": kills, "seconds": seconds}])


def _work() -> None:
    """Be the product's worker, with a lease of a second."""
    clockwork.LEASE = timedelta(seconds=1)
    certificates._AT_ONCE = 20  # noqa: SLF001 - five times the portions, or two thousand are made before twenty kills
    jobs._BEAT_SECONDS = 0.3  # noqa: SLF001 - a third of the lease, as there
    settings = Settings(var=Path(os.environ["ACADEMY_VAR"]))
    bind(settings)
    bell = runner.Bell(settings)
    jobs.serve(settings, FEATURES, bell, processes=2)


def _ask(session: Session, ids: list[int]) -> None:
    """Ask for what is left of some batches; on SQLite nobody can finish one meanwhile."""
    for batch_id in _left_of(session, ids):
        making.ask_to_issue(session, actor=signer(session), batch_id=batch_id, now=clock.now())


def _ask_again(ids: list[int]) -> None:
    """Ask for the work that waits for a person, as it does that lost its worker too often."""
    with db.reading() as session:
        failed = session.execute(select(Job.id).where(Job.state == JobState.FAILED)).first()
    if failed:
        with db.transaction() as session:
            _ask(session, ids)


def _left(ids: list[int]) -> list[int]:
    """List the batches that are not issued."""
    with db.reading() as session:
        return _left_of(session, ids)


def _left_of(session: Session, ids: list[int]) -> list[int]:
    unmade = CertificateBatch.state != BatchState.ISSUED
    return list(session.execute(select(CertificateBatch.id).where(CertificateBatch.id.in_(ids), unmade)).scalars())


def _start(settings: Settings) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "drills.kill", AS_WORKER]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=ROOT, env=environ(settings), start_new_session=True, stdout=quiet, stderr=quiet
    )


def _made() -> int:
    with db.reading() as session:
        return session.execute(select(func.count(Certificate.sha256))).scalar_one()


def _kill_again_and_again(settings: Settings, ids: list[int]) -> int:
    """Kill every process of the worker at a random moment of its work; tell how often that was."""
    chance = random.Random(KILLS)
    kills = 0
    while kills < KILLS and _left(ids):
        before, worker = _made(), _start(settings)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _made() == before and _left(ids) and time.monotonic() < deadline:
            _ask_again(ids)
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.2))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        kills += 1
        time.sleep(1.1)
    return kills


def _see_through(settings: Settings, ids: list[int]) -> None:
    worker = _start(settings)
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while _left(ids) and time.monotonic() < deadline:
            time.sleep(0.2)
            _ask_again(ids)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _counted(ids: list[int], count: int) -> dict[str, int]:
    """Count numbers, files that read back whole, files that nobody names, and what a second run would make."""
    store = storage.bound()
    with db.reading() as session:
        rows = session.execute(select(Certificate).where(Certificate.batch_id.in_(ids))).scalars().all()
        places = [place for row in rows if (place := place_of(row))]
        whole = sum(bool(store.read(place, "pdf")) for place in places)
        orphans = len(list(sweeping.unnamed(session, before=clock.now() + timedelta(days=1))))
        lines = [batches.batch(session, batch_id) for batch_id in ids]
    again = sum(line.numbered - line.made for line in lines)
    if (len(rows), whole, orphans, again) != (count, count, 0, 0):
        console.print("[red]BROKEN[/]")
    return {
        "certificates": count, "numbers": len({row.number for row in rows}), "files": whole,
        "distinct_files": len({place.sha256 for place in places}), "orphans": orphans, "made_again": again,
    }  # fmt: skip


if __name__ == "__main__":
    main()
