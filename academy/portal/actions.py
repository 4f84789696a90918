"""Write, publish and take down notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.ground import tokens
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.journal.actions import record
from academy.portal import rules
from academy.portal.models import Notice
from academy.portal.queries import notices as queries
from academy.portal.rules import NoticeFacts, NoticeState, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice to be added with others; without `published_at` a draft."""

    words: Words
    created_at: datetime
    published_at: datetime | None


def create_notice(session: Session, *, actor: Actor, words: Words, now: datetime) -> Notice:
    """Keep a draft, which nobody sees until it is published."""
    notice = Notice(
        code=tokens.code(), kind=words.kind, title=words.title, body=words.body,
        pinned_until=words.pinned_until, state=NoticeState.DRAFT, author_id=actor.person_id, created_at=now,
        changed_at=now, published_at=None, version=1,
    )  # fmt: skip
    session.add(notice)
    record(session, actor=actor, what="notice.created", about=notice, now=now, after=_noted(words))
    return notice


def add_notices_many(
    session: Session, *, actor: Actor, notices: Sequence[NewNotice], now: datetime, sample: bool = False
) -> None:
    """Add many notices at once."""
    rows = [
        {
            "code": tokens.code(), "kind": each.words.kind, "title": each.words.title, "body": each.words.body,
            "pinned_until": each.words.pinned_until, "author_id": actor.person_id, "created_at": each.created_at,
            "changed_at": each.published_at or each.created_at, "published_at": each.published_at,
            "state": NoticeState.PUBLISHED if each.published_at else NoticeState.DRAFT, "version": 1,
            "sample": sample,
        }
        for each in notices
    ]  # fmt: skip
    if rows:
        session.execute(insert(Notice), rows)
    record(session, actor=actor, what="notice.added-many", about="notice", now=now, after={"count": len(rows)})


def change_notice(session: Session, *, actor: Actor, code: str, seen: int, words: Words, now: datetime) -> Notice:
    """Give a notice new words, unless somebody else did since version `seen`; raises Refused."""
    notice = queries.lock_notice(session, code)
    _check(rules.reasons_against_change(_facts(notice), seen=seen, body=words.body))
    before, after = _noted(_words(notice)), _noted(words)
    notice.kind, notice.title, notice.body = words.kind, words.title, words.body
    notice.pinned_until = words.pinned_until
    notice.changed_at, notice.version = now, notice.version + 1
    changed = [name for name in after if before[name] != after[name]]
    record(
        session, actor=actor, what="notice.changed", about=notice, now=now,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    return notice


def publish_notice(session: Session, *, actor: Actor, code: str, seen: int, now: datetime) -> Notice:
    """Show everybody a draft, or anew what was taken down; it bears the date of this day."""
    notice = queries.lock_notice(session, code)
    _check(rules.reasons_against_publishing(_facts(notice), seen=seen))
    notice.published_at = now
    _move(session, notice, NoticeState.PUBLISHED, actor=actor, what="notice.published", now=now)
    return notice


def withdraw_notice(session: Session, *, actor: Actor, code: str, now: datetime) -> Notice:
    """Take a notice down, or put a draft aside; it can be published again."""
    notice = queries.lock_notice(session, code)
    _check(rules.reasons_against_withdrawal(_facts(notice)))
    _move(session, notice, NoticeState.WITHDRAWN, actor=actor, what="notice.withdrawn", now=now)
    return notice


def _move(session: Session, notice: Notice, state: NoticeState, *, actor: Actor, what: str, now: datetime) -> None:
    before, notice.state = notice.state, state
    notice.changed_at, notice.version = now, notice.version + 1
    record(
        session, actor=actor, what=what, about=notice, now=now,
        before={"state": before}, after={"state": state, "title": notice.title},
    )  # fmt: skip


def _check(reasons: tuple[Reason, ...]) -> None:
    if reasons:
        raise Refused(*reasons)


def _facts(notice: Notice) -> NoticeFacts:
    return NoticeFacts(state=notice.state, body=notice.body, version=notice.version)


def _words(notice: Notice) -> Words:
    return Words(kind=notice.kind, title=notice.title, body=notice.body, pinned_until=notice.pinned_until)


def _noted(words: Words) -> dict[str, str | None]:
    """Write a notice's words as the journal keeps them."""
    return {
        "notice_kind": words.kind,
        "title": words.title,
        "body": words.body,
        "pinned_until": words.pinned_until.isoformat() if words.pinned_until else None,
    }
