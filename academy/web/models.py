"""What the web layer itself remembers."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey


class Act(Base):
    """One sent form, so that a repeat of it (double click, back button, retry) gets the same answer."""

    __tablename__ = "act"
    __table_args__ = (UniqueConstraint("person_id", "act_id"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int]
    act_id: Mapped[str] = mapped_column(String(36))
    location: Mapped[str] = mapped_column(String(500), default="")
    message: Mapped[str] = mapped_column(String(500), default="")
    category: Mapped[str] = mapped_column(String(16), default="ok")
    done_at: Mapped[datetime] = mapped_column(index=True)
