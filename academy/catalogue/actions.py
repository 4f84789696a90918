"""Bring the catalogue in line with `courses/`, and keep the programmes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from academy.catalogue import queries
from academy.catalogue.models import Course as CourseRow
from academy.catalogue.models import CoursePrerequisite, Programme, ProgrammeCourse
from academy.catalogue.rules.files import Course, CourseFolder, read_all
from academy.catalogue.rules.kinds import address
from academy.catalogue.rules.programmes import reasons_to_refuse_programme
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused, Unreadable
from academy.journal.actions import record


@dataclass(frozen=True, slots=True)
class Change:
    """A course whose folder says something new, and in which fields."""

    slug: str
    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """How `courses/` differs from the catalogue: courses by slug and title."""

    added: tuple[Course, ...]
    changed: tuple[Change, ...]
    retired: tuple[Change, ...]
    unchanged: int


def read(folder: Path) -> tuple[Course, ...]:
    """Read every course below a folder; raises Unreadable with every problem at once."""
    if not folder.is_dir():
        raise Unreadable([f"{folder}: there is no such folder"])
    folders = [
        CourseFolder(
            domain=place.parent.name,
            slug=place.name,
            toml=_bytes(place / "course.toml"),
            syllabus=_bytes(place / "syllabus.md"),
        )
        for place in sorted(folder.glob("*/*"))
        if place.is_dir()
    ]
    courses, problems = read_all(folders)
    if not folders:
        problems = (f"{folder}: there are no courses below it, such as theory/<slug>/course.toml",)
    if problems:
        raise Unreadable(problems)
    return courses


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def compare(session: Session, courses: Sequence[Course]) -> Diff:
    """Tell what a sync with these courses would do."""
    known = {state.slug: state for state in queries.states(session)}
    wanted = {course.file.slug for course in courses}
    changes = {
        course.file.slug: _fields(known[course.file.slug], course)
        for course in courses
        if course.file.slug in known
    }
    changed = tuple(
        Change(course.file.slug, course.file.title, changes[course.file.slug])
        for course in courses
        if changes.get(course.file.slug)
    )
    gone = (state for state in known.values() if state.slug not in wanted and not state.retired)
    return Diff(
        added=tuple(course for course in courses if course.file.slug not in known),
        changed=changed,
        retired=tuple(Change(state.slug, state.title, ("retired",)) for state in gone),
        unchanged=len(changes) - len(changed),
    )


def _fields(known: queries.CourseState, course: Course) -> tuple[str, ...]:
    """Name the fields in which a course differs from what is known of it."""
    values = course.values()
    fields = [name for name in queries.STORED if values[name] != known.facts[name]]
    if frozenset(course.file.prerequisites) != known.needs:
        fields.append("prerequisites")
    if known.retired:
        fields.append("taught again")
    return tuple(fields)


def sync(session: Session, *, actor: Actor, folder: Path, now: datetime) -> Diff:
    """Make the catalogue what a folder says; raises Unreadable and changes nothing where the folder is wrong."""
    return apply(session, actor=actor, courses=read(folder), now=now)


def apply(session: Session, *, actor: Actor, courses: Sequence[Course], now: datetime) -> Diff:
    """Make the catalogue what these courses say: add, change and retire, and leave the rest untouched."""
    rows = queries.lock_courses(session)
    diff = compare(session, courses)
    changed = {change.slug: change.fields for change in diff.changed}
    added = {course.file.slug for course in diff.added}
    touched = [course for course in courses if course.file.slug in added or course.file.slug in changed]
    for course in touched:
        row = rows.get(course.file.slug)
        if row is None:
            row = rows[course.file.slug] = CourseRow(slug=course.file.slug)
            session.add(row)
        _write(row, course, now)
    session.flush()
    for course in touched:
        _link(session, rows, course)
    for change in diff.retired:
        rows[change.slug].retired_at = now
    _note(session, actor=actor, rows=rows, diff=diff, now=now)
    return diff


def _write(row: CourseRow, course: Course, now: datetime) -> None:
    values = course.values()
    for name in queries.STORED:
        setattr(row, name, values[name])
    row.digest, row.synced_at, row.retired_at = course.digest(), now, None


def _link(session: Session, rows: dict[str, CourseRow], course: Course) -> None:
    """Note what a course needs, and no more what it no longer needs."""
    course_id = rows[course.file.slug].id
    session.execute(delete(CoursePrerequisite).where(CoursePrerequisite.course_id == course_id))
    needs = [
        {"course_id": course_id, "needs_id": rows[slug].id} for slug in sorted(set(course.file.prerequisites))
    ]
    if needs:
        session.execute(insert(CoursePrerequisite), needs)


def _note(session: Session, *, actor: Actor, rows: dict[str, CourseRow], diff: Diff, now: datetime) -> None:
    for course in diff.added:
        facts = {"slug": course.file.slug, "title": course.file.title, "hours": course.file.hours}
        record(session, actor=actor, what="course.added", about=rows[course.file.slug], now=now, after=facts)
    for change in diff.changed:
        facts = {"slug": change.slug, "fields": list(change.fields)}
        record(session, actor=actor, what="course.changed", about=rows[change.slug], now=now, after=facts)
    for change in diff.retired:
        facts = {"slug": change.slug}
        record(session, actor=actor, what="course.retired", about=rows[change.slug], now=now, after=facts)


def add_programme(
    session: Session,
    *,
    actor: Actor,
    title: str,
    required_percent: int,
    course_ids: Sequence[int],
    now: datetime,
    slug: str = "",
    sample: bool = False,
) -> Programme:
    """Make a programme of courses in this order; without a slug its title is spelled as one."""
    titles = _titles(session, course_ids, kept=frozenset())
    if reasons := reasons_to_refuse_programme(titles):
        raise Refused(*reasons)
    programme = Programme(
        slug=slug or address(title, queries.programme_slugs(session)),
        title=title,
        required_percent=required_percent,
        sample=sample,
    )
    session.add(programme)
    session.flush()
    _fill(session, programme, course_ids)
    facts = {"title": title, "required_percent": required_percent, "courses": titles}
    record(session, actor=actor, what="programme.added", about=programme, now=now, after=facts)
    return programme


def change_programme(
    session: Session,
    *,
    actor: Actor,
    programme_id: int,
    title: str,
    required_percent: int,
    course_ids: Sequence[int],
    now: datetime,
) -> None:
    """Change a programme's title, the share of hours it asks for, and its courses with their order."""
    programme = queries.lock_programme(session, programme_id)
    before = queries.programme(session, programme_id)
    titles = _titles(session, course_ids, kept=frozenset(line.id for line in before.courses))
    if reasons := reasons_to_refuse_programme(titles):
        raise Refused(*reasons)
    programme.title, programme.required_percent = title, required_percent
    session.execute(delete(ProgrammeCourse).where(ProgrammeCourse.programme_id == programme_id))
    _fill(session, programme, course_ids)
    record(
        session,
        actor=actor,
        what="programme.changed",
        about=programme,
        now=now,
        before={
            "title": before.title,
            "required_percent": before.required_percent,
            "courses": [line.title for line in before.courses],
        },
        after={"title": title, "required_percent": required_percent, "courses": titles},
    )


def _fill(session: Session, programme: Programme, course_ids: Sequence[int]) -> None:
    session.execute(
        insert(ProgrammeCourse),
        [
            {"programme_id": programme.id, "course_id": course_id, "position": position}
            for position, course_id in enumerate(course_ids, 1)
        ],
    )


def _titles(session: Session, course_ids: Sequence[int], *, kept: frozenset[int]) -> list[str]:
    """Name the courses in order; one that is not taught today may stay in a programme, not come into it."""
    known = queries.course_titles(session, kept)
    if not set(course_ids) <= known.keys():
        raise NotFound
    return [known[course_id] for course_id in course_ids]
