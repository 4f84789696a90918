"""Read a class session's office: whose it is, how each person stands, who was where, what is to be done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.catalogue.models import Course, Programme, ProgrammeCourse
from academy.classes.models import ClassGroup, ClassSession, Sitting
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView, SittingView
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import showing as enrolment
from academy.enrolment.queries.showing import RosterRow
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Forbidden, NotFound
from academy.hours import queries as hours
from academy.hours.models import Completion, HoursEntry
from academy.hours.rules import required_tenths
from academy.office.rules import ProgressFacts, Prospect, Verdict, decide, prospect

_CONCLUDED = (ClassState.CONCLUDED, ClassState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A class session as one of its staff sees it; an instructor who only teaches there may read, not change."""

    view: ClassView
    may_change: bool
    required: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """One seated person of the roster, with the numbers that decide completion."""

    enrolment_id: int
    person_id: int
    name: str
    name_pinyin: str
    name_initials: str
    unit_name: str
    group_id: int | None
    group: str | None
    earned: int
    missed: int
    prospect: Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A sitting in the office's timetable: how many are expected, and came; None while no register stands."""

    sitting: SittingView
    expected: int
    present: int | None


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    """Keep the class sessions whose office this actor may enter: manager, or instructor of a sitting."""
    if actor.is_admin:
        return ClassSession.id.is_not(None)
    teaches = (
        select(Sitting.id)
        .where(Sitting.class_session_id == ClassSession.id, Sitting.instructor_id == actor.person_id)
        .exists()
    )
    return or_(ClassSession.manager_id == actor.person_id, teaches)


def office(session: Session, code: str, actor: Actor) -> Office:
    """Open a class session's office; a stranger's is not found."""
    found = session.execute(
        select(ClassSession.manager_id).where(ClassSession.code == code, _in_scope(actor))
    ).one_or_none()
    view = classes.class_session(session, code) if found else None
    if found is None or view is None:
        raise NotFound
    programme = catalogue.programme(session, view.programme_id)
    return Office(
        view=view,
        may_change=actor.is_admin or found.manager_id == actor.person_id,
        required=required_tenths(total_tenths=programme.total_tenths, required_percent=programme.required_percent),
    )


def office_to_change(session: Session, code: str, actor: Actor) -> Office:
    """Open a class session's office to somebody who may change it: its manager, or an admin."""
    found = office(session, code, actor)
    if not found.may_change:
        raise Forbidden
    return found


def register_of(session: Session, code: str, actor: Actor, sitting_id: int) -> tuple[Office, SittingView]:
    """Open the register of a sitting; whoever only teaches in the class session reads that of own sittings."""
    found = office(session, code, actor)
    sitting = sitting_of(session, found.view.id, sitting_id)
    if not found.may_change and sitting.instructor_id != actor.person_id:
        raise Forbidden
    return found, sitting


