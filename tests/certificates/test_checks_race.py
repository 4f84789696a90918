"""A dispute and a signature at the same moment: either the one is heard, or the other came first and says so."""

import threading
from collections.abc import Callable, Iterator

import pytest

from academy.certificates.actions import checks as actions
from academy.certificates.actions import deciding
from academy.certificates.queries import batches, checks, proofs
from academy.clockwork import runner
from academy.ground import db
from academy.ground.errors import Refused
from tests import make
from tests.certificates.concluded import concluded

pytestmark = pytest.mark.usefixtures("database")
_PEOPLE = 6
_ROUNDS = 8


@pytest.fixture(autouse=True)
def _no_bell() -> Iterator[None]:
    """Nobody is woken here: what is raced for is a number."""
    kept = list(runner._bound)
    runner._bound.clear()
    yield
    runner._bound[:] = kept


def at_once(*deeds: Callable[[], object]) -> list[BaseException | None]:
    """Do all of these at the same moment; tell what each was answered."""
    start = threading.Barrier(len(deeds))
    answers: list[BaseException | None] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test tells it
            answers[place] = problem

    threads = [threading.Thread(target=do, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("turn", range(_ROUNDS))
def test_a_dispute_is_heard_by_the_signature_or_comes_too_late(turn: int) -> None:
    of = concluded({f"学员{turn}之{place}": 400 for place in range(_PEOPLE)})
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    name, who = next(iter(of.people.items()))
    with db.reading() as session:
        mark = checks.own(session, of.code, who.person_id).mark

    def sign() -> None:
        with db.transaction() as session:
            deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)

    def dispute() -> None:
        with db.transaction() as session:
            actions.dispute(session, actor=who, code=of.code, mark=mark, wish="不对", now=make.NOW)

    signed, disputed = at_once(sign, dispute)
    assert signed is None
    with db.reading() as session:
        numbers = {entry.name: entry.number for entry in batches.entries(session, batch_id)}
        assert list(proofs.wrong_numbers(session)) == []
    if disputed is None:
        assert numbers[name] is None
        assert sum(number is not None for number in numbers.values()) == _PEOPLE - 1
    else:
        assert isinstance(disputed, Refused)
        assert [reason.code for reason in disputed.reasons] == ["numbered"]
        assert numbers[name] is not None


def test_a_signature_waits_for_a_dispute_that_is_being_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dispute is the first to begin and the last to be ready: the signature must not slip in between."""
    of = concluded({f"学员{place}": 400 for place in range(_PEOPLE)})
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    name, who = next(iter(of.people.items()))
    with db.reading() as session:
        mark = checks.own(session, of.code, who.person_id).mark
    looked, signing = threading.Event(), threading.Event()
    note = actions._note

    def slow(*args: object, **values: object) -> None:
        looked.set()
        signing.wait(0.5)  # long enough for a signature that would not wait
        note(*args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_note", slow)

    def dispute() -> None:
        with db.transaction() as session:
            actions.dispute(session, actor=who, code=of.code, mark=mark, wish="不对", now=make.NOW)

    def sign() -> None:
        looked.wait(5)
        with db.transaction() as session:
            deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
        signing.set()

    assert at_once(dispute, sign) == [None, None]
    with db.reading() as session:
        entries = {entry.name: entry.number for entry in batches.entries(session, batch_id)}
    assert entries[name] is None
    assert sum(number is not None for number in entries.values()) == _PEOPLE - 1
