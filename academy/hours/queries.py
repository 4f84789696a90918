"""Read the ledger of hours, and who has completed what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from academy.catalogue.models import Course, Programme, ProgrammeCourse
from academy.classes.models import ClassSession, Sitting
from academy.hours.models import Completion, EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind, Standing
from academy.journal.models import JournalEntry

REGISTER_SAVED = "hours.registered"
_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What one person has of one class session: hours in tenths, and the sittings they come from."""

    tenths: int
    sittings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionView:
    """A completion, as pages and certificates show it."""

    person_id: int
    class_session_id: int
    class_code: str
    class_title: str
    programme_id: int
    programme_title: str
    tenths: int
    completed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One entry of the ledger with the sitting that proves it."""

    id: int
    class_code: str
    class_title: str
    course_title: str
    starts_at: datetime
    kind: HoursKind
    tenths: int
    reverses: bool
    reversed: bool
    entered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerClass:
    """What one class session gave a person in one year, entry by entry."""

    code: str
    title: str
    tenths: int
    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """Rows that break an invariant: how many, and a few by name."""

    count: int
    examples: tuple[str, ...]


# Each entry counts one sitting, each reversal takes one back.
_SIGN: ColumnElement[int] = case((HoursEntry.tenths > 0, 1), else_=-1)
_REGISTERED = HoursEntry.evidence_kind == EvidenceKind.REGISTER
_SUM: ColumnElement[int] = func.coalesce(func.sum(HoursEntry.tenths), 0)


def totals(session: Session, class_session_id: int) -> dict[int, Totals]:
    """Tell for each person of a class session the hours so far and from how many sittings."""
    rows = session.execute(
        select(HoursEntry.person_id, _SUM, func.sum(_SIGN))
        .where(HoursEntry.class_session_id == class_session_id)
        .group_by(HoursEntry.person_id)
    )
    return {person_id: Totals(tenths=int(tenths), sittings=int(count)) for person_id, tenths, count in rows}


def tenths_by_person(session: Session, class_session_id: int) -> dict[int, int]:
    """Tell for each person of a class session the hours so far, in tenths."""
    return {person_id: total.tenths for person_id, total in totals(session, class_session_id).items()}


def has_register() -> ColumnElement[bool]:
    """Keep sittings whose register was taken: the ledger proves it, or the journal where nobody was there."""
    of_class = HoursEntry.class_session_id == Sitting.class_session_id
    in_ledger = exists().where(of_class, _REGISTERED, HoursEntry.evidence_id == Sitting.id)
    return or_(in_ledger, exists().where(_noted(), JournalEntry.about_id == Sitting.id))


def _noted() -> ColumnElement[bool]:
    return and_(JournalEntry.about_kind == Sitting.__tablename__, JournalEntry.code == REGISTER_SAVED)


def present_counts(session: Session, class_session_ids: Collection[int]) -> dict[int, int]:
    """Tell how many were present, for each sitting of these class sessions that has a register."""
    counted = (
        select(HoursEntry.evidence_id.label("sitting_id"), func.sum(_SIGN).label("present"))
        .where(HoursEntry.class_session_id.in_(class_session_ids), _REGISTERED)
        .group_by(HoursEntry.evidence_id)
    )
    sittings = select(Sitting.id).where(Sitting.class_session_id.in_(class_session_ids))
    noted = select(JournalEntry.about_id, literal(0)).where(_noted(), JournalEntry.about_id.in_(sittings))
    both = union_all(counted, noted).subquery()
    rows = session.execute(select(both.c.sitting_id, func.sum(both.c.present)).group_by(both.c.sitting_id))
    return {sitting_id: int(count) for sitting_id, count in rows}


def register_taken(session: Session, sitting_id: int) -> bool:
    """Tell whether the register of a sitting was taken, be it that nobody was there."""
    statement = select(Sitting.id).where(Sitting.id == sitting_id, has_register())
    return session.execute(statement).first() is not None


def standings(session: Session, class_session_id: int, sitting_id: int) -> dict[int, Standing]:
    """Tell what the ledger says of each person on one sitting, the reversed included."""
    rows = session.execute(
        select(HoursEntry)
        .where(HoursEntry.class_session_id == class_session_id, _REGISTERED, HoursEntry.evidence_id == sitting_id)
        .order_by(HoursEntry.person_id, HoursEntry.turn)
    ).scalars()
    found: dict[int, Standing] = {}
    for row in rows:
        if row.reverses_id is None:
            found[row.person_id] = Standing(
                turn=row.turn, entry_id=row.id, kind=row.kind, year=row.year, tenths=row.tenths
            )
        else:
            found[row.person_id] = Standing(turn=row.turn)
    return found


def present(session: Session, sitting_id: int) -> frozenset[int]:
    """Tell who stands as present at a sitting."""
    of_class = select(Sitting.class_session_id).where(Sitting.id == sitting_id).scalar_subquery()
    rows = session.execute(
        select(HoursEntry.person_id)
        .where(HoursEntry.class_session_id == of_class, _REGISTERED, HoursEntry.evidence_id == sitting_id)
        .group_by(HoursEntry.person_id)
        .having(func.sum(HoursEntry.tenths) > 0)
    ).scalars()
    return frozenset(rows)


def tenths_of_year(session: Session, person_id: int, year: int) -> dict[HoursKind, int]:
    """Tell a person's hours of a year by kind, in tenths."""
    rows = session.execute(_tenths_of_year(), {"person_id": person_id, "year": year})
    return {kind: int(tenths) for kind, tenths in rows}


