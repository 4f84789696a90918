"""Find a few people to choose from, while somebody types."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from academy.ground.access import Role
from academy.people.models.register import Person, RoleGrant
from academy.people.queries.register import held_on, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A person to choose, with the unit that tells namesakes apart."""

    id: int
    name: str
    unit_name: str


def holders(session: Session, role: Role, words: str, *, on: date, size: int = 8) -> tuple[Offer, ...]:
    """Find holders of a role by a part of the name, the beginning of its pinyin, or initials."""
    together = words.lower().replace(" ", "").replace("'", "")
    holds = select(RoleGrant.person_id).where(RoleGrant.role == role, held_on(RoleGrant, on))
    statement = select(Person.id, Person.name).where(
        Person.id.in_(holds),
        Person.anonymised_at.is_(None),
        or_(
            Person.name.contains(words, autoescape=True),
            func.replace(Person.name_pinyin, " ", "").startswith(together, autoescape=True),
            Person.name_initials.startswith(together, autoescape=True),
        ),
    )
    rows = session.execute(statement.order_by(Person.name_pinyin, Person.id).limit(size)).all()
    units = units_of(session, [row.id for row in rows], on)
    return tuple(
        Offer(id=row.id, name=row.name, unit_name=units[row.id].full_name if row.id in units else "")
        for row in rows
    )
