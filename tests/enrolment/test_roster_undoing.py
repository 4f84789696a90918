"""When a list for a class is taken back, all its claims end first; then each line is asked, once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from academy.enrolment.actions import nominating, rosters
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.people.models.importing import RosterEffect
from tests import make
from tests.enrolment.nominated import Scene, scene
from tests.enrolment.stage import Stage, enrol, stage, state_of, told, withdraw
from tests.enrolment.test_roster_class import keep, rows_of, take
from tests.make import NOW
from tests.people.roster_stage import known

Values = dict[str, Any] | Sequence[Any]


def imported(session: Session, on: Scene, count: int) -> int:
    """Import a list of so many, the first of them on file already."""
    known(session, "王1", 1, on.street)
    import_id = keep(session, on, on.speaker(on.street), rows_of(count))
    take(session, on.speaker(on.street), import_id)
    return import_id


def undo(session: Session, on: Scene, import_id: int) -> None:
    rosters.undo_roster(session, actor=on.speaker(on.street), import_id=import_id, now=NOW)
    session.flush()


def in_reserve(session: Session, on: Scene, place: int) -> int:
    """Put one of the street in its reserve."""
    person = on.people[on.street.id][place]
    nominating.nominate(
        session, actor=on.speaker(on.street), code=on.code, unit_id=on.street.id, person_ids=[person.id],
        reserve=True, now=NOW,
    )  # fmt: skip
    return person.id


def same_hours(session: Session, on: Scene, *, places: int = 1) -> Stage:
    return stage(session, places=places, day=on.class_.starts_on, title="同时开的班")


def states(session: Session, on: Scene) -> list[tuple[int, EnrolmentState]]:
    statement = select(Enrolment.person_id, Enrolment.state).where(
        Enrolment.class_session_id == on.class_.id, Enrolment.state != EnrolmentState.WITHDRAWN
    )
    return [(person_id, state) for person_id, state in session.execute(statement.order_by(Enrolment.id))]


def test_the_places_of_a_list_that_is_taken_back_go_to_the_reserve_of_others(session: Session) -> None:
    on = scene(session, each=2)
    import_id = imported(session, on, 2)
    waits = in_reserve(session, on, 0)
    undo(session, on, import_id)
    assert states(session, on) == [(waits, EnrolmentState.NOMINATED)]
    taken = select(PlacePool.taken).where(
        PlacePool.class_session_id == on.class_.id, PlacePool.unit_id == on.street.id
    )
    assert session.execute(taken).scalar_one() == 1


def test_whoever_is_passed_over_is_told_once_however_many_places_become_free(session: Session) -> None:
    on = scene(session, each=2)
    import_id = imported(session, on, 2)
    in_reserve(session, on, 0)
    busy = on.people[on.street.id][0]
    make.enrolment(session, same_hours(session, on).pool, busy)
    undo(session, on, import_id)
    assert told(session, busy).count("enrolment.passed-over") == 1


def test_whoever_is_free_again_gets_the_place_elsewhere_that_was_kept_from_them(session: Session) -> None:
    on = scene(session, each=2)
    other = same_hours(session, on)
    first, free = make.person(session), known(session, "王1", 1, on.street)
    enrol(session, first, other)
    enrol(session, free, other, after=1)
    import_id = keep(session, on, on.speaker(on.street), rows_of(2))
    take(session, on.speaker(on.street), import_id)
    withdraw(session, first, other)
    assert state_of(session, free, other) is EnrolmentState.WAITING
    undo(session, on, import_id)
    assert state_of(session, free, other) is EnrolmentState.SEATED


def ids_in(values: Values) -> list[int]:
    """Read the ids out of a statement's parameters, where many are one: an array, or JSON on SQLite."""
    given = [*(values.values() if isinstance(values, dict) else values)]
    read = [json.loads(each) if isinstance(each, str) and each.startswith("[") else each for each in given]
    return [key for each in read for key in (each if isinstance(each, list) else [each])]


@contextmanager
def persons_locked() -> Iterator[list[list[int]]]:
    """Collect the ids of the persons that each lock is for; on SQLite those that it would be for."""
    asked: list[list[int]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Values, *_rest: object) -> None:
        if "FROM person" in statement and (
            "FOR NO KEY" in statement or "person.anonymised_at \nFROM" in statement
        ):
            asked.append(ids_in(values))

    event.listen(db.bound().engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.bound().engine, "before_cursor_execute", note)


def test_everybody_concerned_is_locked_once_in_the_order_of_ids(session: Session) -> None:
    on = scene(session, each=2)
    import_id = imported(session, on, 2)
    waits = in_reserve(session, on, 0)
    session.commit()
    touched = set(session.execute(select(RosterEffect.person_id)).scalars())
    with persons_locked() as asked:
        undo(session, on, import_id)
    assert {*touched, waits} <= set(asked[0])
    assert asked[0] == sorted(asked[0])
    assert all(set(later) <= set(asked[0]) for later in asked)


def test_an_import_locks_whom_it_finds_once_in_the_order_of_ids(session: Session) -> None:
    on = scene(session, each=2)
    district = on.speaker(on.district)
    later, sooner = known(session, "王1", 1, on.streets[1]), known(session, "王2", 2, on.street)
    rows = [*rows_of(1, f"玄武区/{on.streets[1].name}"), *rows_of(1, first=2)]
    import_id = keep(session, on, district, rows)
    session.commit()
    with persons_locked() as asked:
        take(session, district, import_id)
    assert asked[0] == sorted([later.id, sooner.id])
    assert all(set(each) <= set(asked[0]) for each in asked)
