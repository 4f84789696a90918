"""Pools of places, and each person's claim on one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column

from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground.db import Base, PrimaryKey


class Holder(StrEnum):
    """Whose places a pool holds."""

    OPEN = "open"
    RESERVE = "reserve"
    UNIT = "unit"


_OF_NO_UNIT = text("unit_id IS NULL")
_LIVE = text("state <> 'withdrawn'")
_WAITING = text("state = 'waiting'")
_OFFERED = text("state = 'offered'")


class PlacePool(Base):
    """The places of one holder in one class session; locked for every change, and changed only by actions here."""

    __tablename__ = "place_pool"
    __table_args__ = (
        UniqueConstraint("id", "class_session_id"),  # what a claim refers to
        CheckConstraint("taken BETWEEN 0 AND places", name="taken_within_places"),
        CheckConstraint("(holder = 'unit') = (unit_id IS NOT NULL)", name="unit_pool_has_a_unit"),
        Index(
            "uq_place_pool_one_of_a_kind", "class_session_id", "holder",
            unique=True, postgresql_where=_OF_NO_UNIT, sqlite_where=_OF_NO_UNIT,
        ),
        Index("uq_place_pool_one_of_a_unit", "class_session_id", "holder", "unit_id", unique=True),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    holder: Mapped[Holder]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class Enrolment(Base):
    """One person's claim on one place in one class session; it keeps the unit as it was."""

    __tablename__ = "enrolment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["pool_id", "class_session_id"], ["place_pool.id", "place_pool.class_session_id"]
        ),  # a claim is on a pool of its own class session
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_a_time"),
        CheckConstraint("(state = 'withdrawn') = (ended_because IS NOT NULL)", name="withdrawn_has_a_cause"),
        CheckConstraint("state <> 'seated' OR seated_at IS NOT NULL", name="seated_has_a_time"),
        CheckConstraint("state <> 'offered' OR offered_at IS NOT NULL", name="offered_has_a_time"),
        CheckConstraint("confirm_by IS NULL OR offered_at IS NOT NULL", name="only_an_offer_is_confirmed"),
        CheckConstraint(
            "state <> 'nominated' OR nominated", name="put_forward_by_a_unit"
        ),
        UniqueConstraint("replaces_id"),
        Index(
            "uq_enrolment_one_live_claim", "class_session_id", "person_id",
            unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE,
        ),
        Index(
            "ix_enrolment_line", "pool_id", "requested_at", "id",
            postgresql_where=_WAITING, sqlite_where=_WAITING,
        ),
        Index("ix_enrolment_class_session_id_state", "class_session_id", "state"),
        Index("ix_enrolment_offered", "confirm_by", postgresql_where=_OFFERED, sqlite_where=_OFFERED),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    pool_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("class_group.id"), index=True)
    state: Mapped[EnrolmentState]
    requested_at: Mapped[datetime]
    seated_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    ended_because: Mapped[Ending | None]
    nominated: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The unit put the person forward and answers for the claim; else the person asked."""
    unit_approved_at: Mapped[datetime | None]
    academy_approved_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    confirm_by: Mapped[datetime | None]
    """When an offer lapses; None until a channel that reaches somebody has accepted the message about it."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"))
    """The claim whose place this person took over as a substitute."""


class OfferMessage(Base):
    """A message that told of an offer: to the person, or to each liaison of the unit that put them forward.

    Those about the offer that stands were queued when it was made; earlier ones belong to one that lapsed.
    """

    __tablename__ = "offer_message"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, index=True)
