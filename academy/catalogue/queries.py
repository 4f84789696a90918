"""Read courses and programmes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from academy.catalogue.models import Course, CoursePrerequisite, Programme, ProgrammeCourse
from academy.catalogue.rules.kinds import CourseLevel, Domain
from academy.ground.errors import NotFound
from academy.ground.search import first_found
from academy.ground.search_index import matches, wrongly_told


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """A course as lists show it."""

    id: int
    slug: str
    title: str
    domain: Domain
    level: CourseLevel
    tenths: int
    audience: str
    summary: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseLink:
    """Another course, as a page links to it."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Hour:
    """What is done in one hour of a course."""

    hour: int
    title: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """A course as its own page shows it."""

    id: int
    slug: str
    title: str
    domain: Domain
    level: CourseLevel
    tenths: int
    audience: str
    summary: str
    assessment: str
    objectives: tuple[str, ...]
    outline: tuple[Hour, ...]
    syllabus: str
    needs: tuple[CourseLink, ...]
    needed_by: tuple[CourseLink, ...]
    retired_at: datetime | None


STORED = (
    "title", "domain", "hours", "level", "audience", "summary", "objectives", "assessment", "keywords", "outline",
    "syllabus",
)  # fmt: skip
"""The columns of a course that its folder says, besides its slug and what it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseState:
    """A course as the last sync left it."""

    slug: str
    title: str
    retired: bool
    facts: Mapping[str, Any]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeLine:
    """A programme as lists show it."""

    id: int
    slug: str
    title: str
    required_percent: int
    course_count: int
    total_tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeView:
    """A programme with its courses in order."""

    id: int
    slug: str
    title: str
    required_percent: int
    total_tenths: int
    courses: tuple[CourseLine, ...]

    @property
    def required_tenths(self) -> int:
        """Tell the hours that completion asks for, in tenths, rounded up."""
        return -(-self.total_tenths * self.required_percent // 100)


def _lines() -> Select[*tuple[Any, ...]]:
    return select(
        Course.id, Course.slug, Course.title, Course.domain, Course.level, Course.hours, Course.audience,
        Course.summary, Course.keywords,
    )  # fmt: skip


def _line(row: Row[Any]) -> CourseLine:
    return CourseLine(
        id=row.id, slug=row.slug, title=row.title, domain=row.domain, level=row.level, tenths=row.hours,
        audience=row.audience, summary=row.summary, keywords=tuple(row.keywords),
    )  # fmt: skip


def courses(
    session: Session, domain: Domain | None = None, words: str = "", *, level: CourseLevel | None = None
) -> tuple[CourseLine, ...]:
    """List the courses taught today, of one domain or level if asked, found by title, keywords and summary."""
    statement = _lines().where(Course.retired_at.is_(None)).order_by(Course.domain.desc(), Course.id)
    chosen = ((Course.domain, domain), (Course.level, level))
    statement = statement.where(*(column == value for column, value in chosen if value))

    def look(*, loose: bool) -> Sequence[Row[*tuple[Any, ...]]]:
        having = matches(Course, words, loose=loose) if words.strip() else true()
        return session.execute(statement.where(having)).all()

    return tuple(_line(row) for row in first_found(words, look))


def wrong_tokens(session: Session) -> list[int]:
    """List courses, of some looked at, that are not found by what they say."""
    return wrongly_told(session, Course, select(Course.id))


def course(session: Session, slug: str) -> CourseView | None:
    """Show one course, a retired one too."""
    row = session.execute(select(Course).where(Course.slug == slug)).scalar_one_or_none()
    if row is None:
        return None
    return CourseView(
        id=row.id, slug=row.slug, title=row.title, domain=row.domain, level=row.level, tenths=row.hours,
        audience=row.audience, summary=row.summary, assessment=row.assessment,
        objectives=tuple(row.objectives), outline=tuple(Hour(**entry) for entry in row.outline),
        syllabus=row.syllabus,
        needs=_links(session, CoursePrerequisite.needs_id, CoursePrerequisite.course_id, row.id),
        needed_by=_links(session, CoursePrerequisite.course_id, CoursePrerequisite.needs_id, row.id),
        retired_at=row.retired_at,
    )  # fmt: skip


def _links(
    session: Session, join: InstrumentedAttribute[int], where: InstrumentedAttribute[int], course_id: int
) -> tuple[CourseLink, ...]:
    statement = (
        select(Course.slug, Course.title)
        .join(CoursePrerequisite, join == Course.id)
        .where(where == course_id, Course.retired_at.is_(None))
        .order_by(Course.id)
    )
    return tuple(CourseLink(row.slug, row.title) for row in session.execute(statement))


def course_ids(session: Session) -> dict[str, int]:
    """Tell the id of each course taught today, by its slug."""
    statement = select(Course.slug, Course.id).where(Course.retired_at.is_(None))
    return {row.slug: row.id for row in session.execute(statement)}


def course_titles(session: Session, also: Collection[int] = ()) -> dict[int, str]:
    """Tell the title of each course taught today, and of these others, by its id."""
    statement = select(Course.id, Course.title).where(or_(Course.retired_at.is_(None), Course.id.in_(also)))
    return {row.id: row.title for row in session.execute(statement.order_by(Course.domain.desc(), Course.id))}


def lock_courses(session: Session) -> dict[str, Course]:
    """Lock every course, by its slug."""
    rows = session.execute(select(Course).order_by(Course.id).with_for_update()).scalars()
    return {row.slug: row for row in rows}


def states(session: Session) -> tuple[CourseState, ...]:
    """Tell how every course was at its last sync, to compare it with `courses/`."""
    needs = _prerequisites(session)
    return tuple(
        CourseState(
            slug=row.slug,
            title=row.title,
            retired=row.retired_at is not None,
            facts={name: getattr(row, name) for name in STORED},
            needs=needs.get(row.id, frozenset()),
        )
        for row in session.execute(select(Course).order_by(Course.id)).scalars()
    )


def _prerequisites(session: Session) -> dict[int, frozenset[str]]:
    needed = Course.id == CoursePrerequisite.needs_id
    statement = select(CoursePrerequisite.course_id, Course.slug).join(Course, needed)
    found: dict[int, set[str]] = {}
    for row in session.execute(statement):
        found.setdefault(row.course_id, set()).add(row.slug)
    return {course_id: frozenset(slugs) for course_id, slugs in found.items()}


def programmes(session: Session) -> tuple[ProgrammeLine, ...]:
    """List all programmes with their hours."""
    statement = (
        select(Programme.id, Programme.slug, Programme.title, Programme.required_percent)
        .add_columns(func.count(Course.id).label("course_count"))
        .add_columns(func.coalesce(func.sum(Course.hours), 0).label("total"))
        .outerjoin(ProgrammeCourse, ProgrammeCourse.programme_id == Programme.id)
        .outerjoin(Course, Course.id == ProgrammeCourse.course_id)
        .group_by(Programme.id)
        .order_by(Programme.id)
    )
    return tuple(
        ProgrammeLine(
            id=row.id, slug=row.slug, title=row.title, required_percent=row.required_percent,
            course_count=row.course_count, total_tenths=int(row.total),
        )
        for row in session.execute(statement)
    )  # fmt: skip


def programme(session: Session, programme_id: int) -> ProgrammeView:
    """Show one programme with its courses in order; raises NotFound."""
    row = session.execute(select(Programme).where(Programme.id == programme_id)).scalar_one_or_none()
    if row is None:
        raise NotFound
    ordered = (
        _lines()
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == programme_id)
        .order_by(ProgrammeCourse.position)
    )
    lines = tuple(_line(course_row) for course_row in session.execute(ordered))
    return ProgrammeView(
        id=row.id, slug=row.slug, title=row.title, required_percent=row.required_percent,
        total_tenths=sum(line.tenths for line in lines), courses=lines,
    )  # fmt: skip


def lock_programme(session: Session, programme_id: int) -> Programme:
    """Lock one programme; raises NotFound."""
    statement = select(Programme).where(Programme.id == programme_id).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def programme_slugs(session: Session) -> frozenset[str]:
    """Tell which addresses programmes have taken."""
    return frozenset(session.execute(select(Programme.slug)).scalars())


def unmet_prerequisites(
    session: Session, programme_id: int, completed_programme_ids: Collection[int]
) -> tuple[str, ...]:
    """List the courses that a programme builds on and that neither it nor a completed programme teaches."""
    asked = {"programme_id": programme_id, "taught_by": [programme_id, *completed_programme_ids]}
    return tuple(session.execute(_unmet_prerequisites(), asked).scalars())


@cache
def _unmet_prerequisites() -> Select[str]:
    teaching = ProgrammeCourse.programme_id.in_(bindparam("taught_by", expanding=True))
    return (
        select(Course.title)
        .join(CoursePrerequisite, CoursePrerequisite.needs_id == Course.id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == CoursePrerequisite.course_id)
        .where(ProgrammeCourse.programme_id == bindparam("programme_id"))
        .where(Course.id.not_in(select(ProgrammeCourse.course_id).where(teaching)))
        .group_by(Course.id, Course.title)
        .order_by(Course.id)
    )


def courses_without_outline(session: Session) -> tuple[str, ...]:
    """List the courses whose outline does not have one entry for each hour."""
    rows = session.execute(select(Course.slug, Course.hours, Course.outline).order_by(Course.id))
    return tuple(row.slug for row in rows if len(row.outline) * 10 != row.hours)
