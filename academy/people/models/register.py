"""Units, people, what they are, and how they sign in."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.ground.access import Role
from academy.ground.crypto import Sealed
from academy.ground.db import Base, PrimaryKey
from academy.ground.search import tokens
from academy.ground.search_index import Searchable
from academy.people.rules.register import LONGEST_NAME, LONGEST_PINYIN
from academy.people.rules.signing_in import CodePurpose


class UnitKind(StrEnum):
    """The level of a unit."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"


class GridRole(StrEnum):
    """What a person is in the grid."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    GRID_LEAD = "grid_lead"
    VOLUNTEER = "volunteer"


class Unit(Base):
    """A city, district or street that sends trainees; it ends with a date and may have a successor."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("parent_id", "name", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
    )

    id: Mapped[PrimaryKey]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[UnitKind]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_pinyin: Mapped[str] = mapped_column(String(LONGEST_PINYIN))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sample: Mapped[bool] = mapped_column(default=False)


class Person(Searchable, Base):
    """Somebody the academy knows; ID number encrypted, unverified until staff have seen the card."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("id_blind"),
        Index("ix_person_name_pinyin_id", "name_pinyin", "id"),
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("(id_number IS NULL) = (id_blind IS NULL)", name="id_number_has_an_index"),
        CheckConstraint("id_seen_at IS NULL OR id_blind IS NOT NULL", name="only_a_given_id_is_seen"),
        CheckConstraint("anonymised_at IS NULL OR search_tokens = ''", name="anonymised_is_not_found"),
    )
    found_by: ClassVar[tuple[str, ...]] = ("name", "anonymised_at")

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    name_pinyin: Mapped[str] = mapped_column(String(LONGEST_PINYIN))
    name_initials: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    id_number: Mapped[str | None] = mapped_column(Sealed("person.id_number"))
    id_blind: Mapped[str | None] = mapped_column(String(32))
    id_tail_blind: Mapped[str | None] = mapped_column(String(32), index=True)
    id_seen_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(8), default="zh_CN")
    large_type: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    anonymised_at: Mapped[datetime | None]
    sample: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def tokens_of(cls, values: Mapping[str, Any]) -> str:
        """Find a person by the name, in characters, pinyin or initials; an anonymised one not at all."""
        return "" if values.get("anonymised_at") else tokens(values["name"])


_CURRENT = text("verified_at IS NOT NULL AND ended_at IS NULL")


class Phone(Base):
    """A mobile number of a person; it signs in only while verified and current, and then belongs to one person."""

    __tablename__ = "phone"
    __table_args__ = (
        Index(
            "uq_phone_one_current_holder", "blind", unique=True, postgresql_where=_CURRENT, sqlite_where=_CURRENT
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= created_at", name="ends_after_it_starts"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(Sealed("phone.number"))
    blind: Mapped[str] = mapped_column(String(32), index=True)
    tail_blind: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Account(Base):
    """A name and password for those who have one; trainees may do without."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("person_id"),
        UniqueConstraint("name"),
        CheckConstraint("name = lower(name)", name="lower_case_name"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
    sample: Mapped[bool] = mapped_column(default=False)


class Membership(Base):
    """A person's time in a unit, with the role in the grid as recognised and as written."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_membership_unit_id_ends_on", "unit_id", "ends_on"),
        Index("ix_membership_person_id_ends_on", "person_id", "ends_on"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    grid_role: Mapped[GridRole | None]
    role_as_written: Mapped[str] = mapped_column(String(60), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class RoleGrant(Base):
    """A role a person holds, everywhere or for one unit, from a day to a day."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("(role = 'liaison') = (unit_id IS NOT NULL)", name="liaison_has_a_unit"),
        Index("ix_role_grant_role_person_id", "role", "person_id"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SignIn(Base):
    """One signed-in browser; the row decides, so that it can be listed and ended from elsewhere."""

    __tablename__ = "sign_in"
    __table_args__ = (UniqueConstraint("fingerprint"),)

    id: Mapped[PrimaryKey]
    fingerprint: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    remembered: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code sent to a phone; kept as a keyed hash, good for five minutes and five tries."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_phone", "phone_blind", "purpose", "created_at"),
        CheckConstraint("tries BETWEEN 0 AND 5", name="five_tries"),
    )

    id: Mapped[PrimaryKey]
    purpose: Mapped[CodePurpose]
    phone_blind: Mapped[str] = mapped_column(String(32))
    code_blind: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class AttemptKind(StrEnum):
    """What somebody tried."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind, no secret
    CODE = "code"
    CODE_SENT = "code_sent"


class Attempt(Base):
    """One attempt to sign in or to have a code sent, counted per number or name and per address."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_subject", "kind", "subject", "at"),
        Index("ix_attempt_address", "kind", "address", "at"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[AttemptKind]
    subject: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool]
    at: Mapped[datetime]


class BindingState(StrEnum):
    """The life of a request to bind a phone."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class BindingRequest(Base):
    """Somebody with an ID the academy knows asks for a new phone; staff bind it after seeing the card."""

    __tablename__ = "binding_request"
    __table_args__ = (CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_a_time"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(Sealed("binding_request.number"))
    state: Mapped[BindingState]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(100), default="")
