"""Keep the register of people: units, persons, staff and their passwords; in bulk where many come at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Role
from academy.ground.errors import NotFound, Refused
from academy.ground.many import insert_many
from academy.ground.text import DEFAULT_LOCALE, clean_name, initials, masked_phone, name_pinyin
from academy.journal.actions import record
from academy.people.models.register import Account, GridRole, Membership, Person, Phone, RoleGrant, Unit, UnitKind
from academy.people.queries import register, sign_ins, units
from academy.people.rules.register import problem_with_name, reasons_to_refuse_correction
from academy.people.rules.signing_in import ACCOUNT_NAME_TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to be entered in the register; `role_unit_id` is the unit that a liaison speaks for."""

    name: str
    unit_id: int | None = None
    grid_role: GridRole | None = None
    role_as_written: str = ""
    id_number: str | None = None
    id_seen: bool = False
    phone: str | None = None
    phone_verified: bool = False
    since: date | None = None
    role: Role = Role.TRAINEE
    role_unit_id: int | None = None
    created_at: datetime | None = None
    locale: str = DEFAULT_LOCALE
    sample: bool = False


def add_units_many(
    session: Session,
    *,
    actor: Actor,
    paths: Iterable[tuple[str, ...]],
    starts_on: date,
    now: datetime,
    city: str = "",
    sample: bool = False,
) -> dict[tuple[str, ...], int]:
    """Enter districts and streets, each named by its path (`("玄武区", "樱桥街道")`); tell all ids by path.

    A district stands before its streets or is made with the first of them; what is there already is kept. A
    city, if named, is made above them; a city that is there already is above them too.
    """
    known = register.unit_paths(session, clock.local_date(now))
    city_id = units.city_id(session, clock.local_date(now))
    made = int(bool(city) and city_id is None)
    if made:
        city_id = _add_unit(session, (), city, None, starts_on, sample=sample)
    if city_id is not None:
        known[()] = city_id
    for path in paths:
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            if part not in known:
                above = known.get(part[:-1])
                known[part] = _add_unit(session, part, part[-1], above, starts_on, sample=sample)
                made += 1
    if made:
        record(session, actor=actor, what="unit.added", about="unit", now=now, after={"count": made})
    return known


_KINDS = (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.STREET)


def _add_unit(
    session: Session, path: tuple[str, ...], name: str, parent_id: int | None, starts_on: date, *, sample: bool
) -> int:
    unit = Unit(
        parent_id=parent_id,
        kind=_KINDS[len(path)],
        name=name,
        name_pinyin=name_pinyin(name),
        starts_on=starts_on,
        sample=sample,
    )
    session.add(unit)
    session.flush()
    return unit.id


def add_people_many(session: Session, *, actor: Actor, people: Sequence[NewPerson], now: datetime) -> list[int]:
    """Enter many people with phone, membership and role, and tell their ids in the same order; one journal row.

    A name that nobody can read raises Refused, here and for one person alone.
    """
    today = clock.local_date(now)
    ids = insert_many(session, Person, (_person(each, now) for each in people))
    numbered = list(zip(ids, people, strict=True))
    insert_many(session, Phone, (_phone(key, each, now) for key, each in numbered if each.phone))
    insert_many(session, Membership, (_membership(key, each, today) for key, each in numbered if each.unit_id))
    insert_many(session, RoleGrant, (_grant(key, each, today) for key, each in numbered))
    record(session, actor=actor, what="person.added", about="person", now=now, after={"count": len(ids)})
    return ids


def _person(each: NewPerson, now: datetime) -> dict[str, Any]:
    name = clean_name(each.name)
    if problem := problem_with_name(name):
        raise Refused(problem)
    spelled = name_pinyin(name)
    number = each.id_number
    return {
        "name": name,
        "name_pinyin": spelled,
        "name_initials": initials(spelled),
        "id_number": number,
        "id_blind": register.id_blind(number) if number else None,
        "id_tail_blind": register.id_tail_blind(number) if number else None,
        "id_seen_at": (each.created_at or now) if number and each.id_seen else None,
        "created_at": each.created_at or now,
        "locale": each.locale,
        "sample": each.sample,
    }


