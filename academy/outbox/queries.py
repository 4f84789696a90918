"""Read the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.outbox.models import Message, MessageState


def lock_due(session: Session, *, now: datetime, limit: int) -> Sequence[Message]:
    """Lock messages to send now; those that another worker holds are passed over."""
    statement = select(Message).where(Message.state == MessageState.QUEUED, Message.due_at <= now)
    return (
        session.execute(statement.order_by(Message.due_at).limit(limit).with_for_update(skip_locked=True))
        .scalars()
        .all()
    )


def lock_message(session: Session, message_id: int) -> Message:
    """Lock one message."""
    return session.execute(select(Message).where(Message.id == message_id).with_for_update()).scalar_one()


def count_failed(session: Session) -> int:
    """Count messages that could not be sent."""
    return session.execute(
        select(func.count()).select_from(Message).where(Message.state == MessageState.FAILED)
    ).scalar_one()
