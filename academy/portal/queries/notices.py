"""Read the notices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.portal.models import Notice
from academy.portal.rules import NoticeKind, NoticeState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as lists show it."""

    code: str
    kind: NoticeKind
    title: str
    published_at: datetime


def latest(session: Session, *, limit: int) -> tuple[NoticeLine, ...]:
    """List the notices shown to everybody, the newest first."""
    rows = session.execute(
        select(Notice.code, Notice.kind, Notice.title, Notice.published_at)
        .where(Notice.state == NoticeState.PUBLISHED)
        .order_by(Notice.published_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return tuple(
        NoticeLine(code=code, kind=kind, title=title, published_at=at)
        for code, kind, title, at in rows
        if at is not None
    )
