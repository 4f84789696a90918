"""Read jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from academy.clockwork.models import Job, JobState, Tick
from academy.ground.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as its page shows it; `result` is the page where the outcome is."""

    id: int
    kind: str
    state: JobState
    done: int
    total: int
    message: str
    result: str
    rests: bool = False
    """It stopped before its end, and waits to be asked for again."""


def lock_job(session: Session, job_id: int) -> Job | None:
    """Lock one job."""
    statement = select(Job).where(Job.id == job_id).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()


def lock_job_with_key(session: Session, unique_key: str) -> Job:
    """Lock the job that holds a unique key."""
    statement = select(Job).where(Job.unique_key == unique_key).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def waiting_ids(session: Session, *, now: datetime, limit: int = 100) -> Sequence[int]:
    """List jobs that no worker has, or whose worker has gone silent."""
    silent = and_(Job.state == JobState.RUNNING, Job.lease_until <= now)
    statement = select(Job.id).where(or_(Job.state == JobState.QUEUED, silent)).order_by(Job.id).limit(limit)
    return session.execute(statement).scalars().all()


def count_finished(session: Session, ids: Sequence[int]) -> int:
    """Count those of some jobs that need nobody any more, whether they ended well or not."""
    wanted = set(ids)
    finished = session.execute(select(Job.id).where(Job.finished_at.is_not(None))).scalars()
    return sum(job_id in wanted for job_id in finished)


def done_ids(session: Session, *, before: datetime, limit: int) -> Sequence[int]:
    """List jobs that were done before a moment; failed ones wait for a person and are not among them."""
    statement = select(Job.id).where(Job.state == JobState.DONE, Job.finished_at < before)
    return session.execute(statement.order_by(Job.id).limit(limit)).scalars().all()


def lock_tick(session: Session, name: str) -> Tick:
    """Lock the row of a piece of clockwork."""
    return session.execute(select(Tick).where(Tick.name == name).with_for_update()).scalar_one()


def job(session: Session, job_id: int, actor: Actor) -> JobView | None:
    """Show a job to whoever asked for it, or to an admin."""
    statement = select(Job).where(Job.id == job_id)
    if not actor.is_admin:
        statement = statement.where(Job.actor_id == actor.person_id)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        return None
    return JobView(
        id=row.id, kind=row.kind, state=row.state, done=row.done, total=row.total,
        message=row.message, result=row.result, rests=row.rests,
    )  # fmt: skip


def failed_or_stuck(session: Session, *, before: datetime) -> Sequence[int]:
    """List jobs that failed, or that nobody has taken up since `before`."""
    stuck = and_(Job.state == JobState.QUEUED, Job.queued_at < before)
    return session.execute(select(Job.id).where(or_(Job.state == JobState.FAILED, stuck))).scalars().all()
