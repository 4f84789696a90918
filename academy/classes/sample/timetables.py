"""Plan the sittings of each class session such that no room and no instructor is in two places at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from academy.catalogue.queries import CourseLine
from academy.catalogue.rules.kinds import Domain
from academy.classes.rules import ClassState
from academy.classes.sample import working_days
from academy.classes.sample.heads import Head
from academy.ground import clock

HALF_DAY = 40
"""Four hours taught, in tenths: from nine to twelve, or from two to five."""
_PART_STARTS = ((9, 0), (10, 30), (14, 0), (15, 30))
_PART = timedelta(minutes=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A room, or a field site with the courses it is good for."""

    id: int
    capacity: int
    is_site: bool
    weekdays: frozenset[int]
    courses: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSitting:
    """One sitting, for the whole class session or for groups counted from 0."""

    course_id: int
    instructor_id: int
    place_id: int
    starts_at: datetime
    ends_at: datetime
    tenths: int
    groups: tuple[int, ...] = ()


Half = tuple[tuple[CourseLine, int], ...]  # courses of half a day, each with how many of its two parts it takes


class NoRoomError(Exception):
    """Tell that a class session finds no free room or instructor on its days."""


class Planner:
    """Make one timetable after the other, minding who and what the earlier ones have taken."""

    def __init__(self, venues: Sequence[Venue], instructors: Sequence[int], random: Random) -> None:
        self._venues = sorted(venues, key=lambda venue: (venue.capacity, venue.id))
        self._instructors = instructors
        self._random = random
        self._known: dict[str, list[int]] = {}  # who teaches a course, the best of them first
        self._taken: set[tuple[str, int, date, int]] = set()

    def plan(self, head: Head, courses: Sequence[CourseLine]) -> tuple[PlannedSitting, ...]:
        """Plan a class session's sittings on its own days; raises NoRoomError and takes nothing if that fails."""
        before = set(self._taken)
        try:
            return tuple(self._sittings(head, courses))
        except NoRoomError:
            self._taken = before
            raise

    def _sittings(self, head: Head, courses: Sequence[CourseLine]) -> Iterator[PlannedSitting]:
        halves = ((day, first) for day in head.days for first in (0, 2))
        in_class, on_site = halves_of(courses)
        for half in in_class:
            yield from self._half(head, next(halves), half, size=head.capacity)
        if not head.groups or len(on_site) == 1:
            for half in on_site:
                yield from self._half(head, next(halves), half, size=head.capacity)
            return
        for turn in range(len(on_site)):
            when = next(halves)
            for group in range(head.groups):
                half = on_site[(group + turn) % len(on_site)]
                size = -(-head.capacity // head.groups)
                yield from self._half(head, when, half, size=size, groups=(group,))

    def _half(
        self, head: Head, when: tuple[date, int], half: Half, *, size: int, groups: tuple[int, ...] = ()
    ) -> Iterator[PlannedSitting]:
        day, part = when
        for course, length in half:
            parts = range(part, part + length)
            teacher = self._instructors[0] if head.teacher_on == day and groups in {(), (0,)} else None
            yield PlannedSitting(
                course_id=course.id,
                instructor_id=self._instructor(course, day, parts, teacher),
                place_id=self._place(course, day, parts, size),
                starts_at=clock.at(day, *_PART_STARTS[part]),
                ends_at=clock.at(day, *_PART_STARTS[part]) + _PART * length,
                tenths=HALF_DAY * length // 2,
                groups=groups,
            )
            part += length

    def _instructor(self, course: CourseLine, day: date, parts: range, teacher: int | None) -> int:
        if course.slug not in self._known:
            self._known[course.slug] = self._random.sample(self._instructors, len(self._instructors))
        known = self._known[course.slug]
        first = self._random.sample(known[:5], 5)
        for candidate in ([] if teacher is None else [teacher]) + first + known[5:]:
            if self._take("instructor", candidate, day, parts):
                return candidate
        raise NoRoomError

    def _place(self, course: CourseLine, day: date, parts: range, size: int) -> int:
        fits = [venue for venue in self._venues if venue.capacity >= size and day.isoweekday() in venue.weekdays]
        sites = [venue for venue in fits if venue.is_site and course.slug in venue.courses]
        rooms = [venue for venue in fits if not venue.is_site]
        others = [venue for venue in fits if venue.is_site and course.domain is Domain.PRACTICE]
        self._random.shuffle(sites)
        for venue in sites + rooms + others:
            if self._take("place", venue.id, day, parts):
                return venue.id
        raise NoRoomError

    def _take(self, kind: str, key: int, day: date, parts: range) -> bool:
        wanted = {(kind, key, day, part) for part in parts}
        if wanted & self._taken:
            return False
        self._taken |= wanted
        return True


def halves_of(courses: Sequence[CourseLine]) -> tuple[list[Half], list[Half]]:
    """Cut a programme into half days: those in the classroom, and those that go out to where the work is done."""
    shorter = [course for course in courses if course.tenths < HALF_DAY]
    pairs: list[Half] = [((a, 1), (b, 1)) for a, b in zip(shorter[::2], shorter[1::2], strict=True)]
    in_class: list[Half] = []
    on_site: list[Half] = []
    for course in courses:
        halves = in_class if course.domain is Domain.THEORY else on_site
        halves += [((course, 2),)] * (course.tenths // HALF_DAY)
    return in_class + pairs, on_site


def on_other_days(head: Head, today: date) -> Iterator[Head]:
    """Offer a class session as it is, then moved by days and weeks; one that runs or waits for papers stays."""
    yield head
    if head.state in {ClassState.RUNNING, ClassState.CONCLUDED}:
        return
    for move in (7, 1, 2, -7, 14, -14, 21, -21, 28, -28, 35, -35):
        days = working_days.run_of(head.days[0] + timedelta(days=move), len(head.days))
        if head.concluded_at and head.closed_at:
            shift = days[-1] - head.days[-1]
            moved = replace(
                head, days=days, opens_at=head.opens_at + shift, closes_at=head.closes_at + shift,
                concluded_at=head.concluded_at + shift, closed_at=head.closed_at + shift,
            )  # fmt: skip
            if days[-1] <= today - timedelta(days=26):
                yield moved
        elif move > 0:
            yield replace(head, days=days)
