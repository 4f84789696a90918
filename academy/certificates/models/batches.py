"""Batches, the people in them as they were proposed, and what these said of it before."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.certificates.rules.states import BatchState, CheckAnswer, Series
from academy.ground.db import Base, PrimaryKey

_OPEN = "state IN ('proposed', 'signed', 'issuing', 'paused')"
_OPEN_CLASS = text(f"{_OPEN} AND replaces IS NULL")
_OPEN_REPLACEMENT = text(f"{_OPEN} AND replaces IS NOT NULL")


class CertificateBatch(Base):
    """The certificates of one class session as two people decide them; one open batch of a series at a time.

    A batch that replaces a certificate is for one person, and stands beside those of the class.
    """

    __tablename__ = "certificate_batch"
    __table_args__ = (
        CheckConstraint("signer_id IS NULL OR signer_id <> proposer_id", name="signed_by_another"),
        CheckConstraint(
            "(signed_at IS NOT NULL) = (state IN ('signed', 'issuing', 'paused', 'issued'))",
            name="signed_has_a_time",
        ),
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", name="issued_has_a_time"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_a_time"),
        CheckConstraint("replaces IS NULL OR reason <> ''", name="replaces_for_a_reason"),
        Index(
            "uq_certificate_batch_one_open", "class_session_id", "series",
            unique=True, postgresql_where=_OPEN_CLASS, sqlite_where=_OPEN_CLASS,
        ),
        Index(
            "uq_certificate_batch_one_replacement", "replaces",
            unique=True, postgresql_where=_OPEN_REPLACEMENT, sqlite_where=_OPEN_REPLACEMENT,
        ),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), index=True)
    series: Mapped[Series] = mapped_column(default=Series.COMPLETION, server_default="J")
    state: Mapped[BatchState]
    design: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """Frozen when proposed: the texts, colours and seal that all of them are printed with."""
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposer_name: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime]
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signer_name: Mapped[str] = mapped_column(String(100), default="")
    signed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    """When the first file was begun: the time that the electronic signatures of all of them claim."""
    issued_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    replaces: Mapped[str | None] = mapped_column(String(20))
    """The number of the certificate that the one of this batch replaces."""
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why a certificate is replaced, in words that the public may read."""
    sample: Mapped[bool] = mapped_column(default=False)


class BatchEntry(Base):
    """A person of the class session as the batch was proposed: eligible, or not and why."""

    __tablename__ = "batch_entry"

    batch_id: Mapped[int] = mapped_column(ForeignKey("certificate_batch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    eligible: Mapped[bool]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Frozen when proposed: name, unit, hours, required hours, and the codes of the reasons against."""


class CertificateCheck(Base):
    """What a trainee said of what their certificate is going to say: correct, or to be corrected and how."""

    __tablename__ = "certificate_check"
    __table_args__ = (
        CheckConstraint("answer <> 'disputed' OR wish <> ''", name="dispute_says_what"),
        CheckConstraint("(answer = 'settled') = (settled_at IS NOT NULL)", name="settled_has_a_time"),
    )

    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    answer: Mapped[CheckAnswer]
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What they were shown; where it has changed since, their answer no longer counts."""
    wish: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_name: Mapped[str] = mapped_column(String(100), default="")
    settled_note: Mapped[str] = mapped_column(String(200), default="")
    sample: Mapped[bool] = mapped_column(default=False)
