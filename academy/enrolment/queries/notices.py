"""The versions of a class session's notice, to whom they went, and who has read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.notices import OpeningNotice, OpeningNoticeCounter, OpeningNoticeReader
from academy.enrolment.models.places import PlacePool
from academy.enrolment.rules.notice_shares import Facts
from academy.enrolment.rules.notices import printed_number
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries import register as people


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """One version of a notice, with the class session it is about and the number of the newest version."""

    id: int
    class_session_id: int
    code: str
    title: str
    version: int
    latest: int
    number: str
    facts: Facts
    words: str
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRow:
    """A liaison to whom a version was sent, and when they confirmed it."""

    person_id: int
    name: str
    unit_id: int
    unit: str
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of a unit, as the return form names them."""

    name: str
    unit: str
    grid_role: str | None


_NEWEST = (
    select(func.max(OpeningNotice.version))
    .where(OpeningNotice.class_session_id == ClassSession.id)
    .correlate(ClassSession)
    .scalar_subquery()
)


def _notices() -> Any:  # noqa: ANN401 - a select of many columns
    return select(OpeningNotice, ClassSession.code, ClassSession.title, _NEWEST).join(
        ClassSession, ClassSession.id == OpeningNotice.class_session_id
    )


def _view(row: Any) -> NoticeView:  # noqa: ANN401 - a row of `_notices`
    found, code, title, latest = row
    return NoticeView(
        id=found.id, class_session_id=found.class_session_id, code=code, title=title, version=found.version,
        latest=latest, number=printed_number(found.year, found.number), facts=found.facts, words=found.words,
        issued_at=found.issued_at, issued_by=found.issued_by,
    )  # fmt: skip


def versions(session: Session, class_session_id: int) -> tuple[NoticeView, ...]:
    """List the versions of a class session's notice, the newest first."""
    statement = _notices().where(OpeningNotice.class_session_id == class_session_id)
    return tuple(_view(row) for row in session.execute(statement.order_by(OpeningNotice.version.desc())))


def readers(session: Session, notice_ids: Collection[int]) -> dict[int, tuple[ReaderRow, ...]]:
    """Tell of these versions to whom each was sent, in the order of units, and when they confirmed it."""
    statement = (
        select(OpeningNoticeReader, Person.name, Unit.name)
        .join(Person, Person.id == OpeningNoticeReader.person_id)
        .join(Unit, Unit.id == OpeningNoticeReader.unit_id)
        .where(OpeningNoticeReader.notice_id.in_(notice_ids))
        .order_by(OpeningNoticeReader.unit_id, OpeningNoticeReader.id)
    )
    found: dict[int, tuple[ReaderRow, ...]] = {}
    for row, name, unit in session.execute(statement) if notice_ids else ():
        each = ReaderRow(
            person_id=row.person_id, name=name, unit_id=row.unit_id, unit=unit, sent_at=row.sent_at,
            read_at=row.read_at,
        )  # fmt: skip
        found[row.notice_id] = (*found.get(row.notice_id, ()), each)
    return found