def _phone(person_id: int, each: NewPerson, now: datetime) -> dict[str, Any]:
    at = each.created_at or now
    return {**phone_values(each.phone or ""), "person_id": person_id, "created_at": at,
            "verified_at": at if each.phone_verified else None}  # fmt: skip


def phone_values(number: str) -> dict[str, str]:
    """Fill the columns that a number goes into: sealed, and the indexes to find it by."""
    return {
        "number": number,
        "blind": register.phone_blind(number),
        "tail_blind": register.phone_tail_blind(number),
    }


def _membership(person_id: int, each: NewPerson, today: date) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "unit_id": each.unit_id,
        "grid_role": each.grid_role,
        "role_as_written": each.role_as_written,
        "starts_on": each.since or today,
        "ends_on": None,
    }


def _grant(person_id: int, each: NewPerson, today: date) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "role": each.role,
        "unit_id": each.role_unit_id,
        "starts_on": each.since or today,
        "ends_on": None,
    }


def add_person(session: Session, *, actor: Actor, person: NewPerson, now: datetime) -> int:
    """Enter one person, journalled by itself."""
    today = clock.local_date(now)
    row = Person(**_person(person, now))
    session.add(row)
    session.flush()
    if person.phone:
        session.add(Phone(**_phone(row.id, person, now)))
    if person.unit_id:
        session.add(Membership(**_membership(row.id, person, today)))
    session.add(RoleGrant(**_grant(row.id, person, today)))
    after: Mapping[str, object] = {
        "name": row.name,
        "role": person.role,
        "unit_id": person.role_unit_id or person.unit_id,
        "phone": masked_phone(person.phone) if person.phone else None,
    }
    record(session, actor=actor, what="person.added", about=row, now=now, after=after)
    return row.id


def correct_name(session: Session, *, actor: Actor, person_id: int, name: str, reason: str, now: datetime) -> bool:
    """Write somebody's name as the ID card has it, and tell whether that changed anything.

    Whatever was made in the old name, such as a certificate, keeps it. Raises Refused with every reason.
    """
    found = register.lock_persons(session, [person_id])
    if not found or found[0].anonymised_at:
        raise NotFound
    person, name = found[0], clean_name(name)
    if reasons := reasons_to_refuse_correction(name, reason):
        raise Refused(*reasons)
    if name == person.name:
        return False
    before, after = {"name": person.name}, {"name": name, "reason": reason}
    spelled = name_pinyin(name)
    person.name, person.name_pinyin, person.name_initials = name, spelled, initials(spelled)
    record(session, actor=actor, what="person.name-corrected", about=person, now=now, before=before, after=after)
    return True


def add_staff(
    session: Session, *, actor: Actor, person: NewPerson, account_name: str, password_hash: str, now: datetime
) -> int:
    """Enter somebody who works for the academy, with a name and password to sign in by."""
    person_id = add_person(session, actor=actor, person=person, now=now)
    set_password(
        session, actor=actor, person_id=person_id, account_name=account_name, password_hash=password_hash, now=now,
        sample=person.sample,
    )  # fmt: skip
    return person_id


def set_password(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    password_hash: str,
    now: datetime,
    account_name: str = "",
    sample: bool = False,
) -> None:
    """Give somebody a new password, and an account of this name if there is none yet.

    The hash is made before the transaction (`ground.passwords.hash_of`), because it is slow on purpose.
    """
    register.lock_persons(session, [person_id])
    account = sign_ins.lock_account(session, person_id)
    if account is None:
        if sign_ins.account_name_taken(session, account_name):
            raise Refused(ACCOUNT_NAME_TAKEN)
        account = Account(person_id=person_id, name=account_name, sample=sample)
        session.add(account)
    account.password_hash, account.changed_at = password_hash, now
    record(session, actor=actor, what="account.password-set", about=account, now=now, after={"name": account.name})
