"""What must hold for all people, counted where it does not."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import LargeBinary, func, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from academy.ground import crypto
from academy.ground.access import Role
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import Membership, Person, Phone, RoleGrant, Unit
from academy.people.queries.register import current_phone, held_on, id_blind, phone_blind

_LOOKED_AT = 50


def shared_phones(session: Session) -> Sequence[int]:
    """List phones that sign in more than one person, by one of their rows."""
    statement = select(func.min(Phone.id)).where(current_phone()).group_by(Phone.blind).having(func.count() > 1)
    return session.execute(statement).scalars().all()


def liaisons_without_unit(session: Session) -> Sequence[int]:
    """List grants of the liaison's role that say for no unit, and others that do."""
    wrong = or_(
        (RoleGrant.role == Role.LIAISON) & RoleGrant.unit_id.is_(None),
        (RoleGrant.role != Role.LIAISON) & RoleGrant.unit_id.is_not(None),
    )
    return session.execute(select(RoleGrant.id).where(wrong)).scalars().all()


def memberships_of_ended_units(session: Session, on: date) -> Sequence[int]:
    """List current memberships of units that are not current."""
    statement = select(Membership.id).join(Unit, Unit.id == Membership.unit_id)
    wrong = statement.where(held_on(Membership, on), ~held_on(Unit, on))
    return session.execute(wrong).scalars().all()


def desks_of_ended_units(session: Session, on: date) -> Sequence[int]:
    """List current grants of liaisons for units that are not current."""
    statement = select(RoleGrant.id).join(Unit, Unit.id == RoleGrant.unit_id)
    return session.execute(statement.where(held_on(RoleGrant, on), ~held_on(Unit, on))).scalars().all()


def moves_of_ended_units(session: Session, on: date) -> Sequence[int]:
    """List undecided moves from or to units that are not current."""
    statement = select(Transfer.id).join(
        Unit, or_(Unit.id == Transfer.from_unit_id, Unit.id == Transfer.to_unit_id)
    )
    wrong = statement.where(Transfer.state == TransferState.OPEN, ~held_on(Unit, on))
    return session.execute(wrong.distinct()).scalars().all()


def people_in_one_unit_twice(session: Session) -> Sequence[int]:
    """List the people who have more than one time in the same unit without a last day, by one of these."""
    statement = select(func.min(Membership.id)).where(Membership.ends_on.is_(None))
    doubled = statement.group_by(Membership.person_id, Membership.unit_id).having(func.count() > 1)
    return session.execute(doubled).scalars().all()


def sealed_values_that_do_not_open(session: Session) -> list[str]:
    """List encrypted values of the first and last rows that do not open, or are not what they are found by."""
    ids = _ends(session, Person.id, Person.id_number, Person.id_blind)
    phones = _ends(session, Phone.id, Phone.number, Phone.blind)
    return [
        *(f"person {row[0]}" for row in ids if not _opens(row[1], "person.id_number", row[2], id_blind)),
        *(f"phone {row[0]}" for row in phones if not _opens(row[1], "phone.number", row[2], phone_blind)),
    ]


def _ends(
    session: Session,
    key: InstrumentedAttribute[int],
    value: InstrumentedAttribute[Any],
    blind: InstrumentedAttribute[Any],
) -> list[tuple[int, bytes, str]]:
    """Take the first and the last rows that hold a value, still sealed."""
    statement = select(key, type_coerce(value, LargeBinary), blind).where(value.is_not(None)).limit(_LOOKED_AT)
    rows = [*session.execute(statement.order_by(key)), *session.execute(statement.order_by(key.desc()))]
    return list({row[0]: (row[0], bytes(row[1]), row[2]) for row in rows}.values())


def _opens(sealed: bytes, place: str, blind: str, index: Callable[[str], str]) -> bool:
    try:
        return index(crypto.vault().open(sealed, place)) == blind
    except (InvalidTag, ValueError, KeyError, IndexError):
        return False
