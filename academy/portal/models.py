"""Notices and news of the academy."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey
from academy.portal.rules import LONGEST_TITLE, NoticeKind, NoticeState


class Notice(Base):
    """Something the academy tells everybody, in Markdown; taken down, never deleted."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_notice_state_published_at", "state", "published_at"),
        CheckConstraint("title <> ''", name="has_a_title"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="shown_since"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(10))
    kind: Mapped[NoticeKind]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.DRAFT)
    pinned_until: Mapped[date | None]
    """The last day on which it stands above all others."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes, such that two admins do not overwrite each other."""
    sample: Mapped[bool] = mapped_column(default=False)
