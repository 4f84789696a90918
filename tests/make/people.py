"""People, courses and places."""

from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy.orm import Session

from academy.catalogue.models import Course, CourseLevel, Domain, Programme, ProgrammeCourse
from academy.ground import crypto, text
from academy.ground.access import Actor, Role
from academy.people.models.register import Account, Membership, Person, Phone, RoleGrant, Unit, UnitKind
from academy.sites.models import Place, PlaceKind

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # 09:00 in Nanjing, a Sunday
TODAY = date(2026, 11, 22)
serial = count(1)


def unit(session: Session, name: str = "", *, parent: Unit | None = None, kind: UnitKind | None = None) -> Unit:
    """A district, or a street where a parent is given."""
    name = name or f"单位{next(serial)}"
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
    spelled = text.name_pinyin(name)
    row = Person(
        name=name,
        name_pinyin=spelled,
        name_initials=text.initials(spelled),
        created_at=NOW,
        sample=False,
        locale="zh_CN",
    )
    session.add(row)
    session.flush()
    _phone(session, row, phone or f"199{next(serial):08d}")
    since = date(2018, 1, 1)
    for role in roles:
        holder = unit.id if unit and role is Role.LIAISON else None
        session.add(RoleGrant(person_id=row.id, role=role, unit_id=holder, starts_on=since))
    if unit:
        session.add(Membership(person_id=row.id, unit_id=unit.id, role_as_written="", starts_on=since))
    session.flush()
    return row


def _phone(session: Session, holder: Person, number: str) -> None:
    vault = crypto.vault()
    session.add(
        Phone(
            person_id=holder.id,
            number=number,
            blind=vault.blind(number, "phone"),
            tail_blind=vault.blind(number[-4:], "phone tail"),
            created_at=NOW,
            verified_at=NOW,
        )
    )


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
        slug=slug or f"course-{next(serial)}",
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
    row = Programme(slug=f"programme-{next(serial)}", title=title, required_percent=required_percent, sample=False)
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
        slug=f"place-{next(serial)}",
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
