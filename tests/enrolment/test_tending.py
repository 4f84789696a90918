"""Clockwork: cancelled class sessions let their people go, and free places do not stay beside a line."""

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
from academy.people.models import Person
from tests import make
from tests.enrolment.stage import Stage, counts, enrol, journal, stage, state_of, told, withdraw


def cancelled(session: Session) -> tuple[Stage, Stage, list[Person]]:
    """Two classes at the same hour, the first cancelled; three people seated or waiting in both."""
    first, second = stage(session, places=2, title="取消的班"), stage(session, hour=10, title="另一个班")
    people = [make.person(session) for _ in range(3)]
    for minute, who in enumerate((people[2], people[0], people[1])):
        enrol(session, who, second, after=minute)  # the place goes to the last
    withdraw(session, people[2], second, after=5)  # and then to the first
    enrol(session, people[1], first, after=6)
    enrol(session, people[2], first, after=7)
    withdraw(session, people[0], second, after=8)  # nobody in line is free at that hour
    classes.step(session, actor=operator(), code=first.class_.code, step=Step.CANCEL, now=make.NOW)
    return first, second, people


def test_a_cancelled_class_lets_its_people_go_and_the_line_elsewhere_moves_up(
    database: Database, settings: Settings
) -> None:
    with db.transaction() as session:
        first, second, people = cancelled(session)
        assert counts(session, second) == (0, 0)
        assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0
    assert jobs.tend(make.NOW + timedelta(hours=1), settings) == (2, 1)
    with db.reading() as session:
        assert [state_of(session, who, first) for who in people[1:]] == ["withdrawn", "withdrawn"]
        assert state_of(session, people[1], second) == "seated"
        assert counts(session, first) == (0, 0)
        assert counts(session, second) == (1, 1)
        assert "enrolment.class-cancelled" in told(session, people[2])
        assert journal(session)[-2:] == ["enrolment.released", "enrolment.promoted"]
    assert jobs.tend(make.NOW + timedelta(hours=2), settings) == (0, 0)
