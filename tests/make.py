"""Builders: each makes one valid row with what a test does not care about filled in."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from academy.catalogue.models import Course, CourseLevel, Domain, Programme, ProgrammeCourse
from academy.classes.models import ClassGroup, ClassKind, ClassLevel, ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.enrolment.models import Enrolment, Holder, PlacePool
from academy.enrolment.rules import EnrolmentState
from academy.ground import clock, crypto, text
from academy.ground.access import Actor, Role
from academy.people.models import Account, Membership, Person, Phone, RoleGrant, Unit, UnitKind
from academy.sites.models import Place, PlaceKind

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # 09:00 in Nanjing, a Sunday
TODAY = date(2026, 11, 22)
_next = count(1)


def unit(session: Session, name: str = "", *, parent: Unit | None = None, kind: UnitKind | None = None) -> Unit:
    """A district, or a street where a parent is given."""
    name = name or f"单位{next(_next)}"
    row = Unit(
        name=name,
        name_pinyin=text.name_pinyin(name),
        parent_id=parent.id if parent else None,
        kind=kind or (UnitKind.STREET if parent else UnitKind.DISTRICT),
        starts_on=date(2018, 1, 1),
        ends_on=None,
        successor_id=None,
        sample=False,
    )
    session.add(row)
    session.flush()
    return row


def person(
    session: Session,
    name: str = "王秀兰",
    *,
    roles: tuple[Role, ...] = (Role.TRAINEE,),
    unit: Unit | None = None,
    phone: str | None = None,
) -> Person:
    """Somebody with these roles, a verified phone and, if given, a unit."""
    number = phone or f"199{next(_next):08d}"
    vault = crypto.vault()
    spelled = text.name_pinyin(name)
    row = Person(
        name=name,
        name_pinyin=spelled,
        name_initials=text.initials(spelled),
        id_number=None,
        id_blind=None,
        id_tail_blind=None,
        id_seen_at=None,
        created_at=NOW,
        anonymised_at=None,
        sample=False,
        locale="zh_CN",
    )
    session.add(row)
    session.flush()
    session.add(
        Phone(
            person_id=row.id,
            number=number,
            blind=vault.blind(number, "phone"),
            tail_blind=vault.blind(number[-4:], "phone tail"),
            created_at=NOW,
            verified_at=NOW,
            ended_at=None,
        )
    )
    for role in roles:
        holder = unit.id if unit and role is Role.LIAISON else None
        session.add(
            RoleGrant(person_id=row.id, role=role, unit_id=holder, starts_on=date(2018, 1, 1), ends_on=None)
        )
    if unit:
        session.add(
            Membership(
                person_id=row.id,
                unit_id=unit.id,
                grid_role=None,
                role_as_written="",
                starts_on=date(2018, 1, 1),
                ends_on=None,
            )
        )
    session.flush()
    return row


def account(session: Session, holder: Person, name: str, password_hash: str = "") -> Account:
    """An account name for somebody."""
    row = Account(person_id=holder.id, name=name, password_hash=password_hash, changed_at=NOW, sample=False)
    session.add(row)
    session.flush()
    return row


def actor(holder: Person, *roles: Role, units: tuple[Unit, ...] = ()) -> Actor:
    """Somebody as they act."""
    return Actor(
        person_id=holder.id,
        name=holder.name,
        roles=frozenset(roles or (Role.TRAINEE,)),
        unit_ids=frozenset(unit.id for unit in units),
        address="127.0.0.1",
    )


def course(
    session: Session,
    title: str = "邻里纠纷调解实务",
    *,
    slug: str = "",
    hours: int = 40,
    domain: Domain = Domain.THEORY,
) -> Course:
    """A course of four hours."""
    row = Course(
        slug=slug or f"course-{next(_next)}",
        title=title,
        domain=domain,
        level=CourseLevel.BASIC,
        hours=hours,
        audience="在岗网格员",
        summary="学完能做什么。",
        assessment="随堂练习。",
        objectives=["能说出三条。"],
        keywords=["调解"],
        outline=[{"hour": 1, "title": "第一学时", "content": "练习。"}],
        syllabus="## 学什么\n\n内容。",
        digest="0" * 64,
        synced_at=NOW,
        retired_at=None,
    )
    session.add(row)
    session.flush()
    return row


def programme(
    session: Session, *courses: Course, title: str = "岗前培训方案", required_percent: int = 90
) -> Programme:
    """A programme of these courses."""
    row = Programme(slug=f"programme-{next(_next)}", title=title, required_percent=required_percent, sample=False)
    session.add(row)
    session.flush()
    for position, part in enumerate(courses):
        session.add(ProgrammeCourse(programme_id=row.id, course_id=part.id, position=position))
    session.flush()
    return row


def place(
    session: Session, name: str = "院本部 301", *, district: Unit | None = None, capacity: int = 300
) -> Place:
    """A room, or a field site where a district is given."""
    row = Place(
        slug=f"place-{next(_next)}",
        kind=PlaceKind.FIELD_SITE if district else PlaceKind.ROOM,
        name=name,
        district_id=district.id if district else None,
        address="网格路 1 号",
        capacity=capacity,
        teaches="",
        opening_weekdays=[1, 2, 3, 4, 5, 6, 7],
        opening_hours="09:00–17:00",
        contact="",
        contact_phone="",
        getting_there="",
        gcj02_latitude=None,
        gcj02_longitude=None,
        wgs84_latitude=None,
        wgs84_longitude=None,
        retired_on=None,
        sample=False,
    )
    session.add(row)
    session.flush()
    return row


def class_session(
    session: Session,
    *,
    state: ClassState = ClassState.ENROLLING,
    capacity: int = 20,
    manager: Person | None = None,
    starts_on: date = TODAY + timedelta(days=10),
    days: int = 2,
    programme_: Programme | None = None,
    title: str = "新任网格员培训班",
) -> ClassSession:
    """A class session that is open for enrolment now, unless told otherwise."""
    serial = next(_next)
    kind = ClassKind(name=f"班型{serial}", position=serial)
    level = ClassLevel(name=f"层次{serial}", position=serial)
    session.add_all([kind, level])
    session.flush()
    row = ClassSession(
        code=f"2026-{serial:03d}",
        title=title,
        kind_id=kind.id,
        level_id=level.id,
        programme_id=(programme_ or programme(session, course(session))).id,
        manager_id=manager.id if manager else None,
        capacity=capacity,
        audience="",
        enrolment_opens_at=NOW - timedelta(days=7),
        enrolment_closes_at=NOW + timedelta(days=7),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        state=state,
        created_at=NOW,
        sample=False,
        concluded_at=NOW if state in {ClassState.CONCLUDED, ClassState.CLOSED} else None,
        closed_at=NOW if state is ClassState.CLOSED else None,
        cancelled_at=NOW if state is ClassState.CANCELLED else None,
    )
    session.add(row)
    session.flush()
    return row


def group(session: Session, of: ClassSession, name: str = "第一组") -> ClassGroup:
    """A group of a class session."""
    row = ClassGroup(class_session_id=of.id, name=name, position=next(_next), leader_id=None)
    session.add(row)
    session.flush()
    return row


def sitting(
    session: Session,
    of: ClassSession,
    *,
    instructor: Person,
    at: Place,
    day: date | None = None,
    hour: int = 9,
    course_: Course | None = None,
    hours: int = 40,
) -> Sitting:
    """A sitting of three hours on the class session's first day, worth four hours taught."""
    starts_at = clock.at(day or of.starts_on, hour)
    row = Sitting(
        class_session_id=of.id,
        course_id=(course_ or course(session)).id,
        instructor_id=instructor.id,
        place_id=at.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        hours=hours,
    )
    session.add(row)
    session.flush()
    return row


def pool(session: Session, of: ClassSession, *, places: int | None = None, taken: int = 0) -> PlacePool:
    """The open places of a class session."""
    row = PlacePool(
        class_session_id=of.id,
        holder=Holder.OPEN,
        unit_id=None,
        places=of.capacity if places is None else places,
        taken=taken,
    )
    session.add(row)
    session.flush()
    return row


def enrolment(
    session: Session,
    of: PlacePool,
    who: Person,
    *,
    state: EnrolmentState = EnrolmentState.SEATED,
    at: datetime = NOW,
) -> Enrolment:
    """A claim; a seat counts in its pool."""
    row = Enrolment(
        class_session_id=of.class_session_id,
        pool_id=of.id,
        person_id=who.id,
        unit_id=None,
        unit_name="",
        group_id=None,
        state=state,
        requested_at=at,
        seated_at=at if state is EnrolmentState.SEATED else None,
        withdrawn_at=at if state is EnrolmentState.WITHDRAWN else None,
    )
    session.add(row)
    of.taken += state is EnrolmentState.SEATED
    session.flush()
    return row
