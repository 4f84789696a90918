"""Put sittings into timetables and take them out, such that nobody and no place is in two at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.classes import rules
from academy.classes.models import ClassSession, Resource, Sitting, SittingGroup, Slot
from academy.classes.queries import office, sessions
from academy.ground.access import Actor, Role
from academy.ground.clock import civil, local_date
from academy.ground.db import Base
from academy.ground.errors import NotFound, Reason, Refused, constraint_of
from academy.journal.actions import record
from academy.people.queries import register as people
from academy.sites import queries as sites


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSitting:
    """A sitting to be planned; without hours they follow from its length, without groups it is for everybody."""

    course_id: int
    instructor_id: int
    place_id: int
    starts_at: datetime
    ends_at: datetime
    tenths: int | None = None
    group_ids: frozenset[int] = frozenset()

    @property
    def hours(self) -> int:
        """Tell the hours it is worth, in tenths."""
        return self.tenths or rules.tenths_between(self.starts_at, self.ends_at)


def add_sitting(session: Session, *, actor: Actor, code: str, sitting: NewSitting, now: datetime) -> Sitting:
    """Put a sitting into a timetable; raises Refused naming who or what is taken, by what, and when."""
    class_ = sessions.lock_class_session(session, code)
    names = _Names(session, sitting, now)
    reasons = rules.reasons_to_refuse_sitting(_facts(session, class_, sitting, names))
    if not reasons:
        reasons = _taken(session, class_, sitting, names)
    if reasons:
        raise Refused(*reasons)
    row = Sitting(
        class_session_id=class_.id, course_id=sitting.course_id, instructor_id=sitting.instructor_id,
        place_id=sitting.place_id, starts_at=sitting.starts_at, ends_at=sitting.ends_at, hours=sitting.hours,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if sitting.group_ids:
        for_groups = [{"sitting_id": row.id, "group_id": group_id} for group_id in sorted(sitting.group_ids)]
        session.execute(insert(SittingGroup), for_groups)
    _take(session, row, sitting, names)
    record(
        session, actor=actor, what="class.sitting-added", about=row, now=now,
        after={
            "code": code, "course": names.course, "instructor": names.instructor, "place": names.place.name,
            "starts_at": civil(sitting.starts_at), "ends_at": civil(sitting.ends_at), "tenths": sitting.hours,
            "groups": sorted(sitting.group_ids),
        },
    )  # fmt: skip
    return row


class _Names:
    """Whom and what a sitting names; raises NotFound where one of them is not there to be chosen."""

    def __init__(self, session: Session, sitting: NewSitting, now: datetime) -> None:
        instructors = {who.id: who.name for who in people.staff(session, Role.INSTRUCTOR, local_date(now))}
        courses = catalogue.course_titles(session, [sitting.course_id])
        place = sites.place_named(session, sitting.place_id)
        if sitting.instructor_id not in instructors or sitting.course_id not in courses or place is None:
            raise NotFound
        self.instructor = instructors[sitting.instructor_id]
        self.course = courses[sitting.course_id]
        self.place = place


def _facts(session: Session, class_: ClassSession, sitting: NewSitting, names: _Names) -> rules.SittingFacts:
    programme = catalogue.programme(session, class_.programme_id)
    if not sitting.group_ids <= {group.id for group in sessions.groups(session, class_.id)}:
        raise NotFound
    return rules.SittingFacts(
        state=class_.state,
        starts_on=class_.starts_on,
        ends_on=class_.ends_on,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        in_programme=any(course.id == sitting.course_id for course in programme.courses),
        place_name=names.place.name,
        place_retired_on=names.place.retired_on,
    )


def _taken(session: Session, class_: ClassSession, sitting: NewSitting, names: _Names) -> tuple[Reason, ...]:
    """Name all that is taken at that time: instructor, place, and the trainees of this class session."""
    trainees = (
        rules.GROUP_TAKEN.about(course=own.course_title, start=civil(own.starts_at), end=civil(own.ends_at))
        for own in sessions.sittings(session, class_.id)
        if own.starts_at < sitting.ends_at
        and sitting.starts_at < own.ends_at
        and (not own.group_ids or not sitting.group_ids or own.group_ids & sitting.group_ids)
    )
    return (*_resources_taken(session, sitting, names), *trainees)


def _resources_taken(session: Session, sitting: NewSitting, names: _Names) -> tuple[Reason, ...]:
    called = {Resource.INSTRUCTOR: names.instructor, Resource.PLACE: names.place.name}
    found = office.taken(
        session,
        instructor_id=sitting.instructor_id,
        place_id=sitting.place_id,
        quarter_hours=rules.quarter_hours(sitting.starts_at, sitting.ends_at),
    )
    return tuple(
        rules.TAKEN.about(
            name=called[each.resource], title=each.class_title, code=each.class_code,
            start=civil(each.starts_at), end=civil(each.ends_at),
        )
        for each in found
    )  # fmt: skip


def slots(sitting_id: int, sitting: NewSitting) -> list[dict[str, object]]:
    """List the quarter hours a sitting takes, in the one order in which everybody takes them."""
    return [
        {"resource": resource, "resource_id": resource_id, "quarter_hour": quarter, "sitting_id": sitting_id}
        for resource, resource_id in (
            (Resource.INSTRUCTOR, sitting.instructor_id),
            (Resource.PLACE, sitting.place_id),
        )
        for quarter in rules.quarter_hours(sitting.starts_at, sitting.ends_at)
    ]


def _take(session: Session, row: Sitting, sitting: NewSitting, names: _Names) -> None:
    """Take the quarter hours; where somebody took one since they were looked at, say by what."""
    try:
        with session.begin_nested():
            session.execute(insert(Slot), slots(row.id, sitting))
    except IntegrityError as error:
        reasons = _resources_taken(session, sitting, names)
        if constraint_of(error, Base.metadata) != "pk_slot" or not reasons:
            raise
        raise Refused(*reasons) from error


def remove_sitting(session: Session, *, actor: Actor, code: str, sitting_id: int, now: datetime) -> None:
    """Take a sitting that has not begun out of the timetable, and give its instructor and place free."""
    class_ = sessions.lock_class_session(session, code)
    row = office.lock_sitting(session, class_.id, sitting_id)
    if reasons := rules.reasons_to_keep_sitting(class_.state, row.starts_at, now=now):
        raise Refused(*reasons)
    before: dict[str, object] = {
        "course_id": row.course_id,
        "instructor_id": row.instructor_id,
        "place_id": row.place_id,
    }
    before |= {"code": code, "starts_at": civil(row.starts_at), "ends_at": civil(row.ends_at)}
    record(session, actor=actor, what="class.sitting-removed", about=row, now=now, before=before)
    _delete(session, [sitting_id])


def _delete(session: Session, sitting_ids: Sequence[int]) -> None:
    session.execute(delete(Slot).where(Slot.sitting_id.in_(sitting_ids)))
    session.execute(delete(SittingGroup).where(SittingGroup.sitting_id.in_(sitting_ids)))
    session.execute(delete(Sitting).where(Sitting.id.in_(sitting_ids)))
