"""Many at once: limits and codes hold exactly, on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select as choose

from academy.ground import db, passwords
from academy.ground.access import Role
from academy.ground.db import Database
from academy.people.actions import codes, sign_in
from academy.people.models.register import OneTimeCode, SignIn
from academy.people.rules.signing_in import CodePurpose, Entry
from tests import make
from tests.make import NOW
from tests.people.conftest import PHONE, VISITING

NUMBER = "13900000001"
AT_ONCE = 8
T = TypeVar("T")


def at_once(times: int, deed: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(deed, range(times)))


def sent() -> str:
    with db.transaction() as session:
        make.person(session, phone=NUMBER)
        code = codes.send_code(
            session, actor=VISITING, phone=NUMBER, purpose=CodePurpose.SIGN_IN, locale="zh_CN", now=NOW
        )
    assert code
    return code


def enter(code: str, serial: int) -> Entry:
    with db.transaction() as session:
        actor = replace(VISITING, address=f"192.0.2.{serial}")
        entered = sign_in.by_code(session, actor=actor, phone=NUMBER, code=code, device=PHONE, now=NOW)
        return entered.entry


def test_one_code_entered_by_many_at_once_signs_in_once(database: Database) -> None:
    code = sent()
    entries = at_once(8, lambda serial: enter(code, serial))
    assert entries.count(Entry.SIGNED_IN) == 1
    with database.reading() as session:
        assert len(session.execute(choose(SignIn)).scalars().all()) == 1


def test_a_code_guessed_by_many_at_once_is_tried_five_times(database: Database) -> None:
    code = sent()
    entries = at_once(16, lambda serial: enter(f"{(int(code) + serial + 1) % 1_000_000:06d}", serial))
    assert sorted(entries) == [Entry.TOO_MANY] * 6 + [Entry.WRONG] * 10
    with database.reading() as session:
        assert session.execute(choose(OneTimeCode.tries)).scalar_one() == 5


def test_a_password_guessed_by_many_at_once_is_checked_ten_times(database: Database) -> None:
    with db.transaction() as session:
        admin = make.person(session, roles=(Role.ADMIN,))
        make.account(session, admin, "admin", passwords.NOBODYS)

    def begin(serial: int) -> bool:
        with db.transaction() as session:
            actor = replace(VISITING, address=f"192.0.2.{serial}")
            now = NOW + timedelta(seconds=serial)
            return sign_in.begin_password(session, actor=actor, name="admin", now=now) is not None

    assert at_once(24, begin).count(True) == 10
