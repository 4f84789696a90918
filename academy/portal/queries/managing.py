"""The class sessions in somebody's charge: how they fill, who came, and who may not complete."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course, Programme, ProgrammeCourse
from academy.classes.models import ClassSession, Sitting, SittingGroup
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.states import EnrolmentState
from academy.hours.models import HoursEntry
from academy.hours.queries import present_counts
from academy.hours.rules import required_tenths
from academy.office.rules import ProgressFacts, Prospect, hangs_on_the_next, prospect
from academy.people.models.register import Person

_OPEN = (
    ClassState.DRAFT, ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING, ClassState.CONCLUDED,
)  # fmt: skip
_SIGN = case((HoursEntry.tenths > 0, 1), else_=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A class session in somebody's charge that is neither closed nor cancelled, with its places."""

    id: int
    code: str
    title: str
    state: ClassState
    starts_on: date
    ends_on: date
    places: int
    taken: int
    waiting: int
    required: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sitting with a register: how many were expected and came."""

    starts_at: datetime
    expected: int
    present: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody a class manager should speak to."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one running class session goes."""

    of: Managed
    sittings: int
    held: tuple[Held, ...]
    edge: tuple[Named, ...]
    """Who cannot complete any more after missing the next sitting too."""
    lost: tuple[Named, ...]
    """Who cannot complete any more, while sittings are still to come."""
    without_group: int

    @property
    def share(self) -> float | None:
        """Tell the share of those expected who came so far, in percent; None before the first register."""
        expected = sum(each.expected for each in self.held)
        return round(100 * sum(each.present for each in self.held) / expected, 1) if expected else None

    @property
    def times(self) -> tuple[Held, ...]:
        """Take sittings that begin together, such as those of several groups, as one."""
        together: dict[datetime, list[Held]] = {}
        for each in self.held:
            together.setdefault(each.starts_at, []).append(each)
        return tuple(
            Held(
                starts_at=starts_at, expected=sum(each.expected for each in found),
                present=sum(each.present for each in found),
            )
            for starts_at, found in together.items()
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A sitting as the sums need it; `present` is None while no register stands."""

    starts_at: datetime
    tenths: int
    groups: frozenset[int]
    present: int | None

    def expects(self, group_id: int | None) -> bool:
        return not self.groups or group_id in self.groups


def managed(session: Session, person_id: int) -> tuple[Managed, ...]:
    """List the class sessions in a person's charge that are neither closed nor cancelled, the next first."""
    of_class = PlacePool.class_session_id == ClassSession.id
    waits = and_(Enrolment.class_session_id == ClassSession.id, Enrolment.state == EnrolmentState.WAITING)
    total = (
        select(func.coalesce(func.sum(Course.hours), 0))
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == ClassSession.programme_id)
    )
    rows = session.execute(
        select(
            ClassSession.id, ClassSession.code, ClassSession.title, ClassSession.state, ClassSession.starts_on,
            ClassSession.ends_on, ClassSession.capacity,
            select(func.sum(PlacePool.places)).where(of_class).scalar_subquery(),
            select(func.sum(PlacePool.taken)).where(of_class).scalar_subquery(),
            select(func.count(Enrolment.id)).where(waits).scalar_subquery(),
            total.correlate(ClassSession).scalar_subquery(),
            Programme.required_percent,
        )
        .join(Programme, Programme.id == ClassSession.programme_id)
        .where(ClassSession.manager_id == person_id, ClassSession.state.in_(_OPEN))
        .order_by(ClassSession.starts_on, ClassSession.id)
    )  # fmt: skip
    return tuple(
        Managed(
            id=row[0], code=row[1], title=row[2], state=row[3], starts_on=row[4], ends_on=row[5],
            places=int(row[6] if row[7] is None else row[7]), taken=int(row[8] or 0), waiting=row[9],
            required=required_tenths(total_tenths=int(row[10]), required_percent=row[11]),
        )
        for row in rows
    )  # fmt: skip


