"""Ask for background work, take it up, tell how far it is, and end it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from academy.clockwork import queries, runner
from academy.clockwork.models import Job, JobState, Tick
from academy.ground.access import Actor
from academy.ground.db import after_commit, insert_once

LEASE = timedelta(seconds=60)
_MOST_ATTEMPTS = 3


def enqueue(
    session: Session, *, actor: Actor, kind: str, arguments: Mapping[str, Any], now: datetime, unique_key: str
) -> int:
    """Ask for a job in the transaction that needs it, and tell its id.

    Asked again under the same key, it is the same job; one that failed is queued anew.
    """
    insert_once(
        session, Job, kind=kind, unique_key=unique_key, arguments=json.loads(json.dumps(dict(arguments))),
        state=JobState.QUEUED, actor_id=actor.person_id, actor_name=actor.name, queued_at=now,
        done=0, total=0, message="", result="", attempts=0,
    )  # fmt: skip
    job = queries.job_with_key(session, unique_key)
    if job.state is JobState.FAILED:
        job.state, job.finished_at, job.attempts, job.queued_at = JobState.QUEUED, None, 0, now
    job_id = job.id
    after_commit(session, lambda: runner.wake(job_id))
    return job_id


def take(session: Session, job_id: int, *, now: datetime) -> Job | None:
    """Take a job up under a lease, or give None where another worker has it or it is done."""
    job = queries.lock_job(session, job_id)
    if job is None or job.finished_at or (job.lease_until and job.lease_until > now):
        return None
    job.state, job.lease_until, job.started_at = JobState.RUNNING, now + LEASE, job.started_at or now
    job.attempts += 1
    return job


def beat(session: Session, job_id: int, *, done: int, total: int, message: str, now: datetime) -> None:
    """Renew the lease and tell how far the job is."""
    job = queries.lock_job(session, job_id)
    if job is not None and job.state is JobState.RUNNING:
        job.done, job.total, job.message, job.lease_until = done, total, message[:300], now + LEASE


def finish(session: Session, job_id: int, *, result: str, now: datetime) -> None:
    """End a job well; `result` is the page where its outcome is."""
    job = queries.lock_job(session, job_id)
    if job is not None and job.finished_at is None:
        job.state, job.result, job.finished_at, job.lease_until = JobState.DONE, result, now, None
        job.done = job.total


def give_back(session: Session, job_id: int, *, problem: str, now: datetime) -> None:
    """Note why a job broke; it is tried again, the third time it is left for a person."""
    job = queries.lock_job(session, job_id)
    if job is None or job.finished_at:
        return
    job.message, job.lease_until = problem[:300], None
    if job.attempts >= _MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
    else:
        job.state = JobState.QUEUED


def claim_tick(session: Session, name: str, *, interval: timedelta, now: datetime) -> bool:
    """Tell whether a piece of clockwork is due, and note that it runs now."""
    if insert_once(session, Tick, name=name, ran_at=now):
        return True
    tick = queries.lock_tick(session, name)
    if now - tick.ran_at < interval:
        return False
    tick.ran_at = now
    return True
