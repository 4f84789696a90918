"""What the web layer itself forgets."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from academy.web import queries
from academy.web.models import Act

REMEMBERED = timedelta(days=7)
AT_ONCE = 1000


def forget_old_acts(session: Session, *, now: datetime) -> int:
    """Forget acts that nobody will send again, and tell how many; `AT_ONCE` where there may be more."""
    ids = queries.old_acts(session, before=now - REMEMBERED, limit=AT_ONCE)
    session.execute(delete(Act).where(Act.id.in_(ids)))
    return len(ids)
