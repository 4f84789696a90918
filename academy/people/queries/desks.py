"""Who speaks for which unit, and who could."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.ground.access import Role
from academy.ground.text import masked_phone
from academy.people.models.desks import DeskAsk
from academy.people.models.register import Account, Person, Phone, RoleGrant
from academy.people.queries import register
from academy.people.queries.members import unit_names
from academy.people.queries.register import current_phone


def lock_desks(session: Session, unit_id: int, *, on: date) -> Sequence[RoleGrant]:
    """Lock what liaisons hold for a unit on a day or later, in id order."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.role == Role.LIAISON, RoleGrant.unit_id == unit_id)
        .where(or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on))
        .order_by(RoleGrant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().all()


def can_sign_in(session: Session, person_id: int) -> bool:
    """Tell whether somebody has a proved phone or a sign-in name."""
    with_phone = exists().where(Phone.person_id == Person.id, current_phone())
    with_account = exists().where(Account.person_id == Person.id)
    statement = select(Person.id).where(Person.id == person_id, or_(with_phone, with_account))
    return session.execute(statement).first() is not None


def speakers(session: Session, unit_ids: Collection[int], *, on: date) -> tuple[str, ...]:
    """Name who speaks for these units on a day, in the order in which they came; nobody twice."""
    statement = (
        select(Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.LIAISON, RoleGrant.unit_id.in_(unit_ids), register.held_on(RoleGrant, on)
        )
        .group_by(Person.id, Person.name)
        .order_by(func.min(RoleGrant.id))
    )  # fmt: skip
    return tuple(session.execute(statement).scalars())


def lock_ask(session: Session, unit_id: int, giver_id: int) -> DeskAsk | None:
    """Lock what a liaison asks for about the desk of a unit, if that is not decided yet."""
    statement = (
        select(DeskAsk)
        .where(DeskAsk.unit_id == unit_id, DeskAsk.giver_id == giver_id, DeskAsk.outcome.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalar_one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAsk:
    """A liaison's wish that somebody of the unit have the desk, which the academy has not decided yet."""

    unit_id: int
    unit_name: str
    giver_id: int
    giver_name: str
    heir_id: int
    heir_name: str
    heir_phone: str
    """Masked; empty where none is proved."""
    asked_at: datetime


def asks(session: Session, unit_ids: Collection[int] | None = None, *, on: date) -> tuple[OpenAsk, ...]:
    """List what liaisons of these units, or of all, ask for: those who still have the desk, the oldest first."""
    has_desk = exists().where(
        RoleGrant.person_id == DeskAsk.giver_id,
        RoleGrant.unit_id == DeskAsk.unit_id,
        RoleGrant.role == Role.LIAISON,
        register.held_on(RoleGrant, on),
    )
    giver, heir = aliased(Person), aliased(Person)
    statement = (
        select(DeskAsk.unit_id, DeskAsk.giver_id, giver.name, DeskAsk.heir_id, heir.name, DeskAsk.asked_at)
        .join(giver, giver.id == DeskAsk.giver_id)
        .join(heir, heir.id == DeskAsk.heir_id)
        .where(DeskAsk.outcome.is_(None), has_desk)
        .order_by(DeskAsk.id)
    )
    if unit_ids is not None:
        statement = statement.where(DeskAsk.unit_id.in_(unit_ids))
    rows = session.execute(statement).all()
    if not rows:
        return ()
    names = unit_names(session, {row[0] for row in rows})
    phones = register.numbers(session, [row[3] for row in rows])
    return tuple(
        OpenAsk(
            unit_id=unit_id, unit_name=names[unit_id], giver_id=giver_id, giver_name=giver_name, heir_id=heir_id,
            heir_name=heir_name, heir_phone=masked_phone(phones[heir_id]) if heir_id in phones else "",
            asked_at=asked_at,
        )
        for unit_id, giver_id, giver_name, heir_id, heir_name, asked_at in rows
    )  # fmt: skip
