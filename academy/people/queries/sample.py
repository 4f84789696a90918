"""Ask about the sample academy's people, to fill it and to prove that it is whole."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from academy.ground.access import Role
from academy.people.models.register import Account, Membership, Person, RoleGrant, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTrainee:
    """A trainee of the sample, with the unit and the day since when."""

    id: int
    name: str
    unit_id: int
    unit_name: str
    district: str
    since: date


def anybody(session: Session) -> bool:
    """Tell whether the academy knows anybody at all."""
    return session.execute(select(Person.id).limit(1)).first() is not None


def sample_trainees(session: Session) -> tuple[SampleTrainee, ...]:
    """List the sample's trainees in the order in which they were made."""
    above = aliased(Unit)
    statement = (
        select(Person.id, Person.name, Unit.id, Unit.name, above.name, Membership.starts_on)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(above, above.id == Unit.parent_id)
        .where(Person.sample, Membership.grid_role.is_not(None))
        .order_by(Person.id)
    )
    return tuple(
        SampleTrainee(
            id=person_id,
            name=name,
            unit_id=unit_id,
            unit_name=f"{district} · {unit}",
            district=district,
            since=since,
        )
        for person_id, name, unit_id, unit, district, since in session.execute(statement)
    )


def count_first_trainees(session: Session) -> int | None:
    """Count the sample's people whose first role was trainee; None where there is no sample.

    Whoever of the sample's staff becomes a trainee later is not one of those first made.
    """
    if session.execute(select(Person.id).where(Person.sample).limit(1)).first() is None:
        return None
    earlier = aliased(RoleGrant)
    before = exists().where(earlier.person_id == RoleGrant.person_id, earlier.id < RoleGrant.id)
    statement = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.sample, RoleGrant.role == Role.TRAINEE, ~before)
    )
    return session.execute(statement).scalar_one()


def any_of_the_sample(session: Session) -> bool:
    """Tell whether an account of the sample academy is here, whose password everybody knows."""
    return session.execute(select(Account.id).where(Account.sample).limit(1)).first() is not None
