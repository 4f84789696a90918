"""Somebody who claims a place: locked, and at once all that a claim keeps or needs of the person."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from academy.ground.db import ask
from academy.outbox.actions import Recipient
from academy.outbox.models import Channel
from academy.people.models.register import Membership, Person, Phone, Unit, UnitKind
from academy.people.queries.register import UnitView, current_phone, held_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """A person who claims a place: of which unit, and where a message about the claim goes."""

    unit: UnitView | None
    recipient: Recipient | None


def lock_claimant(session: Session, person_id: int, *, on: date) -> Claimant:
    """Lock a person and tell, in the same question, what a claim on a place keeps of them.

    A rush for places asks this a thousand times, with all who wait behind it held up meanwhile.
    """
    row = ask(session, _claimant(), {"person_id": person_id, "on": on}).one()
    unit = None
    if row.unit_id is not None:
        full_name = f"{row.district} · {row.unit}" if row.district else row.unit
        unit = UnitView(id=row.unit_id, name=row.unit, full_name=full_name)
    reachable = row.number is not None and row.anonymised_at is None
    return Claimant(
        unit=unit, recipient=Recipient(Channel.SMS, row.number, person_id, row.locale) if reachable else None
    )


@cache
def _claimant() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    above = aliased(Unit)
    return (
        select(Unit.id.label("unit_id"), Unit.name.label("unit"), above.name.label("district"))
        .add_columns(Phone.number, Person.locale, Person.anonymised_at)
        .select_from(Person)
        .outerjoin(
            Membership,
            and_(Membership.person_id == Person.id, held_on(Membership, bindparam("on", type_=Date))),
        )
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .outerjoin(above, and_(above.id == Unit.parent_id, above.kind == UnitKind.DISTRICT))
        .outerjoin(Phone, and_(Phone.person_id == Person.id, current_phone()))
        .where(Person.id == bindparam("person_id"))
        .order_by(Membership.starts_on.desc(), Membership.id.desc(), Phone.id.desc())
        .limit(1)
        .with_for_update(key_share=True, of=Person)
    )
