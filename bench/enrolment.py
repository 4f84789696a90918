"""A rush for seats at full size, on both databases: `./run bench enrolment`.

Served by granian as in production; 300 seats, divided into quotas by district and an open rest, and 1,000 people,
each with a browser session of their own, who press the button through 32 and through 64 connections. Each pool
must sell exactly what it has, everybody else stands in line, everybody is answered by a 303. `ratio_bare` is the
share of the speed at which the bare driver repeats the statements of the same 1,000 requests, recorded, in the
same transactions and under the same locks, in two processes: on SQLite with as many connections as ours, waiting
for the disk within each commit; on PostgreSQL with two each, which is faster than more.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from socket import create_server
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask import session as cookie_of
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from academy.app import create_app
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db, serving
from academy.ground.settings import ROOT, Settings
from academy.web.forms import new_act_id
from bench import _bare, _clients, _seats
from bench.ground import ENGINES, console, cpu_seconds, environ, percentile, sample_academy, tell

PEOPLE = 1000
SEATS = 300
WARMING = 200
CONCURRENCIES = (32, 64)
MOODLE = """Moodle 4.5.6, 300 seats, 1,000 people, concurrency 32, PostgreSQL, the same kind of machine:
  enrol_self      19.2 POST/s, p95 2,300 ms, 303 enrolled
  mod_facetoface  14.9 POST/s, 302 enrolled
  mod_booking     10.5 POST/s, 300 enrolled, 14 people wrongly refused"""


@dataclass(frozen=True)
class Served:
    """A served academy, and the same application in this process."""

    engine: str
    settings: Settings
    pid: int
    app: Flask


def main() -> None:
    """Sell the seats on each engine to few and to many at once."""
    rows = []
    for engine in ENGINES:
        with sample_academy(engine) as settings, _served(engine, settings) as served:
            limit = _bare.commits_per_second()
            bare = _repeated(served)
            _rush(served, WARMING // 2, WARMING, CONCURRENCIES[0])  # as a server that has been up for a while
            rows += [_case(served, concurrency, bare, limit) for concurrency in CONCURRENCIES]
    console.print(MOODLE)
    tell("Enrolment", rows)


@contextmanager
def _served(engine: str, settings: Settings) -> Iterator[Served]:
    with create_server(("127.0.0.1", 0)) as free:
        settings = replace(settings, port=free.getsockname()[1])
    app = create_app(settings)
    server = subprocess.Popen(serving.granian_command(settings), cwd=ROOT, env=environ(settings))
    try:
        serving.wait_until_served(settings, server)
        yield Served(engine, settings, server.pid, app)
    finally:
        server.terminate()
        server.wait()
        db.bound().close()


def _repeated(served: Served) -> float:
    """Tell how many of the same requests a second the bare driver does: recorded first, then taken back."""
    with _seats.staged(SEATS, PEOPLE) as staged:
        forms = _forms(served.app, staged)
        recorded = [_bare.record(partial(_press_here, served.app, staged, form)) for form in forms]
        with db.transaction() as session:
            _seats.take_back(session, staged)
        return len(recorded) / _bare.repeat(recorded, served.settings)


@dataclass(frozen=True)
class Rushed:
    """What came of one rush."""

    heard: list[_clients.Heard]
    seconds: float
    cpu_seconds: float
    sold: int
    waiting: int


def _rush(served: Served, seats: int, people: int, concurrency: int) -> Rushed:
    """Have people press the button, and look at every pool afterwards."""
    with _seats.staged(seats, people) as staged:
        path = f"/classes/{staged.code}/enrol"
        requests = [_clients.request(path, form, cookie) for form, cookie in _forms(served.app, staged)]
        cpu = cpu_seconds(served.pid)
        heard, seconds = _clients.rush(served.settings.port, requests, concurrency=concurrency)
        cpu = cpu_seconds(served.pid) - cpu
        return Rushed(heard, seconds, cpu, *_outcome(staged))


def _case(served: Served, concurrency: int, bare_per_second: float, limit: float) -> dict[str, Any]:
    rush = _rush(served, SEATS, PEOPLE, concurrency)
    statuses = [answer.status for answer in rush.heard]
    per_second = len(statuses) / rush.seconds
    return {
        "engine": served.engine, "seats": SEATS, "people": PEOPLE, "concurrency": concurrency, "sold": rush.sold,
        "errors_5xx": sum(status >= HTTPStatus.INTERNAL_SERVER_ERROR for status in statuses),
        "per_second": per_second, "p95_ms": percentile([answer.ms for answer in rush.heard], 0.95),
        "ratio_bare": per_second / bare_per_second, "waiting": rush.waiting,
        "refused_wrongly": sum(status != HTTPStatus.SEE_OTHER for status in statuses),
        "bare_per_second": bare_per_second, "cpu_ms": rush.cpu_seconds * 1000 / len(statuses),
        "commits_per_second": limit,
    }  # fmt: skip


def _forms(app: Flask, staged: "_seats.Staged") -> list[tuple[str, str]]:
    """Sign everybody in, and give the form that each sends with the cookie that goes with it."""
    found = []
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    for secret in _seats.sign_in(staged, now=clock.now()):
        with app.test_request_context():
            token = generate_csrf()
            cookie = signer.dumps({"_user_id": secret, "csrf_token": cookie_of["csrf_token"]})
        found.append((urlencode({"csrf_token": token, "act_id": new_act_id()}), f"academy={cookie}"))
    return found


def _press_here(app: Flask, staged: "_seats.Staged", form: tuple[str, str]) -> None:
    sent, cookie = form
    answer = app.test_client(use_cookies=False).post(
        f"/classes/{staged.code}/enrol", data=sent, headers={"Cookie": cookie},
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text


def _outcome(staged: "_seats.Staged") -> tuple[int, int]:
    """Tell the seats sold and the people in line, after a look at every pool and at the invariants."""
    with db.reading() as session:
        rows = session.execute(
            select(Enrolment.pool_id, Enrolment.state, func.count())
            .where(Enrolment.class_session_id == staged.class_id)
            .group_by(Enrolment.pool_id, Enrolment.state)
        ).all()
        for find in (audit.wrong_taken, audit.full_pools_overrun):
            assert find(session).count == 0, find(session)
    counted = {(pool_id, state): count for pool_id, state, count in rows}
    for pool in staged.pools:
        sold = counted.get((pool.id, EnrolmentState.SEATED), 0)
        line = counted.get((pool.id, EnrolmentState.WAITING), 0)
        assert (sold, line) == (pool.sells, pool.claimants - pool.sells), f"{pool}: sold {sold}, in line {line}"
    return sum(pool.sells for pool in staged.pools), sum(pool.claimants - pool.sells for pool in staged.pools)


if __name__ == "__main__":
    main()
