"""What the web layer itself remembers."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey


class Act(Base):
    """One sent form, so that a repeat of it (double click, back button, retry) gets the same answer."""

    __tablename__ = "act"
    __table_args__ = (UniqueConstraint("person_id", "act_id"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int]
    act_id: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the form's act id, its address and all that was sent with it."""
    location: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(16), default="ok")
    done_at: Mapped[datetime] = mapped_column(index=True)
