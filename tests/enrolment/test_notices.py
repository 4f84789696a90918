"""The notice that opens enrolment: numbered, frozen, sent to the units with places, read, changed."""

from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.enrolment.actions import admission, notices, opening, quotas
from academy.enrolment.models.notices import OpeningNotice, OpeningNoticeCounter
from academy.enrolment.queries import audit
from academy.enrolment.queries import notices as queries
from academy.enrolment.rules.admission import RuleKind
from academy.ground import clock, db
from academy.ground.access import Role
from academy.ground.db import Base
from academy.ground.errors import NotFound, Refused, constraint_of
from academy.outbox.models import Message
from academy.people.models.register import RoleGrant
from tests import make
from tests.enrolment.noticed import ADMIN, PHONE, Academy, latest, liaison, readers
from tests.enrolment.race import at_once
from tests.enrolment.stage import journal, told


def test_opening_issues_the_notice_to_the_units_with_places(session: Session) -> None:
    academy = Academy(session)
    notice = academy.open(session, words="请带工作证。")
    assert (notice.version, notice.year, notice.number, notice.words) == (1, 2026, 1, "请带工作证。")
    assert readers(session, notice) == {academy.of_district.id: None, academy.of_street.id: None}
    assert told(session, academy.of_district) == ["enrolment.notice-issued"]
    assert told(session, academy.other) == []
    values = session.execute(
        select(Message.values).where(Message.person_id == academy.of_district.id)
    ).scalar_one()
    assert (values["number"], values["places"], values["units"]) == ("宁网院通〔2026〕1号", 8, ["玄武区"])
    assert notice.facts["quotas"] == [
        [academy.district.id, "玄武区", 8, [[academy.street.id, "樱桥街道", 5]]]
    ]  # fmt: skip
    assert notice.facts["rest"] == 12
    assert notice.facts["phone"] == PHONE
    assert journal(session)[-2:] == ["enrolment.opened", "enrolment.notice-issued"]


def test_a_changed_class_makes_a_new_version_of_one_number(session: Session) -> None:
    academy = Academy(session)
    first = academy.open(session)
    with pytest.raises(Refused, match="nothing_changed"):
        academy.issue(session)
    said_first = dict(first.facts)
    opening.set_capacity(session, actor=ADMIN, code=academy.class_.code, places=24, now=make.NOW)
    admission.add_rule(
        session, actor=ADMIN, code=academy.class_.code, kind=RuleKind.REST, keys=(), months=6, now=make.NOW
    )
    second = academy.issue(session)
    assert (second.version, second.number) == (2, first.number)
    assert first.facts == said_first
    assert told(session, academy.of_street) == ["enrolment.notice-issued", "enrolment.notice-changed"]
    what = session.execute(
        select(Message.values).where(Message.code == "enrolment.notice-changed").limit(1)
    ).scalar_one()["what"]
    assert what == ["Who may enrol", "Places"]
    third = academy.issue(session, words="改在二号楼。", after=90)
    assert third.version == 3
    assert audit.wrong_notice_numbers(session).count == 0


def test_numbers_have_no_gap_and_begin_anew_with_the_local_year(session: Session) -> None:
    first, second = Academy(session), Academy(session)
    assert first.open(session).number == 1
    with pytest.raises(Refused), session.begin_nested():
        second.issue(session)  # not open yet: nothing is used up
    assert second.open(session).number == 2
    third = Academy(session)
    new_year = clock.at(date(2027, 1, 1), 0, 30)  # still 31 December in UTC
    opening.open_enrolment(session, actor=ADMIN, code=third.class_.code, now=new_year)
    notice = latest(session, third.class_)
    assert (notice.year, notice.number) == (2027, 1)
    assert audit.wrong_notice_numbers(session).count == 0
    notice.number = 7
    session.flush()
    assert audit.wrong_notice_numbers(session).count == 1


@pytest.mark.usefixtures("database")
def test_classes_opened_at_once_get_numbers_of_their_own() -> None:
    with db.transaction() as session:
        codes = [Academy(session).class_.code for _ in range(6)]

    def deed(code: str) -> str:
        with db.transaction() as session:
            opening.open_enrolment(session, actor=ADMIN, code=code, now=make.NOW)
        return "opened"

    assert at_once([lambda code=code: deed(code) for code in codes]) == {"opened": 6}  # type: ignore[misc]
    with db.reading() as session:
        numbers = session.execute(select(OpeningNotice.number).order_by(OpeningNotice.number)).scalars()
        assert list(numbers) == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("database")
def test_without_the_lock_two_classes_would_have_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    if db.bound().is_sqlite:
        pytest.skip("SQLite has one writer at a time, who has written before the counter is read.")
    barrier = Barrier(2)

    def look(session: Session, year: int) -> OpeningNoticeCounter:
        found = session.get(OpeningNoticeCounter, year)
        assert found is not None
        barrier.wait(60)
        return found

    with db.transaction() as session:
        codes = [Academy(session).class_.code for _ in range(2)]
        session.add(OpeningNoticeCounter(year=2026, last=0))
    monkeypatch.setattr(queries, "lock_counter", look)

    def deed(code: str) -> str:
        try:
            with db.transaction() as session:
                opening.open_enrolment(session, actor=ADMIN, code=code, now=make.NOW)
        except IntegrityError as error:
            return constraint_of(error, Base.metadata) or "an unnamed constraint"
        return "opened"

    ended = at_once([lambda code=code: deed(code) for code in codes])  # type: ignore[misc]
    assert ended == {"opened": 1, "uq_opening_notice_year_number_version": 1}


