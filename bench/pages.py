"""The pages that people open most, at full size, on both databases: `./run bench pages`.

Served by granian as in production, one worker. Times are of whole requests over loopback, CPU is the server's own
(and, on PostgreSQL, not the database's), queries are counted in the same application run in this process.
Moodle 4.5.6 on the same kind of machine: roster of 300 whole 1305 ms, list of 15,300 317 ms, catalogue 90 ms.
"""

import gzip
import http.client
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from socket import create_server
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from academy.app import create_app
from academy.classes.models import ClassSession
from academy.enrolment.models.places import Enrolment
from academy.ground import db, serving
from academy.ground.settings import ROOT, Settings
from bench.ground import ENGINES, cpu_seconds, environ, percentile, sample_academy, tell
from tests.pages import PageClient

ONE_CLIENT_REQUESTS = 60
EIGHT_CLIENTS_REQUESTS = 160
PASSWORD = "academy-demo"  # noqa: S105 - the sample's, printed by `academy demo`


@dataclass(frozen=True)
class Case:
    """A page as a role opens it."""

    page: str
    role: str
    url: str


@dataclass(frozen=True)
class Served:
    """A served academy, and the same application in this process to look inside."""

    engine: str
    port: int
    pid: int
    app: Flask


def cases() -> list[Case]:
    """List the pages; the roster is that of the largest class session the manager has."""
    with db.reading() as session:
        seats = func.count(Enrolment.id)
        largest = session.execute(
            select(ClassSession.code)
            .join(Enrolment, Enrolment.class_session_id == ClassSession.id)
            .where(ClassSession.state.in_(["running", "enrolling"]))
            .group_by(ClassSession.code)
            .order_by(seats.desc())
            .limit(1)
        ).scalar_one()
    return [
        Case("front page", "", "/"),
        Case("catalogue", "", "/courses/"),
        Case("course", "", "/courses/neighbour-mediation"),
        Case("class sessions", "", "/classes/"),
        Case("sign-in", "", "/login"),
        Case("trainee's desk", "trainee", "/me/"),
        Case("class page", "trainee", f"/classes/{largest}"),
        Case("roster of 300", "admin", f"/teach/classes/{largest}"),
        Case("class list", "admin", "/admin/classes/"),
        Case("trainee list of 15,300", "admin", "/admin/people/"),
    ]


def main() -> None:
    """Measure every page on each engine."""
    rows = []
    for engine in ENGINES:
        with sample_academy(engine) as settings:
            rows += _measure(engine, settings)
    tell("Pages", rows)


def _measure(engine: str, settings: Settings) -> list[dict[str, Any]]:
    with create_server(("127.0.0.1", 0)) as free:
        settings = replace(settings, port=free.getsockname()[1], web_workers=1)
    app = create_app(settings)
    app.test_client_class = PageClient
    cookies = {role: _sign_in(app, role) for role in sorted({case.role for case in cases()})}
    server = subprocess.Popen(serving.granian_command(settings), cwd=ROOT, env=environ(settings))
    try:
        serving.wait_until_served(settings, server)
        return [
            _case(case, Served(engine, settings.port, server.pid, app), cookies[case.role]) for case in cases()
        ]
    finally:
        server.terminate()
        server.wait()
        db.bound().close()


def _sign_in(app: Flask, role: str) -> str:
    """Sign in in this process; the cookie is good for the served one too."""
    if not role:
        return ""
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.send("/login", page="/login?way=password", name=role, password=PASSWORD)
    cookie = client.get_cookie("academy")
    assert cookie is not None
    return f"academy={cookie.value}"


def _case(case: Case, served: Served, cookie: str) -> dict[str, Any]:
    def fetch(count: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", served.port)
        times = []
        for _ in range(count):
            began = time.perf_counter()
            connection.request("GET", case.url, headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status == http.client.OK, f"{case.url}: {answer.status}"
        return times

    fetch(5)
    cpu, times = cpu_seconds(served.pid), fetch(ONE_CLIENT_REQUESTS)
    cpu_ms = (cpu_seconds(served.pid) - cpu) * 1000 / ONE_CLIENT_REQUESTS
    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        busy = [t for part in pool.map(fetch, [EIGHT_CLIENTS_REQUESTS // 8] * 8) for t in part]
    per_second = EIGHT_CLIENTS_REQUESTS / (time.perf_counter() - began)
    queries, html = _look(served.app, case.url, cookie)
    return {
        "page": case.page, "role": case.role or "visitor", "engine": served.engine,
        "p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95), "per_second": per_second,
        "p95_8_clients_ms": percentile(busy, 0.95), "cpu_ms": cpu_ms, "queries": queries,
        "html_kb_gz": len(gzip.compress(html, 6)) / 1024,
    }  # fmt: skip


def _look(app: Flask, url: str, cookie: str) -> tuple[int, bytes]:
    """Count the queries of one request and keep its page."""
    counted: list[str] = []

    def count(*arguments: Any) -> None:
        counted.append(arguments[2])

    engine = db.bound().engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        answer = app.test_client(use_cookies=False).get(url, headers={"Cookie": cookie} if cookie else {})
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(
        [statement for statement in counted if statement.lstrip().upper().startswith("SELECT")]
    ), answer.data


if __name__ == "__main__":
    main()
