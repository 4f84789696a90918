"""Looked at before it is made: shown, confirmed, disputed, settled, and asked anew where something changed."""

import pytest
from sqlalchemy import delete

from academy.certificates.queries import batches, checks, tallies
from academy.certificates.rules.checks import Standing
from academy.certificates.rules.proposing import frozen_facts
from academy.certificates.rules.states import CheckAnswer, Series
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.ground import db
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.hours.models import Completion
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from academy.outbox import queries as outbox
from tests import make
from tests.certificates.answering import (
    HOURS,
    NAMED,
    codes_of,
    confirm,
    dispute,
    noted,
    own,
    propose,
    rename,
    settle,
    sign,
)
from tests.certificates.concluded import Concluded, concluded

pytestmark = pytest.mark.usefixtures("database")


def test_a_trainee_is_shown_what_a_proposal_freezes() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    with db.reading() as session:
        facts = batches.class_facts(session, of.code)
        people = {person.name: person for person in batches.candidates(session, facts)}
        for name, actor in of.people.items():
            shown = checks.own(session, of.code, actor.person_id)
            frozen = frozen_facts(facts, people[name], Series.COMPLETION)
            assert shown.says.items() <= frozen.items()
            assert (shown.person.completed, shown.person.unprintable) == (
                people[name].completed, people[name].unprintable,
            )  # fmt: skip
        assert own(of).says.items() <= batches.entry_facts(session, batch_id, own(of).person.person_id).items()


def test_a_yes_is_noted_once() -> None:
    of = concluded(HOURS)
    assert own(of).is_asked
    confirm(of)
    confirm(of)
    assert (own(of).person.check, own(of).is_asked) == (Standing.CONFIRMED, False)
    assert noted("certificate.confirmed") == 1


def test_a_yes_to_what_changed_meanwhile_is_refused_and_an_older_one_counts_no_more() -> None:
    of = concluded(HOURS)
    mark = own(of).mark
    confirm(of)
    rename(of, NAMED, "欧阳娜")
    found = own(of)
    assert (found.person.check, found.is_asked, found.changed) == (Standing.STALE, True, ("name",))
    with pytest.raises(Refused) as error:
        confirm(of, mark=mark)
    assert codes_of(error) == ["altered"]
    confirm(of)
    assert own(of).person.check is Standing.CONFIRMED


def test_nobody_confirms_what_cannot_be_printed_or_is_not_earned() -> None:
    of = concluded(HOURS)
    for name, code in {"王?": "unprintable", "陈堃": "hours_short"}.items():
        with pytest.raises(Refused) as error:
            confirm(of, name)
        assert codes_of(error) == [code]
    dispute(of, "王?", "最后一个字是堃")
    assert own(of, "王?").person.check is Standing.DISPUTED


def test_a_stranger_finds_nothing() -> None:
    of, other = concluded(HOURS), concluded({"路人": 400})
    with db.reading() as session:
        with pytest.raises(NotFound):
            checks.own(session, of.code, other.people["路人"].person_id)
        with pytest.raises(NotFound):
            checks.own(session, of.code, None)


@pytest.mark.parametrize("state", [ClassState.DRAFT, ClassState.ENROLLING, ClassState.CANCELLED])
def test_nothing_is_shown_before_the_class_has_run(state: ClassState) -> None:
    with pytest.raises(NotFound):
        own(concluded(HOURS, state=state))


def not_completed_yet(of: Concluded) -> None:
    """Leave it to the conclusion of the class to note who completed it."""
    with db.transaction() as session:
        session.execute(delete(Completion).where(Completion.class_session_id == of.class_id))


def sitting(of: Concluded, *, hour: int) -> None:
    """A sitting on the day that it is in these tests, where it is nine o'clock."""
    with db.transaction() as session:
        teacher, room = make.person(session, "教师甲"), make.place(session)
        class_ = session.get_one(ClassSession, of.class_id)
        make.sitting(session, class_, instructor=teacher, at=room, day=make.TODAY, hour=hour)


def asked(actor: Actor) -> list[str]:
    with db.reading() as session:
        return [each.of.code for each in checks.to_look_at(session, actor.person_id or 0, now=make.NOW)]


def test_trainees_are_asked_once_the_last_sitting_is_over() -> None:
    of = concluded(HOURS, state=ClassState.RUNNING)
    not_completed_yet(of)
    who = of.people[NAMED]
    assert asked(who) == []
    sitting(of, hour=5)
    assert [name for name, each in of.people.items() if asked(each)] == [NAMED, "张𬭎", "李㛃", "王?"]
    confirm(of)
    assert [reason.code for reason in own(of, "陈堃").hindrances] == ["hours_short"]
    sitting(of, hour=8)  # until eleven
    assert asked(who) == []
    with pytest.raises(Refused) as error:
        confirm(of)
    assert codes_of(error) == ["not_over"]


def test_only_those_who_are_to_get_a_certificate_are_asked() -> None:
    of = concluded(HOURS)
    assert [name for name, who in of.people.items() if asked(who)] == [NAMED, "张𬭎", "李㛃", "王?"]
    dispute(of)
    batch_id = propose(of)
    sign(of, batch_id)
    assert [name for name, who in of.people.items() if asked(who)] == [NAMED, "王?"]
    with pytest.raises(Refused) as error:
        confirm(of, "张𬭎")
    assert codes_of(error) == ["numbered"]


def test_a_settled_dispute_is_told_and_asks_anew_where_something_changed() -> None:
    of = concluded(HOURS)
    dispute(of)
    rename(of, NAMED, "欧阳娜")
    settle(of)
    found = own(of)
    assert (found.person.check, found.is_asked, found.changed) == (Standing.STALE, True, ("name",))
    dispute(of, "张𬭎", "课时不对")
    settle(of, "张𬭎")
    assert (own(of, "张𬭎").person.check, own(of, "张𬭎").is_asked) == (Standing.SETTLED, False)
    with db.transaction() as session:
        sent = {message.person_id: message for message in outbox.lock_due(session, now=make.NOW, limit=9)}
        first, second = (sent[of.people[name].person_id] for name in (NAMED, "张𬭎"))
        assert (first.code, second.code) == ("certificate.check-changed", "certificate.check-settled")
        assert first.values["note"] == "已核对身份证。"
    with pytest.raises(Refused) as error:
        settle(of)
    assert codes_of(error) == ["not_disputed"]


def test_a_dispute_can_be_taken_back_and_raised_again() -> None:
    of = concluded(HOURS)
    dispute(of)
    dispute(of)
    assert noted("certificate.disputed") == 1
    confirm(of)
    assert own(of).person.check is Standing.CONFIRMED
    dispute(of, wish="还是不对")
    settle(of)
    dispute(of, wish="仍然不对")
    found = own(of).said
    assert found is not None
    assert (found.answer, found.wish, found.settled_at) == (CheckAnswer.DISPUTED, "仍然不对", None)
    with db.reading() as session:
        assert tallies.count_disputes(session) == 1


def test_the_journal_keeps_no_words_of_the_dispute() -> None:
    of = concluded(HOURS)
    dispute(of, wish="身份证号 320102199001011234")
    with db.reading() as session:
        entry = next(e for e in journal.newest(session, Wanted(code="certificate.disputed"), limit=1))
    assert "320102" not in str(entry)
