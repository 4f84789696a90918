"""Count the academy: each figure from its own rows, by an index."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from academy.catalogue.models import Course
from academy.catalogue.rules.kinds import Domain
from academy.certificates.models.register import Certificate
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import PUBLIC_STATES, ClassState
from academy.ground import clock
from academy.hours.models import Completion
from academy.sites.models import Place
from academy.sites.rules import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The academy in numbers, each counted over rows."""

    theory: int
    practice: int
    """Courses that are taught today, by domain."""
    held: int
    """Class sessions whose completion is decided, closed or not yet closed."""
    persons: int
    """Who completed a class session, each counted once."""
    person_times: int
    """Completions: whoever completed two class sessions counts twice."""
    sites: int
    districts: int
    """Field sites in use today, and the districts they lie in."""
    sittings: int
    places: int
    instructors: int
    """What this week's timetables hold, from Monday to Sunday."""
    certificates: int
    """Certificates with a number of their own, which anybody can verify; a revoked one is told as such."""

    @property
    def courses(self) -> int:
        """How many courses there are."""
        return self.theory + self.practice


def week_of(day: date) -> tuple[date, date]:
    """Tell the Monday and the Sunday of the week that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def figures(session: Session, *, today: date) -> Figures:
    """Count what the academy teaches, has done, and does this week."""
    monday, sunday = week_of(today)
    values = {
        "today": today,
        "monday": monday,
        "sunday": sunday,
        "since": clock.at(monday, 0),
        "until": clock.at(sunday + timedelta(days=1), 0),
    }
    row = session.execute(_question(), values).one()
    return Figures(**row._mapping)  # noqa: SLF001 - the documented way to a row's names


@cache
def _question() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    course = Course.retired_at.is_(None)
    held = ClassSession.state.in_((ClassState.CONCLUDED, ClassState.CLOSED))
    site_in_use = (
        Place.kind == PlaceKind.FIELD_SITE,
        or_(Place.retired_on.is_(None), Place.retired_on > bindparam("today")),
    )
    parts = {
        "theory": _count(Course.id).where(course, Course.domain == Domain.THEORY),
        "practice": _count(Course.id).where(course, Course.domain == Domain.PRACTICE),
        "held": _count(ClassSession.id).where(held),
        "persons": _count(distinct(Completion.person_id)),
        "person_times": _count(Completion.id),
        "sites": _count(Place.id).where(*site_in_use),
        "districts": _count(distinct(Place.district_id)).where(*site_in_use),
        "sittings": _of_this_week(Sitting.id),
        "places": _of_this_week(distinct(Sitting.place_id)),
        "instructors": _of_this_week(distinct(Sitting.instructor_id)),
        "certificates": _count(Certificate.id),
    }
    return select(*(part.scalar_subquery().label(name) for name, part in parts.items()))


def _count(what: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[int]:
    return select(func.count(what))


def _of_this_week(what: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[int]:
    """Count over this week's sittings, by way of the class sessions whose days touch it, which have an index."""
    return (
        _count(what)
        .select_from(ClassSession)
        .join(Sitting, Sitting.class_session_id == ClassSession.id)
        .where(
            ClassSession.state.in_(PUBLIC_STATES),
            ClassSession.starts_on <= bindparam("sunday"),
            ClassSession.ends_on >= bindparam("monday"),
            Sitting.starts_at >= bindparam("since"),
            Sitting.starts_at < bindparam("until"),
        )
    )
