"""Issuing every certificate of the sample academy, signed, against the ways that make one document a person.

`./run bench certificates` takes a copy of the sample academy in which 15,300 certificates are numbered and have no
file, and lets two worker processes do what they do for real people: lay out, fill, sign, keep on disk, note in the
database. Then it times the same certificate, one document a person, unsigned, on the same two cores: by plain
WeasyPrint, by headless Chromium printing the same HTML, and by typst where that is installed.
"""

import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from academy.app import bind
from academy.certificates.actions import files, making
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches, register
from academy.certificates.rules.states import BatchState
from academy.clockwork import runner
from academy.clockwork.models import Job
from academy.documents.actions import rendering
from academy.ground import clock, db
from academy.ground.db import Database
from academy.ground.settings import ROOT, Settings
from bench import _peers
from bench.ground import console, environ, forget_files, sample_academy, signer, tell, unmake

COUNT = 15_300
CLASS = 50
PLAIN_EACH, PEERS_EACH = 8, 5
PROCESSES = 2
SIGNER = "admin2"


def main() -> None:
    """Measure, with nothing else running."""
    with sample_academy("sqlite") as sample, tempfile.TemporaryDirectory(prefix="academy-bench-") as folder:
        settings = Settings(var=Path(folder) / "var")
        shutil.copytree(sample.var, settings.var, ignore=shutil.ignore_patterns("files", "log"))
        bind(settings)
        facts = _some_facts(settings)
        with _few_unmade(settings):
            class_seconds = _a_class(settings)
        count = _all_asked_for()
        seconds, peak = _issue_all(settings)
        stored = sum(path.stat().st_size for path in (settings.var / "files").rglob("*") if path.is_file()) / 1e6
    plain = _plain(facts)
    few = facts[: PEERS_EACH + 1]
    peers = {"typst": _peers.typst(few), "chromium": _peers.chromium(few, processes=PROCESSES)}
    each = seconds / count
    console.print(f"{count:,} certificates: {count / seconds:,.0f} a second; plain WeasyPrint {1 / plain:.1f}")
    tell("Certificates", [{
        "count": count, "seconds": seconds, "ratio_plain": plain / each,
        "ratio_typst": peers["typst"] / each if peers["typst"] else None,
        "ratio_chromium": peers["chromium"] / each if peers["chromium"] else None,
        "peak_mb": peak, "stored_mb": stored, "class_of_50_seconds": class_seconds,
    }])  # fmt: skip


# --- certificates without files ---------------------------------------------------------------------


def _all_asked_for() -> int:
    """Take the files of 15,300 certificates back and ask for them anew; tell how many there are."""
    with db.transaction() as session:
        session.execute(delete(Job))
        ids, count = unmake(session, COUNT)
        for batch_id in ids:
            making.ask_to_issue(session, actor=signer(session), batch_id=batch_id, now=clock.now())
    return count


# --- all of them, by two processes ------------------------------------------------------------------


def _issue_all(settings: Settings) -> tuple[float, float]:
    """Let two processes make every file that waits; tell the seconds and the peak of one process in MB."""
    code = (
        "from pathlib import Path; from academy.app import FEATURES, bind; from academy.clockwork import jobs;"
        "from academy.ground.settings import Settings; settings = Settings(var=Path(__import__('sys').argv[1]));"
        f"bind(settings); jobs.work_off(settings, FEATURES, processes={PROCESSES}, report=lambda *_: None)"
    )
    began = time.perf_counter()
    parent = subprocess.Popen([sys.executable, "-c", code, str(settings.var)], cwd=ROOT)
    peaks: dict[str, float] = {}
    watching = threading.Thread(target=_watch, args=(parent, peaks))
    watching.start()
    parent.wait()
    seconds = time.perf_counter() - began
    watching.join()
    with db.reading() as session:
        left = session.execute(select(Certificate.id).where(Certificate.sha256.is_(None))).all()
    if left:
        raise RuntimeError(f"{len(left)} certificates have no file.")
    return seconds, max(peaks.values())


def _watch(parent: "subprocess.Popen[bytes]", peaks: dict[str, float]) -> None:
    while parent.poll() is None:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        with suppress(FileNotFoundError, ProcessLookupError, StopIteration):
            for child in children.read_text().split():
                lines = Path(f"/proc/{child}/status").read_text().splitlines()
                peaks[child] = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000
        time.sleep(0.1)


# --- a class of fifty, from the click ---------------------------------------------------------------


@contextmanager
def _few_unmade(settings: Settings) -> Iterator[None]:
    """Run a worker as the product does while a class is looked at."""
    worker = subprocess.Popen([sys.executable, "-m", "academy", "worker"], cwd=ROOT, env=environ(settings))
    try:
        time.sleep(4)  # it has started, and nobody waits for that
        yield
    finally:
        worker.terminate()
        worker.wait()


def _a_class(settings: Settings) -> float:
    """Take the files of the class nearest to fifty people back, ask for them, and wait; tell the seconds."""
    runner.bind(runner.Bell(settings))
    with db.transaction() as session:
        sizes = {
            batch_id: batches.batch(session, batch_id).numbered
            for (batch_id,) in session.execute(select(CertificateBatch.id))
        }
        chosen = min(sizes, key=lambda batch_id: abs(sizes[batch_id] - CLASS))
        session.execute(delete(Job))
        forget_files(session, chosen)
    began = time.perf_counter()
    with db.transaction() as session:
        making.ask_to_issue(session, actor=signer(session), batch_id=chosen, now=clock.now())
    while True:
        with db.reading() as session:
            if batches.batch(session, chosen).state is BatchState.ISSUED:
                return time.perf_counter() - began
        time.sleep(0.02)


# --- one document a person --------------------------------------------------------------------------


def _some_facts(settings: Settings) -> list[dict[str, Any]]:
    with db.transaction() as session:
        first = session.execute(select(CertificateBatch.id).order_by(CertificateBatch.id).limit(1)).scalar_one()
        forget_files(session, first)
    with db.reading() as session:
        return [files.facts_of(one, settings) for one in register.to_make(session, first)]


def _plain(facts: list[dict[str, Any]]) -> float:
    """Tell the seconds a person takes by plain WeasyPrint, two processes at once, warmed up."""
    return _together(PLAIN_EACH, lambda one: rendering.render(one["template"], one), facts)


def _together(times: int, make: Callable[[dict[str, Any]], object], facts: list[dict[str, Any]]) -> float:
    fork = multiprocessing.get_context("fork")
    ready, told = fork.Barrier(PROCESSES + 1), fork.SimpleQueue()

    def work(place: int) -> None:
        db.bind(Database("sqlite+pysqlite:///:memory:"))
        make(facts[place])
        ready.wait()
        for one in facts[place + 2 : place + 2 + times]:
            make(one)
        told.put(place)

    children = [fork.Process(target=work, args=(place,)) for place in range(PROCESSES)]
    for child in children:
        child.start()
    ready.wait()
    began = time.perf_counter()
    for child in children:
        child.join()
    return (time.perf_counter() - began) / (PROCESSES * times)


if __name__ == "__main__":
    main()