def test_a_liaison_confirms_once_and_nobody_for_another_unit(session: Session) -> None:
    academy = Academy(session)
    notice = academy.open(session)
    mine = liaison(academy.of_street, academy.street)
    assert notices.confirm_read(session, actor=mine, notice_id=notice.id, now=make.NOW)
    assert not notices.confirm_read(session, actor=mine, notice_id=notice.id, now=make.NOW + timedelta(days=1))
    assert readers(session, notice) == {academy.of_district.id: None, academy.of_street.id: make.NOW}
    with pytest.raises(NotFound):
        other = liaison(academy.other, academy.elsewhere)
        notices.confirm_read(session, actor=other, notice_id=notice.id, now=make.NOW)
    successor = make.person(session, "周倩", roles=(Role.LIAISON,), unit=academy.district)
    after = liaison(successor, academy.district)
    assert notices.confirm_read(session, actor=after, notice_id=notice.id, now=make.NOW)
    assert readers(session, notice)[successor.id] == make.NOW


def test_a_street_that_gets_places_later_is_sent_the_notice_once(session: Session) -> None:
    academy = Academy(session)
    late = make.unit(session, "梅岭街道", parent=academy.district)
    of_late = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=late)
    notice, mine = academy.open(session), liaison(of_late, late)
    assert queries.inbox(session, mine) == ()
    for places in (2, 0, 3):
        quotas.divide(
            session, actor=liaison(academy.of_district, academy.district), code=academy.class_.code,
            district_id=academy.district.id, giving={academy.street.id: 5, late.id: places}, now=make.NOW,
        )  # fmt: skip
    assert told(session, of_late) == ["enrolment.notice-issued"]
    assert told(session, academy.of_street) == ["enrolment.notice-issued"]
    values = session.execute(select(Message.values).where(Message.person_id == of_late.id)).scalar_one()
    assert (values["places"], values["units"]) == (2, ["梅岭街道"])
    assert [(each.id, read_at) for each, read_at in queries.inbox(session, mine)] == [(notice.id, None)]
    assert notices.confirm_read(session, actor=mine, notice_id=notice.id, now=make.NOW)
    assert journal(session).count("enrolment.notice-sent-on") == 1


def test_a_district_that_gets_places_later_is_sent_the_notice(session: Session) -> None:
    academy = Academy(session)
    academy.open(session)
    giving = {academy.district.id: 8, academy.elsewhere.id: 4}
    quotas.give(session, actor=ADMIN, code=academy.class_.code, giving=giving, reserve=0, now=make.NOW)
    assert told(session, academy.other) == ["enrolment.notice-issued"]
    assert told(session, academy.of_district) == ["enrolment.notice-issued"]


def test_a_unit_whose_liaison_comes_later_finds_the_notice(session: Session) -> None:
    academy = Academy(session)
    session.execute(delete(RoleGrant).where(RoleGrant.person_id == academy.of_street.id))
    notice = academy.open(session)
    successor = make.person(session, "周倩", roles=(Role.LIAISON,), unit=academy.street)
    mine = liaison(successor, academy.street)
    assert [each.id for each, _read_at in queries.inbox(session, mine)] == [notice.id]
    assert notices.confirm_read(session, actor=mine, notice_id=notice.id, now=make.NOW)
    assert readers(session, notice)[successor.id] == make.NOW


def test_what_a_liaison_left_unread_goes_to_the_next_one(session: Session) -> None:
    academy = Academy(session)
    notice = academy.open(session)
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == academy.of_street.id)
        .values(ends_on=make.TODAY - timedelta(days=1))
    )
    successor = make.person(session, "周倩", roles=(Role.LIAISON,), unit=academy.street)
    now = make.NOW + timedelta(hours=2)
    assert notices.remind(session, actor=ADMIN, code=academy.class_.code, now=now) == 2
    assert readers(session, notice) == {academy.of_district.id: None, successor.id: None}
    assert told(session, successor) == ["enrolment.notice-reminded"]


def test_whoever_has_not_confirmed_is_reminded_not_twice_in_an_hour(session: Session) -> None:
    academy = Academy(session)
    notice = academy.open(session)
    mine, code = liaison(academy.of_street, academy.street), academy.class_.code

    def remind(after: int) -> int:
        return notices.remind(session, actor=ADMIN, code=code, now=make.NOW + timedelta(minutes=after))

    with pytest.raises(Refused, match="just_reminded"):
        remind(10)
    notices.confirm_read(session, actor=mine, notice_id=notice.id, now=make.NOW)
    assert remind(61) == 1
    assert told(session, academy.of_district)[-1] == "enrolment.notice-reminded"
    assert told(session, academy.of_street) == ["enrolment.notice-issued"]
    with pytest.raises(Refused, match="just_reminded"):
        remind(90)
    theirs = liaison(academy.of_district, academy.district)
    notices.confirm_read(session, actor=theirs, notice_id=notice.id, now=make.NOW)
    with pytest.raises(Refused, match="everybody_read"):
        remind(300)
