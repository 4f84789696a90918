"""A rush for seats at full size, on both databases: `./run bench enrolment`.

Served by granian as in production; 200 people, each with a browser session of their own, press the button at once
through 32 connections. Sold must equal the smaller of seats and people. `ratio_bare` is the share of the speed at
which the same statements, recorded, are repeated by the bare driver under the same locks and as many connections.
"""

import fcntl
import http.client
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask
from flask import session as cookie_of
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from academy.app import create_app
from academy.catalogue.models import Programme
from academy.catalogue.queries import unmet_prerequisites
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.enrolment.actions.claiming import enrol
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db, serving, tokens
from academy.ground.access import Actor, Role
from academy.ground.settings import ROOT, Settings
from academy.people.models.register import Person, RoleGrant, SignIn
from academy.web.forms import new_act_id
from bench.ground import ENGINES, environ, percentile, sample_academy, tell

PEOPLE = 200
CONCURRENCY = 32
SEATS = (1, 20, 200)
SERVER_ERROR = 500
CODE = "9999-999"
DRIVER = import_module("pysqlite3.dbapi2" if find_spec("pysqlite3") else "sqlite3")
Statements = list[tuple[str, Any]]


@dataclass(frozen=True)
class Rush:
    """A class session that everybody wants, and everybody."""

    class_id: int
    code: str
    people: tuple[Actor, ...]


def main() -> None:
    """Sell few, some and all seats on each engine."""
    rows = []
    for engine in ENGINES:
        with sample_academy(engine) as settings, _served(settings) as (app, port):
            rows += [_case(engine, app, port, seats) for seats in SEATS]
            assert all(row["sold"] == min(row["seats"], PEOPLE) for row in rows), "oversold, or a seat left unsold"
    tell("Enrolment", rows)


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[Flask, int]]:
    """Serve an academy, and open the same one in this process to make its cookies."""
    with create_server(("127.0.0.1", 0)) as free:
        settings = replace(settings, port=free.getsockname()[1])
    app = create_app(settings)
    server = subprocess.Popen(serving.granian_command(settings), cwd=ROOT, env=environ(settings))
    try:
        serving.wait_until_served(settings, server)
        yield app, settings.port
    finally:
        server.terminate()
        server.wait()
        db.bound().close()


def _case(engine: str, app: Flask, port: int, seats: int) -> dict[str, Any]:
    with _rush(seats) as rush:
        cookies = _sign_in(app, rush)
        began = time.perf_counter()
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            parts = [cookies[number::CONCURRENCY] for number in range(CONCURRENCY)]
            answers = [one for part in pool.map(lambda part: _press(port, rush.code, part), parts) for one in part]
        seconds = time.perf_counter() - began
        with db.reading() as session:
            sold = _seated(session, rush.class_id)
    with _rush(seats, full=seats < PEOPLE) as rush:  # what most of the people did: wait, or take a seat
        bare_seconds = _repeat([_record(rush, actor) for actor in rush.people])
    return {
        "engine": engine, "seats": seats, "people": PEOPLE, "concurrency": CONCURRENCY, "sold": sold,
        "errors_5xx": sum(status >= SERVER_ERROR for status, _ms in answers),
        "per_second": PEOPLE / seconds, "p95_ms": percentile([ms for _status, ms in answers], 0.95),
        "ratio_bare": bare_seconds / seconds,
    }  # fmt: skip


@contextmanager
def _rush(seats: int, *, full: bool = False) -> Iterator[Rush]:
    """Open a class session for as long as the case lasts."""
    with db.transaction() as session:
        _clear(session)  # what a run that was broken off has left
        rush = _stage(session, seats, taken=seats if full else 0)
    try:
        yield rush
    finally:
        with db.transaction() as session:
            _clear(session)


def _clear(session: Session) -> None:
    ours = select(ClassSession.id).where(ClassSession.code == CODE)
    for table in (Enrolment, PlacePool, Sitting):
        session.execute(delete(table).where(table.class_session_id.in_(ours)))
    session.execute(delete(ClassSession).where(ClassSession.code == CODE))
    session.execute(delete(SignIn).where(SignIn.agent == "bench"))


