"""Lists of people through the real command, at the size of the whole city, and a bomb refused.

`./run bench roster` measures `academy import-roster` as its user does, start of the program included (`seconds`),
with its processor time (`cpu_seconds`, all processes), and the work alone (`work_seconds`): a list of 15,300
people none of whom is on file, looked at and imported; the same list looked at once more, when all of them are; a
bomb. `peak_mb` is the most memory that one process of the command held. The sample academy is left as it was: the
import is undone at the end.
"""

import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from academy.app import bind
from academy.enrolment.actions import rosters
from academy.enrolment.queries import rosters as queries
from academy.ground import clock, db, tables
from academy.ground.access import operator
from academy.ground.errors import Refused
from academy.ground.settings import ROOT, Settings
from academy.people.queries import roster_imports
from academy.people.queries.rosters import Claim
from academy.people.rules.roster.reading import first_list
from bench.ground import ENGINES, VAR, environ, sample_academy, tell

CITY = ROOT / "tests" / "people" / "rosters" / "p12_city_15300.xlsx"
_UNPACKED_MEGABYTES = 1024


@dataclass(frozen=True)
class Ran:
    """What one run of the command took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    code: int


def main() -> None:
    """Measure on each engine."""
    bomb = _bomb(VAR / "bomb.xlsx")
    rows: list[dict[str, Any]] = []
    for engine in ENGINES:
        with sample_academy(engine) as settings:
            rows += _measured(engine, settings, bomb)
    tell("Lists of people", rows)


def _measured(engine: str, settings: Settings, bomb: Path) -> list[dict[str, Any]]:
    ran = {
        "dry run, all new": (_run(settings, CITY, "--dry-run", "--json"), _look(settings)),
        "import, all new": (_run(settings, CITY), None),
        "dry run, all on file": (_run(settings, CITY, "--dry-run", "--json"), _look(settings)),
        "bomb refused": (_run(settings, bomb, "--dry-run"), _refuse(bomb)),
    }
    undone = _undo(settings)
    told = [
        {
            "case": case, "engine": engine, "rows": 15_300 if each.code == 0 else 0,
            "seconds": round(each.seconds, 2), "cpu_seconds": round(each.cpu_seconds, 2),
            "work_seconds": work and round(work, 2),
            "peak_mb": round(each.peak_mb),
        }
        for case, (each, work) in ran.items()
    ]  # fmt: skip
    last = {
        "case": "undone in this process", "engine": engine, "rows": 15_300, "seconds": round(undone, 2),
        "cpu_seconds": None, "work_seconds": round(undone, 2), "peak_mb": None,
    }  # fmt: skip
    return [*told, last]


def _run(settings: Settings, file: Path, *options: str) -> Ran:
    command = [sys.executable, "-m", "academy", "import-roster", str(file), *options]
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=environ(settings), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Ran(time.monotonic() - started, cpu, usage.ru_maxrss / 1024, process.returncode)


def _look(settings: Settings) -> float:
    """Look at the list in this process, all of it: the file, the rules, the register."""
    database = bind(settings)
    data, started = CITY.read_bytes(), time.monotonic()
    with tables.opened(data) as grids:
        grid, header = first_list(grids)
    if header is None:
        raise SystemExit(f"{CITY.name} has no head.")
    with db.reading() as session:
        queries.look(session, grid, header, Claim(), on=clock.local_date(clock.now()))
    seconds = time.monotonic() - started
    database.close()
    return seconds


def _refuse(bomb: Path) -> float:
    """Have a bomb refused in this process."""
    data, started = bomb.read_bytes(), time.monotonic()
    try:
        with tables.opened(data) as grids:
            list(grids)
    except Refused:
        return time.monotonic() - started
    raise SystemExit(f"{bomb.name} was not refused.")


def _undo(settings: Settings) -> float:
    database = bind(settings)
    with db.reading() as session:
        done = next(each for each in roster_imports.imports(session, operator()) if each.file_name == CITY.name)
    started = time.monotonic()
    with db.transaction() as session:
        rosters.undo_roster(session, actor=operator("bench"), import_id=done.id, now=clock.now())
    seconds = time.monotonic() - started
    database.close()
    return seconds


def _bomb(path: Path) -> Path:
    """Write a workbook that unpacks to a gigabyte, without ever holding it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _megabyte in range(_UNPACKED_MEGABYTES):
            part.write(b" " * 1024 * 1024)
    return path


if __name__ == "__main__":
    main()
