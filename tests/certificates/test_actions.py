"""Proposed by one, signed by another; numbers in a row; facts frozen; nothing half done."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.certificates.actions import deciding, making
from academy.certificates.actions import past as past_batches
from academy.certificates.actions.past import Earned, PastBatch
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches, proofs, register
from academy.certificates.rules import proposing
from academy.certificates.rules.states import BatchState, CertificateState
from academy.classes.rules import ClassState
from academy.clockwork import queries as clockwork
from academy.ground import db
from academy.ground.access import Actor, operator
from academy.ground.errors import NotFound, Refused
from academy.ground.storage import Place
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded, concluded

HOURS = {"欧阳娜娜": 380, "张𬭎": 360, "李㛃": 400, "陈堃": 340, "王?": 390}

pytestmark = pytest.mark.usefixtures("database")


def propose(of: Concluded) -> int:
    with db.transaction() as session:
        return deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)


def sign(of: Concluded, batch_id: int, *, by: Actor | None = None, now: datetime = make.NOW) -> int:
    with db.transaction() as session:
        return deciding.sign(session, actor=by or of.admin2, batch_id=batch_id, now=now)


def numbers(batch_id: int) -> dict[str, str | None]:
    with db.reading() as session:
        return {entry.name: entry.number for entry in batches.entries(session, batch_id)}


def codes_of(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_a_proposal_freezes_everybody_with_all_reasons() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    with db.reading() as session:
        entries = {entry.name: entry for entry in batches.entries(session, batch_id)}
        line = batches.batch(session, batch_id)
    assert [name for name, entry in entries.items() if entry.eligible] == ["李㛃", "欧阳娜娜", "张𬭎"]
    assert entries["陈堃"].reasons == (proposing.HOURS_SHORT.about(done="34", required="36"),)
    assert entries["王?"].reasons == (proposing.UNPRINTABLE.about(characters="?"),)
    assert (line.state, line.people, line.numbered) == (BatchState.PROPOSED, 3, 0)


def test_a_signature_numbers_everybody_in_the_order_of_names() -> None:
    of = concluded(HOURS)
    batch_id = propose(of)
    job_id = sign(of, batch_id)
    assert numbers(batch_id) == {
        "李㛃": "2026-J-000001", "欧阳娜娜": "2026-J-000002", "张𬭎": "2026-J-000003", "陈堃": None, "王?": None,
    }  # fmt: skip
    with db.reading() as session:
        waiting = register.to_make(session, batch_id)
        job = clockwork.job(session, job_id, of.admin2)
    assert [one.facts["name"] for one in waiting] == ["李㛃", "欧阳娜娜", "张𬭎"]
    assert waiting[0].facts["tenths"] == 400
    assert "reasons" not in waiting[0].facts
    assert job is not None
    assert job.kind == making.ISSUE_JOB


def test_the_next_batch_goes_on_where_the_last_ended_and_a_new_year_begins_at_one() -> None:
    first, second, third = concluded({"甲": 400, "乙": 400}), concluded({"丙": 400}), concluded({"丁": 400})
    sign(first, propose(first))
    second_id, third_id = propose(second), propose(third)
    sign(second, second_id)
    assert numbers(second_id) == {"丙": "2026-J-000003"}
    sign(third, third_id, now=datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # half past midnight in Nanjing
    assert numbers(third_id) == {"丁": "2027-J-000001"}


def test_what_was_signed_is_what_was_proposed() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of)
    with db.transaction() as session:
        person = session.get(Person, of.people["王伟"].person_id)
        assert person is not None
        person.name = "王大伟"
    sign(of, batch_id)
    assert numbers(batch_id) == {"王伟": "2026-J-000001"}


def test_nobody_signs_what_they_proposed() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of)
    with pytest.raises(Refused) as error:
        sign(of, batch_id, by=of.admin)
    assert codes_of(error) == ["same_person"]
    with pytest.raises(Refused) as error:
        sign(of, batch_id, by=operator())
    assert codes_of(error) == ["no_account"]
    with pytest.raises(IntegrityError, match="signed_by_another"), db.transaction() as session:
        batches.lock_batch(session, batch_id).signer_id = of.admin.person_id


def test_a_batch_is_signed_once() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of)
    sign(of, batch_id)
    with pytest.raises(Refused) as error:
        sign(of, batch_id)
    assert codes_of(error) == ["not_waiting"]
    with db.reading() as session:
        assert list(proofs.wrong_numbers(session)) == []


def test_one_open_batch_a_class_and_one_certificate_a_person() -> None:
    of = concluded({"王伟": 400, "陈堃": 340})
    batch_id = propose(of)
    with pytest.raises(Refused) as error:
        propose(of)
    assert codes_of(error) == ["open_batch"]
    with db.transaction() as session:
        deciding.withdraw(session, actor=of.admin, batch_id=batch_id, now=make.NOW)
    again = propose(of)
    sign(of, again)
    with db.transaction() as session:
        found = batches.lock_batch(session, again)
        found.state, found.issued_at = BatchState.ISSUED, make.NOW
    with pytest.raises(Refused) as error:
        propose(of)
    assert codes_of(error) == ["nobody"]
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.withdraw(session, actor=of.admin, batch_id=again, now=make.NOW)
    assert codes_of(error) == ["not_waiting"]


@pytest.mark.parametrize("state", [ClassState.DRAFT, ClassState.ENROLLING, ClassState.RUNNING])
def test_a_class_is_concluded_first(state: ClassState) -> None:
    of = concluded({"王伟": 400}, state=state)
    with pytest.raises(Refused) as error:
        propose(of)
    assert codes_of(error) == ["not_concluded"]


def test_a_hash_is_noted_once_and_never_changed() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of)
    sign(of, batch_id)
    with db.reading() as session:
        one = register.to_make(session, batch_id)[0]
    first = Place(sha256="a" * 64, shared="c" * 64, pack="d" * 64, offset=7, length=9)
    for place, noted in ((first, 1), (Place(sha256="b" * 64, shared=None, pack="b" * 64), 0)):
        with db.transaction() as session:
            assert making.note_made(session, actor=of.admin, made={one.id: place}, now=make.NOW) == noted
    with db.reading() as session:
        found = register.held(session, one.number, of.admin)
    assert (found.place, found.state) == (first, CertificateState.ISSUED)


def test_the_database_refuses_an_issued_certificate_without_a_file() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of)
    sign(of, batch_id)
    with db.reading() as session:
        one = register.to_make(session, batch_id)[0]
    with pytest.raises(IntegrityError, match="issued_has"), db.transaction() as session:
        register.lock_certificate(session, one.number).state = CertificateState.ISSUED


def test_another_persons_certificate_is_not_found() -> None:
    of = concluded({"王伟": 400, "李四": 400})
    batch_id = propose(of)
    sign(of, batch_id)
    number = numbers(batch_id)["王伟"]
    assert number is not None
    with db.reading() as session:
        assert register.held(session, number, of.people["王伟"]).name == "王伟"
        with pytest.raises(NotFound):
            register.held(session, number, of.people["李四"])
        assert [held.number for held in register.of_person(session, of.people["王伟"].person_id or 0)] == [number]


def past(of: Concluded, signed_at: datetime) -> PastBatch:
    people = tuple(
        Earned(person_id=who.person_id or 0, name=name, unit="玄武区", tenths=400)
        for name, who in of.people.items()
    )
    return PastBatch(
        class_code=of.code, proposer=of.admin, signer=of.admin2, proposed_at=signed_at - timedelta(days=1),
        signed_at=signed_at, people=people,
    )  # fmt: skip


def test_past_batches_are_numbered_in_the_order_they_were_signed(session: Session) -> None:
    older, newer = concluded({"丙": 400, "丁": 400}), concluded({"甲": 400})
    given = count(1)
    both = [past(newer, datetime(2020, 6, 1, tzinfo=UTC)), past(older, datetime(2020, 5, 1, tzinfo=UTC))]
    total = past_batches.number_many(
        session, actor=operator(), past=both, now=make.NOW, new_code=lambda: f"CODE{next(given):06d}"
    )
    assert total == 3
    rows = [session.get(Certificate, key) for key in (1, 2, 3)]
    assert [(row.number, row.facts["name"], row.code) for row in rows if row] == [
        ("2020-J-000001", "丙", "CODE000001"),
        ("2020-J-000002", "丁", "CODE000002"),
        ("2020-J-000003", "甲", "CODE000003"),
    ]
    assert {row.state for row in rows if row} == {CertificateState.NUMBERED}
    batch = session.get(CertificateBatch, 1)
    assert batch is not None
    assert batch.state is BatchState.SIGNED
    assert list(proofs.wrong_numbers(session)) == []
    assert list(proofs.misprinted(session)) == []
