"""How the places of a class session are filled, and the lists in which units put their people forward."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.enrolment.rules.admission import RuleKind
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Approval
from academy.ground.db import Base, PrimaryKey


class Admission(Base):
    """How the places of one class session are filled; without a row, by whoever asks first."""

    __tablename__ = "admission"
    __table_args__ = (
        CheckConstraint("nomination OR open_road", name="some_road"),
        CheckConstraint("NOT nomination OR by_streets OR by_districts", name="some_level"),
        CheckConstraint("confirm_hours BETWEEN 0 AND 168", name="a_week_to_confirm"),
    )

    class_session_id: Mapped[int] = mapped_column(
        ForeignKey("class_session.id"), primary_key=True, autoincrement=False
    )
    nomination: Mapped[bool]
    by_streets: Mapped[bool]
    by_districts: Mapped[bool]
    academy_confirms: Mapped[bool]
    streets_by: Mapped[datetime | None]
    districts_by: Mapped[datetime | None]
    open_road: Mapped[bool]
    approval: Mapped[Approval]
    reserve_returns_on: Mapped[date | None]
    reserve_returned_at: Mapped[datetime | None]
    confirm_hours: Mapped[int]


class AdmissionRule(Base):
    """One thing that somebody must be or have before a claim on a place of a class session."""

    __tablename__ = "admission_rule"
    __table_args__ = (UniqueConstraint("class_session_id", "position"),)

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    position: Mapped[int]
    kind: Mapped[RuleKind]
    wanted: Mapped[dict[str, object]] = mapped_column(JSON)
    """What the kind asks for: ids and names of levels, courses, programmes or units; roles; months."""


class UnitList(Base):
    """The list in which one unit puts its people forward for one class session, and how far it has come."""

    __tablename__ = "unit_list"
    __table_args__ = (
        UniqueConstraint("class_session_id", "unit_id"),
        CheckConstraint("state = 'open' OR handed_in_at IS NOT NULL", name="handed_in_has_a_time"),
        CheckConstraint("state <> 'returned' OR returned_because <> ''", name="returned_for_a_reason"),
        CheckConstraint(
            "state NOT IN ('reported', 'confirmed') OR reported_at IS NOT NULL", name="reported_has_a_time"
        ),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_a_time"),
        CheckConstraint("(form_sha256 IS NULL) = (form_name = '')", name="a_form_has_a_name"),
    )

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[ListState]
    handed_in_at: Mapped[datetime | None]
    handed_in_by: Mapped[str] = mapped_column(String(100), default="")
    returned_because: Mapped[str] = mapped_column(String(200), default="")
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[str] = mapped_column(String(100), default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(100), default="")
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    extended_to: Mapped[datetime | None]
    """A later deadline for this unit alone."""
    form_sha256: Mapped[str | None] = mapped_column(String(64))
    form_name: Mapped[str] = mapped_column(String(100), default="")
