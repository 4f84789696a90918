"""Who is signed in where, who may sign in, and how often somebody has tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Via
from academy.ground.db import ask
from academy.people.models.register import (
    Account,
    Attempt,
    AttemptKind,
    OneTimeCode,
    Person,
    Phone,
    RoleGrant,
    SignIn,
)
from academy.people.queries.register import acting, current_phone, held_on, phone_blind
from academy.people.rules.joining import Known
from academy.people.rules.signing_in import CodePurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A signed-in browser, and as whom it acts."""

    id: int
    seen_at: datetime
    actor: Actor
    locale: str
    large_type: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A signed-in browser in its owner's list."""

    id: int
    agent: str
    address: str
    remembered: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A person's name and password, as far as checking them needs."""

    person_id: int
    name: str
    password_hash: str


@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    """Write once the question that every page asks: putting it together costs more than asking it."""
    holds = and_(RoleGrant.person_id == Person.id, held_on(RoleGrant, bindparam("on", type_=Date)))
    return (
        select(SignIn.id, SignIn.seen_at, Person.id.label("person_id"), Person.name, Person.locale)
        .add_columns(Person.large_type, RoleGrant.role, RoleGrant.unit_id)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(RoleGrant, holds)
        .where(SignIn.fingerprint == bindparam("fingerprint"), SignIn.ended_at.is_(None))
        .where(SignIn.expires_at > bindparam("now"), Person.anonymised_at.is_(None))
    )


def signed_in(session: Session, fingerprint: str, *, now: datetime, address: str | None) -> SignedIn | None:
    """Tell who the browser with this token is signed in as, in one question."""
    asked = {"fingerprint": fingerprint, "now": now, "on": clock.local_date(now)}
    rows = ask(session, _signed_in(), asked).all()
    if not rows:
        return None
    first = rows[0]
    grants = [(row.role, row.unit_id) for row in rows]
    actor = acting(first.person_id, first.name, grants, via=Via.WEB, address=address)
    return SignedIn(
        id=first.id, seen_at=first.seen_at, actor=actor, locale=first.locale, large_type=first.large_type
    )


def devices(session: Session, person_id: int, *, now: datetime) -> tuple[Device, ...]:
    """List where a person is signed in, the latest seen first."""
    rows = session.execute(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).scalars()
    return tuple(
        Device(
            id=row.id, agent=row.agent, address=row.address, remembered=row.remembered,
            created_at=row.created_at, seen_at=row.seen_at,
        )
        for row in rows
    )  # fmt: skip


def lock_sign_ins(session: Session, person_id: int) -> Sequence[SignIn]:
    """Lock a person's open sign-ins, in id order."""
    statement = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).order_by(SignIn.id)
    return session.execute(statement.with_for_update()).scalars().all()


def lock_sign_in(session: Session, sign_in_id: int) -> SignIn | None:
    """Lock one sign-in."""
    return session.execute(select(SignIn).where(SignIn.id == sign_in_id).with_for_update()).scalar_one_or_none()


def holder_id(session: Session, number: str) -> int | None:
    """Tell whom a phone signs in."""
    statement = select(Phone.person_id).where(Phone.blind == phone_blind(number), current_phone())
    return session.execute(statement).scalar_one_or_none()


def holder(session: Session, number: str) -> Known | None:
    """Tell whom a phone signs in, with the name."""
    row = session.execute(_known().where(Phone.blind == phone_blind(number), current_phone())).one_or_none()
    return row and Known(person_id=row.id, name=row.name, has_id=row.has_id)


def imported(session: Session, number: str) -> tuple[Known, ...]:
    """List who has this phone on file, unproved."""
    unproved = and_(Phone.verified_at.is_(None), Phone.ended_at.is_(None))
    rows = session.execute(_known().where(Phone.blind == phone_blind(number), unproved).order_by(Person.id))
    return tuple(Known(person_id=row.id, name=row.name, has_id=row.has_id) for row in rows)


