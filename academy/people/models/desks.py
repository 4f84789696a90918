"""What liaisons ask for who leave their desks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey
from academy.people.rules.desks import DeskOutcome

_OPEN = text("outcome IS NULL")


class DeskAsk(Base):
    """A liaison's wish that somebody of the unit have the desk; the academy decides it."""

    __tablename__ = "desk_ask"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_has_a_time"),
        Index(
            "uq_desk_ask_one_open", "unit_id", "giver_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    heir_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[DeskOutcome | None]
    """None: not decided yet. It counts only as long as the giver has the desk."""
