"""The register of certificates: their numbers, facts and files, and how often each was printed anew."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.certificates.rules.numbers import printed
from academy.certificates.rules.states import CertificateState, Series
from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable

_LIVE = text("state IN ('numbered', 'issued')")


class CertificateCounter(Base):
    """The last number given in a series and year; locked while numbers are given."""

    __tablename__ = "certificate_counter"

    series: Mapped[Series] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Certificate(Searchable, Base):
    """One certificate: its number and facts are frozen when numbered, its bytes when issued.

    The file is the bytes kept under `shared_sha256`, if any, and then a stretch of those under `pack_sha256`.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("series", "year", "sequence"),
        UniqueConstraint("number"),
        UniqueConstraint("code"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("sequence > 0", name="counts_from_one"),
        CheckConstraint("(sha256 IS NOT NULL) = (issued_at IS NOT NULL)", name="issued_has_bytes"),
        CheckConstraint("(sha256 IS NOT NULL) = (pack_sha256 IS NOT NULL)", name="issued_has_a_place"),
        CheckConstraint("state <> 'issued' OR sha256 IS NOT NULL", name="issued_has_a_hash"),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="revoked_has_a_time"),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", name="replaced_has_a_time"),
        Index(
            "uq_certificate_one_a_person", "class_session_id", "person_id", "series",
            unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE,
        ),
    )  # fmt: skip
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
    """Frozen: name, class code and title, programme, hours in tenths, dates, sample."""
    issue_date: Mapped[date]
    numbered_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    shared_sha256: Mapped[str | None] = mapped_column(String(64))
    pack_sha256: Mapped[str | None] = mapped_column(String(64))
    pack_offset: Mapped[int | None]
    pack_length: Mapped[int | None]
    issued_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")
    replaced_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a certificate by its number in both forms, its holder's name as frozen, and its class's code."""
        number, facts = values["number"], values["facts"]
        return tokens(facts["name"], facts["class_code"], unspelled=(number, printed(number)))


class CertificateReprint(Base):
    """That the paper of a certificate was printed once more: the same file, the same number."""

    __tablename__ = "certificate_reprint"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_a_reason"),)

    id: Mapped[PrimaryKey]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
