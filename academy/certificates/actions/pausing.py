"""Stop the making of a batch's files for a while, between two portions, and let it go on.

The job finds out about a pause under the batch's lock and says in the same transaction that it rests. So whoever
resumes finds it either still at work, and then it simply goes on, or at rest, and then it is queued anew.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.actions import making
from academy.certificates.queries import batches
from academy.certificates.rules import proposing, states
from academy.certificates.rules.states import BatchState, BatchStep
from academy.clockwork import actions as clockwork
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record


def pause(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> None:
    """Let no further portion of a batch's files be begun; the one being made is still finished."""
    _step(session, actor, batch_id, BatchStep.PAUSE, now=now)


def resume(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Let a paused batch go on, and tell the id of the job that makes its files."""
    _step(session, actor, batch_id, BatchStep.RESUME, now=now)
    # the pause may have come while the last portion was being made: then nothing is left to do
    making.finish(session, actor=actor, batch_id=batch_id, now=now)
    return making.enqueue_issue(session, actor, batch_id, now)


_OTHERWISE = {BatchStep.PAUSE: proposing.NOT_BEING_MADE, BatchStep.RESUME: proposing.NOT_PAUSED}


def _step(session: Session, actor: Actor, batch_id: int, step: BatchStep, *, now: datetime) -> None:
    batch = batches.lock_batch(session, batch_id)
    before, after = batch.state, states.TRANSITIONS.get((batch.state, step))
    if after is None:
        raise Refused(_OTHERWISE[step])
    batch.state = after
    record(session, actor=actor, what=f"certificate.{step}", about=batch, now=now,
           before={"state": before}, after={"state": after})  # fmt: skip


def rest_if_paused(session: Session, *, batch_id: int, now: datetime) -> bool:
    """Tell the job that makes a batch's files whether to stop here; where it is to, it is noted as resting."""
    if batches.lock_batch(session, batch_id).state is not BatchState.PAUSED:
        return False
    clockwork.rest(session, making.issue_key(batch_id), result=f"/admin/batches/{batch_id}", now=now)
    return True
