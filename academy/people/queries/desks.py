"""Who speaks for which unit, and who could."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from academy.ground.access import Role
from academy.people.models.register import Account, Person, Phone, RoleGrant
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
