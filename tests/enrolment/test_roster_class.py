"""A list for a class session: people entered and put forward on their unit's places, or neither; undone both."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.enrolment.actions import nominating, rosters
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import rosters as queries
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.views.roster_command import import_roster
from academy.ground import db
from academy.ground.access import Actor
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.ground.tables import Cell, Grid
from academy.people.actions import rosters as people
from academy.people.actions.rosters import Sent
from academy.people.models.register import Person
from academy.people.queries import register, roster_imports
from academy.people.queries.rosters import Claim
from academy.people.rules.roster.headers import find_header
from academy.people.rules.roster.kept import Told, unwritten
from academy.people.rules.roster.plan import Fate
from tests import make
from tests.enrolment.nominated import Scene, scene
from tests.make import NOW
from tests.people.listing import HEAD, id_of, workbook

STREET = "玄武区/梅岭街道"


def rows_of(count: int, street: str = STREET, first: int = 1) -> list[list[Cell]]:
    return [[f"王{serial}", id_of(serial), "", street, ""] for serial in range(first, first + count)]


def keep(session: Session, on: Scene, actor: Actor, rows: Sequence[Sequence[Cell]]) -> int:
    grid = Grid(sheet="名单", encoding=None, rows=[HEAD, *rows])
    header = find_header(grid.rows)
    assert header is not None
    unit_id = next(iter(actor.unit_ids), None)
    claim = Claim(unit_id=unit_id, class_code=on.code)
    looked = queries.look(session, grid, header, claim, on=make.TODAY)
    sent = Sent(
        file_name="名单.xlsx", sha256=hashlib.sha256(repr(rows).encode()).hexdigest(), claim=claim, grid=grid,
        header=header, steps=looked.steps,
    )  # fmt: skip
    return people.keep(session, actor=actor, sent=sent, now=NOW)


def told(session: Session, import_id: int) -> tuple[Told, ...]:
    return unwritten(roster_imports.cells(session, import_id) or "").told


def take(session: Session, actor: Actor, import_id: int) -> None:
    rosters.import_roster(session, actor=actor, import_id=import_id, now=NOW)


def taken(session: Session, on: Scene) -> int:
    session.flush()
    statement = select(PlacePool.taken).where(
        PlacePool.class_session_id == on.class_.id, PlacePool.unit_id == on.street.id
    )
    return session.execute(statement).scalar_one()


def counted(session: Session) -> tuple[int, int]:
    """Count people with an ID number, and live claims."""
    session.flush()
    persons = select(func.count()).select_from(Person).where(Person.id_blind.is_not(None))
    claims = select(func.count()).select_from(Enrolment).where(Enrolment.state != EnrolmentState.WITHDRAWN)
    return session.execute(persons).scalar_one(), session.execute(claims).scalar_one()


def test_people_are_put_forward_in_their_order_and_nothing_is_half_done(session: Session) -> None:
    on = scene(session, each=3)
    liaison = on.speaker(on.street)
    import_id = keep(session, on, liaison, rows_of(5))
    assert [each.fate for each in told(session, import_id)] == [Fate.NEW] * 3 + [Fate.REFUSED] * 2
    assert [each.reasons[0].code for each in told(session, import_id)[3:]] == ["pool_full"] * 2
    take(session, liaison, import_id)
    assert counted(session) == (3, 3)
    assert taken(session, on) == 3
    claims = session.execute(select(Enrolment).order_by(Enrolment.id)).scalars().all()
    assert {claim.state for claim in claims} == {EnrolmentState.NOMINATED}
    assert list(register.names(session, [claim.person_id for claim in claims]).values()) == [
        "王1", "王2", "王3",
    ]  # fmt: skip


def test_a_mended_list_puts_forward_those_who_were_missing(session: Session) -> None:
    on = scene(session, each=3)
    liaison = on.speaker(on.street)
    wrong = rows_of(3)
    wrong[1][1] = "123"
    take(session, liaison, keep(session, on, liaison, wrong))
    assert taken(session, on) == 2
    import_id = keep(session, on, liaison, rows_of(3))
    assert [each.fate for each in told(session, import_id)] == [Fate.SAME, Fate.NEW, Fate.SAME]
    warned = told(session, import_id)[0].warning
    assert warned is not None
    assert warned.code == "already_in"
    take(session, liaison, import_id)
    assert (taken(session, on), counted(session)) == (3, (3, 3))


def test_an_import_for_a_class_is_undone_with_its_claims(session: Session) -> None:
    on = scene(session, each=3)
    liaison = on.speaker(on.street)
    import_id = keep(session, on, liaison, rows_of(2))
    take(session, liaison, import_id)
    rosters.undo_roster(session, actor=liaison, import_id=import_id, now=NOW)
    assert (taken(session, on), counted(session)) == (0, (0, 0))


def test_whoever_was_taken_off_the_list_stands_in_the_way_of_undoing(session: Session) -> None:
    on = scene(session, each=3)
    liaison = on.speaker(on.street)
    import_id = keep(session, on, liaison, rows_of(2))
    take(session, liaison, import_id)
    claim_id = session.execute(select(Enrolment.id).order_by(Enrolment.id).limit(1)).scalar_one()
    nominating.take_off(session, actor=liaison, enrolment_id=claim_id, now=NOW)
    with pytest.raises(Refused) as refused:
        rosters.undo_roster(session, actor=liaison, import_id=import_id, now=NOW)
    assert refused.value.reasons[0].values["names"] == ("王1",)


def test_places_taken_since_the_look_change_nothing_half(session: Session) -> None:
    on = scene(session, each=1)
    liaison = on.speaker(on.street)
    import_id = keep(session, on, liaison, rows_of(1))
    other = on.people[on.street.id][0]
    nominating.nominate(session, actor=liaison, code=on.code, unit_id=on.street.id, person_ids=[other.id], now=NOW)
    with pytest.raises(Refused) as refused:
        take(session, liaison, import_id)
    assert refused.value.reasons[0].code == "looks_different"


def test_a_unit_without_places_puts_nobody_forward(session: Session) -> None:
    on = scene(session, each=1)
    make.unit(session, "没有名额街道", parent=on.district)
    import_id = keep(session, on, on.speaker(on.district), rows_of(1, "玄武区/没有名额街道"))
    assert [reason.code for reason in told(session, import_id)[0].reasons] == ["pool_full"]


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_asks_the_class_too(database: Database, tmp_path: Path, *, dry: bool) -> None:
    with db.transaction() as session:
        on = scene(session, each=2)
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook([HEAD, *rows_of(3)]))
    way = ["--dry-run"] if dry else []
    ran = CliRunner().invoke(
        import_roster, [str(path), "--class", on.code, "--json", *way], catch_exceptions=False
    )
    rows = json.loads(ran.output)["rows"]
    assert [row["outcome"] for row in rows] == ["ok", "ok", "refused"]
    assert rows[2]["reasons"] == ["pool_full"]
    with database.reading() as session:
        assert counted(session) == ((0, 0) if dry else (2, 2))
    if not dry:
        ran = CliRunner().invoke(import_roster, [str(path), "--class", on.code, "--json", "--dry-run"])
        assert [row["reason"] for row in json.loads(ran.output)["rows"]] == [
            "already_in",
            "already_in",
            "pool_full",
        ]


def test_the_length_of_a_list_asks_no_more_questions(session: Session, statements: list[str]) -> None:
    on = scene(session, each=3)
    session.commit()
    asked = []
    for count in (2, 40):
        statements.clear()
        keep(session, on, on.speaker(on.street), rows_of(count))
        asked.append(len(statements))
    assert asked[0] == asked[1]
