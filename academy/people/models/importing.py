"""Lists of people that somebody sent: what each would change, what it did change, and moves between units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.crypto import Sealed
from academy.ground.db import Base, PrimaryKey
from academy.people.models.register import GridRole
from academy.people.rules.register import LONGEST_NAME
from academy.people.rules.roster.kinds import ImportKind, ImportState


class RosterImport(Base):
    """One list that somebody sent: looked at first, then imported whole or not at all, and undone whole.

    The cells hold ID numbers, so they are sealed; they are emptied once the list is old.
    """

    __tablename__ = "roster_import"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('imported', 'undone')) = (imported_at IS NOT NULL)", name="imported_has_a_time"
        ),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_a_time"),
        Index("ix_roster_import_sha256", "sha256", "kind", "unit_id", "class_code"),
        Index("ix_roster_import_checked_by", "checked_by_id", "id"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[ImportKind]
    state: Mapped[ImportState]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit whose list it is; None: the academy's own."""
    class_code: Mapped[str] = mapped_column(String(12), default="")
    """The class session that the list is for, if it is for one."""
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    cells: Mapped[str | None] = mapped_column(Sealed("roster_import.cells"))
    """The sheet as JSON: its name and its cells, to read again and to write back coloured."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_by: Mapped[str] = mapped_column(String(100))
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(100), default="")


class Effect(StrEnum):
    """One thing that an import changed."""

    PERSON_ADDED = "person_added"
    ID_ADDED = "id_added"
    PHONE_ADDED = "phone_added"
    JOINED = "joined"
    LEFT = "left"
    ROLE_CHANGED = "role_changed"
    TRANSFER_ASKED = "transfer_asked"
    NOMINATED = "nominated"


class RosterEffect(Base):
    """What an import changed, row by row, so that it can be undone in the opposite order."""

    __tablename__ = "roster_effect"
    __table_args__ = (Index("ix_roster_effect_import_id", "import_id", "id"),)

    id: Mapped[PrimaryKey]
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    what: Mapped[Effect]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    row_id: Mapped[int]
    """The row of the table that the effect is about: a person, phone, membership, transfer or enrolment."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class TransferState(StrEnum):
    """The life of a move from one unit to another."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_OPEN = text("state = 'open'")


class Transfer(Base):
    """A move to another unit, asked for by one of the two; the other one has to confirm it."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_a_time"),
        CheckConstraint("from_unit_id <> to_unit_id", name="goes_elsewhere"),
        CheckConstraint("awaits_unit_id IN (from_unit_id, to_unit_id)", name="awaits_one_of_the_two"),
        Index("uq_transfer_one_open", "person_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_transfer_from_unit_id_state", "from_unit_id", "state"),
        Index("ix_transfer_to_unit_id_state", "to_unit_id", "state"),
        Index("ix_transfer_awaits_unit_id_state", "awaits_unit_id", "state"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    awaits_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The one of the two that has to confirm, as the other one has asked."""
    grid_role: Mapped[GridRole | None]
    role_as_written: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[TransferState]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    refused_because: Mapped[str] = mapped_column(String(200), default="")


class UnitChangeKind(StrEnum):
    """What can happen to a unit."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"


class UnitChange(Base):
    """A unit renamed, merged into another, or split off from one, on a day; a former name is still recognised."""

    __tablename__ = "unit_change"
    __table_args__ = (
        CheckConstraint("(kind = 'renamed') = (other_id IS NULL)", name="others_are_of_two"),
        Index("ix_unit_change_unit_id", "unit_id", "on_day"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[UnitChangeKind]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Renamed: the unit itself; merged: the one that ended; split: the one that is new."""
    other_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    on_day: Mapped[date]
    name_before: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    by_name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
