"""The making of files stops between two portions and goes on where it stopped; nothing is made twice."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from academy.certificates import jobs
from academy.certificates.actions import deciding, files, making, pausing
from academy.certificates.queries import batches, proofs, register
from academy.certificates.queries.register import ToMake
from academy.certificates.rules.states import BatchState
from academy.clockwork import actions as clockwork_actions
from academy.clockwork import queries as clockwork
from academy.clockwork.models import Job, JobState
from academy.ground import clock, db, storage
from academy.ground.access import operator
from academy.ground.errors import Refused
from academy.ground.settings import Settings
from academy.ground.storage import Place
from tests import make
from tests.certificates.concluded import Concluded, concluded, worker

pytestmark = pytest.mark.usefixtures("database")
_PEOPLE = 5
Hook = Callable[[int], None]


@pytest.fixture
def of() -> Concluded:
    return concluded({f"学员{place}": 400 for place in range(_PEOPLE)})


@pytest.fixture
def after_portion(monkeypatch: pytest.MonkeyPatch) -> list[Hook]:
    """Make portions of one quick file each, and call what a test puts here after each of them."""
    hooks: list[Hook] = []
    turns: list[int] = []

    def keep(certificates: Sequence[ToMake], _settings: Settings, *, at: datetime) -> dict[int, Place]:
        assert at.tzinfo
        store = storage.bound()
        made = {one.id: store.put(f"{one.number}".encode(), "pdf") for one in certificates}
        turns.append(len(made))
        for hook in hooks:
            hook(len(turns))
        return {key: Place(sha256=digest, shared=None, pack=digest) for key, digest in made.items()}

    monkeypatch.setattr(jobs, "_AT_ONCE", 1)
    monkeypatch.setattr(files, "keep", keep)
    return hooks


def signed(of: Concluded) -> tuple[int, int]:
    """A signed batch and its job."""
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
        return batch_id, deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)


def pause(of: Concluded, batch_id: int) -> None:
    with db.transaction() as session:
        pausing.pause(session, actor=of.admin, batch_id=batch_id, now=clock.now())


def resume(of: Concluded, batch_id: int) -> int:
    with db.transaction() as session:
        return pausing.resume(session, actor=of.admin, batch_id=batch_id, now=clock.now())


def standing(batch_id: int, job_id: int) -> tuple[BatchState, int, JobState, bool]:
    """Tell the batch's state, how many files there are, the job's state, and whether it rests."""
    with db.reading() as session:
        batch, job = batches.batch(session, batch_id), clockwork.job(session, job_id, operator())
        assert job is not None
        assert list(proofs.left_lying(session, kind=making.ISSUE_JOB)) == []
        return batch.state, batch.made, job.state, job.rests


def test_a_pause_lets_the_portion_be_finished_and_no_other_begin(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    batch_id, job_id = signed(of)
    after_portion.append(lambda turn: pause(of, batch_id) if turn == 2 else None)
    worker(settings).run(job_id)
    assert standing(batch_id, job_id) == (BatchState.PAUSED, 2, JobState.DONE, True)
    assert worker(settings).run_waiting() == 0


def test_a_resumed_batch_goes_on_where_it_stopped_by_the_same_job(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    batch_id, job_id = signed(of)
    made: list[int] = []
    after_portion.append(made.append)
    after_portion.append(lambda turn: pause(of, batch_id) if turn in {1, 3} else None)
    worker(settings).run(job_id)
    for _turn in range(2):
        assert resume(of, batch_id) == job_id
        assert worker(settings).run_waiting() == 1
    assert standing(batch_id, job_id) == (BatchState.ISSUED, _PEOPLE, JobState.DONE, False)
    assert len(made) == _PEOPLE
    with db.reading() as session:
        assert list(register.to_make(session, batch_id)) == []


def test_a_pause_that_is_taken_back_before_the_job_looks_changes_nothing(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    batch_id, job_id = signed(of)
    after_portion.append(lambda turn: pause(of, batch_id) if turn == 2 else None)
    after_portion.append(lambda turn: turn == 2 and resume(of, batch_id))  # type: ignore[arg-type]
    worker(settings).run(job_id)
    assert standing(batch_id, job_id) == (BatchState.ISSUED, _PEOPLE, JobState.DONE, False)


def test_a_pause_during_the_last_portion_waits_for_somebody_all_the_same(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    batch_id, job_id = signed(of)
    after_portion.append(lambda turn: pause(of, batch_id) if turn == _PEOPLE else None)
    worker(settings).run(job_id)
    assert standing(batch_id, job_id) == (BatchState.PAUSED, _PEOPLE, JobState.DONE, False)
    resume(of, batch_id)
    assert standing(batch_id, job_id) == (BatchState.ISSUED, _PEOPLE, JobState.DONE, False)


@pytest.mark.usefixtures("after_portion")
def test_a_worker_that_takes_up_a_paused_batch_rests_at_once(of: Concluded, settings: Settings) -> None:
    batch_id, job_id = signed(of)
    with db.transaction() as session:  # the worker that began it was killed
        clockwork_actions.take(session, job_id, now=make.NOW)
        making.start(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    pause(of, batch_id)
    worker(settings).run(job_id)
    assert standing(batch_id, job_id) == (BatchState.PAUSED, 0, JobState.DONE, True)
    resume(of, batch_id)
    worker(settings).run_waiting()
    assert standing(batch_id, job_id)[:2] == (BatchState.ISSUED, _PEOPLE)


def test_a_job_that_rested_has_all_its_tries_again(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    batch_id, job_id = signed(of)
    after_portion.append(lambda turn: pause(of, batch_id) if turn in {1, 2, 3} else None)
    worker(settings).run(job_id)
    for _turn in range(2):
        resume(of, batch_id)
        worker(settings).run_waiting()
    resume(of, batch_id)
    for _try in range(2):  # workers are killed: the first two leave it to be tried again
        with db.transaction() as session:
            job = clockwork_actions.take(session, job_id, now=clock.now())
            assert job is not None
            job.lease_until = make.NOW
    worker(settings).run(job_id)
    assert standing(batch_id, job_id)[:2] == (BatchState.ISSUED, _PEOPLE)


def test_only_what_is_being_made_is_paused_and_only_what_is_paused_goes_on(of: Concluded) -> None:
    batch_id, _job_id = signed(of)
    for deed, code in ((pause, "not_being_made"), (resume, "not_paused")):
        with pytest.raises(Refused) as error:
            deed(of, batch_id)
        assert [reason.code for reason in error.value.reasons] == [code]
    with db.transaction() as session:
        making.start(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    pause(of, batch_id)
    with pytest.raises(Refused) as error, db.transaction() as session:
        deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    assert "open_batch" in [reason.code for reason in error.value.reasons]


def test_whoever_lost_a_resting_job_cannot_end_it(
    of: Concluded, after_portion: list[Hook], settings: Settings
) -> None:
    """The job is resumed and taken up anew before the worker that let it rest has come to its end."""
    batch_id, job_id = signed(of)
    after_portion.append(lambda turn: pause(of, batch_id) if turn == 1 else None)
    worker(settings).run(job_id)
    with db.reading() as session:
        first = session.get_one(Job, job_id).attempts
    resume(of, batch_id)
    with db.transaction() as session:
        job = clockwork_actions.take(session, job_id, now=clock.now())
        assert job is not None
        assert job.attempts > first
    with db.transaction() as session:
        clockwork_actions.finish(session, job_id, attempt=1, result="/elsewhere", now=clock.now())
    with db.reading() as session:
        assert session.get_one(Job, job_id).state is JobState.RUNNING
