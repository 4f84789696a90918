"""The register of people: who there is, of which unit, holding which role, reached how."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from academy.ground import clock, crypto
from academy.ground.access import Actor, Role, Via, operator
from academy.ground.errors import NotFound
from academy.ground.text import masked_id, masked_phone
from academy.outbox.actions import Recipient
from academy.outbox.models import Channel
from academy.people.models.register import Account, Membership, Person, Phone, RoleGrant, Unit, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as pages may show them: masked."""

    id: int
    name: str
    name_pinyin: str
    unit_id: int | None
    unit_name: str
    masked_phone: str
    masked_id: str
    has_phone: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit, with its full name such as `玄武区 · 梅岭新村街道`."""

    id: int
    name: str
    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNode:
    """A district with its streets."""

    id: int
    name: str
    streets: tuple[UnitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A person in a list to choose from."""

    id: int
    name: str


def phone_blind(number: str) -> str:
    """Make the index under which a whole phone number is found."""
    return crypto.vault().blind(number, "phone")


def phone_tail_blind(number: str) -> str:
    """Make the index under which a phone's last four digits are found."""
    return crypto.vault().blind(number[-4:], "phone tail")


def id_blind(id_number: str) -> str:
    """Make the index under which a whole ID number is found."""
    return crypto.vault().blind(id_number, "id")


def id_tail_blind(id_number: str) -> str:
    """Make the index under which the last four of an ID number are found."""
    return crypto.vault().blind(id_number[-4:], "id tail")


