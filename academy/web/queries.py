"""What the web layer reads of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.web.models import Act


def answered(session: Session, person_id: int, act_id: str) -> tuple[str, str, str]:
    """Tell how an act that was done before was answered: where it led, what was said, and in which colour."""
    statement = select(Act.location, Act.message, Act.category)
    row = session.execute(statement.where(Act.person_id == person_id, Act.act_id == act_id)).one()
    return row.location, row.message, row.category


def old_acts(session: Session, *, before: datetime, limit: int) -> Sequence[int]:
    """List acts that were done before a moment, the oldest first."""
    statement = select(Act.id).where(Act.done_at < before).order_by(Act.done_at).limit(limit)
    return session.execute(statement).scalars().all()


def alive(session: Session) -> bool:
    """Tell whether the database answers."""
    return bool(session.execute(select(1)).scalar_one())