def inbox(session: Session, actor: Actor) -> tuple[tuple[NoticeView, datetime | None], ...]:
    """List the newest notices that concern the actor's units, the last one first, and when the actor read each."""
    own = (
        select(func.min(OpeningNoticeReader.read_at))
        .where(OpeningNoticeReader.notice_id == OpeningNotice.id, OpeningNoticeReader.person_id == actor.person_id)
        .correlate(OpeningNotice)
        .scalar_subquery()
    )
    statement = (
        _notices()
        .add_columns(own)
        .where(_concerns(actor.unit_ids), OpeningNotice.version == _NEWEST)
        .order_by(OpeningNotice.issued_at.desc(), OpeningNotice.id.desc())
    )
    return tuple((_view(row[:-1]), row[-1]) for row in session.execute(statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A class session whose newest notice liaisons have not confirmed for long, and how many they are."""

    code: str
    title: str
    liaisons: int


def unread(session: Session, *, before: datetime) -> tuple[Unread, ...]:
    """List the enrolling class sessions whose newest notice was sent before then and not confirmed by all."""
    statement = (
        select(ClassSession.code, ClassSession.title, func.count(OpeningNoticeReader.id))
        .join(OpeningNotice, OpeningNotice.class_session_id == ClassSession.id)
        .join(OpeningNoticeReader, OpeningNoticeReader.notice_id == OpeningNotice.id)
        .where(
            ClassSession.state == ClassState.ENROLLING,
            OpeningNotice.version == _NEWEST,
            OpeningNoticeReader.read_at.is_(None),
            OpeningNoticeReader.sent_at < before,
        )
        .group_by(ClassSession.id, ClassSession.code, ClassSession.title)
        .order_by(ClassSession.id)
    )
    return tuple(
        Unread(code=code, title=title, liaisons=count) for code, title, count in session.execute(statement)
    )


def notice_for(session: Session, actor: Actor, notice_id: int) -> NoticeView:
    """Give one version that concerns a unit of the actor's; NotFound for any other."""
    statement = _notices().where(OpeningNotice.id == notice_id, _concerns(actor.unit_ids))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _concerns(unit_ids: Collection[int]) -> ColumnElement[bool]:
    """Pick the versions that went to one of these units, or whose class session has places for one by now."""
    went_to = (
        select(OpeningNoticeReader.id)
        .where(OpeningNoticeReader.notice_id == OpeningNotice.id, OpeningNoticeReader.unit_id.in_(unit_ids))
        .exists()
    )
    has_places = (
        select(PlacePool.id)
        .join(Unit, Unit.id == PlacePool.unit_id)
        .where(
            PlacePool.class_session_id == OpeningNotice.class_session_id,
            PlacePool.places > 0,
            or_(Unit.id.in_(unit_ids), Unit.parent_id.in_(unit_ids)),
        )
        .exists()
    )
    return or_(went_to, has_places)


def members(session: Session, unit_ids: Collection[int], *, on: date) -> tuple[Member, ...]:
    """List the people of these units and below, unit by unit in the order of names."""
    statement = (
        select(Person.id, Person.name, Membership.grid_role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.unit_id.in_(people.units_below(session, unit_ids)),
            people.held_on(Membership, on),
            Person.anonymised_at.is_(None),
        )
        .order_by(Membership.unit_id, Person.name_pinyin, Person.id)
    )
    rows = {row.id: row for row in session.execute(statement)}
    units = people.units_of(session, list(rows), on)
    return tuple(
        Member(
            name=row.name, unit=units[person_id].full_name.replace(" · ", ""),
            grid_role=row.grid_role.value if row.grid_role else None,
        )
        for person_id, row in rows.items()
    )  # fmt: skip


def lock_latest(session: Session, class_session_id: int) -> OpeningNotice | None:
    """Lock the newest version of a class session's notice; the class session itself is locked before."""
    return session.execute(
        select(OpeningNotice)
        .where(OpeningNotice.class_session_id == class_session_id)
        .order_by(OpeningNotice.version.desc())
        .limit(1)
        .with_for_update()
    ).scalar_one_or_none()


def lock_notice(session: Session, notice_id: int) -> OpeningNotice:
    """Lock one version; raises NotFound."""
    found = session.execute(
        select(OpeningNotice).where(OpeningNotice.id == notice_id).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_readers(session: Session, notice_id: int) -> Sequence[OpeningNoticeReader]:
    """Lock the readers of a version."""
    return (
        session.execute(
            select(OpeningNoticeReader)
            .where(OpeningNoticeReader.notice_id == notice_id)
            .order_by(OpeningNoticeReader.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def lock_counter(session: Session, year: int) -> OpeningNoticeCounter:
    """Lock the counter of a year, which is there."""
    statement = select(OpeningNoticeCounter).where(OpeningNoticeCounter.year == year).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def wrong_numbers(session: Session) -> list[str]:
    """Find years whose numbers have a gap or differ from the counter; each number is that of one class session."""
    counters = session.execute(select(OpeningNoticeCounter)).scalars()
    last = {counter.year: counter.last for counter in counters}
    counted = select(
        OpeningNotice.year,
        func.count(func.distinct(OpeningNotice.number)),
        func.max(OpeningNotice.number),
        func.count(func.distinct(OpeningNotice.class_session_id)),
    ).group_by(OpeningNotice.year)
    return [
        f"{year}: {count} numbers up to {highest}, counter {last.get(year)}, {of_classes} classes"
        for year, count, highest, of_classes in session.execute(counted)
        if not count == highest == last.get(year) == of_classes
    ]
