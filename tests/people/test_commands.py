"""`academy units` and `academy staff` at the terminal."""

from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground import db, passwords
from academy.ground.access import Role, operator
from academy.ground.db import Database
from academy.ground.errors import AcademyError, NotFound
from academy.journal.models import JournalEntry
from academy.people.actions import account, register, sign_in
from academy.people.feature import staff, units
from academy.people.models.register import RoleGrant, SignIn
from academy.people.queries import register as queries
from academy.people.queries import units as unit_queries
from academy.people.rules.signing_in import Entry
from tests import make
from tests.make import NOW, TODAY
from tests.people.conftest import PHONE, VISITING

NUMBER = "13900000001"


def run(command: click.Command, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)
    refusal = result.exception if isinstance(result.exception, AcademyError) else ""
    return result.exit_code, f"{result.output}{refusal}"


@pytest.fixture
def listed(tmp_path: Path) -> str:
    path = tmp_path / "units.csv"
    path.write_text("区,街道\n玄武区,樱桥街道\n溧水区,新桥街道\n", encoding="gb18030")
    return str(path)


def test_units_are_imported_once(database: Database, listed: str) -> None:
    added = "+ 玄武区\n+ 玄武区 · 樱桥街道\n+ 溧水区\n+ 溧水区 · 新桥街道\n4 added, 0 known.\n"
    assert run(units, "import", listed, "--dry-run") == (0, added)
    assert run(units, "import", listed) == (0, added)
    assert run(units, "import", listed) == (0, "0 added, 4 known.\n")
    with database.reading() as session:
        assert [node.name for node in queries.unit_tree(session, TODAY)] == ["玄武区", "溧水区"]
        assert session.execute(choose(JournalEntry.code, JournalEntry.after)).all() == [
            ("unit.added", {"count": 4})
        ]


def test_a_list_with_a_mistake_adds_nothing(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "units.txt"
    path.write_text("玄武区\t樱桥街道\n溧水区\n", encoding="utf-8")
    assert run(units, "import", str(path)) == (1, "line 2: two columns are wanted, district and street")
    with database.reading() as session:
        assert queries.unit_tree(session, TODAY) == ()


def test_units_in_the_name_of_nobody_are_refused(database: Database, listed: str) -> None:
    assert run(units, "import", listed, "--as", "nobody") == (1, "There is no account 'nobody'.")
    with database.reading() as session:
        assert queries.unit_tree(session, TODAY) == ()


def test_new_districts_lie_in_the_city_that_is_there(session: Session) -> None:
    paths = [("玄武区", "樱桥街道")]
    register.add_units_many(session, actor=operator(), paths=paths, starts_on=TODAY, now=NOW, city="南京市")
    known = register.add_units_many(
        session, actor=operator(), paths=[("溧水区", "新桥街道")], starts_on=TODAY, now=NOW
    )
    city_id = unit_queries.city_id(session, TODAY)
    assert city_id
    assert queries.units_below(session, [city_id]) == {*known.values(), city_id}
    assert len(known) == 5


def test_staff_come_in_and_go_again(database: Database) -> None:
    words = ("--name", "陶思源", "--role", "admin", "--password", "a few good words")
    assert run(staff, "add", "Office", *words) == (0, "陶思源 may sign in as office.\n")
    assert run(staff, "add", "other", *words[:1], "\u200b", *words[2:]) == (1, "name_empty")
    with db.transaction() as session:
        found = queries.actor_named(session, "office")
        assert found
        assert found.person_id
        sign_in.open_sign_in(session, person_id=found.person_id, device=PHONE, now=NOW)
    assert run(staff, "end", "OFFICE") == (0, "office holds no role any more and is signed out; devices: 1.\n")
    assert run(staff, "end", "office") == (0, "office holds no role any more and is signed out; devices: 0.\n")
    assert run(staff, "end", "nobody") == (1, "There is no account 'nobody'.")
    with database.reading() as session:
        found = queries.actor_named(session, "office")
        assert found
        assert found.roles == frozenset()


def test_whoever_holds_no_role_signs_in_by_neither_way(session: Session) -> None:
    person = make.person(session, roles=(Role.INSTRUCTOR, Role.TRAINEE), phone=NUMBER)
    session.add(RoleGrant(person_id=person.id, role=Role.ADMIN, starts_on=TODAY))
    make.account(session, person, "tao", passwords.hash_of("a few good words"))
    sign_in.open_sign_in(session, person_id=person.id, device=PHONE, now=NOW)
    assert account.end_staff(session, actor=operator(), account_name="tao", now=NOW) == 1
    session.flush()
    kept = session.execute(choose(RoleGrant.role, RoleGrant.ends_on).order_by(RoleGrant.id)).all()
    yesterday = TODAY - timedelta(days=1)
    assert kept == [(Role.INSTRUCTOR, yesterday), (Role.TRAINEE, yesterday)]
    assert session.execute(choose(SignIn.ended_at)).scalars().all() == [NOW]
    noted = session.execute(choose(JournalEntry.before).where(JournalEntry.code == "role.ended")).scalar_one()
    assert noted == {"roles": ["instructor", "trainee", "admin"]}
    assert sign_in.open_by_phone(session, person_id=person.id, device=PHONE, now=NOW).entry is Entry.UNKNOWN
    trial = sign_in.begin_password(session, actor=VISITING, name="tao", now=NOW)
    assert trial
    entered = sign_in.end_password(session, trial=trial, fresh_hash=None, device=PHONE, now=NOW)
    assert entered.entry is Entry.WRONG
    with pytest.raises(NotFound):
        account.end_staff(session, actor=operator(), account_name="li", now=NOW)
