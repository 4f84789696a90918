"""Enter one person in a unit, by hand: the ID number alone tells whether the academy knows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import clean_name
from academy.people.actions.memberships import Joining, join, lock_for_joining
from academy.people.actions.register import NewPerson, add_person
from academy.people.actions.transfers import Moving, ask_transfer
from academy.people.models.importing import TransferState
from academy.people.models.register import GridRole
from academy.people.queries import memberships, register, sign_ins
from academy.people.rules.joining import Known
from academy.people.rules.memberships import Taking, TakingFacts, reasons_to_refuse_taking, taking


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Somebody whom a unit enters; the ID number alone tells whether the academy knows them."""

    unit_id: int
    name: str
    id_number: str | None = None
    phone: str | None = None
    grid_role: GridRole | None = None
    role_as_written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What entering somebody came to."""

    person_id: int
    by: Taking
    moved: bool = False


def take_in(session: Session, *, actor: Actor, member: NewMember, now: datetime) -> Taken:
    """Enter somebody in a unit: new, back on file, or asked of the unit they belong to. Raises Refused."""
    owner = sign_ins.owner_of_id(session, register.id_blind(member.id_number)) if member.id_number else None
    lock_for_joining(session, actor, {member.unit_id}, {owner.person_id} if owner else set())
    facts = _facts(session, member, owner, now)
    if reasons := reasons_to_refuse_taking(facts):
        raise Refused(*reasons)
    by = taking(facts)
    if owner is None:
        person = NewPerson(
            name=member.name, unit_id=member.unit_id, id_number=member.id_number, phone=member.phone,
            grid_role=member.grid_role, role_as_written=member.role_as_written,
        )  # fmt: skip
        return Taken(person_id=add_person(session, actor=actor, person=person, now=now), by=by)
    if facts.unit_of_now is None:
        joining = Joining(
            person_id=owner.person_id, unit_id=member.unit_id,
            grid_role=member.grid_role, role_as_written=member.role_as_written,
        )  # fmt: skip
        join(session, actor=actor, joining=joining, now=now)
        return Taken(person_id=owner.person_id, by=by)
    moving = Moving(
        person_id=owner.person_id, from_unit_id=facts.unit_of_now, to_unit_id=member.unit_id,
        grid_role=member.grid_role, role_as_written=member.role_as_written,
    )  # fmt: skip
    asked = ask_transfer(session, actor=actor, moving=moving, now=now)
    return Taken(person_id=owner.person_id, by=by, moved=asked.state is TransferState.CONFIRMED)


def _facts(session: Session, member: NewMember, owner: Known | None, now: datetime) -> TakingFacts:
    today, name = clock.local_date(now), clean_name(member.name)
    ids = [owner.person_id] if owner else []
    open_ = [row for rows in memberships.lock_open(session, ids).values() for row in rows]
    unit = register.unit(session, open_[-1].unit_id, today) if open_ else None
    return TakingFacts(
        name=name,
        known_as=owner.name if owner else None,
        id_given=bool(member.id_number),
        unit_id=member.unit_id,
        unit_of_now=open_[-1].unit_id if open_ else None,
        unit_name_of_now=unit.full_name if unit else "",
        namesake=memberships.has_namesake(session, member.unit_id, name, on=today),
        transfer_open=bool(memberships.open_transfers(session, ids)),
    )
