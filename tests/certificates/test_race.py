"""Two batches signed at one moment get numbers in a row each, without a gap or a repeat between them."""

import threading
from collections.abc import Iterator

import pytest

from academy.certificates.actions import deciding
from academy.certificates.queries import batches, proofs
from academy.clockwork import runner
from academy.ground import db
from academy.ground.errors import Refused
from tests import make
from tests.certificates.concluded import Concluded, concluded

pytestmark = pytest.mark.usefixtures("database")
_PEOPLE = 12
_BATCHES = 6


@pytest.fixture(autouse=True)
def _no_bell() -> Iterator[None]:
    """Nobody is woken here: what is raced for are numbers."""
    kept = list(runner._bound)
    runner._bound.clear()
    yield
    runner._bound[:] = kept


def proposed(count: int) -> list[tuple[Concluded, int]]:
    found = []
    for turn in range(count):
        of = concluded({f"学员{turn}之{place}": 400 for place in range(_PEOPLE)})
        with db.transaction() as session:
            found.append((of, deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)))
    return found


def sign_at_once(signers: list[tuple[Concluded, int]]) -> list[BaseException | None]:
    """Let every signer press the button at the same moment; tell what each was answered."""
    start = threading.Barrier(len(signers))
    answers: list[BaseException | None] = [None] * len(signers)

    def press(place: int, of: Concluded, batch_id: int) -> None:
        start.wait()
        try:
            with db.transaction() as session:
                deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test tells it
            answers[place] = problem

    threads = [
        threading.Thread(target=press, args=(place, of, batch_id)) for place, (of, batch_id) in enumerate(signers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_batches_signed_at_once_share_no_number_and_leave_none_out() -> None:
    found = proposed(_BATCHES)
    assert sign_at_once(found) == [None] * _BATCHES
    runs = []
    with db.reading() as session:
        assert list(proofs.wrong_numbers(session)) == []
        for _of, batch_id in found:
            numbers = [entry.number for entry in batches.entries(session, batch_id)]
            runs.append([int((number or "").rpartition("-")[2]) for number in numbers])
    assert all(run == list(range(run[0], run[0] + _PEOPLE)) for run in runs)
    assert sorted(number for run in runs for number in run) == list(range(1, _BATCHES * _PEOPLE + 1))


def test_one_batch_signed_by_two_at_once_is_signed_once() -> None:
    ((of, batch_id),) = proposed(1)
    third = concluded({}).admin
    other = Concluded(code=of.code, class_id=of.class_id, admin=of.admin, admin2=third, people=of.people)
    answers = sign_at_once([(of, batch_id), (other, batch_id)])
    assert [type(answer) for answer in answers if answer] == [Refused]
    with db.reading() as session:
        assert batches.batch(session, batch_id).numbered == _PEOPLE
        assert list(proofs.wrong_numbers(session)) == []
