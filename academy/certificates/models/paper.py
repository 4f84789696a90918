"""The register of certificates that were on paper before this system: no file, no signature claimed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.crypto import Sealed
from academy.ground.db import Base, PrimaryKey


class PaperImport(Base):
    """One workbook of earlier certificates, taken in whole or not at all."""

    __tablename__ = "paper_import"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[PrimaryKey]
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class PaperCertificate(Base):
    """An earlier certificate as its register says it: the number as printed, whose, of what, and on which page."""

    __tablename__ = "paper_certificate"
    __table_args__ = (
        CheckConstraint("number <> ''", name="has_a_number"),
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("(id_number IS NULL) = (id_blind IS NULL)", name="id_number_has_an_index"),
        Index("uq_paper_certificate_number_name", "number_key", "name", unique=True),
    )

    id: Mapped[PrimaryKey]
    import_id: Mapped[int] = mapped_column(ForeignKey("paper_import.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))
    """The number without width, spaces and kinds of brackets, by which it is found."""
    name: Mapped[str] = mapped_column(String(60))
    id_number: Mapped[str | None] = mapped_column(Sealed("paper_certificate.id_number"))
    id_blind: Mapped[str | None] = mapped_column(String(32), index=True)
    class_title: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    source_page: Mapped[str] = mapped_column(String(100), default="")
    sample: Mapped[bool] = mapped_column(default=False)
