"""A small world for the machine: two districts of two streets, eight people, three class sessions.

It is committed once; each run of the machine happens in a transaction of its own, which is rolled back, and has
its own `fresh` copy of whom and what it may change.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Role
from academy.people.models.register import Phone
from academy.people.queries import register
from tests import make
from tests.people.listing import id_of

PLACES = 3


@dataclass(slots=True, eq=False)
class Somebody:
    """One who wants a place: a trainee, of a street or of no unit, as it is at the moment."""

    id: int
    actor: Actor
    name: str
    id_number: str
    street: int | None
    district: int | None


@dataclass(slots=True, eq=False)
class Run:
    """One class session with a single sitting, on the day that it has at the moment."""

    id: int
    code: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime

    @property
    def starts_on(self) -> date:
        """Tell the first day."""
        return clock.local_date(self.starts_at)

    def clashes(self, other: "Run") -> bool:
        """Tell whether nobody can be in both."""
        return self.id != other.id and self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is."""

    people: tuple[Somebody, ...]
    runs: tuple[Run, ...]
    districts: tuple[int, ...]
    streets: dict[int, int]
    """The district of each street."""
    speakers: dict[int, Actor]
    """The liaison of each district."""
    admin: Actor
    paths: dict[int, str]
    """How a list of people writes each street."""

    def fresh(self) -> "World":
        """Copy it for one run, in which people and class sessions move."""
        people, runs = tuple(map(replace, self.people)), tuple(map(replace, self.runs))
        return replace(self, people=people, runs=runs)

    def below(self, unit_id: int) -> set[int]:
        """Name a unit and its streets."""
        return {unit_id, *(street for street, district in self.streets.items() if district == unit_id)}


def build(session: Session) -> World:
    """Make the world's rows."""
    districts = [make.unit(session, name) for name in ("玄武区", "秦淮区")]
    streets = [make.unit(session, f"{number}街道", parent=districts[number // 2]) for number in range(4)]
    speakers = {}
    for district in districts:
        liaison = make.person(session, "陈联络", roles=(Role.LIAISON,), unit=district)
        speakers[district.id] = make.actor(liaison, Role.LIAISON, units=(district,))
    make.person(session, "周联络", roles=(Role.LIAISON,), unit=streets[0])
    homes = [*streets, streets[0], streets[1], streets[2], None]
    people = []
    for number, street in enumerate(homes):
        row = make.person(session, f"学员{number}", unit=street)
        row.id_number, row.id_blind = id_of(number), register.id_blind(id_of(number))
        home = (street.id, street.parent_id) if street else (None, None)
        people.append(Somebody(row.id, make.actor(row), row.name, id_of(number), *home))
    unreachable = update(Phone).where(Phone.person_id == people[1].id).values(verified_at=None)
    session.execute(unreachable)
    admin = make.actor(make.person(session, "吴管理", roles=(Role.ADMIN,)), Role.ADMIN)
    return World(
        people=tuple(people),
        runs=_runs(session),
        districts=tuple(district.id for district in districts),
        streets={street.id: street.parent_id or 0 for street in streets},
        speakers=speakers,
        admin=admin,
        paths={street.id: f"{districts[number // 2].name}/{street.name}" for number, street in enumerate(streets)},
    )


def _runs(session: Session) -> tuple[Run, ...]:
    """Two class sessions at the same hours and one by itself; the second's enrolment closes after its start."""
    found = []
    for days, hour, open_days in ((3, 9, 2), (3, 10, 7), (5, 9, 4)):
        teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        day = make.TODAY + timedelta(days=days)
        class_ = make.class_session(session, capacity=PLACES, starts_on=day, manager=teacher)
        class_.enrolment_closes_at = make.NOW + timedelta(days=open_days)
        make.sitting(session, class_, instructor=teacher, at=make.place(session), hour=hour)
        make.pool(session, class_)
        starts_at = clock.at(day, hour)
        ends_at = starts_at + timedelta(hours=3)
        found.append(Run(class_.id, class_.code, starts_at, ends_at, class_.enrolment_closes_at))
    return tuple(found)