def standings(session: Session, found: Sequence[Managed]) -> tuple[Standing, ...]:
    """Tell how the running ones of these class sessions go, in a few questions whatever their size."""
    running = [of for of in found if of.state is ClassState.RUNNING]
    if not running:
        return ()
    ids = [of.id for of in running]
    sittings, people = _sittings(session, ids), _people(session, ids)
    return tuple(_standing(of, sittings.get(of.id, []), people.get(of.id, [])) for of in running)


def _sittings(session: Session, class_session_ids: Collection[int]) -> Mapping[int, list[_Sitting]]:
    present = present_counts(session, class_session_ids)
    rows = session.execute(
        select(Sitting.id, Sitting.class_session_id, Sitting.starts_at, Sitting.hours, SittingGroup.group_id)
        .outerjoin(SittingGroup, SittingGroup.sitting_id == Sitting.id)
        .where(Sitting.class_session_id.in_(class_session_ids))
        .order_by(Sitting.starts_at, Sitting.id)
    ).all()
    groups: dict[int, set[int]] = {}
    for row in rows:
        groups.setdefault(row[0], set()).update(each for each in row[4:] if each)
    found: dict[int, list[_Sitting]] = {}
    for sitting_id, class_id, starts_at, tenths, _group in {row[0]: row for row in rows}.values():
        found.setdefault(class_id, []).append(
            _Sitting(starts_at, tenths, frozenset(groups[sitting_id]), present.get(sitting_id))
        )
    return found


def _people(
    session: Session, class_session_ids: Collection[int]
) -> Mapping[int, list[tuple[int | None, int, int, Named]]]:
    """List who has a place: the group, the tenths and sittings so far, and who it is."""
    mine = and_(
        HoursEntry.class_session_id == Enrolment.class_session_id, HoursEntry.person_id == Enrolment.person_id
    )
    rows = session.execute(
        select(
            Enrolment.class_session_id, Enrolment.group_id, func.coalesce(func.sum(HoursEntry.tenths), 0),
            func.sum(case((HoursEntry.id.is_(None), 0), else_=_SIGN)), Person.name, Enrolment.unit_name,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(HoursEntry, mine)
        .where(
            Enrolment.class_session_id.in_(class_session_ids), Enrolment.state == EnrolmentState.SEATED
        )
        .group_by(
            Enrolment.id, Enrolment.class_session_id, Enrolment.group_id, Person.id, Person.name,
            Person.name_pinyin, Enrolment.unit_name,
        )
        .order_by(Person.name_pinyin, Person.id)
    )  # fmt: skip
    found: dict[int, list[tuple[int | None, int, int, Named]]] = {}
    for class_id, group_id, tenths, count, name, unit in rows:
        found.setdefault(class_id, []).append((group_id, int(tenths), int(count), Named(name=name, unit=unit)))
    return found


def _standing(
    of: Managed, sittings: Sequence[_Sitting], people: Sequence[tuple[int | None, int, int, Named]]
) -> Standing:
    sizes: dict[int | None, int] = {}
    for group_id, *_rest in people:
        sizes[group_id] = sizes.get(group_id, 0) + 1
    of_group = {group: [each for each in sittings if each.expects(group)] for group in sizes}
    grouped = any(each.groups for each in sittings)
    edge, lost = [], []
    for group_id, tenths, count, who in people:
        if grouped and group_id is None:
            continue  # what is to come is known once there is a group
        left = [each.tenths for each in of_group[group_id] if each.present is None]
        held = sum(each.present is not None for each in of_group[group_id])
        facts = ProgressFacts(
            earned=tenths, required=of.required, to_come=sum(left), missed=max(held - count, 0),
            begun=True, concluded=False, completed=False,
        )  # fmt: skip
        if left and prospect(facts) is Prospect.OUT_OF_REACH:
            lost.append(who)
        elif left and hangs_on_the_next(facts, next_tenths=left[0]):
            edge.append(who)
    held_ = tuple(
        Held(
            starts_at=each.starts_at, present=each.present,
            expected=sum(size for group, size in sizes.items() if each.expects(group)),
        )
        for each in sittings
        if each.present is not None
    )  # fmt: skip
    return Standing(
        of=of, sittings=len(sittings), held=held_, edge=tuple(edge), lost=tuple(lost),
        without_group=sizes.get(None, 0) if grouped else 0,
    )  # fmt: skip
