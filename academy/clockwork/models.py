"""Jobs asked for, and when each piece of clockwork last ran."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey
from academy.ground.text import N_


class JobState(StrEnum):
    """The life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


RESTS = N_("Paused. What is done is kept, and the rest waits until somebody lets it go on.")


class Job(Base):
    """One piece of background work; a running job whose lease has run out is taken up again."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("unique_key"),
        CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="finished_has_a_time"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="running_has_a_lease"),
        Index("ix_job_state_lease", "state", "lease_until"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(64))
    unique_key: Mapped[str] = mapped_column(String(128))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(100))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[str] = mapped_column(String(300), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def rests(self) -> bool:
        """Tell whether it stopped before its end, and waits to be asked for again."""
        return self.state is JobState.DONE and self.message == RESTS


class Tick(Base):
    """When a piece of clockwork last ran."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    ran_at: Mapped[datetime]
