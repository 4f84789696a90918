"""Revoked at once and for good, replaced by two people, printed again and counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from academy.certificates.actions import deciding, living
from academy.certificates.models.register import CertificateReprint
from academy.certificates.queries import batches, chains, history, proofs, register
from academy.certificates.rules.living import EventKind
from academy.certificates.rules.states import BatchState, CertificateState
from academy.classes.models import ClassSession
from academy.ground import db
from academy.ground.access import Role, operator
from academy.ground.errors import NotFound, Refused
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from academy.people.models.register import Membership
from tests import make
from tests.certificates.concluded import concluded
from tests.certificates.lives import (
    LATER,
    NUMBER,
    give_files,
    refused,
    rename,
    replaced,
    revoke,
    sent,
    signed,
    state_of,
)

pytestmark = pytest.mark.usefixtures("database")


def test_revoked_at_once_with_a_reason_and_only_once() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    assert revoke(of)
    assert not revoke(of, reason="又一个理由")
    with db.reading() as session:
        ending = history.ending(session, NUMBER)
        rows = journal.newest(session, Wanted(code="certificate.revoked"), limit=9)
    assert ending is not None
    assert (ending.on, ending.reason, ending.newest) == (LATER, "学时造假", None)
    assert state_of(NUMBER) is CertificateState.REVOKED
    assert len(rows) == 1
    assert sent() == [("certificate.revoked", of.people["王伟"].person_id)]


def test_the_units_liaison_is_told_or_that_of_the_district() -> None:
    of = concluded({"王伟": 400, "李四": 400})
    with db.transaction() as session:
        district = make.unit(session)
        street, other = make.unit(session, parent=district), make.unit(session, parent=district)
        own = make.person(session, "街道联络员", roles=(Role.LIAISON,), unit=street)
        above = make.person(session, "区联络员", roles=(Role.LIAISON,), unit=district)
        for name, unit in (("王伟", street), ("李四", other)):
            session.add(
                Membership(
                    person_id=of.people[name].person_id, unit_id=unit.id, role_as_written="",
                    starts_on=make.TODAY,
                )
            )  # fmt: skip
    signed(of)
    for number in (NUMBER, "2026-J-000002"):
        revoke(of, number)
    told = [who for code, who in sent() if code == "certificate.revoked-in-unit"]
    assert sorted(told, key=str) == sorted([own.id, above.id], key=str)


def test_whoever_was_revoked_is_not_proposed_again_with_the_class() -> None:
    of = concluded({"王伟": 400, "李四": 340})
    signed(of)
    revoke(of)
    with db.reading() as session:
        (row,) = [
            person
            for person in batches.candidates(session, batches.class_facts(session, of.code))
            if person.name == "王伟"
        ]
    assert (row.certified, row.revoked) == (None, NUMBER)
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.propose(session, actor=of.admin, code=of.code, now=LATER)
    assert refused(error) == ["nobody"]


def test_a_corrected_name_is_a_chain_from_the_old_to_the_new() -> None:
    of = concluded({"王韦": 400, "李四": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    with db.reading() as session:
        number = {entry.name: entry.number for entry in batches.entries(session, 1)}["王韦"] or ""
    batch_id = replaced(of, number)
    new = "2026-J-000003"
    with db.reading() as session:
        old_life, new_life = history.life(session, number), history.life(session, new)
        ending = history.ending(session, number)
        assert register.held(session, number, operator()).name == "王韦"
        assert register.held(session, new, operator()).name == "王伟"
        assert batches.batch(session, batch_id).state is BatchState.ISSUED
        for proof in (chains.broken, chains.closed, proofs.doubled, proofs.wrong_numbers, proofs.altered):
            assert list(proof(session)) == []
    assert (state_of(number), state_of(new)) == (CertificateState.REPLACED, CertificateState.ISSUED)
    assert [link.number for link in old_life.chain] == [link.number for link in new_life.chain] == [number, new]
    assert [event.kind for event in old_life.events] == [
        EventKind.PROPOSED, EventKind.SIGNED, EventKind.ISSUED, EventKind.REPLACEMENT_PROPOSED, EventKind.REPLACED,
    ]  # fmt: skip
    assert old_life.events[-1].number == new
    assert ending is not None
    assert ending.newest is not None
    assert (ending.newest.number, ending.newest.state) == (new, CertificateState.ISSUED)
    assert ("certificate.replaced", of.people["王韦"].person_id) in sent()


def test_nothing_changes_before_the_second_signature() -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    with db.transaction() as session:
        batch_id = living.propose_replacement(session, actor=of.admin, number=NUMBER, reason="更正", now=LATER)
    assert state_of(NUMBER) is CertificateState.ISSUED
    with db.reading() as session:
        found = history.replacement(session, batch_id)
    assert found is not None
    assert [(c.before, c.after) for c in found.changes if c.differs] == [("王韦", "王伟")]
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.sign(session, actor=of.admin, batch_id=batch_id, now=LATER)
    assert refused(error) == ["same_person"]
    with db.transaction() as session:
        deciding.withdraw(session, actor=of.admin, batch_id=batch_id, now=LATER)
    assert state_of(NUMBER) is CertificateState.ISSUED
    with db.reading() as session:
        assert history.life(session, NUMBER).replacement_id is None
        assert list(proofs.wrong_numbers(session)) == []


def test_every_reason_against_a_replacement_is_told() -> None:
    of = concluded({"王伟": 400})
    signed(of)

    def ask() -> list[str]:
        with pytest.raises(Refused) as error, db.transaction() as session:
            living.propose_replacement(session, actor=of.admin, number=NUMBER, reason="更正", now=LATER)
        return refused(error)

    assert ask() == ["nothing_differs"]
    rename(of, "王伟", "王?")
    assert ask() == ["unprintable"]
    rename(of, "王伟", "王苇")
    with db.transaction() as session:
        living.propose_replacement(session, actor=of.admin, number=NUMBER, reason="更正", now=LATER)
    assert ask() == ["replacement_open"]
    with pytest.raises(Refused) as error, db.transaction() as session:
        living.propose_replacement(session, actor=operator(), number=NUMBER, reason="更正", now=LATER)
    assert refused(error) == ["replacement_open", "no_account"]
    with pytest.raises(NotFound), db.transaction() as session:
        living.propose_replacement(session, actor=of.admin, number="2026-J-000009", reason="更正", now=LATER)


def test_the_words_of_the_class_may_be_what_was_wrong() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    with db.transaction() as session:
        session.get_one(ClassSession, of.class_id).title = "新任网格员岗前培训班（更正）"
    replaced(of)
    with db.reading() as session:
        titles = [register.held(session, n, operator()).class_title for n in (NUMBER, "2026-J-000002")]
    assert titles == ["新任网格员岗前培训班", "新任网格员岗前培训班（更正）"]


def test_a_replaced_one_is_neither_revoked_nor_printed_nor_replaced_again() -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    replaced(of)
    acts = (living.revoke, living.propose_replacement, living.reprint)
    for act in acts:
        with pytest.raises(Refused) as error, db.transaction() as session:
            act(session, actor=of.admin, number=NUMBER, reason="再来", now=LATER)
        assert error.value.reasons[0].values == {"number": "2026-J-000002"}
    revoke(of, "2026-J-000002")
    with db.reading() as session:
        ending = history.ending(session, NUMBER)
    assert ending is not None
    assert ending.newest is not None
    assert ending.newest.state is CertificateState.REVOKED


def test_revoked_between_proposal_and_signature_nothing_takes_its_place() -> None:
    of = concluded({"王韦": 400})
    signed(of)
    rename(of, "王韦", "王伟")
    with db.transaction() as session:
        batch_id = living.propose_replacement(session, actor=of.admin, number=NUMBER, reason="更正", now=LATER)
    revoke(of)
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=LATER)
    assert refused(error) == ["revoked_since"]


def test_one_revoked_by_mistake_is_followed_by_another_and_stays_revoked() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    revoke(of)
    with db.transaction() as session:
        batch_id = living.propose_replacement(
            session, actor=of.admin, number=NUMBER, reason="误撤销", now=LATER + timedelta(days=1)
        )
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=LATER + timedelta(days=1))
    assert state_of(NUMBER) is CertificateState.REVOKED
    with db.reading() as session:
        assert [link.number for link in history.life(session, NUMBER).chain] == [NUMBER, "2026-J-000002"]
        assert list(chains.broken(session)) == []


def test_lost_paper_is_printed_again_and_counted() -> None:
    of = concluded({"王伟": 400})
    batch_id = signed(of, files=False)
    with pytest.raises(Refused) as error, db.transaction() as session:
        living.reprint(session, actor=of.admin, number=NUMBER, reason="搬家遗失", now=LATER)
    assert refused(error) == ["no_file_yet"]
    give_files(of, batch_id)
    for count in (1, 2):
        with db.transaction() as session:
            times = living.reprint(session, actor=of.admin, number=NUMBER, reason="搬家遗失", now=LATER)
        assert times == count
    with db.reading() as session:
        life = history.life(session, NUMBER)
        rows = session.execute(select(CertificateReprint.reason, CertificateReprint.actor_name)).all()
        noted = journal.newest(session, Wanted(code="certificate.reprinted"), limit=9)
    assert life.reprints == len(rows) == len(noted) == 2
    assert set(rows) == {("搬家遗失", of.admin.name)}
    assert len(life.chain) == 1
