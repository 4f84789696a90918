"""Two at once: a list is confirmed once, reminded of once, sent on once; without the locks it would not be."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.enrolment.actions import confirming, reminding
from academy.enrolment.actions import lists as actions
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import lists, pools
from academy.ground import db
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.journal.models import JournalEntry
from academy.outbox.models import Message
from tests import make
from tests.enrolment.nominated import Scene, put, scene
from tests.enrolment.race import at_once

FEW = 4


def reported() -> Scene:
    """A district that has reported two people of each street."""
    with db.transaction() as session:
        on = scene(session)
        for street in on.streets[:2]:
            put(session, on, street)
            actions.hand_in(session, actor=on.speaker(street), code=on.code, unit_id=street.id, now=make.NOW)
        district = on.district
        actions.hand_in(session, actor=on.speaker(district), code=on.code, unit_id=district.id, now=make.NOW)
    return on


def attempt(act: Callable[[Session], object]) -> str:
    """Act in a transaction, and tell what came of it."""
    try:
        with db.transaction() as session:
            act(session)
    except Refused as refused:
        return refused.reasons[0].code
    return "done"


def confirm(on: Scene, session: Session) -> None:
    confirming.confirm(session, actor=on.admin, code=on.code, unit_id=on.district.id, now=make.NOW)


def noted(what: str) -> int:
    with db.reading() as session:
        statement = select(func.count()).select_from(JournalEntry).where(JournalEntry.code == what)
        return session.execute(statement).scalar_one()


def sent(code: str) -> int:
    with db.reading() as session:
        statement = select(func.count()).select_from(Message).where(Message.code == code)
        return session.execute(statement).scalar_one()


def test_a_list_is_confirmed_once_however_many_press(database: Database) -> None:
    on = reported()
    outcome = at_once([partial(attempt, partial(confirm, on)) for _ in range(FEW)])
    assert outcome == {"done": 1, "not_now": FEW - 1}
    assert (sent("enrolment.seated"), noted("enrolment.list-confirmed")) == (4, 3)


def test_a_unit_is_reminded_once_however_many_press(database: Database) -> None:
    with db.transaction() as session:
        on = scene(session)
    remind = partial(reminding.remind, actor=on.admin, code=on.code, unit_id=on.street.id, now=make.NOW)
    outcome = at_once([partial(attempt, remind) for _ in range(FEW)])
    assert outcome == {"done": 1, "reminded_lately": FEW - 1}
    assert sent("enrolment.list-reminded") == 1


def test_a_list_goes_back_or_on_but_not_both(database: Database) -> None:
    with db.transaction() as session:
        on = scene(session)
        put(session, on, on.street)
        street = on.speaker(on.street)
        actions.hand_in(session, actor=street, code=on.code, unit_id=on.street.id, now=make.NOW)
    back = partial(actions.take_back, actor=street, code=on.code, unit_id=on.street.id, now=make.NOW)
    return_it = partial(
        actions.return_, actor=on.speaker(on.district), code=on.code, unit_id=on.street.id, reason="改",
        until=None, now=make.NOW,
    )  # fmt: skip
    outcome: Counter[str] = at_once([partial(attempt, back), partial(attempt, return_it)])
    assert outcome == {"done": 1, "not_now": 1}


def test_without_the_locks_a_list_is_confirmed_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one transaction write at a time, whatever is locked.")
    on = reported()
    barrier = Barrier(2)

    def look(session: Session, class_session_id: int, unit_ids: list[int]) -> dict[int, UnitList]:
        rows = session.execute(
            select(UnitList).where(UnitList.class_session_id == class_session_id, UnitList.unit_id.in_(unit_ids))
        ).scalars()
        found = {row.unit_id: row for row in rows}
        barrier.wait(20)
        return found

    def seen(session: Session, pool_ids: list[int]) -> dict[int, PlacePool]:
        rows = session.execute(select(PlacePool).where(PlacePool.id.in_(pool_ids))).scalars()
        return {row.id: row for row in rows}

    monkeypatch.setattr(lists, "lock_lists", look)
    monkeypatch.setattr(pools, "lock", seen)
    outcome = at_once([partial(attempt, partial(confirm, on)) for _ in range(2)])
    assert outcome == {"done": 2}
    assert noted("enrolment.list-confirmed") == 6
