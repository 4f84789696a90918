"""Clockwork: free places do not stay beside a line."""

from datetime import timedelta

from sqlalchemy.orm import Session

from academy.classes.actions import sessions as classes
from academy.classes.rules import Step
from academy.enrolment import jobs
from academy.enrolment.queries import audit
from academy.ground import db
from academy.ground.access import operator
from academy.ground.db import Database
from academy.ground.settings import Settings
from academy.people.models.register import Person
from tests import make
from tests.enrolment.stage import Stage, counts, enrol, journal, stage, state_of, withdraw


def hindered(session: Session) -> tuple[Stage, Stage, Person]:
    """Two classes at the same hour; somebody has a place in the first and waits for a free one in the second."""
    first, second = stage(session, places=2, title="取消的班"), stage(session, hour=10, title="另一个班")
    who, other = make.person(session), make.person(session)
    enrol(session, other, second)
    enrol(session, who, second, after=1)
    enrol(session, who, first, after=2)
    withdraw(session, other, second, after=3)
    return first, second, who


def test_whoever_is_hindered_no_more_moves_up(database: Database, settings: Settings) -> None:
    with db.transaction() as session:
        first, second, who = hindered(session)
        assert counts(session, second) == (0, 0)
        assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0
    assert jobs.fill_free_places(make.NOW + timedelta(hours=1), settings) == 0
    with db.transaction() as session:
        classes.step(session, actor=operator(), code=first.class_.code, step=Step.CANCEL, now=make.NOW)
        assert audit.waiting_beside_free_places(session, now=make.NOW).count == 1
    assert jobs.fill_free_places(make.NOW + timedelta(hours=1), settings) == 1
    with db.reading() as session:
        assert [state_of(session, who, each) for each in (first, second)] == ["seated", "seated"]
        assert counts(session, second) == (1, 1)
        assert journal(session)[-1] == "enrolment.promoted"
        assert audit.clashing_seats(session).count == 0
    assert jobs.fill_free_places(make.NOW + timedelta(hours=2), settings) == 0
