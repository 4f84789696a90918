"""Courses as read from `courses/`, and the programmes made of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.catalogue.rules.kinds import CourseLevel, Domain
from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable

__all__ = ["Course", "CourseLevel", "CoursePrerequisite", "Domain", "Programme", "ProgrammeCourse"]


class Course(Searchable, Base):
    """A thing taught; a course taken out of `courses/` is retired and stays for the classes that had it."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("slug"), CheckConstraint("hours > 0", name="some_hours"))
    found_by: ClassVar[tuple[str, ...]] = ("title", "summary", "keywords")

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(80))
    domain: Mapped[Domain]
    level: Mapped[CourseLevel]
    hours: Mapped[int]
    """In tenths of an hour of 45 minutes."""
    audience: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300))
    assessment: Mapped[str] = mapped_column(String(300))
    objectives: Mapped[list[str]] = mapped_column(JSON)
    keywords: Mapped[list[str]] = mapped_column(JSON)
    outline: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    syllabus: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    synced_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a course by its title and keywords, and by what its summary says."""
        return tokens(values["title"], *values["keywords"], unspelled=(values["summary"],))


class CoursePrerequisite(Base):
    """A course that must be completed before another one."""

    __tablename__ = "course_prerequisite"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    needs_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)


class Programme(Base):
    """What a kind of class session is made of, and the share of its hours that completion asks for."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("required_percent BETWEEN 1 AND 100", name="required_is_a_percentage"),
    )

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(80))
    required_percent: Mapped[int]
    sample: Mapped[bool] = mapped_column(default=False)


class ProgrammeCourse(Base):
    """A course of a programme, in order."""

    __tablename__ = "programme_course"
    __table_args__ = (UniqueConstraint("programme_id", "position"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    position: Mapped[int]
