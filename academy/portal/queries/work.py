"""What stands still in the academy, and how its year goes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, cast, distinct, extract, func, select
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.clockwork import queries as clockwork
from academy.hours.models import Completion
from academy.hours.queries import has_register
from academy.outbox import queries as outbox

_LONG = timedelta(minutes=10)
_PATIENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Messages given up after the last try, jobs that failed or that no worker takes up, forgotten registers."""

    messages: int
    jobs: int
    registers: int
    registers_code: str | None
    """The class session with the oldest sitting whose register is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year of the academy: `months` counts completions from January to the present month."""

    persons: int
    person_times: int
    certificates: int
    months: tuple[int, ...]


def trouble(session: Session, *, now: datetime) -> Trouble:
    """Count what was left lying."""
    stuck = clockwork.failed_or_stuck(session, before=now - _LONG)
    codes = _without_register(session, before=now - _PATIENCE)
    return Trouble(
        messages=outbox.count_failed(session), jobs=len(stuck), registers=len(codes),
        registers_code=codes[0] if codes else None,
    )  # fmt: skip


def _without_register(session: Session, *, before: datetime) -> list[str]:
    """List the class code of every sitting that ended before a moment and has no register, the oldest first."""
    statement = (
        select(ClassSession.code)
        .join(Sitting, Sitting.class_session_id == ClassSession.id)
        .where(ClassSession.state == ClassState.RUNNING, Sitting.ends_at < before, ~has_register())
        .order_by(Sitting.ends_at, Sitting.id)
    )
    return list(session.execute(statement).scalars())


def year(session: Session, *, today: date) -> Year:
    """Count what was completed this year, month by month, and the certificates given for it."""
    this_year = Completion.completed_on.between(date(today.year, 1, 1), date(today.year, 12, 31))
    month = cast(extract("month", Completion.completed_on), Integer)
    rows = session.execute(select(month, func.count()).where(this_year).group_by(month))
    counts = Counter({number: count for number, count in rows})  # noqa: C416 - a row is no pair to dict()'s type
    certificates = select(func.count()).select_from(Certificate).where(Certificate.year == today.year)
    row = session.execute(
        select(
            select(func.count(distinct(Completion.person_id))).where(this_year).scalar_subquery(),
            certificates.scalar_subquery(),
        )
    ).one()
    return Year(
        persons=row[0], certificates=row[1], person_times=counts.total(),
        months=tuple(counts[number] for number in range(1, today.month + 1)),
    )  # fmt: skip
