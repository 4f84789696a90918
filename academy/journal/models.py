"""One row a change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.access import Via
from academy.ground.db import Base, PrimaryKey


class JournalEntry(Base):
    """One change as it was made; names are frozen, personal data masked, rows never altered but for the seal."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_about", "about_kind", "about_id"),)

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(100))
    via: Mapped[Via]
    address: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64), index=True)
    about_kind: Mapped[str] = mapped_column(String(64))
    about_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[str] = mapped_column(String(32), default="done")
    seal: Mapped[str | None] = mapped_column(String(64))
