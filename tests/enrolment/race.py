"""Many clients at once, each a thread with transactions of its own, and the lock taken out on purpose."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import date
from threading import Barrier, get_ident

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from academy.enrolment.actions import claiming
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import deciding, pools
from academy.ground import db
from academy.ground.access import Actor
from academy.ground.db import Base, Database
from academy.ground.errors import Refused, constraint_of
from tests import make

CHECK = "ck_place_pool_taken_within_places"


def at_once(deeds: Sequence[Callable[[], str]]) -> Counter[str]:
    """Do all deeds at the same moment, each in a thread of its own, and count how they ended."""
    barrier = Barrier(len(deeds))

    def after_all_are_ready(deed: Callable[[], str]) -> str:
        barrier.wait(60)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return Counter(pool.map(after_all_are_ready, deeds))


def claim(actor: Actor, code: str) -> str:
    """Claim a place in a transaction, and tell what came of it."""
    try:
        with db.transaction() as session:
            return claiming.enrol(session, actor=actor, code=code, now=make.NOW).state.value
    except Refused as refused:
        return refused.reasons[0].code
    except IntegrityError as error:
        return constraint_of(error, Base.metadata) or "an unnamed constraint"
    except DBAPIError as error:
        return type(error).__name__


def withdraw(actor: Actor, code: str) -> str:
    """Give a place up in a transaction."""
    with db.transaction() as session:
        claiming.withdraw(session, actor=actor, code=code, now=make.NOW)
    return "withdrawn"


@contextmanager
def without_check(database: Database) -> Iterator[None]:
    """Take the CHECK behind the lock out too, so that nothing is left between a race and an oversold class."""
    if database.is_sqlite:

        def ignore(connection: object, _record: object, _proxy: object) -> None:
            connection.execute("PRAGMA ignore_check_constraints=ON")  # type: ignore[attr-defined]

        event.listen(database.engine, "checkout", ignore)
        yield
        return
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE place_pool DROP CONSTRAINT {CHECK}"))
    yield
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE place_pool SET taken = 0"))
        condition = "taken BETWEEN 0 AND places"
        connection.execute(text(f"ALTER TABLE place_pool ADD CONSTRAINT {CHECK} CHECK ({condition})"))


def lock_by(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[Session, Collection[int]], dict[int, PlacePool]]
) -> None:
    """Lock places in another way: those that are named, and those that somebody's own claim lands on."""

    def look_for_own(session: Session, code: str, person_id: int, *, on: date) -> PlacePool | None:
        pool_id = pools.own_pool_id(session, code, person_id, on=on)
        return look(session, [pool_id])[pool_id] if pool_id else None

    monkeypatch.setattr(pools, "lock", look)
    monkeypatch.setattr(pools, "lock_own_pool", look_for_own)


def read_before_the_transaction(monkeypatch: pytest.MonkeyPatch, code: str, clients: int) -> None:
    """Replace the lock by a look from outside, taken by everybody before anybody writes."""
    barrier = Barrier(clients)
    seen: dict[int, dict[int, PlacePool]] = {}
    transaction = db.transaction

    def look_first() -> object:
        with db.reading() as session:
            seen[get_ident()] = unlocked(session, code)
        barrier.wait(60)
        return transaction()

    monkeypatch.setattr(db, "transaction", look_first)
    lock_by(monkeypatch, lambda _session, _pool_ids: seen[get_ident()])


def read_inside_the_transaction(monkeypatch: pytest.MonkeyPatch, clients: int) -> None:
    """Replace the lock by a plain look inside the transaction; on SQLite no file lock and a plain BEGIN."""
    barrier = Barrier(clients)

    def look(session: Session, pool_ids: Collection[int]) -> dict[int, PlacePool]:
        found = {pool_id: pool for pool_id in pool_ids if (pool := session.get(PlacePool, pool_id))}
        barrier.wait(60)
        return found

    lock_by(monkeypatch, look)
    database = db.bound()
    if database.is_sqlite:
        monkeypatch.setattr(database, "_write_turn", nullcontext)
        monkeypatch.setattr(database, "_writer", database.engine)


def unlocked(session: Session, code: str) -> dict[int, PlacePool]:
    """Look at the open places of a class session without locking them."""
    pool_id = pools.open_ids(session, [class_id := deciding.class_id(session, code)])[class_id]
    pool = session.get(PlacePool, pool_id)
    return {pool_id: pool} if pool else {}
