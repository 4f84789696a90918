"""The office's list of people, and one person's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from academy.ground import keyset
from academy.ground.access import Role
from academy.ground.keyset import Key, Order, Slice
from academy.ground.search_index import sorted_found
from academy.ground.text import masked_phone
from academy.people.models.register import Account, Membership, Person, Phone, RoleGrant, Unit
from academy.people.queries import finding, register
from academy.people.queries.register import PersonView, held_on
from academy.people.rules.register import Search, Sought

_EXPORTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people the office asks for."""

    search: Search
    unit_id: int | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView:
    """A person's time in a unit."""

    unit_name: str
    grid_role: str | None
    role_as_written: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A role somebody holds or held."""

    role: Role
    unit_name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneView:
    """A number of a person, masked."""

    masked: str
    created_at: datetime
    verified_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """All that one person's page shows; masked."""

    person: PersonView
    id_seen_at: datetime | None
    created_at: datetime
    anonymised_at: datetime | None
    account_name: str | None
    phones: tuple[PhoneView, ...]
    memberships: tuple[MembershipView, ...]
    grants: tuple[GrantView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One person in the exported list, without numbers."""

    person_id: int
    name: str
    name_pinyin: str
    unit_name: str
    grid_role: str | None
    id_seen: bool
    since: date | None


def _matching(session: Session, wanted: Wanted, on: date) -> list[ColumnElement[bool]]:
    """Turn what the office asks for into conditions."""
    conditions = [Person.anonymised_at.is_(None), *_found_by(session, wanted.search, on)]
    if wanted.unit_id is not None:
        units = register.units_below(session, [wanted.unit_id])
        in_unit = and_(Membership.person_id == Person.id, Membership.unit_id.in_(units), held_on(Membership, on))
        conditions.append(exists().where(in_unit))
    if wanted.role is not None:
        holds = and_(RoleGrant.person_id == Person.id, RoleGrant.role == wanted.role, held_on(RoleGrant, on))
        conditions.append(exists().where(holds))
    return conditions


def _found_by(session: Session, search: Search, on: date) -> list[ColumnElement[bool]]:
    words = search.words
    with_phone = select(Phone.person_id).where(Phone.ended_at.is_(None))
    match search.sought:
        case Sought.NOTHING:
            return []
        case Sought.PHONE:
            return [Person.id.in_(with_phone.where(Phone.blind == register.phone_blind(words)))]
        case Sought.ID_NUMBER:
            return [Person.id_blind == register.id_blind(words)]
        case Sought.LAST_FOUR:
            by_phone = Person.id.in_(with_phone.where(Phone.tail_blind == register.phone_tail_blind(words)))
            return [or_(Person.id_tail_blind == register.id_tail_blind(words), by_phone)]
        case Sought.NAME:
            rows = select(Person.id).where(Person.anonymised_at.is_(None))
            return [finding.named(session, rows, words, on=on)]


# What the list is sorted by, each with an index: whoever came on file later has the larger id.
_SORTED_BY: dict[str, tuple[Key, ...]] = {"name": (Person.name_pinyin, Person.id), "filed": (Person.id,)}
BY_NAME = Order(by="name")


def people(
    session: Session,
    wanted: Wanted,
    *,
    on: date,
    cursor: str | None = None,
    size: int = 30,
    order: Order = BY_NAME,
) -> Slice[PersonView]:
    """Give one page of people, in the order of their names unless asked otherwise, with the count of all."""
    conditions, keys = _matching(session, wanted, on), _SORTED_BY[order.by]
    part = keyset.page(
        session,
        select(Person).where(*conditions),
        sorted_found(keys) if wanted.search.sought is Sought.NAME else keys,
        cursor=cursor,
        size=size,
        descending=order.falling,
    )
    rows = register.views(session, [row.Person for row in part.rows], on)
    return Slice(rows=rows, after=part.after, before=part.before, total=_count(session, conditions))


def count(session: Session, wanted: Wanted, *, on: date) -> int:
    """Count people."""
    return _count(session, _matching(session, wanted, on))


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.execute(select(func.count()).select_from(Person).where(*conditions)).scalar_one()


def export_lines(session: Session, wanted: Wanted, *, on: date) -> Iterator[ExportLine]:
    """Give all people asked for, in the order of their names, in portions that fit in memory."""
    statement = (
        select(Person.id, Person.name, Person.name_pinyin, Person.id_seen_at)
        .where(*_matching(session, wanted, on))
        .order_by(Person.name_pinyin, Person.id)
    )
    for rows in session.execute(statement).partitions(_EXPORTED_AT_ONCE):
        ids = [row.id for row in rows]
        units = register.units_of(session, ids, on)
        roles = _memberships_on(session, ids, on)
        for row in rows:
            grid_role, since = roles.get(row.id, (None, None))
            yield ExportLine(
                person_id=row.id,
                name=row.name,
                name_pinyin=row.name_pinyin,
                unit_name=units[row.id].full_name if row.id in units else "",
                grid_role=grid_role,
                id_seen=row.id_seen_at is not None,
                since=since,
            )


def _memberships_on(session: Session, ids: list[int], on: date) -> dict[int, tuple[str | None, date]]:
    statement = (
        select(Membership.person_id, Membership.grid_role, Membership.starts_on)
        .where(Membership.person_id.in_(ids), held_on(Membership, on))
        .order_by(Membership.starts_on, Membership.id)
    )
    return {person_id: (grid_role, since) for person_id, grid_role, since in session.execute(statement)}


def person_page(session: Session, person_id: int, *, on: date) -> PersonPage | None:
    """Show one person to the office."""
    row = session.execute(select(Person).where(Person.id == person_id)).scalar_one_or_none()
    if row is None:
        return None
    account = select(Account.name).where(Account.person_id == person_id)
    phones = select(Phone).where(Phone.person_id == person_id).order_by(Phone.id.desc())
    return PersonPage(
        person=register.views(session, [row], on)[0],
        id_seen_at=row.id_seen_at,
        created_at=row.created_at,
        anonymised_at=row.anonymised_at,
        account_name=session.execute(account).scalar_one_or_none(),
        phones=tuple(
            PhoneView(
                masked=masked_phone(each.number),
                created_at=each.created_at,
                verified_at=each.verified_at,
                ended_at=each.ended_at,
            )
            for each in session.execute(phones).scalars()
        ),
        memberships=memberships(session, person_id),
        grants=_grants(session, person_id),
    )


def memberships(session: Session, person_id: int) -> tuple[MembershipView, ...]:
    """List a person's times in units, the latest first."""
    statement = (
        select(Membership, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
    )
    return tuple(
        MembershipView(
            unit_name=unit_name,
            grid_role=each.grid_role,
            role_as_written=each.role_as_written,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
        )
        for each, unit_name in session.execute(statement)
    )


def _grants(session: Session, person_id: int) -> tuple[GrantView, ...]:
    statement = (
        select(RoleGrant, Unit.name)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.starts_on, RoleGrant.id)
    )
    return tuple(
        GrantView(role=each.role, unit_name=unit_name or "", starts_on=each.starts_on, ends_on=each.ends_on)
        for each, unit_name in session.execute(statement)
    )
