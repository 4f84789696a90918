"""Whoever finds something wrong is neither proposed nor signed for, and the numbers leave no gap."""

import pytest

from academy.certificates.models.batches import CertificateCheck
from academy.certificates.queries import answers, batches, tallies
from academy.certificates.rules import proposing
from academy.certificates.rules.checks import Group
from academy.certificates.rules.states import BatchState, Series
from academy.ground import db
from academy.ground.errors import Refused
from tests.certificates.answering import (
    HOURS,
    NAMED,
    codes_of,
    confirm,
    dispute,
    numbers,
    propose,
    rename,
    settle,
    sign,
)
from tests.certificates.concluded import concluded

pytestmark = pytest.mark.usefixtures("database")


def test_whoever_disputes_is_not_proposed() -> None:
    of = concluded(HOURS)
    dispute(of)
    confirm(of, "张𬭎")
    batch_id = propose(of)
    with db.reading() as session:
        entries = {entry.name: entry for entry in batches.entries(session, batch_id)}
        found = tallies.of_batch(session, batch_id)
    assert entries[NAMED].reasons == (proposing.DISPUTED,)
    assert found is not None
    assert found.counts == {Group.CONFIRMED: 1, Group.SILENT: 1, Group.DISPUTED: 1}
    sign(of, batch_id)
    assert [name for name, number in numbers(batch_id).items() if number] == ["李㛃", "张𬭎"]


def test_a_dispute_after_the_proposal_keeps_out_at_the_signature_and_leaves_no_gap() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    dispute(of)
    with db.reading() as session:
        found = tallies.of_batch(session, batch_id)
    assert found is not None
    assert found.kept_out == {of.people[NAMED].person_id: proposing.DISPUTED}
    sign(of, batch_id)
    assert numbers(batch_id) == {
        "李㛃": "2026-J-000001", "张𬭎": "2026-J-000002", NAMED: None, "陈堃": None, "王?": None,
    }  # fmt: skip
    with db.reading() as session:
        entries = {entry.name: entry for entry in batches.entries(session, batch_id)}
        after = tallies.of_batch(session, batch_id)
    assert (entries[NAMED].eligible, entries[NAMED].reasons) == (False, (proposing.DISPUTED,))
    assert after is not None
    assert after.counts[Group.DISPUTED] == 1


def test_a_signature_under_nobody_is_refused() -> None:
    of = concluded({NAMED: 400})
    batch_id = propose(of)
    dispute(of)
    with pytest.raises(Refused) as error:
        sign(of, batch_id)
    assert codes_of(error) == ["nobody"]
    with db.reading() as session:
        assert batches.batch(session, batch_id).state is BatchState.PROPOSED
        assert batches.batch(session, batch_id).people == 1


def test_what_was_corrected_after_the_proposal_is_not_printed_as_it_was() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    dispute(of)
    rename(of, NAMED, "欧阳娜")
    settle(of, minutes=2)
    sign(of, batch_id)
    assert numbers(batch_id)[NAMED] is None
    with db.reading() as session:
        entries = {entry.name: entry for entry in batches.entries(session, batch_id)}
    assert entries[NAMED].reasons == (proposing.CORRECTED,)


def test_what_was_settled_without_a_change_is_signed_as_proposed() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    dispute(of)
    settle(of, minutes=2)
    sign(of, batch_id)
    assert numbers(batch_id)[NAMED] is not None


def test_answers_matter_to_completions_alone() -> None:
    of = concluded(HOURS)
    dispute(of)
    with db.reading() as session:
        facts = batches.class_facts(session, of.code)
        for series in (Series.EXCELLENT, Series.HOURS):
            found = {person.name: person for person in batches.candidates(session, facts, series)}
            assert proposing.DISPUTED not in proposing.reasons_against(found[NAMED], series)
        assert len(answers.of_class(session, of.class_id)) == 1
        row = session.get(CertificateCheck, (of.class_id, of.people[NAMED].person_id))
        assert row is not None
        assert row.sample is False