def _known() -> Select[int, str, bool]:
    has_id = Person.id_blind.is_not(None).label("has_id")
    return (
        select(Person.id, Person.name, has_id)
        .join(Phone, Phone.person_id == Person.id)
        .where(Person.anonymised_at.is_(None))
    )


def owner_of_id(session: Session, id_blind: str) -> Known | None:
    """Tell whom an ID number belongs to."""
    row = session.execute(select(Person.id, Person.name).where(Person.id_blind == id_blind)).one_or_none()
    return row and Known(person_id=row.id, name=row.name, has_id=True)


def id_numbers(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Tell ID numbers on file, unmasked, to compare what somebody types."""
    statement = select(Person.id, Person.id_number).where(Person.id.in_(person_ids), Person.id_blind.is_not(None))
    return {person_id: number for person_id, number in session.execute(statement) if number}


def lock_phones(session: Session, person_id: int) -> Sequence[Phone]:
    """Lock a person's phones that have not ended, in id order."""
    statement = select(Phone).where(Phone.person_id == person_id, Phone.ended_at.is_(None)).order_by(Phone.id)
    return session.execute(statement.with_for_update()).scalars().all()


def account(session: Session, *, name: str = "", person_id: int | None = None) -> AccountFacts | None:
    """Find an account by its name or its holder."""
    wanted = Account.name == name if person_id is None else Account.person_id == person_id
    statement = (
        select(Account.person_id, Account.name, Account.password_hash)
        .join(Person, Person.id == Account.person_id)
        .where(wanted, Person.anonymised_at.is_(None))
    )
    row = session.execute(statement).one_or_none()
    return row and AccountFacts(person_id=row.person_id, name=row.name, password_hash=row.password_hash)


def lock_account(session: Session, person_id: int) -> Account | None:
    """Lock a person's account."""
    statement = select(Account).where(Account.person_id == person_id).with_for_update()
    return session.execute(statement).scalar_one_or_none()


def account_name_taken(session: Session, name: str) -> bool:
    """Tell whether an account has this name."""
    return session.execute(select(Account.id).where(Account.name == name)).first() is not None


def lock_code(session: Session, purpose: CodePurpose, phone: str) -> OneTimeCode | None:
    """Lock the newest code sent to a phone for a purpose; the ones before it no longer count."""
    statement = (
        select(OneTimeCode)
        .where(OneTimeCode.phone_blind == phone, OneTimeCode.purpose == purpose)
        .order_by(OneTimeCode.created_at.desc(), OneTimeCode.id.desc())
        .limit(1)
    )
    return session.execute(statement.with_for_update()).scalar_one_or_none()


def take_turns(session: Session, subject: str) -> None:
    """Let one transaction at a time count the attempts of a subject, such that many at once are not too many.

    On SQLite writers take turns anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(subject[:15], 16))))


def attempts(
    session: Session,
    kind: AttemptKind,
    *,
    subject: str,
    address: str,
    since: datetime,
    failed_only: bool,
    from_here_only: bool,
) -> tuple[int, int]:
    """Count recent attempts of a subject, from anywhere or from this address only, and those of the address."""
    recent = select(func.count()).select_from(Attempt).where(Attempt.kind == kind, Attempt.at > since)
    if failed_only:
        recent = recent.where(Attempt.succeeded.is_(False))
    of_subject = recent.where(Attempt.subject == subject)
    from_address = recent.where(Attempt.address == address)
    by_subject = of_subject.where(Attempt.address == address) if from_here_only else of_subject
    statement = select(by_subject.scalar_subquery(), from_address.scalar_subquery())
    one, other = session.execute(statement).one()
    return one, other


def addresses(session: Session, person_id: int, *, since: datetime) -> Sequence[str]:
    """List from where a person has signed in."""
    statement = select(SignIn.address).where(SignIn.person_id == person_id, SignIn.created_at > since).distinct()
    return session.execute(statement).scalars().all()


def lock_attempt(session: Session, attempt_id: int) -> Attempt:
    """Lock one attempt."""
    return session.execute(select(Attempt).where(Attempt.id == attempt_id).with_for_update()).scalar_one()
