"""Class sessions, groups, sittings, and the quarter hours that rooms and instructors are taken."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.classes.rules import ClassState
from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable


class ClassKind(Base):
    """A kind of class session 班型; data, so that the office can add one."""

    __tablename__ = "class_kind"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int]


class ClassLevel(Base):
    """A level of class session 层次; data, so that the office can add one."""

    __tablename__ = "class_level"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int]


class ClassCounter(Base):
    """The last number given to a class session in a local year; locked while one is given."""

    __tablename__ = "class_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ClassSession(Searchable, Base):
    """One run of a programme for one group of people."""

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("title <> ''", name="has_a_title"),
        CheckConstraint("capacity > 0", name="some_capacity"),
        CheckConstraint("enrolment_opens_at < enrolment_closes_at", name="enrolment_opens_before_it_closes"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_a_time"),
        CheckConstraint(
            "(state IN ('concluded', 'closed')) = (concluded_at IS NOT NULL)", name="concluded_has_a_time"
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_time"),
        Index("ix_class_session_state_starts_on", "state", "starts_on"),
    )
    found_by: ClassVar[tuple[str, ...]] = ("code", "title")

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(100))
    kind_id: Mapped[int] = mapped_column(ForeignKey("class_kind.id"))
    level_id: Mapped[int] = mapped_column(ForeignKey("class_level.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    capacity: Mapped[int]
    audience: Mapped[str] = mapped_column(String(200), default="")
    enrolment_opens_at: Mapped[datetime]
    enrolment_closes_at: Mapped[datetime]
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    state: Mapped[ClassState]
    created_at: Mapped[datetime]
    concluded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(String(200), default="")
    """What those who had a place or waited were told."""
    sample: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a class session by its code and title."""
        return tokens(values["code"], values["title"])


class ClassGroup(Base):
    """Part of a class session, with a leader from among its trainees."""

    __tablename__ = "class_group"
    __table_args__ = (
        UniqueConstraint("class_session_id", "name"),
        CheckConstraint("name <> ''", name="has_a_name"),
    )

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Sitting(Base):
    """One entry of the timetable, for the whole class session unless `sitting_group` names groups."""

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("hours > 0", name="some_hours"),
        Index("ix_sitting_class_session_id_starts_at", "class_session_id", "starts_at"),
        Index("ix_sitting_instructor_id_starts_at", "instructor_id", "starts_at"),
    )

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hours: Mapped[int]
    """In tenths of an hour of 45 minutes."""


class SittingGroup(Base):
    """A group that a sitting is for."""

    __tablename__ = "sitting_group"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"), primary_key=True)


class Resource(StrEnum):
    """What can be in one sitting at a time."""

    INSTRUCTOR = "instructor"
    PLACE = "place"


class Slot(Base):
    """A quarter hour in which an instructor or a place is taken; the key refuses a second sitting."""

    __tablename__ = "slot"

    resource: Mapped[Resource] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(primary_key=True)
    quarter_hour: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
