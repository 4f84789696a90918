"""Make the sample's class sessions with their timetables, and count them again for the audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.catalogue.queries import CourseLine
from academy.catalogue.rules.kinds import Domain
from academy.classes.actions.filling import NewClass, add_class_many
from academy.classes.actions.timetable import NewSitting
from academy.classes.actions.values import add_value
from academy.classes.queries import sample as queries
from academy.classes.rules import ClassFacts, ClassState, ValueKind
from academy.classes.sample import heads as planned
from academy.classes.sample.around import heads
from academy.classes.sample.heads import Head
from academy.classes.sample.timetables import NoRoomError, PlannedSitting, Planner, Venue, on_other_days
from academy.ground.access import Role
from academy.ground.feature import Finding, Sample
from academy.people.queries import register as people
from academy.sites import queries as sites
from academy.sites.sample.field_sites import FIELD_SITES

_COURSES = {Domain.THEORY: 21, Domain.PRACTICE: 21}
_AT_ONCE = 26
_MESSAGE = "班次和课表 classes"


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What class sessions are made of: ids by name."""

    kinds: dict[str, int]
    levels: dict[str, int]
    programmes: dict[str, tuple[int, tuple[CourseLine, ...]]]
    instructors: tuple[int, ...]
    """The account `teacher`, then `manager`, then everybody else."""


def fill(sample: Sample) -> None:
    """Make kinds and levels, then all class sessions in the order of their codes."""
    world = _world(sample)
    random = Random(f"{sample.today:%Y-%m-%d} timetables")
    planner = Planner(_venues(sample), world.instructors, random)
    made = {head.code: _new_class(head, sittings, world) for head, sittings in _timetables(sample, planner, world)}
    ordered = [made[head.code] for head in heads(sample.today)]
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        add_class_many(sample.session, actor=sample.actor, classes=part, now=sample.now)
        sample.progress(start + len(part), len(ordered), _MESSAGE)


def _world(sample: Sample) -> _World:
    session, actor = sample.session, sample.actor
    values = {
        which: {name: add_value(session, actor=actor, which=which, name=name, now=sample.now) for name in names}
        for which, names in ((ValueKind.KIND, planned.KINDS), (ValueKind.LEVEL, planned.LEVELS))
    }
    programmes = {
        line.slug: (line.id, catalogue.programme(session, line.id).courses)
        for line in catalogue.programmes(session)
    }
    named = [people.actor_named(session, account, on=sample.today) for account in ("teacher", "manager")]
    first = [actor.person_id for actor in named if actor and actor.person_id]
    others = sorted(person.id for person in people.staff(session, Role.INSTRUCTOR, sample.today))
    return _World(
        kinds=values[ValueKind.KIND],
        levels=values[ValueKind.LEVEL],
        programmes=programmes,
        instructors=(*first, *(person_id for person_id in others if person_id not in first)),
    )


def _venues(sample: Sample) -> list[Venue]:
    good_for = {site.slug: frozenset(site.courses) for site in FIELD_SITES}
    return [
        Venue(
            id=place.id, capacity=place.facts.capacity, is_site=place.is_field_site,
            weekdays=frozenset(place.facts.opening_weekdays), courses=good_for.get(place.slug, frozenset()),
        )
        for place in sites.all_places(sample.session)
    ]  # fmt: skip


def _timetables(
    sample: Sample, planner: Planner, world: _World
) -> Iterator[tuple[Head, tuple[PlannedSitting, ...]]]:
    """Plan the one with sittings today first, then those that cannot be moved, then the past."""
    for head in sorted(heads(sample.today), key=_least_movable):
        courses = world.programmes[head.programme][1]
        for moved in on_other_days(head, sample.today):
            try:
                yield moved, planner.plan(moved, courses) if head.timetable else ()
            except NoRoomError:
                continue
            break
        else:
            raise LookupError(f"Class session {head.code} of the sample finds no days with free rooms.")


def _least_movable(head: Head) -> tuple[bool, bool, bool, str]:
    running = head.state in {ClassState.RUNNING, ClassState.CONCLUDED}
    return head.teacher_on is None, not running, head.state is ClassState.CLOSED, head.code


def _new_class(head: Head, sittings: tuple[PlannedSitting, ...], world: _World) -> NewClass:
    facts = ClassFacts(
        title=head.title, kind_id=world.kinds[head.offer.kind], level_id=world.levels[head.level],
        programme_id=world.programmes[head.programme][0],
        manager_id=None if head.manager is None else world.instructors[1 + head.manager],
        capacity=head.capacity, audience=head.offer.audience, opens_at=head.opens_at, closes_at=head.closes_at,
        starts_on=head.days[0], ends_on=head.days[-1],
    )  # fmt: skip
    return NewClass(
        code=head.code, facts=facts, state=head.state, created_at=head.created_at, concluded_at=head.concluded_at,
        closed_at=head.closed_at, cancelled_at=head.cancelled_at, sample=True,
        groups=tuple(f"第{'一二三四五六七'[turn]}组" for turn in range(head.groups)),
        sittings=tuple(_new_sitting(sitting) for sitting in sittings),
    )  # fmt: skip


def _new_sitting(sitting: PlannedSitting) -> NewSitting:
    return NewSitting(
        course_id=sitting.course_id, instructor_id=sitting.instructor_id, place_id=sitting.place_id,
        starts_at=sitting.starts_at, ends_at=sitting.ends_at, tenths=sitting.tenths,
        group_ids=frozenset(sitting.groups),
    )  # fmt: skip


def closed_classes_are_all_there(session: Session) -> Finding | None:
    """Count the closed class sessions the sample was made with."""
    count = queries.count_first_closed(session)
    return None if count is None else Finding(count=count, expected=planned.CLOSED)


def courses_are_all_there(session: Session) -> Finding | None:
    """Count the courses that the sample's past teaches."""
    counts = queries.courses_taught_first(session)
    return None if counts is None else Finding(count=sum(counts.values()), expected=sum(_COURSES.values()))


def theory_courses_are_all_there(session: Session) -> Finding | None:
    """Count the theory courses among them."""
    return _of_domain(session, Domain.THEORY)


def practice_courses_are_all_there(session: Session) -> Finding | None:
    """Count the practice courses among them."""
    return _of_domain(session, Domain.PRACTICE)


def _of_domain(session: Session, domain: Domain) -> Finding | None:
    counts = queries.courses_taught_first(session)
    return None if counts is None else Finding(count=counts.get(domain, 0), expected=_COURSES[domain])
