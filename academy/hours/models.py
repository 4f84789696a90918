"""The append-only ledger of hours, and who has completed what."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey
from academy.hours.rules import HoursKind


class EvidenceKind(StrEnum):
    """What proves the hours; until check-in exists, the class manager's register of a sitting."""

    REGISTER = "register"


class HoursEntry(Base):
    """Hours of one person on one evidence; `turn` counts entries on it: given, reversed, given again."""

    __tablename__ = "hours_entry"
    __table_args__ = (
        UniqueConstraint("person_id", "evidence_kind", "evidence_id", "turn"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("(reverses_id IS NULL) = (tenths > 0)", name="only_a_reversal_takes_away"),
        CheckConstraint("tenths <> 0", name="some_hours"),
        Index("ix_hours_entry_class_session_id_person_id", "class_session_id", "person_id"),
        Index("ix_hours_entry_person_id_year", "person_id", "year"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    kind: Mapped[HoursKind]
    evidence_kind: Mapped[EvidenceKind]
    evidence_id: Mapped[int]
    """The sitting, for a register."""
    turn: Mapped[int]
    year: Mapped[int]
    """The local civil year in which the hours were spent."""
    tenths: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"))
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(100))


class Completion(Base):
    """One person has met the rules of one class session's programme."""

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("class_session_id", "person_id"),
        CheckConstraint("tenths > 0", name="some_hours"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    tenths: Mapped[int]
    completed_on: Mapped[date] = mapped_column(index=True)
