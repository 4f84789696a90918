"""Chains from old certificates to new ones: one each, whoever presses at once, and none that is broken unseen."""

import threading
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from academy.certificates.actions import deciding, living
from academy.certificates.queries import chains, history, proofs
from academy.ground import db
from academy.ground.db import Database
from academy.ground.errors import Refused
from tests.certificates.concluded import concluded
from tests.certificates.lives import LATER, NUMBER, rename, replaced, signed

pytestmark = pytest.mark.usefixtures("database")


def test_two_who_propose_or_sign_a_replacement_at_once_make_one() -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    third = concluded({}).admin
    found: list[int | str] = []

    def press(start: threading.Barrier, act: object, **values: object) -> None:
        start.wait()
        try:
            with db.transaction() as session:
                found.append(act(session, now=LATER, **values))  # type: ignore[operator]
        except (Refused, IntegrityError) as error:
            found.append(type(error).__name__)

    def at_once(calls: Sequence[tuple[object, Mapping[str, object]]]) -> list[int | str]:
        found.clear()
        start = threading.Barrier(len(calls))
        threads = [threading.Thread(target=press, args=(start, act), kwargs=values) for act, values in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(found, key=str)

    asks = [
        (living.propose_replacement, {"actor": who, "number": NUMBER, "reason": "更正"})
        for who in (of.admin, third)
    ]
    batch_id, other = at_once(asks)
    assert other == "Refused"
    signer = concluded({}).admin2
    signs = [(deciding.sign, {"actor": who, "batch_id": batch_id}) for who in (of.admin2, signer)]
    assert at_once(signs)[1] == "Refused"
    with db.reading() as session:
        assert len(history.life(session, NUMBER).chain) == 2
        assert list(proofs.wrong_numbers(session)) == []


BROKEN = [
    (["SET replaces_id = NULL WHERE sequence = 2"], "certificate 2026-J-000001"),
    (["SET numbered_at = '2001-01-01' WHERE sequence = 2"], "certificate 2026-J-000002"),
    (
        [
            "SET state = 'revoked', revoked_at = '2026-11-30' WHERE sequence = 2",
            "SET state = 'issued', replaced_at = NULL WHERE sequence = 1",
        ],
        "certificate 2026-J-000002",
    ),
]


@pytest.mark.parametrize(("changes", "named"), BROKEN)
def test_a_broken_chain_is_named(changes: list[str], named: str, database: Database) -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    replaced(of)
    with database.engine.begin() as connection:
        for change in changes:
            connection.execute(text(f"UPDATE certificate {change}"))
    with db.reading() as session:
        assert list(chains.broken(session)) == [named]


def test_a_closed_chain_is_named_and_ends_for_readers(database: Database) -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    replaced(of)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE certificate SET replaces_id = 2 WHERE sequence = 1"))
    with db.reading() as session:
        assert len(list(chains.closed(session))) == 1
        assert len(history.life(session, NUMBER).chain) == 2
