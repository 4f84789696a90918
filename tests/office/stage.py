"""A class session that runs: three sittings of four hours today, and some people in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.enrolment.models.places import PlacePool
from academy.ground import clock
from academy.ground.access import Actor, Role
from academy.people.models.register import Person
from tests import make

EVENING = clock.at(make.TODAY, 20)


@dataclass(frozen=True)
class Stage:
    """What the class session is made of."""

    class_: ClassSession
    pool: PlacePool
    sittings: list[Sitting]
    manager: Person
    people: list[Person]

    @property
    def actor(self) -> Actor:
        """The class manager as they act."""
        return make.actor(self.manager, Role.INSTRUCTOR)


def stage(session: Session, *, people: int = 3, state: ClassState = ClassState.RUNNING) -> Stage:
    """A class session of twelve hours, of which eleven (90 %) are asked for."""
    manager = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
    course = make.course(session, "邻里纠纷调解实务", hours=120)
    class_ = make.class_session(
        session, state=state, manager=manager, starts_on=make.TODAY, days=1, capacity=max(people, 1),
        programme_=make.programme(session, course, required_percent=90),
    )  # fmt: skip
    room = make.place(session)
    sittings = [
        make.sitting(session, class_, instructor=manager, at=room, hour=hour, course_=course)
        for hour in (9, 13, 16)
    ]
    pool = make.pool(session, class_)
    names = ("王秀兰", "欧阳建平", "阿卜杜热西提·买买提艾力江", "周堃")
    members = [make.person(session, names[number % len(names)]) for number in range(people)]
    for member in members:
        make.enrolment(session, pool, member)
    return Stage(class_, pool, sittings, manager, members)


def after(hours: int) -> datetime:
    """Tell the moment so many hours after the builders'."""
    return make.NOW + timedelta(hours=hours)
