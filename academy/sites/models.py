"""Rooms and field teaching sites."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable
from academy.sites.rules import PlaceKind

__all__ = ["Place", "PlaceKind"]


class Place(Searchable, Base):
    """A room of the academy or a field teaching site; its coordinates in both systems, which lie far apart."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("capacity > 0", name="some_capacity"),
        CheckConstraint("(kind = 'field_site') = (district_id IS NOT NULL)", name="field_site_has_a_district"),
    )
    found_by: ClassVar[tuple[str, ...]] = ("name", "address", "teaches")

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[PlaceKind]
    name: Mapped[str] = mapped_column(String(60))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    address: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[int]
    teaches: Mapped[str] = mapped_column(String(400), default="")
    opening_weekdays: Mapped[list[int]] = mapped_column(JSON)
    """ISO weekdays, Monday is 1."""
    opening_hours: Mapped[str] = mapped_column(String(60), default="")
    contact: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    getting_there: Mapped[str] = mapped_column(String(200), default="")
    gcj02_latitude: Mapped[float | None]
    gcj02_longitude: Mapped[float | None]
    wgs84_latitude: Mapped[float | None]
    wgs84_longitude: Mapped[float | None]
    retired_on: Mapped[date | None]
    sample: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a place by its name, and by its address and what it teaches."""
        return tokens(values["name"], unspelled=(values["address"], values["teaches"]))
