"""Seats sold under a rush are exactly those there are; and the lock is what makes it so, which was seen.

The three tests at the end take the lock out. To see it fail by the plain test instead, put in
`enrolment/queries/pools.py` a `lock` without `with_for_update(...)` and run
`ACADEMY_TEST_ENGINES=postgresql .venv/bin/pytest tests/enrolment/test_race.py`.
"""

from functools import partial

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.queries import audit, showing
from academy.ground import db
from academy.ground.access import Actor
from academy.ground.db import Database
from tests import make
from tests.enrolment.race import (
    CHECK,
    at_once,
    claim,
    read_before_the_transaction,
    read_inside_the_transaction,
    withdraw,
    without_check,
)
from tests.enrolment.stage import Stage, counts, stage

pytestmark = pytest.mark.slow

CLIENTS = 200
FEW = 12  # with the lock out all of them look before anybody writes, so that few do


def crowd(session: Session, size: int) -> list[Actor]:
    return [make.actor(make.person(session)) for _ in range(size)]


def rush(size: int, *, places: int) -> tuple[Stage, list[Actor]]:
    with db.transaction() as session:
        return stage(session, places=places), crowd(session, size)


def sold(on: Stage) -> tuple[int, int]:
    with db.reading() as session:
        return counts(session, on)


@pytest.mark.parametrize("places", [1, 20])
def test_two_hundred_clients_buy_exactly_the_seats_there_are(database: Database, places: int) -> None:
    on, people = rush(CLIENTS, places=places)
    outcome = at_once([partial(claim, actor, on.class_.code) for actor in people])
    assert outcome == {"seated": places, "waiting": CLIENTS - places}
    assert sold(on) == (places, places)
    with db.reading() as session:
        rows = showing.roster(session, on.class_.id)
        assert [row.rank for row in rows if row.rank] == list(range(1, CLIENTS - places + 1))
        for find in (audit.wrong_taken, audit.full_pools_overrun, audit.clashing_seats):
            assert find(session).count == 0


def test_seats_stay_exact_while_people_come_and_go(database: Database) -> None:
    on, people = rush(40, places=10)
    for actor in people[:20]:
        claim(actor, on.class_.code)
    leaving = [partial(withdraw, actor, on.class_.code) for actor in people[:10]]
    coming = [partial(claim, actor, on.class_.code) for actor in people[20:]]
    outcome = at_once([deed for pair in zip(leaving, coming, strict=False) for deed in pair] + coming[10:])
    assert outcome["withdrawn"] == 10
    assert outcome["seated"] + outcome["waiting"] == 20
    assert sold(on) == (10, 10)
    with db.reading() as session:
        assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0


def test_nobody_gets_two_seats_at_the_same_hour(database: Database) -> None:
    with db.transaction() as session:
        classes = [stage(session, places=30, hour=hour, title=f"{hour} 点班") for hour in (9, 10, 11)]
        people = crowd(session, 15)
    outcome = at_once([partial(claim, actor, on.class_.code) for actor in people for on in classes])
    assert outcome == {"seated": 15, "clash": 30}
    with db.reading() as session:
        assert audit.clashing_seats(session).count == 0


@pytest.mark.parametrize("places", [1, 5])
def test_without_the_lock_the_check_refuses_by_its_name(
    database: Database, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    on, people = rush(FEW, places=places)
    read_before_the_transaction(monkeypatch, on.class_.code, FEW)
    outcome = at_once([partial(claim, actor, on.class_.code) for actor in people])
    assert outcome == {"seated": places, CHECK: FEW - places}
    assert sold(on) == (places, places)


@pytest.mark.parametrize("places", [1, 5])
def test_without_lock_and_check_the_class_is_oversold(
    database: Database, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    on, people = rush(FEW, places=places)
    with without_check(database):
        read_before_the_transaction(monkeypatch, on.class_.code, FEW)
        outcome = at_once([partial(claim, actor, on.class_.code) for actor in people])
        assert outcome == {"seated": FEW}
        assert sold(on) == (FEW, FEW)
        with db.reading() as session:
            assert audit.full_pools_overrun(session).count == 1


def test_a_look_inside_the_transaction_is_no_lock_either(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    on, people = rush(FEW, places=1)
    read_inside_the_transaction(monkeypatch, FEW)
    outcome = at_once([partial(claim, actor, on.class_.code) for actor in people])
    # PostgreSQL has the CHECK refuse; SQLite cannot turn a look into a write, which would be a 500 each.
    assert outcome == {"seated": 1, "OperationalError" if database.is_sqlite else CHECK: FEW - 1}
