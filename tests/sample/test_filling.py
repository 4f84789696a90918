"""The sample as it is stored: whole, the same each time, and added to an empty academy only."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.app import FEATURES, bind
from academy.classes.actions import sessions as class_actions
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState, Step
from academy.enrolment.actions import claiming
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import awaiting, unit_classes
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Actor, operator
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.ground.feature import AlreadyFilled, Finding
from academy.ground.settings import ROOT, Settings
from academy.office import actions as office_actions
from academy.people.actions import register as people_actions
from academy.people.actions.register import NewPerson
from academy.people.models.register import Person
from academy.people.queries import register as people
from tests.conftest import make_database
from tests.sample.facts import SMALL, TODAY, digests, fill

pytestmark = pytest.mark.slow

MORNING = clock.at(TODAY, 8, 30)


def make_elsewhere(folder: Path, *database_url: str) -> dict[str, str]:
    """Have another process make a small sample, and give the digests of its facts."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.sample.facts", str(folder), *database_url],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    digests: dict[str, str] = json.loads(run.stdout)
    return digests


@pytest.fixture(scope="session")
def made_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A small sample that another process made in SQLite, and the digests of its facts."""
    folder = tmp_path_factory.mktemp("small-sample")
    return folder, make_elsewhere(folder)


@pytest.fixture(scope="session")
def made_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Path:
    """The folder of a small sample whose database is `small` on our PostgreSQL server, to be copied."""
    folder = tmp_path_factory.mktemp("small-sample")
    make_elsewhere(folder, make_database(postgresql_server, "small"))
    return folder


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the sample small for one test."""
    monkeypatch.setattr("academy.people.sample.trainees.COUNT", SMALL[0])
    monkeypatch.setattr("academy.classes.sample.heads.CLOSED", SMALL[1])


