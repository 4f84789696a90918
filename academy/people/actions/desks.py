"""Hand a liaison's desk over in one act; what waits on it is the unit's, so it goes along by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Role
from academy.ground.errors import NotFound, Reason, Refused
from academy.journal.actions import record
from academy.outbox.actions import post
from academy.people.actions import letters
from academy.people.actions.register import NewPerson, add_staff
from academy.people.models.register import RoleGrant, Unit
from academy.people.queries import desks, memberships, register, units
from academy.people.rules.changing import HOLDS_NO_DESK, HandOverFacts, reasons_to_refuse_hand_over
from academy.people.rules.desks import DeskOutcome
from academy.people.rules.memberships import last_day_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk of a unit, who gives it away (None: the unit gets one more liaison), and from which day on."""

    unit_id: int
    giver_id: int | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHolder:
    """Somebody not on file yet who gets a desk; the hash is made before the transaction."""

    name: str
    account_name: str
    password_hash: str
    phone: str | None = None


def lock_unit(session: Session, unit_id: int) -> Unit:
    """Lock the unit whose desk is to change hands; raises NotFound."""
    found = memberships.lock_units(session, [unit_id], to_change=True)
    if unit_id not in found:
        raise NotFound
    return found[unit_id]


def hand_over(session: Session, *, actor: Actor, desk: Desk, person_id: int, now: datetime) -> str:
    """Give a desk to somebody on file; tells the name. The giver loses it on that day, at once if it is today.

    Raises Refused with every reason.
    """
    unit = lock_unit(session, desk.unit_id)
    persons = memberships.lock_persons(session, {person_id, *([desk.giver_id] if desk.giver_id else [])})
    if person_id not in persons or persons[person_id].is_anonymised:
        raise NotFound
    person = persons[person_id]
    grants = desks.lock_desks(session, desk.unit_id, on=desk.on)
    _refuse(session, desk, grants, name=person.name, person_id=person_id, now=now)
    session.add(RoleGrant(person_id=person_id, role=Role.LIAISON, unit_id=desk.unit_id, starts_on=desk.on))
    _end(session, grants, desk, now)
    _note_and_tell(session, actor, unit, desk, to=person_id, now=now)
    return person.name


def hand_over_to_new(session: Session, *, actor: Actor, desk: Desk, holder: NewHolder, now: datetime) -> int:
    """Give a desk to somebody who is entered for it, with a sign-in name; tells the person. Raises Refused."""
    unit = lock_unit(session, desk.unit_id)
    memberships.lock_persons(session, {desk.giver_id} if desk.giver_id else set())
    grants = desks.lock_desks(session, desk.unit_id, on=desk.on)
    _refuse(session, desk, grants, name=holder.name, person_id=None, now=now)
    person = NewPerson(
        name=holder.name, phone=holder.phone, role=Role.LIAISON, role_unit_id=desk.unit_id, since=desk.on
    )
    person_id = add_staff(
        session, actor=actor, person=person, account_name=holder.account_name,
        password_hash=holder.password_hash, now=now,
    )  # fmt: skip
    _end(session, grants, desk, now)
    _note_and_tell(session, actor, unit, desk, to=person_id, now=now)
    return person_id


def _refuse(
    session: Session, desk: Desk, grants: Sequence[RoleGrant], *, name: str, person_id: int | None, now: datetime
) -> None:
    if reasons := against(session, desk, grants, name=name, person_id=person_id, now=now):
        raise Refused(*reasons)


def against(
    session: Session, desk: Desk, grants: Sequence[RoleGrant], *, name: str, person_id: int | None, now: datetime
) -> tuple[Reason, ...]:
    """Return every reason against giving a desk to somebody; None is not on file yet."""
    today = clock.local_date(now)
    facts = HandOverFacts(
        name=name,
        holds_it=any(grant.person_id == person_id for grant in grants),
        giver_holds_it=desk.giver_id is None or any(grant.person_id == desk.giver_id for grant in grants),
        can_sign_in=person_id is None or desks.can_sign_in(session, person_id),
        unit=units.as_it_is(session, desk.unit_id, on=today),
        on=desk.on,
        today=today,
    )
    return reasons_to_refuse_hand_over(facts)


def _end(session: Session, grants: Sequence[RoleGrant], desk: Desk, now: datetime) -> None:
    """End what the giver holds and settle what the giver asks for; what would only begin then goes."""
    if desk.giver_id is None:
        return
    for grant in grants:
        if grant.person_id == desk.giver_id:
            grant.ends_on = last_day_before(desk.on, grant.starts_on)
            if grant.ends_on is None:
                session.delete(grant)
    if asked := desks.lock_ask(session, desk.unit_id, desk.giver_id):
        asked.outcome, asked.settled_at = DeskOutcome.HANDED_OVER, now


def _note_and_tell(
    session: Session, actor: Actor, unit: Unit, desk: Desk, *, to: int | None, now: datetime
) -> None:
    """Journal a hand-over, and send a message to both who have a proved phone."""
    before: Mapping[str, object] = {"liaison_id": desk.giver_id}
    after = {"liaison_id": to, "on": desk.on.isoformat()}
    record(session, actor=actor, what="desk.handed-over", about=unit, now=now, before=before, after=after)
    for told, letter in ((desk.giver_id, letters.DESK_TAKEN), (to, letters.DESK_GIVEN)):
        recipient = register.recipient(session, told) if told is not None else None
        if recipient:
            values = {"unit": unit.name, "day": desk.on.isoformat()}
            post(session, letter, to=recipient, now=now, values=values)


def end_desk(session: Session, *, actor: Actor, unit_id: int, person_id: int, now: datetime) -> None:
    """Take a unit's desk away from somebody at once, without a successor. Raises Refused where it is not held."""
    desk = Desk(unit_id=unit_id, giver_id=person_id, on=clock.local_date(now))
    unit = lock_unit(session, unit_id)
    memberships.lock_persons(session, {person_id})
    grants = desks.lock_desks(session, unit_id, on=desk.on)
    if not any(grant.person_id == person_id for grant in grants):
        raise Refused(HOLDS_NO_DESK)
    _end(session, grants, desk, now)
    _note_and_tell(session, actor, unit, desk, to=None, now=now)
