"""What the web layer itself remembers, and forgets."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, delete, update
from sqlalchemy.orm import Session

from academy.ground.db import Base, ask
from academy.web import queries
from academy.web.models import Act

REMEMBERED = timedelta(days=7)
AT_ONCE = 1000


def remember(session: Session, person_id: int, act_id: str, *, answer: tuple[str, str, str]) -> None:
    """Remember how an act was answered, so that a repeat of it is answered alike."""
    location, message, category = answer
    ask(
        session,
        _remember(),
        {"by": person_id, "act": act_id, "location": location, "message": message, "category": category},
    )


@cache
def _remember() -> Update:
    table = Base.metadata.tables[Act.__tablename__]
    return update(table).where(table.c.person_id == bindparam("by"), table.c.act_id == bindparam("act"))


def forget_old_acts(session: Session, *, now: datetime) -> int:
    """Forget acts that nobody will send again, and tell how many; `AT_ONCE` where there may be more."""
    ids = queries.old_acts(session, before=now - REMEMBERED, limit=AT_ONCE)
    session.execute(delete(Act).where(Act.id.in_(ids)))
    return len(ids)