@cache
def _tenths_of_year() -> Select[HoursKind, int]:
    """Write once what every trainee's desk asks."""
    mine = (HoursEntry.person_id == bindparam("person_id"), HoursEntry.year == bindparam("year"))
    return select(HoursEntry.kind, _SUM).where(*mine).group_by(HoursEntry.kind)


def years(session: Session, person_id: int) -> tuple[int, ...]:
    """List the years in which a person has hours, the newest first."""
    statement = select(HoursEntry.year).where(HoursEntry.person_id == person_id).distinct()
    return tuple(sorted(session.execute(statement).scalars(), reverse=True))


def ledger(session: Session, person_id: int, year: int) -> tuple[LedgerClass, ...]:
    """List a person's entries of a year, class session by class session, the newest first."""
    rows = session.execute(
        select(HoursEntry, ClassSession.code, ClassSession.title, Course.title, Sitting.starts_at)
        .join(ClassSession, ClassSession.id == HoursEntry.class_session_id)
        .join(Sitting, Sitting.id == HoursEntry.evidence_id)
        .join(Course, Course.id == Sitting.course_id)
        .where(HoursEntry.person_id == person_id, HoursEntry.year == year, _REGISTERED)
        .order_by(Sitting.starts_at.desc(), HoursEntry.turn, HoursEntry.id)
    ).all()
    taken_back = {entry.reverses_id for entry, *_rest in rows if entry.reverses_id is not None}
    by_class: dict[str, list[LedgerLine]] = {}
    for entry, code, title, course_title, starts_at in rows:
        line = LedgerLine(
            id=entry.id, class_code=code, class_title=title, course_title=course_title, starts_at=starts_at,
            kind=entry.kind, tenths=entry.tenths, reverses=entry.reverses_id is not None,
            reversed=entry.id in taken_back, entered_at=entry.entered_at,
        )  # fmt: skip
        by_class.setdefault(code, []).append(line)
    return tuple(
        LedgerClass(
            code=code, title=lines[0].class_title, tenths=sum(line.tenths for line in lines), lines=tuple(lines)
        )
        for code, lines in by_class.items()
    )


def completed_programmes(session: Session, person_id: int) -> frozenset[int]:
    """Tell which programmes a person has completed."""
    statement = select(Completion.programme_id).where(Completion.person_id == person_id).distinct()
    return frozenset(session.execute(statement).scalars())