def held_on(table: type[Membership | RoleGrant | Unit], on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Keep rows that hold on a day; the last day counts."""
    return and_(table.starts_on <= on, or_(table.ends_on.is_(None), table.ends_on >= on))


def current_phone() -> ColumnElement[bool]:
    """Keep phones that sign somebody in."""
    return and_(Phone.verified_at.is_not(None), Phone.ended_at.is_(None))


def today() -> date:
    """Tell the civil date of now, for those who ask about the present."""
    return clock.local_date(clock.now())


def person(session: Session, person_id: int, *, on: date | None = None) -> PersonView | None:
    """Show one person, masked."""
    found = session.execute(select(Person).where(Person.id == person_id)).scalar_one_or_none()
    if found is None:
        return None
    return views(session, [found], on or today())[0]


def views(session: Session, people: Sequence[Person], on: date) -> list[PersonView]:
    """Show people, masked, with two more questions however many they are."""
    ids = [each.id for each in people]
    units = units_of(session, ids, on)
    phones = numbers(session, ids)
    return [
        PersonView(
            id=each.id,
            name=each.name,
            name_pinyin=each.name_pinyin,
            unit_id=units[each.id].id if each.id in units else None,
            unit_name=units[each.id].full_name if each.id in units else "",
            masked_phone=masked_phone(phones[each.id]) if each.id in phones else "",
            masked_id=masked_id(each.id_number) if each.id_number else "",
            has_phone=each.id in phones,
            created_at=each.created_at,
        )
        for each in people
    ]


def numbers(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """Tell the number that signs each person in, unmasked: for masking, messages and a journalled look."""
    statement = select(Phone.person_id, Phone.number).where(Phone.person_id.in_(list(person_ids)), current_phone())
    return {row[0]: row[1] for row in session.execute(statement.order_by(Phone.id))}


def lock_persons(session: Session, ids: Iterable[int]) -> list[Person]:
    """Lock persons in the order of their ids, which is the order everywhere."""
    statement = select(Person).where(Person.id.in_(sorted(set(ids)))).order_by(Person.id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.execute(locked).scalars())


def lock_grants(session: Session, person_id: int, *, on: date) -> Sequence[RoleGrant]:
    """Lock the roles that a person holds on a day or from a later one, in id order."""
    open_ = or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on)
    statement = select(RoleGrant).where(RoleGrant.person_id == person_id, open_).order_by(RoleGrant.id)
    return session.execute(statement.with_for_update()).scalars().all()


_ABOVE = aliased(Unit)
_HAS_DISTRICT = and_(_ABOVE.id == Unit.parent_id, _ABOVE.kind == UnitKind.DISTRICT)  # a city is not spoken of


def _unit_view(unit_id: int, name: str, above: str | None) -> UnitView:
    return UnitView(id=unit_id, name=name, full_name=f"{above} · {name}" if above else name)


def units_of(session: Session, person_ids: Iterable[int], on: date) -> dict[int, UnitView]:
    """Tell each person's unit on a day: the latest, where somebody has two."""
    statement = (
        select(Membership.person_id, Unit.id, Unit.name, _ABOVE.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(_ABOVE, _HAS_DISTRICT)
        .where(Membership.person_id.in_(list(person_ids)), held_on(Membership, on))
        .order_by(Membership.starts_on, Membership.id)
    )
    return {row[0]: _unit_view(row[1], row[2], row[3]) for row in session.execute(statement)}


def unit_of(session: Session, person_id: int, on: date) -> UnitView | None:
    """Tell a person's unit on a day."""
    return units_of(session, [person_id], on).get(person_id)


def unit(session: Session, unit_id: int, on: date) -> UnitView | None:
    """Show a unit that exists on a day."""
    statement = select(Unit.id, Unit.name, _ABOVE.name).outerjoin(_ABOVE, _HAS_DISTRICT)
    row = session.execute(statement.where(Unit.id == unit_id, held_on(Unit, on))).one_or_none()
    return row and _unit_view(*row)


def unit_tree(session: Session, on: date) -> tuple[UnitNode, ...]:
    """List the districts of a day with their streets, in the order they were made."""
    rows = session.execute(
        select(Unit.id, Unit.parent_id, Unit.kind, Unit.name).where(held_on(Unit, on)).order_by(Unit.id)
    ).all()
    return tuple(
        UnitNode(
            id=district.id,
            name=district.name,
            streets=tuple(
                UnitView(id=row.id, name=row.name, full_name=f"{district.name} · {row.name}")
                for row in rows
                if row.parent_id == district.id
            ),
        )
        for district in rows
        if district.kind is UnitKind.DISTRICT
    )


def unit_paths(session: Session, on: date) -> dict[tuple[str, ...], int]:
    """Tell the id of each district and street of a day by its path, such as `("玄武区", "樱桥街道")`."""
    return {
        (district.name, *rest): unit_id
        for district in unit_tree(session, on)
        for rest, unit_id in [((), district.id), *(((street.name,), street.id) for street in district.streets)]
    }


def units_below(session: Session, unit_ids: Iterable[int]) -> frozenset[int]:
    """List units and all that lie below them or were merged into them, those of the past too."""
    found = set(unit_ids)
    if not found:
        return frozenset()
    rows = session.execute(select(Unit.id, Unit.parent_id, Unit.successor_id)).all()
    fresh = found
    while fresh:
        fresh = {row.id for row in rows if row.parent_id in fresh or row.successor_id in fresh} - found
        found = found | fresh
    return frozenset(found)


def recipient(session: Session, person_id: int) -> Recipient | None:
    """Tell where a message to this person goes, or None where no phone is proved."""
    statement = (
        select(Phone.number, Person.locale)
        .join(Person, Person.id == Phone.person_id)
        .where(Phone.person_id == person_id, current_phone(), Person.anonymised_at.is_(None))
        .order_by(Phone.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return row and Recipient(Channel.SMS, row.number, person_id, row.locale)


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Tell what these persons are called."""
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids))).all())


def liaisons(session: Session, unit_ids: Collection[int], *, on: date) -> dict[int, tuple[int, ...]]:
    """Tell who speaks for each of these units on a day, in the order in which they came."""
    statement = select(RoleGrant.unit_id, RoleGrant.person_id).where(
        RoleGrant.role == Role.LIAISON, RoleGrant.unit_id.in_(unit_ids), held_on(RoleGrant, on)
    )
    found: dict[int, tuple[int, ...]] = {}
    for unit_id, person_id in session.execute(statement.order_by(RoleGrant.id)):
        if unit_id is not None:
            found[unit_id] = (*found.get(unit_id, ()), person_id)
    return found


def staff(session: Session, role: Role, on: date) -> list[PersonName]:
    """List who holds a role on a day, by name."""
    holds = select(RoleGrant.person_id).where(RoleGrant.role == role, held_on(RoleGrant, on))
    statement = select(Person.id, Person.name).where(Person.id.in_(holds), Person.anonymised_at.is_(None))
    rows = session.execute(statement.order_by(Person.name_pinyin, Person.id))
    return [PersonName(id=person_id, name=name) for person_id, name in rows]


def actor_of(
    session: Session, person_id: int, *, on: date, via: Via = Via.WEB, address: str | None = None
) -> Actor | None:
    """Tell as whom a person acts on a day."""
    statement = (
        select(Person.name, RoleGrant.role, RoleGrant.unit_id)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, held_on(RoleGrant, on)))
        .where(Person.id == person_id, Person.anonymised_at.is_(None))
    )
    rows = session.execute(statement).all()
    if not rows:
        return None
    return acting(person_id, rows[0].name, [(row.role, row.unit_id) for row in rows], via=via, address=address)


def acting(
    person_id: int, name: str, grants: Iterable[tuple[Role | None, int | None]], *, via: Via, address: str | None
) -> Actor:
    """Make an actor of a person and the roles granted to them."""
    held = [(role, unit_id) for role, unit_id in grants if role is not None]
    return Actor(
        person_id=person_id,
        name=name,
        roles=frozenset(role for role, _unit_id in held),
        unit_ids=frozenset(unit_id for _role, unit_id in held if unit_id is not None),
        via=via,
        address=address,
    )


def actor_named(session: Session, account_name: str, *, on: date | None = None) -> Actor | None:
    """Tell as whom an account acts at the command line."""
    statement = select(Account.person_id).where(Account.name == account_name.lower())
    found = session.execute(statement).scalar_one_or_none()
    return None if found is None else actor_of(session, found, on=on or today(), via=Via.CLI)


def acting_as(session: Session, account_name: str | None) -> Actor:
    """Act on the command line as the holder of an account, or as the operator where none is named."""
    if account_name is None:
        return operator()
    found = actor_named(session, account_name)
    if found is None:
        raise NotFound(f"There is no account {account_name!r}.")
    return found
