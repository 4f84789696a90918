"""The notice that opens enrolment: its versions, and who has confirmed having read each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey


class OpeningNoticeCounter(Base):
    """The last number given to a notice in a local year; locked while one is given."""

    __tablename__ = "opening_notice_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class OpeningNotice(Base):
    """One version of a class session's notice; what it said stays as it was."""

    __tablename__ = "opening_notice"
    __table_args__ = (
        UniqueConstraint("class_session_id", "version"),
        UniqueConstraint("year", "number", "version"),
        CheckConstraint("version > 0", name="versions_from_one"),
    )

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    version: Mapped[int]
    year: Mapped[int]
    number: Mapped[int]
    """One number for all versions, shown as `宁网院通〔2026〕12号`."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(2000), default="")
    """What the admin adds to the facts."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(100))


class OpeningNoticeReader(Base):
    """A liaison whom a version of a notice was sent to, and when they confirmed having read it."""

    __tablename__ = "opening_notice_reader"
    __table_args__ = (UniqueConstraint("notice_id", "person_id", "unit_id"),)

    id: Mapped[PrimaryKey]
    notice_id: Mapped[int] = mapped_column(ForeignKey("opening_notice.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
