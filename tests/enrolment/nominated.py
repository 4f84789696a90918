"""A class session that units put people forward for: two districts of two streets, liaisons, and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.actions import nominating, planning, quotas
from academy.enrolment.models.nominating import Admission, UnitList
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor, Role
from academy.people.models.register import Person, Unit
from tests import make

STREETS_BY, DISTRICTS_BY = make.NOW + timedelta(days=2), make.NOW + timedelta(days=4)
AFTER_STREETS, AFTER_DISTRICTS = STREETS_BY + timedelta(hours=1), DISTRICTS_BY + timedelta(hours=1)
PLAN = Plan(nomination=True, open_road=False, streets_by=STREETS_BY, districts_by=DISTRICTS_BY)


STREET_NAMES = ("梅岭街道", "樱桥街道", "桃渡街道", "南廊街道")


@dataclass
class Scene:
    """What one class session with nomination is made of."""

    class_: ClassSession
    admin: Actor
    districts: list[Unit]
    streets: list[Unit]
    """The first two belong to the first district."""
    liaisons: Mapping[int, Person]
    people: Mapping[int, Sequence[Person]]
    """By street."""

    @property
    def code(self) -> str:
        """Tell the class session's code."""
        return self.class_.code

    @property
    def district(self) -> Unit:
        """Give the first district."""
        return self.districts[0]

    @property
    def street(self) -> Unit:
        """Give its first street."""
        return self.streets[0]

    def speaker(self, unit: Unit) -> Actor:
        """Act as a unit's liaison."""
        return make.actor(self.liaisons[unit.id], Role.LIAISON, units=(unit,))


def scene(
    session: Session,
    *,
    places: int = 20,
    each: int = 3,
    of_district: int = 0,
    plan: Plan = PLAN,
    state: ClassState = ClassState.ENROLLING,
    people: int = 4,
) -> Scene:
    """Give `each` street so many places, the districts so many of their own, and leave the rest open."""
    class_ = make.class_session(session, capacity=places, state=state)
    admin = make.actor(make.person(session, "陶思源", roles=(Role.ADMIN,)), Role.ADMIN)
    districts = [make.unit(session, name) for name in ("玄武区", "秦淮区")]
    streets = [make.unit(session, name, parent=districts[place // 2]) for place, name in enumerate(STREET_NAMES)]
    made = Scene(
        class_=class_,
        admin=admin,
        districts=districts,
        streets=streets,
        liaisons={
            unit.id: make.person(session, f"{unit.name[:2]}联络", roles=(Role.LIAISON,), unit=unit)
            for unit in (*districts, *streets)
        },
        people={
            each_.id: [make.person(session, f"{each_.name[:1]}小{number}", unit=each_) for number in range(people)]
            for each_ in streets
        },
    )
    teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
    make.sitting(session, class_, instructor=teacher, at=make.place(session))
    session.add(Admission(class_session_id=class_.id, **{n: getattr(plan, n) for n in Plan.__dataclass_fields__}))
    if state is ClassState.ENROLLING:
        make.pool(session, class_, places=places)
        _give(session, made, each, of_district)
    session.flush()
    return made


def _give(session: Session, made: Scene, each: int, of_district: int) -> None:
    giving = {district.id: 2 * each + of_district for district in made.districts}
    planning.give(session, actor=made.admin, code=made.code, giving=giving, reserve=2, now=make.NOW)
    for number, district in enumerate(made.districts):
        below = {street.id: each for street in made.streets[2 * number : 2 * number + 2]}
        quotas.divide(
            session, actor=made.admin, code=made.code, district_id=district.id, giving=below, now=make.NOW
        )


def without(plan: Plan = PLAN, **changes: object) -> Plan:
    """Change some of a plan."""
    return replace(plan, **changes)  # type: ignore[arg-type]


def put(session: Session, of: Scene, unit: Unit, count: int = 2, *, now: datetime = make.NOW) -> list[int]:
    """Have a street's liaison put its first people forward, and give their claims."""
    ids = [person.id for person in of.people[unit.id][:count]]
    done = nominating.nominate(
        session, actor=of.speaker(unit), code=of.code, unit_id=unit.id, person_ids=ids, now=now
    )
    return [each.enrolment_id for each in done if each.enrolment_id]


def state_of(session: Session, of: Scene, unit: Unit) -> ListState:
    """Tell how far a unit's list has come."""
    session.flush()
    found = session.execute(
        select(UnitList.state).where(UnitList.class_session_id == of.class_.id, UnitList.unit_id == unit.id)
    ).scalar_one_or_none()
    return found or ListState.OPEN


def list_of(session: Session, of: Scene, unit: Unit) -> UnitList:
    """Give a unit's list."""
    session.flush()
    return session.execute(
        select(UnitList).where(UnitList.class_session_id == of.class_.id, UnitList.unit_id == unit.id)
    ).scalar_one()


def claims(session: Session, of: Scene, unit: Unit) -> list[EnrolmentState]:
    """List the states of those on a unit's places, the first put forward first."""
    session.flush()
    rows = session.execute(
        select(Enrolment.state)
        .join(PlacePool, PlacePool.id == Enrolment.pool_id)
        .where(PlacePool.class_session_id == of.class_.id, PlacePool.unit_id == unit.id)
        .order_by(Enrolment.requested_at, Enrolment.id)
    )
    return list(rows.scalars())


def places(session: Session, of: Scene) -> dict[int | None, int]:
    """Tell the places by unit; None adds up those of no unit."""
    session.flush()
    found: dict[int | None, int] = {}
    rows = session.execute(
        select(PlacePool.unit_id, PlacePool.places).where(PlacePool.class_session_id == of.class_.id)
    )
    for unit_id, number in rows:
        found[unit_id] = found.get(unit_id, 0) + number
    return found
