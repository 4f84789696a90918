"""Batches, certificates and the counters of their numbers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.certificates.rules import BatchState, CertificateState, Series, printed
from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable

_OPEN = text("state IN ('proposed', 'signed', 'issuing')")


class CertificateCounter(Base):
    """The last number given in a series and year; locked while numbers are given."""

    __tablename__ = "certificate_counter"

    series: Mapped[Series] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CertificateBatch(Base):
    """The certificates of one class session as two people decide them; one open batch at a time."""

    __tablename__ = "certificate_batch"
    __table_args__ = (
        CheckConstraint("signer_id IS NULL OR signer_id <> proposer_id", name="signed_by_another"),
        CheckConstraint(
            "(signed_at IS NOT NULL) = (state IN ('signed', 'issuing', 'issued'))", name="signed_has_a_time"
        ),
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", name="issued_has_a_time"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_a_time"),
        Index(
            "uq_certificate_batch_one_open", "class_session_id",
            unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), index=True)
    state: Mapped[BatchState]
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposer_name: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime]
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signer_name: Mapped[str] = mapped_column(String(100), default="")
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    sample: Mapped[bool] = mapped_column(default=False)


class BatchEntry(Base):
    """A person of the class session as the batch was proposed: eligible, or not and why."""

    __tablename__ = "batch_entry"

    batch_id: Mapped[int] = mapped_column(ForeignKey("certificate_batch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    eligible: Mapped[bool]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Frozen when proposed: name, unit, hours, required hours, and the codes of the reasons against."""


class Certificate(Searchable, Base):
    """One certificate: its number and facts are frozen when numbered, its bytes when issued."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("series", "year", "sequence"),
        UniqueConstraint("number"),
        UniqueConstraint("code"),
        CheckConstraint("sequence > 0", name="counts_from_one"),
        CheckConstraint("(sha256 IS NOT NULL) = (issued_at IS NOT NULL)", name="issued_has_bytes"),
        CheckConstraint("state <> 'issued' OR sha256 IS NOT NULL", name="issued_has_a_hash"),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="revoked_has_a_time"),
        Index("uq_certificate_one_a_person", "class_session_id", "person_id", unique=True),
    )
    found_by: ClassVar[tuple[str, ...]] = ("number", "facts")

    id: Mapped[PrimaryKey]
    series: Mapped[Series]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    """ASCII, as in URLs: `2026-J-000001`."""
    code: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("certificate_batch.id"), index=True)
    state: Mapped[CertificateState]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Frozen: name, class code and title, programme, hours in tenths, dates, template, sample."""
    issue_date: Mapped[date]
    numbered_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(String(64))
    issued_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a certificate by its number in both forms, its holder's name as frozen, and its class's code."""
        number, facts = values["number"], values["facts"]
        return tokens(facts["name"], facts["class_code"], unspelled=(number, printed(number)))
