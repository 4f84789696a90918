"""Ask for background work, take it up, tell how far it is, end it, and forget it.

Attempts are counted for ever and never begin anew: the number that a worker took a job up with tells whether it
still holds it. One that was silent for too long and lost its job to another can neither end it nor hand it back.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from academy.clockwork import queries, runner
from academy.clockwork.models import RESTS, Job, JobState, Tick
from academy.ground.access import Actor
from academy.ground.db import after_commit, insert_once
from academy.ground.text import N_

LEASE = timedelta(seconds=60)
REMEMBERED = timedelta(days=90)
AT_ONCE = 1000
_MOST_ATTEMPTS = 3
_WORKER_DIED = N_("The work broke off each time it was tried, and could not say why.")


def enqueue(
    session: Session, *, actor: Actor, kind: str, arguments: Mapping[str, Any], now: datetime, unique_key: str
) -> int:
    """Ask for a job in the transaction that needs it, and tell its id.

    Asked again under the same key, it is the same job; one that failed, or rests, is queued anew.
    """
    insert_once(
        session, Job, kind=kind, unique_key=unique_key, arguments=json.loads(json.dumps(dict(arguments))),
        state=JobState.QUEUED, actor_id=actor.person_id, actor_name=actor.name, queued_at=now,
        done=0, total=0, message="", result="", attempts=0,
    )  # fmt: skip
    job = queries.lock_job_with_key(session, unique_key)
    if job.state is JobState.FAILED or job.rests:
        job.state, job.finished_at, job.queued_at, job.message = JobState.QUEUED, None, now, ""
    job_id = job.id
    after_commit(session, lambda: runner.wake(job_id))
    return job_id


def rest(session: Session, unique_key: str, *, result: str, now: datetime) -> None:
    """Let a job that is running stop before its end; it goes on when it is asked for again.

    The job says so itself, in the transaction in which it finds out that it should, and then returns.
    """
    job = queries.lock_job_with_key(session, unique_key)
    job.state, job.result, job.finished_at, job.lease_until = JobState.DONE, result, now, None
    job.message = RESTS
    job.attempts += -job.attempts % _MOST_ATTEMPTS  # asked for again, it has all its tries


def take(session: Session, job_id: int, *, now: datetime) -> Job | None:
    """Take a job up under a lease, or give None where another worker has it or it is done.

    One whose worker fell silent at the last of its tries is left for a person: it may be what ends workers.
    """
    job = queries.lock_job(session, job_id)
    if job is None or job.finished_at or (job.lease_until and job.lease_until > now):
        return None
    if job.state is JobState.RUNNING and _was_last(job.attempts):
        _fail(job, _WORKER_DIED, now)
        return None
    job.state, job.lease_until, job.started_at = JobState.RUNNING, now + LEASE, job.started_at or now
    job.attempts += 1
    return job


def _was_last(attempt: int) -> bool:
    """Tell whether a job is given up after this attempt; asked for again, it has as many more."""
    return attempt % _MOST_ATTEMPTS == 0


def _fail(job: Job, problem: str, now: datetime) -> None:
    job.state, job.message, job.finished_at, job.lease_until = JobState.FAILED, problem[:300], now, None


def _held(session: Session, job_id: int, attempt: int) -> Job | None:
    """Lock a job that this attempt still holds; None where it is done or another worker took it over."""
    job = queries.lock_job(session, job_id)
    return job if job is not None and job.state is JobState.RUNNING and job.attempts == attempt else None


def renew(session: Session, job_id: int, *, attempt: int, now: datetime) -> bool:
    """Renew the lease of a job, and tell whether this attempt still holds it."""
    job = _held(session, job_id, attempt)
    if job is None:
        return False
    job.lease_until = now + LEASE
    return True


def beat(
    session: Session, job_id: int, *, attempt: int, done: int, total: int, message: str, now: datetime
) -> None:
    """Tell how far the job is, and renew its lease."""
    job = _held(session, job_id, attempt)
    if job is not None:
        job.done, job.total, job.message, job.lease_until = done, total, message[:300], now + LEASE


def finish(session: Session, job_id: int, *, attempt: int, result: str, now: datetime) -> None:
    """End a job well; `result` is the page where its outcome is."""
    job = _held(session, job_id, attempt)
    if job is not None:
        job.state, job.result, job.finished_at, job.lease_until = JobState.DONE, result, now, None
        job.done = job.total


def give_back(session: Session, job_id: int, *, attempt: int, problem: str, now: datetime) -> None:
    """Note why a job broke; it is tried again, the third time it is left for a person."""
    job = _held(session, job_id, attempt)
    if job is None:
        return
    if _was_last(attempt):
        _fail(job, problem, now)
    else:
        job.state, job.message, job.lease_until = JobState.QUEUED, problem[:300], None


def forget_done(session: Session, *, now: datetime) -> int:
    """Forget some of the jobs that were done long ago, and tell how many; `AT_ONCE` where there may be more."""
    ids = queries.done_ids(session, before=now - REMEMBERED, limit=AT_ONCE)
    session.execute(delete(Job).where(Job.id.in_(ids)))
    return len(ids)


def claim_tick(session: Session, name: str, *, interval: timedelta, now: datetime) -> bool:
    """Tell whether a piece of clockwork is due, and note that it runs now."""
    if insert_once(session, Tick, name=name, ran_at=now):
        return True
    tick = queries.lock_tick(session, name)
    if now - tick.ran_at < interval:
        return False
    tick.ran_at = now
    return True
