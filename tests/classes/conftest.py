"""An office with a programme, two rooms and two instructors."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.actions import sessions, timetable, values
from academy.classes.models import ClassSession
from academy.classes.rules import ClassFacts, ValueKind
from academy.ground import clock, db
from academy.ground.access import Actor, Role, operator
from academy.ground.db import Database
from academy.people.models.register import Person
from academy.sites.models import Place
from tests import make

FIRST_DAY = make.TODAY + timedelta(days=10)


@dataclass(frozen=True)
class Office:
    """What a class session is made of."""

    actor: Actor
    facts: ClassFacts
    courses: tuple[Course, Course]
    foreign_course: Course
    instructors: tuple[Person, Person]
    places: tuple[Place, Place]

    def create(self, session: Session, *groups: str, **changes: Any) -> ClassSession:
        """Make a class session, with what is not as usual."""
        facts = replace(self.facts, **changes)
        return sessions.create(session, actor=self.actor, facts=facts, groups=groups, now=make.NOW)

    def sitting(self, hour: int = 9, length: int = 3, **changes: Any) -> timetable.NewSitting:
        """Plan three hours on the first day, with the first of everything."""
        starts_at = clock.at(FIRST_DAY, hour)
        planned = timetable.NewSitting(
            course_id=self.courses[0].id,
            instructor_id=self.instructors[0].id,
            place_id=self.places[0].id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=length),
        )
        return replace(planned, **changes)

    def add(self, session: Session, code: str, sitting: timetable.NewSitting) -> int:
        """Put a sitting into a timetable."""
        row = timetable.add_sitting(session, actor=self.actor, code=code, sitting=sitting, now=make.NOW)
        return row.id


def furnish(session: Session) -> Office:
    """Make what a class session is made of."""
    actor = operator()
    courses = (make.course(session, "调解实务"), make.course(session, "走访倾听"))
    instructors = tuple(make.person(session, name, roles=(Role.INSTRUCTOR,)) for name in ("李建国", "周琳"))
    kind, level = (
        values.add_value(session, actor=actor, which=which, name=name, now=make.NOW)
        for which, name in ((ValueKind.KIND, "新任班"), (ValueKind.LEVEL, "市级"))
    )
    facts = ClassFacts(
        title="新任网格员培训班", kind_id=kind, level_id=level, programme_id=make.programme(session, *courses).id,
        manager_id=instructors[0].id, capacity=40, audience="", opens_at=make.NOW - timedelta(days=1),
        closes_at=make.NOW + timedelta(days=5), starts_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=1),
    )  # fmt: skip
    return Office(
        actor=actor,
        facts=facts,
        courses=courses,
        foreign_course=make.course(session, "急救"),
        instructors=(instructors[0], instructors[1]),
        places=(make.place(session, "院本部 301"), make.place(session, "院本部 302")),
    )


@pytest.fixture
def office(session: Session) -> Office:
    """An office inside the transaction of the test."""
    return furnish(session)


@pytest.fixture
def committed(database: Database) -> Office:
    """An office that every session sees."""
    assert db.bound() is database
    with db.transaction() as session:
        return furnish(session)
