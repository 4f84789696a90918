"""One row a message."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.crypto import Sealed
from academy.ground.db import Base, PrimaryKey


class Channel(StrEnum):
    """The way a message goes."""

    SMS = "sms"
    MAIL = "mail"


class MessageState(StrEnum):
    """The life of a message."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(Base):
    """A message as it was meant: sentence, values and language; its words are made when it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"),
        Index(
            "ix_message_waiting", "due_at",
            postgresql_where=text("state = 'queued'"), sqlite_where=text("state = 'queued'"),
        ),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel]
    person_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(Sealed("message.address"))
    locale: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MessageState]
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(300), default="")
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When the server for its channel accepted it; where there is none, when it was written."""
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It goes out at night too: somebody waits for it, as for a code."""
    gateway_id: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """What the server that accepted it calls it."""
