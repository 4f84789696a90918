"""The two ways to a session, on both engines."""

import fcntl
import os
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from academy.clockwork.models import Tick
from academy.ground import db
from academy.ground.db import Base, Database
from academy.ground.errors import constraint_of
from academy.people.models.register import Account
from tests import make


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    with db.transaction() as session:
        session.add(Tick(name="kept", ran_at=make.NOW))
    with pytest.raises(RuntimeError), db.transaction() as session:
        session.add(Tick(name="dropped", ran_at=make.NOW))
        session.flush()
        raise RuntimeError
    with db.reading() as session:
        assert session.get(Tick, "kept") is not None
        assert session.get(Tick, "dropped") is None


@pytest.mark.usefixtures("database")
def test_follow_ups_wait_for_the_commit() -> None:
    done: list[str] = []
    with db.transaction() as session:
        db.after_commit(session, lambda: done.append("kept"))
        assert not done
    assert done == ["kept"]
    with pytest.raises(RuntimeError), db.transaction() as session:
        db.after_commit(session, lambda: done.append("dropped"))
        raise RuntimeError
    assert done == ["kept"]


def test_postgresql_refuses_to_write_while_reading(database: Database) -> None:
    if database.is_sqlite:
        return  # a plain BEGIN may write; that no page does is checked by the page tests
    with pytest.raises(DBAPIError), db.reading() as session:
        session.add(Tick(name="never", ran_at=make.NOW))
        session.flush()


def test_moments_come_back_as_they_went_in(session: Session) -> None:
    session.add(Tick(name="moment", ran_at=make.NOW))
    session.flush()
    session.expunge_all()
    found = session.get(Tick, "moment")
    assert found is not None
    assert found.ran_at == make.NOW
    session.add(Tick(name="naive", ran_at=datetime(2026, 11, 22)))  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(StatementError, match="naive"):
        session.flush()


def test_the_refusing_constraint_is_named(session: Session) -> None:
    holder = make.person(session)
    make.account(session, holder, "manager")
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        make.account(session, make.person(session), "manager")
    assert constraint_of(caught.value, Base.metadata) == "uq_account_name"
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.add(Account(person_id=holder.id, name="Loud", password_hash="", changed_at=make.NOW, sample=False))
        session.flush()
    assert constraint_of(caught.value, Base.metadata) in {"ck_account_lower_case_name", "uq_account_person_id"}


@pytest.mark.usefixtures("database")
def test_insert_once_inserts_once_under_eight_at_once() -> None:
    won: list[bool] = []

    def claim() -> None:
        with db.transaction() as session:
            won.append(db.insert_once(session, Tick, name="claimed", ran_at=make.NOW))

    threads = [Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_the_turn_is_given_on_before_the_disk_and_nothing_follows_before_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL waits for the disk itself.")
    seen: list[str] = []

    def flush(log: int) -> None:
        with Path(f"{database.url.database}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where somebody still has it
        with db.reading() as session:
            assert session.get(Tick, "kept") is not None
        os.fdatasync(log)
        seen.append("on disk")

    monkeypatch.setattr(db, "_flush", flush)
    with db.transaction() as session:
        session.add(Tick(name="kept", ran_at=make.NOW))
        db.after_commit(session, lambda: seen.append("followed up"))
    assert seen == ["on disk", "followed up"]


def test_only_a_transaction_leaves_the_disk_for_later(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL waits for the disk itself.")
    synchronous = text("PRAGMA synchronous")
    with db.transaction() as session:
        assert session.execute(synchronous).scalar_one() == 1
    with db.reading() as session:
        assert session.execute(synchronous).scalar_one() == 2
    with database.engine.connect() as connection:
        assert connection.execute(synchronous).scalar_one() == 2


def test_a_connection_that_rested_is_asked_whether_its_server_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could go.")
    monkeypatch.setattr(db, "_RESTED_SECONDS", 0.0)
    other = Database(database.url.render_as_string(hide_password=False))
    try:
        first = _backend()
        assert _backend() == first
        with other.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
        assert _backend() != first
    finally:
        other.close()


def _backend() -> int:
    with db.reading() as session:
        pid: int = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return pid


def test_reading_keeps_what_the_driver_has_prepared(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite's driver keeps its statements whatever ends.")
    for _ in range(8):
        _backend()
    with db.reading() as session:
        assert session.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() > 0