def _stage(session: Session, seats: int, *, taken: int) -> Rush:
    now = clock.now()
    start = clock.at(clock.local_date(now) + timedelta(days=400), 9)
    like = session.execute(select(ClassSession).order_by(ClassSession.id).limit(1)).scalar_one()
    taught = session.execute(select(Sitting).order_by(Sitting.id).limit(1)).scalar_one()
    programmes = session.execute(select(Programme.id).order_by(Programme.id)).scalars()
    class_ = ClassSession(
        code=CODE, title="抢座", kind_id=like.kind_id, level_id=like.level_id, capacity=seats,
        programme_id=next(each for each in programmes if not unmet_prerequisites(session, each, ())),
        enrolment_opens_at=now - timedelta(days=1), enrolment_closes_at=now + timedelta(days=1),
        starts_on=clock.local_date(start), ends_on=clock.local_date(start), state=ClassState.ENROLLING,
        created_at=now, sample=False,
    )  # fmt: skip
    session.add(class_)
    session.flush()
    session.add_all([
        PlacePool(class_session_id=class_.id, holder=Holder.OPEN, places=seats, taken=taken),
        Sitting(
            class_session_id=class_.id, course_id=taught.course_id, instructor_id=taught.instructor_id,
            place_id=taught.place_id, starts_at=start, ends_at=start + timedelta(hours=3), hours=40,
        ),
    ])  # fmt: skip
    trainees = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.TRAINEE, Person.sample)
        .order_by(Person.id.desc())
        .limit(PEOPLE)
    )
    people = tuple(
        Actor(person_id=person.id, name=person.name, roles=frozenset({Role.TRAINEE}))
        for person in session.execute(trainees).scalars()
    )
    return Rush(class_.id, class_.code, people)


def _sign_in(app: Flask, rush: Rush) -> list[tuple[str, str]]:
    """Make a signed-in cookie and its CSRF token for everybody."""
    now = clock.now()
    cookies = []
    with db.transaction() as session:
        for actor in rush.people:
            secret = f"bench {actor.person_id} {rush.code}"
            session.add(
                SignIn(
                    fingerprint=tokens.fingerprint(secret), person_id=actor.person_id, agent="bench",
                    address="127.0.0.1", remembered=False, created_at=now, seen_at=now,
                    expires_at=now + timedelta(hours=1), ended_at=None,
                )
            )  # fmt: skip
            with app.test_request_context():
                token = generate_csrf()
                signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
                cookie = signer.dumps({"_user_id": secret, "csrf_token": cookie_of["csrf_token"]})
            cookies.append((f"academy={cookie}", token))
    return cookies


def _press(port: int, code: str, cookies: Sequence[tuple[str, str]]) -> list[tuple[int, float]]:
    """Press the button for some people, one after the other, and tell each answer and its time."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    answers = []
    for cookie, token in cookies:
        form = urlencode({"csrf_token": token, "act_id": new_act_id()})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request("POST", f"/classes/{code}/enrol", form, headers)
        answer = connection.getresponse()
        answer.read()
        answers.append((answer.status, (time.perf_counter() - began) * 1000))
    return answers


def _seated(session: Session, class_id: int) -> int:
    statement = select(func.count()).where(
        Enrolment.class_session_id == class_id, Enrolment.state == EnrolmentState.SEATED
    )
    return session.execute(statement).scalar_one()


def _record(rush: Rush, actor: Actor) -> Statements:
    """Write down what one enrolment says to the database, and take it back."""
    said: Statements = []

    def note(*heard: Any) -> None:
        if not heard[2].startswith("BEGIN"):
            said.append((heard[2], heard[3]))

    engine = db.bound().engine
    with db.bound().transaction() as session:
        event.listen(engine, "before_cursor_execute", note)
        enrol(session, actor=actor, code=rush.code, now=clock.now())
        session.flush()
        event.remove(engine, "before_cursor_execute", note)
        session.rollback()
    return said


def _repeat(recorded: Sequence[Statements]) -> float:
    """Say the same to the database through the bare driver, and tell how long it took."""
    database = db.bound()
    deed = _by_sqlite if database.is_sqlite else _by_psycopg
    began = time.perf_counter()
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(deed, [recorded[number::CONCURRENCY] for number in range(CONCURRENCY)]))
    return time.perf_counter() - began


def _by_sqlite(part: Sequence[Statements]) -> None:
    path = db.bound().url.database
    with closing(DRIVER.connect(path, isolation_level=None)) as connection:
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
        for statements in part:
            with Path(f"{path}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                connection.execute("BEGIN IMMEDIATE")
                for statement, values in statements:
                    connection.execute(statement, values).fetchall()
                connection.execute("COMMIT")


def _by_psycopg(part: Sequence[Statements]) -> None:
    url = db.bound().url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for statements in part:
            for statement, values in statements:
                connection.execute(statement, values)
            connection.commit()


if __name__ == "__main__":
    main()
