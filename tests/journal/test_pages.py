"""The journal as auditors read it and take it away."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from academy.ground import clock, db
from academy.ground.access import Actor, Role, Via
from academy.ground.errors import Refused
from academy.journal import actions, queries
from academy.journal.rules import wanted as rules
from academy.journal.rules.wanted import Wanted, changes
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of

CHEN = Actor(person_id=None, name="陈敏", roles=frozenset({Role.ADMIN}), via=Via.CLI)
LI = Actor(person_id=None, name="李建国", roles=frozenset({Role.ADMIN}), address="127.0.0.1")


def write(session: Session) -> None:
    """Three entries: two of one class session, one of a person, a day apart."""
    of, days = make.class_session(session), [make.TODAY.replace(day=day) for day in (20, 21, 22)]
    actions.record(
        session, actor=CHEN, what="class.publish", about=of, now=clock.at(days[0], 9),
        before={"state": "draft"}, after={"state": "published"},
    )  # fmt: skip
    actions.record(
        session, actor=LI, what="class.changed", about=of, now=clock.at(days[1], 9),
        before={"title": "旧班名", "capacity": 20}, after={"title": "=1+1", "capacity": 30},
    )  # fmt: skip
    actions.record(session, actor=LI, what="some.thing-new", about="person", now=clock.at(days[2], 9))
    session.flush()


def auditor(sign_in: SignInAs) -> PageClient:
    with db.transaction() as session:
        write(session)
        who = make.person(session, "周堃", roles=(Role.AUDITOR,))
    return sign_in(who)


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (Wanted(), ["some.thing-new", "class.changed", "class.publish"]),
        (Wanted(code="class."), ["class.changed", "class.publish"]),
        (Wanted(code="class.p"), ["class.publish"]),
        (Wanted(who="陈"), ["class.publish"]),
        (Wanted(kind="person"), ["some.thing-new"]),
        (Wanted(kind="class_session", number=999), []),
        (Wanted(since=make.TODAY.replace(day=21)), ["some.thing-new", "class.changed"]),
        (Wanted(until=make.TODAY.replace(day=21)), ["class.changed", "class.publish"]),
        (Wanted(code="%"), []),
        (Wanted(words="旧班"), ["class.changed"]),
        (Wanted(words="建国"), ["some.thing-new", "class.changed"]),
        (Wanted(words="127.0.0"), ["some.thing-new", "class.changed"]),
        (Wanted(words="发布", said_by=frozenset({"class.publish"})), ["class.publish"]),
        (Wanted(words="%"), []),
    ],
)
def test_each_question_narrows_the_journal(session: Session, wanted: Wanted, codes: list[str]) -> None:
    write(session)
    assert [entry.code for entry in queries.entries(session, wanted, cursor=None, size=10).rows] == codes


def test_the_newest_come_first_page_by_page_and_back(session: Session) -> None:
    write(session)
    first = queries.entries(session, Wanted(), cursor=None, size=2)
    second = queries.entries(session, Wanted(), cursor=first.after, size=2)
    assert ([row.code for row in second.rows], second.after) == (["class.publish"], None)
    assert queries.entries(session, Wanted(), cursor=second.before, size=2).rows == first.rows


def test_changes_name_what_was_and_what_became() -> None:
    assert changes({"state": "draft", "seats": 2}, {"state": "published", "more": [1]}) == (
        ("state", "draft", "published"),
        ("seats", "2", ""),
        ("more", "", "[1]"),
    )


def test_an_auditor_reads_what_changed_in_words(sign_in: SignInAs) -> None:
    page = text_of(auditor(sign_in).get("/audit/"))
    for words in ("陈敏", "旧班名 → =1+1", "20 → 30", "some.thing-new"):
        assert words in page


def test_a_day_that_no_journal_has_is_refused_in_place(sign_in: SignInAs) -> None:
    client = auditor(sign_in)
    for day in ("2026-13-01", "0001-01-01", "9999-12-31"):
        assert client.get(f"/audit/?until={day}").status_code == 422


def test_the_journal_is_nobody_elses_to_read(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(
            session, roles=(Role.ADMIN, Role.INSTRUCTOR, Role.LIAISON, Role.TRAINEE), unit=make.unit(session)
        )
    client = sign_in(who)
    assert client.get("/audit/").status_code == 403


def test_whoever_takes_the_journal_away_is_in_it(sign_in: SignInAs) -> None:
    client = auditor(sign_in)
    answer = client.send("/audit/export.xlsx", page="/audit/?code=class.")
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = (
            sheet + book.read("xl/sharedStrings.xml").decode()
            if "xl/sharedStrings.xml" in book.namelist()
            else sheet
        )
    assert "=1+1" in words
    assert "<f>" not in sheet
    assert len(re.findall(r"<row ", sheet)) == 3
    with db.reading() as session:
        (entry,) = queries.newest(session, Wanted(code="journal.exported"), limit=5)
    assert (entry.who, entry.after) == ("周堃", {"entries": 2, "code": "class."})


def test_too_much_is_refused_with_the_way_to_ask_for_less(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(session)
    monkeypatch.setattr(actions, "MOST_EXPORTED", 2)
    with pytest.raises(Refused) as refused:
        actions.note_export(session, actor=LI, wanted=Wanted(), count=3, now=make.NOW)
    assert refused.value.reasons[0].code == rules.TOO_MANY.code
