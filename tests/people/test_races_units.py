"""Many at once in the register of units: nobody is left behind in a unit that ends, nobody moves twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from sqlalchemy import select as choose

from academy.ground import db
from academy.ground.access import Actor, Role, operator
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.people.actions import memberships, transfers, units
from academy.people.actions.memberships import Joining
from academy.people.actions.transfers import Moving
from academy.people.models.register import Membership
from academy.people.queries import truths
from tests import make
from tests.make import NOW, TODAY

AT_ONCE = 8
HOLD = 0.4


def places() -> tuple[int, int, int]:
    """Two streets, and somebody of the first."""
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street, other = (make.unit(session, name, parent=district) for name in ("樱桥街道", "桃渡街道"))
        return street.id, other.id, make.person(session, "王秀兰", unit=street).id


def outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refused as refused:
        return refused.reasons[0].code
    return "done"


def test_who_joins_while_a_unit_is_merged_moves_with_it(database: Database) -> None:
    street_id, other_id, _person_id = places()
    with db.transaction() as session:
        newcomer_id = make.person(session, "李建国").id
    joined = Event()

    def join() -> None:
        with db.transaction() as session:
            joining = Joining(person_id=newcomer_id, unit_id=street_id)
            memberships.join_many(session, actor=operator(), joining=[joining], now=NOW)
            joined.set()
            sleep(HOLD)

    def merge() -> int:
        joined.wait()
        with db.transaction() as session:
            return units.merge_unit(
                session, actor=operator(), unit_id=street_id, into_id=other_id, on=TODAY, now=NOW
            )

    with ThreadPoolExecutor(2) as threads:
        joining, merging = threads.submit(join), threads.submit(merge)
        joining.result()
        assert merging.result() == 2
    with database.reading() as session:
        assert not truths.memberships_of_ended_units(session, TODAY)


@pytest.mark.parametrize("deed", ["ask", "confirm"])
def test_one_move_asked_for_or_confirmed_by_many_is_one(database: Database, deed: str) -> None:
    street_id, other_id, person_id = places()
    liaison = Actor(person_id=None, name="陈敏", roles=frozenset({Role.LIAISON}), unit_ids=frozenset({other_id}))
    moving = Moving(person_id=person_id, from_unit_id=street_id, to_unit_id=other_id)
    if deed == "confirm":
        with db.transaction() as session:
            (key,) = transfers.ask_transfers_many(session, actor=operator(), moving=[moving], now=NOW)

    def act() -> None:
        with db.transaction() as session:
            if deed == "confirm":
                transfers.confirm_transfer(session, actor=operator(), transfer_id=key, now=NOW)
            else:
                transfers.ask_transfer(session, actor=liaison, moving=moving, now=NOW)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = Counter(threads.map(lambda _number: outcome(act), range(AT_ONCE)))
    refused = "transfer_decided" if deed == "confirm" else "transfer_open"
    assert outcomes == {"done": 1, refused: AT_ONCE - 1}
    with database.reading() as session:
        rows = session.execute(choose(Membership).where(Membership.ends_on.is_(None))).scalars().all()
    assert [row.unit_id for row in rows] == [other_id if deed == "confirm" else street_id]