def lock_group(session: Session, class_session_id: int, group_id: int) -> ClassGroup:
    """Lock a group of a class session."""
    found = session.execute(
        select(ClassGroup)
        .where(ClassGroup.class_session_id == class_session_id, ClassGroup.id == group_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def timetable(session: Session, office_: Office, seated: Sequence[RosterRow]) -> tuple[Planned, ...]:
    """List the sittings with how many are expected and were present."""
    present = hours.present_counts(session, [office_.view.id])
    sizes = group_sizes(seated)
    return tuple(
        Planned(
            sitting=sitting,
            expected=sum(size for group, size in sizes.items() if is_for(sitting, group)),
            present=present.get(sitting.id),
        )
        for sitting in classes.sittings(session, office_.view.id)
    )


def group_sizes(seated: Sequence[RosterRow]) -> dict[int | None, int]:
    """Count the people of each group; None counts those without one."""
    sizes: dict[int | None, int] = {}
    for row in seated:
        sizes[row.group_id] = sizes.get(row.group_id, 0) + 1
    return sizes


def is_for(sitting: SittingView, group_id: int | None) -> bool:
    """Tell whether a sitting expects a group: the whole class, or this very group."""
    return not sitting.group_ids or group_id in sitting.group_ids


def trainees(
    session: Session, office_: Office, seated: Sequence[RosterRow], plan: Sequence[Planned]
) -> tuple[Trainee, ...]:
    """List the roster with hours, sittings missed and what may still come; a few questions for any number."""
    totals = hours.totals(session, office_.view.id)
    completed = hours.completions(session, office_.view.id)
    held, to_come = _by_group(seated, plan)
    found = []
    for row in seated:
        total = totals.get(row.person_id, hours.Totals(tenths=0, sittings=0))
        missed = max(held[row.group_id] - total.sittings, 0)
        facts = ProgressFacts(
            earned=total.tenths, required=office_.required, to_come=to_come[row.group_id], missed=missed,
            begun=office_.view.state is ClassState.RUNNING, concluded=office_.view.state in _CONCLUDED,
            completed=row.person_id in completed,
        )  # fmt: skip
        found.append(
            Trainee(
                enrolment_id=row.enrolment_id, person_id=row.person_id, name=row.name, name_pinyin=row.name_pinyin,
                name_initials=row.name_initials, unit_name=row.unit_name, group_id=row.group_id,
                group=row.group, earned=total.tenths, missed=missed, prospect=prospect(facts),
            )
        )  # fmt: skip
    return tuple(found)


def _by_group(
    seated: Sequence[RosterRow], plan: Sequence[Planned]
) -> tuple[Mapping[int | None, int], Mapping[int | None, int]]:
    """Tell for each group the sittings with a register so far, and the tenths of those without one."""
    groups = {None, *(row.group_id for row in seated), *(i for each in plan for i in each.sitting.group_ids)}
    mine = {group: [each for each in plan if is_for(each.sitting, group)] for group in groups}
    held = {group: sum(each.present is not None for each in found) for group, found in mine.items()}
    to_come = {
        group: sum(each.sitting.tenths for each in found if each.present is None) for group, found in mine.items()
    }
    to_come[None] = max(to_come.values())  # whoever has no group yet may still come into any
    return held, to_come


def seated(session: Session, class_session_id: int) -> tuple[RosterRow, ...]:
    """List who has a place, in the order of names."""
    rows = enrolment.roster(session, class_session_id)
    return tuple(row for row in rows if row.state is EnrolmentState.SEATED)


def verdicts(session: Session, office_: Office) -> tuple[Verdict, ...]:
    """Decide for everybody with a place whether they complete, as things stand now."""
    earned = hours.tenths_by_person(session, office_.view.id)
    people = seated(session, office_.view.id)
    return decide(((row.person_id, earned.get(row.person_id, 0)) for row in people), required=office_.required)


def sitting_of(session: Session, class_session_id: int, sitting_id: int) -> SittingView:
    """Give a sitting of this class session and of no other."""
    for sitting in classes.sittings(session, class_session_id):
        if sitting.id == sitting_id:
            return sitting
    raise NotFound


def expected(
    rows: Sequence[RosterRow], sitting: SittingView, present_ids: Collection[int]
) -> tuple[tuple[RosterRow, ...], tuple[RosterRow, ...]]:
    """Part the people whom a register lists: those expected, and others who may have come all the same.

    Whoever has no group yet may sit with any; whoever changed groups after coming keeps the line.
    """
    sure = tuple(row for row in rows if is_for(sitting, row.group_id))
    ids = {row.person_id for row in sure}
    maybe = tuple(
        row for row in rows if row.person_id not in ids and (row.group_id is None or row.person_id in present_ids)
    )
    return sure, maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerTasks:
    """What waits for a class manager over all their class sessions, each with the first code to go to."""

    unregistered: int
    unregistered_code: str | None
    to_start: int
    to_start_code: str | None
    to_conclude: int
    to_conclude_code: str | None


def manager_tasks(session: Session, person_id: int, *, now: datetime) -> ManagerTasks:
    """Count what waits for a class manager: sittings without register, class sessions to start and to conclude."""
    mine = ClassSession.manager_id == person_id
    unregistered = session.execute(
        select(func.count(), func.min(ClassSession.code))
        .select_from(Sitting)
        .join(ClassSession, ClassSession.id == Sitting.class_session_id)
        .where(mine, ClassSession.state == ClassState.RUNNING, Sitting.ends_at <= now, ~hours.has_register())
    ).one()
    left = select(Sitting.id).where(Sitting.class_session_id == ClassSession.id, Sitting.ends_at > now)
    to_start = session.execute(
        select(func.count(), func.min(ClassSession.code)).where(
            mine, ClassSession.state == ClassState.ENROLLING, ClassSession.starts_on <= clock.local_date(now)
        )
    ).one()
    to_conclude = session.execute(
        select(func.count(), func.min(ClassSession.code)).where(
            mine, ClassSession.state == ClassState.RUNNING, ~left.exists()
        )
    ).one()
    return ManagerTasks(
        unregistered=unregistered[0], unregistered_code=unregistered[1],
        to_start=to_start[0], to_start_code=to_start[1],
        to_conclude=to_conclude[0], to_conclude_code=to_conclude[1],
    )  # fmt: skip


def undecided_codes(session: Session) -> tuple[str, ...]:
    """List the class sessions concluded with nobody completing although somebody has the hours for it."""
    of_programme = (
        select(func.coalesce(func.sum(Course.hours), 0))
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    earned = func.sum(HoursEntry.tenths)
    enough = (
        select(Enrolment.class_session_id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(Programme, Programme.id == ClassSession.programme_id)
        .join(HoursEntry, HoursEntry.class_session_id == Enrolment.class_session_id)
        .where(
            HoursEntry.person_id == Enrolment.person_id,
            Enrolment.state == EnrolmentState.SEATED,
            ClassSession.state.in_(_CONCLUDED),
        )
        .group_by(Enrolment.class_session_id, Enrolment.person_id, Programme.id)
        .having(earned > 0, earned * 100 >= of_programme * Programme.required_percent)
    )
    decided = select(Completion.class_session_id)
    statement = select(ClassSession.code).where(ClassSession.id.in_(enough), ClassSession.id.not_in(decided))
    return tuple(session.execute(statement.order_by(ClassSession.code)).scalars())
