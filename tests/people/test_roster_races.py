"""Lists imported by many at once: everybody is entered once, on both engines."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from academy.ground import clock, db
from academy.ground.access import Actor
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.people.models.importing import RosterEffect
from academy.people.models.register import Person
from tests.make import NOW
from tests.people.listing import id_of
from tests.people.roster_stage import HOME, Stage, import_, keep


def race(database: Database, ids: Sequence[int], actor: Actor) -> list[str]:
    """Import lists at the same moment; tell what came of each."""

    def one(import_id: int) -> str:
        try:
            with clock.stopped(NOW), database.transaction() as session:
                return "again" if import_(session, actor, import_id).again else "done"
        except Refused as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(len(ids)) as threads:
        return sorted(threads.map(one, ids))


def test_the_same_list_imported_by_many_at_once_is_imported_once(database: Database) -> None:
    with db.transaction() as session:
        on = Stage(session)
        rows = [[f"王{serial}", id_of(serial), f"1990000{serial:04d}", HOME, ""] for serial in range(1, 40)]
        ids = [keep(session, on.liaison, rows, on.home) for _time in range(4)]
    assert race(database, ids, on.liaison) == ["again", "again", "again", "done"]
    with database.reading() as session:
        found = session.execute(select(func.count()).select_from(RosterEffect)).scalar_one()
        assert found == len(rows)


def test_two_lists_with_the_same_people_at_once_enter_them_once(database: Database) -> None:
    with db.transaction() as session:
        on = Stage(session)
        rows = [[f"王{serial}", id_of(serial), "", HOME, ""] for serial in range(1, 30)]
        ids = [keep(session, on.liaison, rows[serial:], on.home) for serial in range(3)]
    came = race(database, ids, on.liaison)
    assert came.count("done") == 1
    assert set(came) <= {"done", "looks_different", "entered_elsewhere"}
    with database.reading() as session:
        blinds = session.execute(select(Person.id_blind).where(Person.id_blind.is_not(None))).scalars().all()
        assert len(blinds) == len(set(blinds))
