"""Count the academy: each figure from its own rows, by an index."""

from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.catalogue.rules.kinds import Domain
from academy.certificates.models import Certificate
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.hours.models import Completion
from academy.sites.models import Place
from academy.sites.rules import PlaceKind

_HELD = (ClassState.CONCLUDED, ClassState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The academy in numbers; `persons` counts all who completed a class session, `person_times` every time."""

    theory: int
    practice: int
    held: int
    sites: int
    persons: int
    person_times: int
    certificates: int


def figures(session: Session) -> Figures:
    """Count what the academy teaches and has done."""
    courses = select(func.count()).select_from(Course).where(Course.retired_at.is_(None))
    held = select(func.count()).select_from(ClassSession).where(ClassSession.state.in_(_HELD))
    sites = (
        select(func.count())
        .select_from(Place)
        .where(Place.kind == PlaceKind.FIELD_SITE, Place.retired_on.is_(None))
    )
    row = session.execute(
        select(
            courses.where(Course.domain == Domain.THEORY).scalar_subquery(),
            courses.where(Course.domain == Domain.PRACTICE).scalar_subquery(),
            held.scalar_subquery(),
            sites.scalar_subquery(),
            select(func.count(distinct(Completion.person_id))).scalar_subquery(),
            select(func.count()).select_from(Completion).scalar_subquery(),
            select(func.count()).select_from(Certificate).scalar_subquery(),
        )
    ).one()
    return Figures(
        theory=row[0], practice=row[1], held=row[2], sites=row[3],
        persons=row[4], person_times=row[5], certificates=row[6],
    )  # fmt: skip
