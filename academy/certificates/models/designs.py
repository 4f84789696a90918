"""What certificates look like and say, as admins edit it; each change is a new version."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.certificates.rules.states import Series
from academy.ground.db import Base, PrimaryKey


class CertificateDesign(Base):
    """One version of a series' texts, colours and seal; the highest is in use, and none is ever changed."""

    __tablename__ = "certificate_design"
    __table_args__ = (
        UniqueConstraint("series", "version"),
        CheckConstraint("version > 0", name="counts_from_one"),
    )

    id: Mapped[PrimaryKey]
    series: Mapped[Series]
    version: Mapped[int]
    design: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As a batch freezes it: title, body, purpose, signatory, colours, the SHA-256 of the seal's image if any."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
