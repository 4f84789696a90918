"""Notices: what stands against a change, what an action leaves behind, two writers at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.ground import db
from academy.ground.access import operator
from academy.ground.db import Database
from academy.ground.errors import NotFound, Reason, Refused
from academy.journal.models import JournalEntry
from academy.portal import actions, rules
from academy.portal.actions import NewNotice
from academy.portal.models import Notice
from academy.portal.queries import notices
from academy.portal.rules import TRANSITIONS, NoticeFacts, NoticeKind, NoticeState, Words
from tests import make
from tests.enrolment.race import at_once

ADMIN = operator()
WORDS = Words(kind=NoticeKind.NOTICE, title="报名开始", body="请在周五前报名。", pinned_until=None)
DRAFT = NoticeFacts(state=NoticeState.DRAFT, body="正文", version=3)
SHOWN = replace(DRAFT, state=NoticeState.PUBLISHED)
DOWN = replace(DRAFT, state=NoticeState.WITHDRAWN)


@pytest.mark.parametrize(
    ("facts", "seen", "body", "reasons"),
    [
        (DRAFT, 3, "新", ()),
        (DRAFT, 3, "", ()),
        (DOWN, 3, "", ()),
        (SHOWN, 3, "新", ()),
        (SHOWN, 3, "", (rules.NO_WORDS,)),
        (DRAFT, 2, "新", (rules.STALE,)),
        (SHOWN, 0, "", (rules.STALE, rules.NO_WORDS)),
    ],
)
def test_every_reason_against_a_change(
    facts: NoticeFacts, seen: int, body: str, reasons: tuple[Reason, ...]
) -> None:
    assert rules.reasons_against_change(facts, seen=seen, body=body) == reasons


@pytest.mark.parametrize(
    ("facts", "seen", "reasons"),
    [
        (DRAFT, 3, ()),
        (DOWN, 3, ()),
        (SHOWN, 3, (rules.SHOWN_ALREADY,)),
        (DRAFT, 2, (rules.STALE,)),
        (replace(DOWN, body=""), 2, (rules.STALE, rules.NO_WORDS)),
    ],
)
def test_every_reason_against_publishing(facts: NoticeFacts, seen: int, reasons: tuple[Reason, ...]) -> None:
    assert rules.reasons_against_publishing(facts, seen=seen) == reasons


def test_only_what_is_down_already_cannot_be_taken_down() -> None:
    assert [rules.reasons_against_withdrawal(facts) for facts in (DRAFT, SHOWN, DOWN)] == [
        (), (), (rules.DOWN_ALREADY,)
    ]  # fmt: skip
    assert set(TRANSITIONS) == set(NoticeState)


def codes(session: Session) -> list[str]:
    session.flush()
    found = session.execute(select(JournalEntry.code).where(JournalEntry.about_kind == "notice"))
    return list(found.scalars())


def test_a_notice_is_written_published_changed_taken_down_and_published_again(session: Session) -> None:
    notice = actions.create_notice(session, actor=ADMIN, words=WORDS, now=make.NOW)
    assert (notice.state, notice.published_at, notice.version) == (NoticeState.DRAFT, None, 1)
    assert notices.latest(session, today=make.TODAY, limit=5) == ()
    actions.publish_notice(session, actor=ADMIN, code=notice.code, seen=1, now=make.NOW)
    changed = replace(WORDS, title="报名延长", pinned_until=make.TODAY)
    actions.change_notice(session, actor=ADMIN, code=notice.code, seen=2, words=changed, now=make.NOW)
    session.flush()
    (line,) = notices.latest(session, today=make.TODAY, limit=5)
    assert (line.title, line.pinned, line.published_at) == ("报名延长", True, make.NOW)
    assert not notices.latest(session, today=make.TODAY + timedelta(days=1), limit=5)[0].pinned
    actions.withdraw_notice(session, actor=ADMIN, code=notice.code, now=make.NOW)
    session.flush()
    assert notices.latest(session, today=make.TODAY, limit=5) == ()
    later = make.NOW + timedelta(days=2)
    actions.publish_notice(session, actor=ADMIN, code=notice.code, seen=4, now=later)
    assert (notice.published_at, notice.version) == (later, 5)
    assert codes(session) == [
        "notice.created", "notice.published", "notice.changed", "notice.withdrawn", "notice.published"
    ]  # fmt: skip
    entry = session.execute(select(JournalEntry).where(JournalEntry.code == "notice.changed")).scalar_one()
    assert entry.before == {"title": "报名开始", "pinned_until": None}
    assert entry.after == {"title": "报名延长", "pinned_until": "2026-11-22"}


def test_a_refused_act_changes_nothing(session: Session) -> None:
    notice = actions.create_notice(session, actor=ADMIN, words=replace(WORDS, body=""), now=make.NOW)
    with pytest.raises(Refused) as caught:
        actions.publish_notice(session, actor=ADMIN, code=notice.code, seen=7, now=make.NOW)
    assert caught.value.reasons == (rules.STALE, rules.NO_WORDS)
    with pytest.raises(Refused):
        actions.change_notice(session, actor=ADMIN, code=notice.code, seen=7, words=WORDS, now=make.NOW)
    with pytest.raises(NotFound):
        actions.withdraw_notice(session, actor=ADMIN, code="NOWHERE", now=make.NOW)
    assert (notice.state, notice.version, codes(session)) == (NoticeState.DRAFT, 1, ["notice.created"])


def told(title: str, *, days_ago: int, pinned: bool = False, kind: NoticeKind = NoticeKind.NOTICE) -> NewNotice:
    at = make.NOW - timedelta(days=days_ago)
    words = replace(WORDS, title=title, kind=kind, pinned_until=make.TODAY if pinned else None)
    return NewNotice(words=words, created_at=at, published_at=at)


def test_the_pinned_come_first_then_the_newest_page_by_page(session: Session) -> None:
    made = [told(f"第{n}条", days_ago=n, kind=NoticeKind.NEWS if n % 2 else NoticeKind.NOTICE) for n in range(7)]
    made.append(told("置顶", days_ago=30, pinned=True))
    made.append(replace(made[0], published_at=None))
    actions.add_notices_many(session, actor=ADMIN, notices=made, now=make.NOW)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        part = notices.shown(session, today=make.TODAY, cursor=cursor, size=3)
        seen += [line.title for line in part.rows]
        cursor = part.after
        if cursor is None:
            break
    assert seen == ["置顶", *(f"第{n}条" for n in range(7))]
    assert [line.title for line in notices.shown(session, today=make.TODAY, kind=NoticeKind.NEWS).rows] == [
        "第1条", "第3条", "第5条"
    ]  # fmt: skip
    assert notices.count_shown(session) == {NoticeKind.NOTICE: 5, NoticeKind.NEWS: 3}
    assert notices.count_by_state(session) == {NoticeState.PUBLISHED: 8, NoticeState.DRAFT: 1}
    middle = notices.notice(session, notices.shown(session, today=make.TODAY).rows[3].code)
    assert middle is not None
    around = notices.neighbours(session, middle, today=make.TODAY)
    assert around.older is not None
    assert around.newer is not None
    assert (middle.title, around.older.title, around.newer.title) == ("第2条", "第3条", "第1条")


def test_of_two_writers_at_once_one_is_told(database: Database) -> None:
    assert database is db.bound()
    with db.transaction() as session:
        code = actions.create_notice(session, actor=ADMIN, words=WORDS, now=make.NOW).code

    def write(title: str) -> str:
        try:
            with db.transaction() as session:
                words = replace(WORDS, title=title)
                actions.change_notice(session, actor=ADMIN, code=code, seen=1, words=words, now=make.NOW)
        except Refused as refused:
            return refused.reasons[0].code
        return "kept"

    ends = at_once([lambda n=n: write(f"第{n}稿") for n in range(4)])  # type: ignore[misc]  # bound at once
    assert ends == {"kept": 1, "stale": 3}
    with db.reading() as session:
        assert session.execute(select(Notice.version)).scalar_one() == 2