@pytest.fixture
def small(few: None, engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A small sample of the test's own: a copy of one that was made before."""
    settings = Settings(env="test", var=tmp_path / "small")
    if engine == "sqlite":
        shutil.copytree(request.getfixturevalue("made_elsewhere")[0], settings.var)
    else:
        shutil.copytree(request.getfixturevalue("made_on_postgresql"), settings.var)
        server = request.getfixturevalue("postgresql_server")
        settings = replace(settings, database_url=make_database(server, "small_copy", template="small"))
    database = bind(settings)
    yield settings
    database.close()


def broken() -> dict[str, Finding]:
    with clock.stopped(MORNING), db.reading() as session:
        findings = {
            invariant.name: invariant.check(session) for feature in FEATURES for invariant in feature.invariants
        }
    return {name: each for name, each in findings.items() if each and each.count != each.expected}


def account(session: Session, name: str) -> Actor:
    found = people.actor_named(session, name, on=TODAY)
    assert found
    return found


@pytest.mark.usefixtures("small")
def test_a_small_sample_keeps_every_invariant() -> None:
    assert broken() == {}
    with db.reading() as session:
        taken_part = select(func.count(Enrolment.person_id.distinct())).where(
            Enrolment.state == EnrolmentState.SEATED
        )
        assert session.execute(taken_part).scalar_one() == SMALL[0]


@pytest.mark.usefixtures("few", "database")
def test_the_facts_are_the_same_in_another_process(
    settings: Settings, made_elsewhere: tuple[Path, dict[str, str]]
) -> None:
    fill(settings)
    with db.reading() as session:
        assert digests(session) == made_elsewhere[1]


def test_a_second_run_adds_nothing(small: Settings) -> None:
    with db.reading() as session:
        before = digests(session)
    with pytest.raises(AlreadyFilled):
        fill(small)
    with db.reading() as session:
        assert digests(session) == before


@pytest.mark.usefixtures("small")
def test_what_people_add_does_not_change_what_the_sample_was_made_with() -> None:
    admin = operator()
    with db.transaction() as session:
        people_actions.add_people_many(
            session, actor=admin, people=[NewPerson(name="新来的人")], now=MORNING + timedelta(hours=1)
        )
        over = session.execute(
            select(ClassSession.code).where(ClassSession.state == ClassState.RUNNING, ClassSession.capacity == 300)
        ).scalar_one()
        later = MORNING + timedelta(hours=1)
        office_actions.conclude(session, actor=admin, code=over, now=later)
        class_actions.step(session, actor=admin, code=over, step=Step.CLOSE, now=later)
    assert broken() == {}


@pytest.mark.usefixtures("small")
def test_the_trainee_has_a_past_a_present_and_a_choice() -> None:
    with db.reading() as session:
        trainee = account(session, "trainee")
        assert trainee.person_id
        mine = list(
            session.execute(
                select(ClassSession.state)
                .join(Enrolment, Enrolment.class_session_id == ClassSession.id)
                .where(Enrolment.person_id == trainee.person_id)
                .order_by(ClassSession.starts_on.desc())
            ).scalars()
        )
        open_codes = session.execute(
            select(ClassSession.code).where(ClassSession.state == ClassState.ENROLLING).order_by(ClassSession.code)
        ).scalars().all()  # fmt: skip
    assert mine == [ClassState.RUNNING, ClassState.CLOSED, ClassState.CLOSED]
    outcomes: list[str] = []
    for code in open_codes:
        try:
            with db.transaction() as session:
                claim = claiming.enrol(session, actor=trainee, code=code, now=MORNING)
                outcomes.append(claim.state)
        except Refused as refused:
            outcomes += [reason.code for reason in refused.reasons]
    assert {"seated", "waiting", "clash"} <= set(outcomes)


@pytest.mark.usefixtures("small")
def test_units_have_lists_at_every_stage_and_the_accounts_have_something_to_do() -> None:
    with clock.stopped(MORNING), db.reading() as session:
        classes = unit_classes.nominated(session, on=TODAY)
        assert len(classes) == 2
        stages = {unit.list.state for each in classes for of in each.division.districts for unit in of.every}
        assert stages == set(ListState)
        assert any(
            unit.is_late(MORNING) for each in classes for of in each.division.districts for unit in of.every
        )
        for name in ("district", "liaison"):
            found = unit_classes.unit_classes(session, account(session, name), on=TODAY)
            assert found[0].unit.owes, name
        assert unit_classes.overdue(session, now=MORNING) == ()


@pytest.mark.usefixtures("small")
def test_somebody_waits_for_each_who_must_say_yes() -> None:
    with clock.stopped(MORNING), db.reading() as session:
        for name in ("district", "liaison"):
            scope = people.units_below(session, account(session, name).unit_ids)
            assert [each.awaited for each in awaiting.to_decide(session, unit_ids=scope)] == [Approval.BOTH], name
        assert [each.awaited for each in awaiting.to_decide(session, unit_ids=None)] == [
            Approval.ACADEMY,
            Approval.BOTH,
        ]
        (offer,) = awaiting.offers(session)
        assert offer.confirm_by
        assert offer.confirm_by > MORNING + timedelta(days=1)
        assert not offer.nominated


def test_nothing_is_said_of_a_sample_where_there_is_none(database: Database) -> None:
    with db.reading() as session:
        found = [i.check(session) for f in FEATURES for i in f.invariants if "sample" in i.name]
    assert found == [None] * 6


def test_the_whole_sample_keeps_every_invariant(database: Database, settings: Settings) -> None:
    fill(settings)
    assert broken() == {}
    with db.reading() as session:
        counts = {
            invariant.name: finding.count
            for feature in FEATURES
            for invariant in feature.invariants
            if "sample" in invariant.name and (finding := invariant.check(session))
        }
        enrolments = select(func.count()).select_from(Enrolment).where(Enrolment.state == EnrolmentState.SEATED)
        assert 20_000 < session.execute(enrolments).scalar_one() < 23_000
        assert session.execute(select(func.count()).where(Person.sample)).scalar_one() == 15_300 + 92
    assert counts == {
        "trainees of the sample academy": 15_300,
        "field sites of the sample academy": 28,
        "closed class sessions of the sample academy": 164,
        "courses of the sample academy": 42,
        "theory courses of the sample academy": 21,
        "practice courses of the sample academy": 21,
    }
