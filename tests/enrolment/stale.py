"""Two at once, one of whom goes by what was true before the other was done: what the locks keep from happening."""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import partial
from threading import Event, local
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.db import Base, Database
from academy.ground.errors import Refused, constraint_of
from tests.enrolment.race import at_once, lock_by

Deed = Callable[[Session], object]
_PATIENCE = 30
LOCK = pools.lock


def attempt(deed: Deed) -> str:
    """Do something in a transaction, and tell how it ended."""
    try:
        with db.transaction() as session:
            return str(deed(session))
    except Refused as refused:
        return refused.reasons[0].code
    except IntegrityError as error:
        return constraint_of(error, Base.metadata) or "an unnamed constraint"
    except DBAPIError as error:
        return type(error).__name__


def both(first: Deed, second: Deed) -> tuple[str, ...]:
    """Do two things at the same moment, and tell how they ended, in the order of the words."""
    return tuple(sorted(at_once([partial(attempt, first), partial(attempt, second)]).elements()))


def unlocked_pools(session: Session, pool_ids: Collection[int]) -> dict[int, PlacePool]:
    """Look at places without locking them."""
    statement = select(PlacePool).where(PlacePool.id.in_(pool_ids)).order_by(PlacePool.id)
    return {pool.id: pool for pool in session.execute(statement).scalars()}


def unlocked_claim(session: Session, enrolment_id: int) -> Enrolment | None:
    """Look at a claim without locking it."""
    return session.get(Enrolment, enrolment_id)


def unlocked_claim_of(session: Session, class_session_id: int, person_id: int) -> Enrolment | None:
    """Look at somebody's live claim without locking it."""
    statement = select(Enrolment).where(
        Enrolment.class_session_id == class_session_id,
        Enrolment.person_id == person_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )
    return session.execute(statement).scalar_one_or_none()


class Stale:
    """Locks that lock nothing: the second of two looks before the first begins to write, and writes after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
        self._patch, self._thread = monkeypatch, local()
        self._looked, self._done = Event(), Event()
        lock_by(monkeypatch, unlocked_pools)
        if database.is_sqlite:
            monkeypatch.setattr(database, "_write_turn", nullcontext)
            monkeypatch.setattr(database, "_writer", database.engine)

    def at_places(self) -> "Stale":
        """Have the second of two look at the places, and wait."""
        lock_by(self._patch, self._then_paused(unlocked_pools))
        return self

    def at_claims(self) -> "Stale":
        """Have the second of two look at the claim, and wait."""
        self._patch.setattr(deciding, "lock_claim", self._then_paused(unlocked_claim_of))
        self._patch.setattr(deciding, "lock_claim_by_id", self._then_paused(unlocked_claim))
        return self

    def at_names(self) -> "Stale":
        """Have the second of two look for the places there are, then lock those and look for no others."""
        all_ids = self._then_paused(pools.all_ids)
        lock_by(self._patch, LOCK)
        self._patch.setattr(pools, "lock_all", lambda session, keys: LOCK(session, all_ids(session, keys)))
        return self

    def both(self, first: Deed, second: Deed) -> tuple[str, str]:
        """Do two things, the second by what it saw before the first; tell how each ended."""
        ended: dict[str, str] = {}

        def go_first() -> str:
            self._looked.wait(_PATIENCE)
            ended["first"] = attempt(first)
            self._done.set()
            return ""

        def go_second() -> str:
            self._thread.second = True
            ended["second"] = attempt(second)
            return ""

        at_once([go_first, go_second])
        return ended["first"], ended["second"]

    def _then_paused(self, look: Callable[..., Any]) -> Callable[..., Any]:
        def paused(*given: object) -> object:
            found = look(*given)
            if getattr(self._thread, "second", False):
                self._looked.set()
                self._done.wait(_PATIENCE)
            return found

        return paused
