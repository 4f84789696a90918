"""Three series, each with people, numbers, designs and an open batch of its own."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from academy.certificates.actions import deciding
from academy.certificates.actions.past import number_many
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches, designs, proofs, register
from academy.certificates.rules import proposing
from academy.certificates.rules.designs import DEFAULTS
from academy.certificates.rules.proposing import Candidate
from academy.certificates.rules.states import BatchState, Series
from academy.ground import db
from academy.ground.access import operator
from academy.ground.errors import Reason, Refused
from tests import make
from tests.certificates.concluded import Concluded, concluded
from tests.certificates.test_actions import past

HOURS = {"欧阳娜娜": 380, "张𬭎": 360, "陈堃": 340, "李四": 0}
J, Y, S = Series.COMPLETION, Series.EXCELLENT, Series.HOURS

GOOD = Candidate(
    person_id=1, name="王伟", name_pinyin="wang wei", unit="", tenths=380, required_tenths=360, completed=True,
    certified=None, unprintable="",
)  # fmt: skip
SHORT = proposing.HOURS_SHORT.about(done="34", required="36")


@pytest.mark.parametrize(
    ("person", "series", "picked", "reasons"),
    [
        (GOOD, J, False, ()),
        (GOOD, Y, True, ()),
        (GOOD, Y, False, (proposing.NOT_PICKED,)),
        (GOOD, S, False, ()),
        (replace(GOOD, tenths=340, completed=False), J, False, (SHORT,)),
        (replace(GOOD, tenths=340, completed=False), Y, True, (SHORT,)),
        (replace(GOOD, tenths=340, completed=False), Y, False, (SHORT, proposing.NOT_PICKED)),
        (replace(GOOD, completed=False), Y, True, (proposing.NOT_COMPLETED,)),
        (replace(GOOD, tenths=340, completed=False), S, False, ()),
        (replace(GOOD, tenths=0, completed=False), S, False, (proposing.NO_HOURS,)),
        (replace(GOOD, unprintable="?"), S, False, (proposing.UNPRINTABLE.about(characters="?"),)),
        (
            replace(GOOD, certified="2026-Y-000001"),
            Y,
            False,
            (proposing.NOT_PICKED, proposing.CERTIFIED.about(number="2026-Y-000001")),
        ),
    ],
)
def test_each_series_asks_for_what_it_says(
    person: Candidate,
    series: Series,
    picked: bool,  # noqa: FBT001 - a cell of the table
    reasons: tuple[Reason, ...],
) -> None:
    assert proposing.reasons_against(person, series, picked=picked) == reasons


@pytest.mark.parametrize(("completed", "usual"), [(0, 1), (1, 1), (7, 1), (20, 3), (50, 7), (300, 45)])
def test_about_fifteen_in_a_hundred_are_excellent(completed: int, usual: int) -> None:
    assert proposing.usual_excellent(completed) == usual


@pytest.fixture
def of(database: db.Database) -> Concluded:
    assert database is db.bound()
    return concluded(HOURS)


def propose(of: Concluded, series: Series, picked: Collection[str] = ()) -> int:
    ids = [of.people[name].person_id or 0 for name in picked]
    with db.transaction() as session:
        return deciding.propose(session, actor=of.admin, code=of.code, series=series, picked=ids, now=make.NOW)


def sign(of: Concluded, batch_id: int) -> dict[str, str | None]:
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    with db.reading() as session:
        return {entry.name: entry.number for entry in batches.entries(session, batch_id)}


def codes_of(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_each_series_counts_for_itself(of: Concluded) -> None:
    first, second, third = propose(of, J), propose(of, Y, ["张𬭎"]), propose(of, S)
    assert sign(of, second) == {"张𬭎": "2026-Y-000001", "欧阳娜娜": None, "陈堃": None, "李四": None}
    assert sign(of, third) == {
        "陈堃": "2026-S-000001", "欧阳娜娜": "2026-S-000002", "张𬭎": "2026-S-000003", "李四": None,
    }  # fmt: skip
    assert sign(of, first) == {"欧阳娜娜": "2026-J-000001", "张𬭎": "2026-J-000002", "陈堃": None, "李四": None}
    with db.reading() as session:
        assert batches.batch(session, second).series is Y
        assert [one.series for one in register.to_make(session, third)] == [S, S, S]
        assert designs.of_batch(session, third) == DEFAULTS[S]
        found = (proofs.wrong_numbers, proofs.misprinted, proofs.doubled, proofs.altered, proofs.astray)
        assert [list(find(session)) for find in found] == [[], [], [], [], []]


def test_one_open_batch_a_class_and_series(of: Concluded) -> None:
    propose(of, J)
    propose(of, S)
    for series in (J, S):
        with pytest.raises(Refused) as error:
            propose(of, series)
        assert codes_of(error) == ["open_batch"]


def test_the_excellent_are_picked_among_those_who_completed(of: Concluded) -> None:
    with pytest.raises(Refused) as error:
        propose(of, Y)
    assert codes_of(error) == ["nobody_picked"]
    with pytest.raises(Refused) as error:
        propose(of, Y, ["陈堃"])
    assert codes_of(error) == ["nobody"]
    batch_id = propose(of, Y, ["陈堃", "欧阳娜娜"])
    with db.reading() as session:
        said = {
            entry.name: [reason.code for reason in entry.reasons] for entry in batches.entries(session, batch_id)
        }
    assert said == {
        "欧阳娜娜": [], "张𬭎": ["not_picked"], "陈堃": ["hours_short"], "李四": ["hours_short", "not_picked"],
    }  # fmt: skip


def test_more_excellent_people_may_follow_in_another_batch(of: Concluded) -> None:
    sign(of, propose(of, Y, ["张𬭎"]))
    with db.transaction() as session:
        session.get_one(CertificateBatch, 1).state = BatchState.ISSUED
        session.get_one(CertificateBatch, 1).issued_at = make.NOW
    again = propose(of, Y, ["张𬭎", "欧阳娜娜"])
    assert sign(of, again)["欧阳娜娜"] == "2026-Y-000002"


def test_an_unknown_person_picked_is_nobody(of: Concluded) -> None:
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.propose(session, actor=of.admin, code=of.code, series=Y, picked=[9999], now=make.NOW)
    assert codes_of(error) == ["nobody"]


def test_a_class_without_completions_stays_on_the_list_whatever_else_was_proposed(of: Concluded) -> None:
    propose(of, S)
    with db.reading() as session:
        assert [line.code for line in batches.classes_without(session)] == [of.code]
    propose(of, J)
    with db.reading() as session:
        assert batches.classes_without(session) == ()


def test_past_batches_freeze_the_design_in_use(session: Session) -> None:
    of = concluded({"甲": 400})
    number_many(session, actor=operator(), past=[past(of, make.NOW)], now=make.NOW)
    row = session.get_one(CertificateBatch, 1)
    assert (row.series, row.design) == (J, DEFAULTS[J].as_json())
    assert session.get_one(Certificate, 1).facts["template"] == "certificate.html"
