"""A job is held by one attempt at a time, for as long as its worker lives; and what is long done is forgotten."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from academy.clockwork import actions, jobs, queries
from academy.clockwork.feature import FEATURE
from academy.clockwork.jobs import Worker
from academy.clockwork.models import Job, JobState
from academy.ground import clock, db
from academy.ground.access import Role, Via
from academy.ground.feature import Feature, JobType, Work
from academy.ground.settings import Settings
from tests import make

pytestmark = pytest.mark.usefixtures("database")
LATER = actions.LEASE + timedelta(seconds=1)
PATIENCE = 10.0


def ask(key: str = "one") -> int:
    with db.transaction() as session:
        asker = make.actor(make.person(session), Role.ADMIN)
        return actions.enqueue(
            session, actor=asker, kind="bench.work", arguments={}, now=clock.now(), unique_key=key
        )


def take(job_id: int, now: datetime) -> int | None:
    """Take a job up as a worker does and tell the number of the attempt."""
    with db.transaction() as session:
        taken = actions.take(session, job_id, now=now)
        return taken.attempts if taken else None


def job(job_id: int) -> Job:
    with db.transaction() as session:
        found = queries.lock_job(session, job_id)
        assert found is not None
        return found


def worker(settings: Settings, run: Callable[[Work], str]) -> Worker:
    return Worker(settings, [Feature(name="bench", jobs=(JobType("bench.work", run),))])


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_silent_step_keeps_its_lease(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_BEAT_SECONDS", 0.05)
    job_id, begun, go_on, ran = ask(), threading.Event(), threading.Event(), list[int]()

    def silent(_work: Work) -> str:
        ran.append(1)
        begun.set()
        assert go_on.wait(PATIENCE)
        return "/done"

    slow = threading.Thread(target=worker(settings, silent).run, args=(job_id,))
    slow.start()
    assert begun.wait(PATIENCE)
    first = job(job_id).lease_until
    assert first is not None
    wait_until(lambda: (job(job_id).lease_until or first) > first)
    worker(settings, silent).run(job_id)
    go_on.set()
    slow.join()
    assert ran == [1]
    assert (job(job_id).state, job(job_id).attempts) == (JobState.DONE, 1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("beat of")]


def test_a_lease_is_not_renewed_once_another_worker_has_the_job(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_BEAT_SECONDS", 0.05)
    job_id = ask()

    def overtaken(_work: Work) -> str:
        heart = next(each for each in threading.enumerate() if each.name == f"beat of job {job_id}")
        with db.transaction() as session:
            held = queries.lock_job(session, job_id)
            assert held is not None
            held.attempts += 1
        heart.join(PATIENCE)
        assert not heart.is_alive()
        return "/done"

    worker(settings, overtaken).run(job_id)
    assert (job(job_id).state, job(job_id).result) == (JobState.RUNNING, "")


def test_whoever_lost_the_job_can_neither_end_it_nor_hand_it_back() -> None:
    job_id = ask()
    first = take(job_id, make.NOW)
    second = take(job_id, make.NOW + LATER)
    assert (first, second) == (1, 2)
    now = make.NOW + LATER
    with db.transaction() as session:
        actions.beat(session, job_id, attempt=1, done=9, total=9, message="stale", now=now + LATER)
        assert not actions.renew(session, job_id, attempt=1, now=now + LATER)
        actions.give_back(session, job_id, attempt=1, problem="stale", now=now)
        actions.finish(session, job_id, attempt=1, result="/stale", now=now)
    untouched = job(job_id)
    assert (untouched.state, untouched.message, untouched.done) == (JobState.RUNNING, "", 0)
    assert untouched.lease_until == now + actions.LEASE
    with db.transaction() as session:
        actions.finish(session, job_id, attempt=2, result="/done", now=now)
    assert (job(job_id).state, job(job_id).result) == (JobState.DONE, "/done")


def test_a_job_that_kills_its_worker_is_left_for_a_person_after_three_tries() -> None:
    job_id, now = ask(), make.NOW
    for attempt in (1, 2, 3):
        assert take(job_id, now) == attempt
        now += LATER
    assert take(job_id, now) is None
    failed = job(job_id)
    assert (failed.state, failed.finished_at) == (JobState.FAILED, now)
    assert "broke off each time" in failed.message
    with db.reading() as session:
        assert queries.waiting_ids(session, now=now + LATER) == []
    assert ask() == job_id
    assert [take(job_id, now + turn * LATER) for turn in range(4)] == [4, 5, 6, None]


def test_a_job_acts_in_its_askers_name_and_without_a_role(settings: Settings) -> None:
    job_id, seen = ask(), list[Work]()

    def look(work: Work) -> str:
        seen.append(work)
        return "/done"

    worker(settings, look).run(job_id)
    (work,) = seen
    assert (work.actor.person_id, work.actor.roles, work.actor.via) == (job(job_id).actor_id, frozenset(), Via.JOB)


def test_jobs_done_long_ago_are_forgotten(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for key in "abcde":
        attempt = take(job_id := ask(key), make.NOW)
        assert attempt
        with db.transaction() as session:
            ended = make.NOW if key != "d" else make.NOW + timedelta(days=1)
            if key == "e":
                actions.take(session, job_id, now=make.NOW)
            else:
                actions.finish(session, job_id, attempt=attempt, result="/done", now=ended)
    (forget,) = FEATURE.schedule
    forget.run(make.NOW + actions.REMEMBERED + timedelta(hours=1), settings)
    with db.transaction() as session:
        left = session.query(Job.unique_key).order_by(Job.id).all()
    assert [key for (key,) in left] == ["d", "e"]
