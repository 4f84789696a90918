"""A committed job runs; its effect happens once; a broken one is tried again and then left for a person."""

from datetime import timedelta

import pytest

from academy.clockwork import actions, queries
from academy.clockwork.jobs import Worker
from academy.clockwork.models import Job, JobState
from academy.ground import clock, db
from academy.ground.access import operator
from academy.ground.db import Database
from academy.ground.feature import Every, Feature, JobType, Work
from academy.ground.settings import Settings
from tests import make


class Bench:
    """A worker whose jobs note that they ran."""

    def __init__(self, settings: Settings) -> None:
        self.ran: list[Work] = []
        self.ticked = 0
        self.problem: Exception | None = None
        parts = Feature(
            name="bench",
            jobs=(JobType("bench.work", self.work),),
            schedule=(Every("bench.tick", timedelta(minutes=1), self.tick),),
        )
        self.worker = Worker(settings, [parts])

    def work(self, work: Work) -> str:
        self.ran.append(work)
        work.progress(1, 2, "half")
        if self.problem:
            raise self.problem
        return "/done"

    def tick(self, _now: object, _settings: Settings) -> None:
        self.ticked += 1


@pytest.fixture
def bench(database: Database, settings: Settings) -> Bench:
    assert database is db.bound()
    return Bench(settings)


def ask(key: str = "one") -> int:
    with db.transaction() as session:
        return actions.enqueue(
            session, actor=operator(), kind="bench.work", arguments={"number": 7}, now=clock.now(), unique_key=key
        )


def job(job_id: int) -> Job:
    with db.transaction() as session:
        found = queries.lock_job(session, job_id)
        assert found is not None
        return found


def test_a_job_runs_once_and_tells_where_its_result_is(bench: Bench) -> None:
    job_id = ask()
    assert ask() == job_id
    bench.worker.run(job_id)
    bench.worker.run(job_id)
    assert [work.arguments for work in bench.ran] == [{"number": 7}]
    assert (job(job_id).state, job(job_id).result, job(job_id).message) == (JobState.DONE, "/done", "half")


def test_a_job_that_is_rolled_back_is_never_run(bench: Bench) -> None:
    with pytest.raises(RuntimeError), db.transaction() as session:
        actions.enqueue(
            session, actor=operator(), kind="bench.work", arguments={}, now=clock.now(), unique_key="x"
        )
        raise RuntimeError
    assert bench.worker.run_waiting() == 0


def test_a_broken_job_is_tried_three_times_and_can_be_asked_for_again(bench: Bench) -> None:
    bench.problem = ValueError("no paper")
    job_id = ask()
    for state in (JobState.QUEUED, JobState.QUEUED, JobState.FAILED):
        bench.worker.run(job_id)
        assert job(job_id).state is state
    assert "no paper" in job(job_id).message
    assert bench.worker.run_waiting() == 0
    bench.problem = None
    ask()
    assert bench.worker.run_waiting() == 1
    assert job(job_id).state is JobState.DONE


def test_a_job_whose_worker_died_is_taken_up_when_its_lease_runs_out(bench: Bench) -> None:
    job_id = ask()
    with db.transaction() as session:
        assert actions.take(session, job_id, now=clock.now()) is not None
    bench.worker.run(job_id)
    assert not bench.ran
    with clock.stopped(clock.now() + actions.LEASE + timedelta(seconds=1)):
        assert bench.worker.run_waiting() == 1
    assert len(bench.ran) == 1


def test_clockwork_runs_when_due_and_not_twice(bench: Bench) -> None:
    with clock.stopped(make.NOW):
        bench.worker.tick()
        bench.worker.tick()
    assert bench.ticked == 1
    with clock.stopped(make.NOW + timedelta(minutes=1)):
        bench.worker.tick()
    assert bench.ticked == 2


def test_a_job_is_shown_to_whoever_asked_for_it(bench: Bench) -> None:
    job_id = ask()
    with db.transaction() as session:
        somebody = make.actor(make.person(session))
        assert queries.job(session, job_id, somebody) is None
        assert queries.job(session, job_id, operator()) is not None
