"""Read the notices."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from academy.ground.errors import NotFound
from academy.ground.keyset import Slice, page
from academy.people.models.register import Person
from academy.portal.models import Notice
from academy.portal.rules import NoticeKind, NoticeState

_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as public lists show it."""

    code: str
    kind: NoticeKind
    title: str
    published_at: datetime
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice with its words."""

    id: int
    code: str
    kind: NoticeKind
    title: str
    body: str
    state: NoticeState
    pinned_until: date | None
    author_name: str
    """Empty where a machine wrote it."""
    changed_at: datetime
    published_at: datetime | None
    version: int

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may read it."""
        return self.state is NoticeState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The notices published just before and just after one."""

    older: NoticeLine | None
    newer: NoticeLine | None


def _pinned(today: date | BindParameter[date]) -> ColumnElement[int]:
    return case((Notice.pinned_until >= today, 1), else_=0)


def _since() -> ColumnElement[int]:
    """Write the moment of publication as a number, which a cursor can hold."""
    return cast(extract("epoch", Notice.published_at), BigInteger)


def _public(today: date | BindParameter[date]) -> Select[str, NoticeKind, str, datetime | None, int]:
    columns = (Notice.code, Notice.kind, Notice.title, Notice.published_at, _pinned(today))
    return select(*columns).where(Notice.state == NoticeState.PUBLISHED)


def _line(row: Row[*tuple[Any, ...]]) -> NoticeLine:
    return NoticeLine(code=row[0], kind=row[1], title=row[2], published_at=row[3], pinned=bool(row[4]))


def latest(session: Session, *, today: date, limit: int) -> tuple[NoticeLine, ...]:
    """List the first notices that everybody may read."""
    rows = session.execute(_latest(), {"today": today, "limit": limit})
    return tuple(_line(row) for row in rows)


@cache
def _latest() -> Select[str, NoticeKind, str, datetime | None, int]:
    """Write once what the front page and every trainee's desk ask."""
    today = bindparam("today", type_=Date)
    order = (_pinned(today).desc(), Notice.published_at.desc(), Notice.id.desc())
    return _public(today).order_by(*order).limit(bindparam("limit"))


def shown(
    session: Session,
    *,
    today: date,
    kind: NoticeKind | None = None,
    cursor: str | None = None,
    size: int = _AT_ONCE,
) -> Slice[NoticeLine]:
    """List what everybody may read, of one kind if asked: the pinned ones first, then the newest."""
    statement = _public(today)
    if kind is not None:
        statement = statement.where(Notice.kind == kind)
    keys = (_pinned(today), _since(), Notice.id.expression)
    part = page(session, statement, keys, cursor=cursor, size=size, descending=True)
    return Slice(rows=[_line(row) for row in part.rows], after=part.after, before=part.before)


def count_shown(session: Session) -> dict[NoticeKind, int]:
    """Count what everybody may read, by kind."""
    counting = select(Notice.kind, func.count()).where(Notice.state == NoticeState.PUBLISHED).group_by(Notice.kind)
    return {row[0]: row[1] for row in session.execute(counting)}


def count_by_state(session: Session) -> dict[NoticeState, int]:
    """Count the notices by state."""
    counting = select(Notice.state, func.count()).group_by(Notice.state)
    return {row[0]: row[1] for row in session.execute(counting)}


def listed(
    session: Session, *, state: NoticeState | None, cursor: str | None, size: int = _AT_ONCE
) -> Slice[NoticeView]:
    """List the notices for the office, in one state if asked, the last written first."""
    statement = select(Notice, Person.name).outerjoin(Person, Person.id == Notice.author_id)
    if state is not None:
        statement = statement.where(Notice.state == state)
    part = page(session, statement, (Notice.id.expression,), cursor=cursor, size=size, descending=True)
    return Slice(rows=[_view(row[0], row[1]) for row in part.rows], after=part.after, before=part.before)


def notice(session: Session, code: str) -> NoticeView | None:
    """Show one notice, whatever its state."""
    statement = select(Notice, Person.name).outerjoin(Person, Person.id == Notice.author_id)
    found = session.execute(statement.where(Notice.code == code)).one_or_none()
    return _view(found[0], found[1]) if found else None


def _view(row: Notice, author_name: str | None) -> NoticeView:
    return NoticeView(
        id=row.id, code=row.code, kind=row.kind, title=row.title, body=row.body, state=row.state,
        pinned_until=row.pinned_until, author_name=author_name or "", changed_at=row.changed_at,
        published_at=row.published_at, version=row.version,
    )  # fmt: skip


def neighbours(session: Session, of: NoticeView, *, today: date) -> Neighbours:
    """Name the notices published just before and just after one that everybody may read."""
    at, since = of.published_at, Notice.published_at
    before = or_(since < at, and_(since == at, Notice.id < of.id))
    after = or_(since > at, and_(since == at, Notice.id > of.id))
    older = session.execute(_public(today).where(before).order_by(since.desc(), Notice.id.desc()).limit(1)).first()
    newer = session.execute(_public(today).where(after).order_by(since, Notice.id).limit(1)).first()
    return Neighbours(_line(older) if older else None, _line(newer) if newer else None)


def found_notices(session: Session, words: str, *, today: date, most: int) -> tuple[NoticeLine, ...]:
    """List the notices that everybody may read whose titles have all the words, the newest first."""
    having = (Notice.title.icontains(word, autoescape=True) for word in words.split())
    newest = (Notice.published_at.desc(), Notice.id.desc())
    rows = session.execute(_public(today).where(*having).order_by(None).order_by(*newest).limit(most))
    return tuple(_line(row) for row in rows)


def lock_notice(session: Session, code: str) -> Notice:
    """Lock one notice; raises NotFound."""
    statement = select(Notice).where(Notice.code == code).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