def _completions() -> Select[Completion, str, str, str]:
    return (
        select(Completion, ClassSession.code, ClassSession.title, Programme.title)
        .join(ClassSession, ClassSession.id == Completion.class_session_id)
        .join(Programme, Programme.id == Completion.programme_id)
    )


def _completion_view(row: Completion, code: str, title: str, programme_title: str) -> CompletionView:
    return CompletionView(
        person_id=row.person_id, class_session_id=row.class_session_id, class_code=code, class_title=title,
        programme_id=row.programme_id, programme_title=programme_title, tenths=row.tenths,
        completed_on=row.completed_on,
    )  # fmt: skip


def completions(session: Session, class_session_id: int) -> dict[int, CompletionView]:
    """Tell who has completed a class session, by person."""
    rows = session.execute(_completions().where(Completion.class_session_id == class_session_id))
    return {row[0].person_id: _completion_view(*row) for row in rows}


def completions_of(session: Session, person_id: int) -> tuple[CompletionView, ...]:
    """List what a person has completed, the newest first."""
    statement = _completions().where(Completion.person_id == person_id)
    rows = session.execute(statement.order_by(Completion.completed_on.desc(), Completion.id.desc()))
    return tuple(_completion_view(*row) for row in rows)


def wrong_sums(session: Session) -> Broken:
    """Find persons whose entries on one sitting add up to less than nothing or more than the sitting gives."""
    total = func.sum(HoursEntry.tenths)
    sums = (
        select(HoursEntry.person_id, HoursEntry.evidence_id, total.label("total"))
        .where(_REGISTERED)
        .group_by(HoursEntry.person_id, HoursEntry.evidence_id)
        .subquery()
    )
    statement = (
        select(sums.c.person_id, sums.c.evidence_id)
        .outerjoin(Sitting, Sitting.id == sums.c.evidence_id)
        .where((Sitting.id.is_(None)) | (sums.c.total < 0) | (sums.c.total > Sitting.hours))
    )
    rows = session.execute(statement.order_by(sums.c.evidence_id, sums.c.person_id)).all()
    return Broken(len(rows), tuple(f"person {p} on sitting {s}" for p, s in rows[:_EXAMPLES]))


def unproved_completions(session: Session) -> Broken:
    """Find completions that claim more hours than the ledger holds."""
    sums = (
        select(HoursEntry.class_session_id, HoursEntry.person_id, func.sum(HoursEntry.tenths).label("total"))
        .group_by(HoursEntry.class_session_id, HoursEntry.person_id)
        .subquery()
    )
    statement = (
        select(Completion.id)
        .outerjoin(
            sums,
            (sums.c.class_session_id == Completion.class_session_id) & (sums.c.person_id == Completion.person_id),
        )
        .where(func.coalesce(sums.c.total, 0) < Completion.tenths)
    )
    return _broken_completions(session, statement)


def short_completions(session: Session) -> Broken:
    """Find completions with fewer hours than their programme asks for."""
    needed = (
        select(
            Programme.id,
            (func.coalesce(func.sum(Course.hours), 0) * Programme.required_percent).label("hundredths"),
        )
        .join(ProgrammeCourse, ProgrammeCourse.programme_id == Programme.id)
        .join(Course, Course.id == ProgrammeCourse.course_id)
        .group_by(Programme.id, Programme.required_percent)
        .subquery()
    )
    statement = (
        select(Completion.id)
        .join(needed, needed.c.id == Completion.programme_id)
        .where(Completion.tenths * 100 < needed.c.hundredths)
    )
    return _broken_completions(session, statement)


def _broken_completions(session: Session, statement: Select[int]) -> Broken:
    ids = session.execute(statement.order_by(Completion.id)).scalars().all()
    return Broken(len(ids), tuple(f"completion {i}" for i in ids[:_EXAMPLES]))
