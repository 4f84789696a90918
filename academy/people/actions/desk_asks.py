"""A liaison asks that somebody of the unit have the desk; the academy confirms it in one act, or refuses."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.errors import NotFound, Reason, Refused, constraint_of
from academy.journal.actions import record
from academy.outbox.actions import post
from academy.people.actions import desks as actions
from academy.people.actions import letters
from academy.people.actions.desks import Desk
from academy.people.models.desks import DeskAsk
from academy.people.models.register import Unit
from academy.people.queries import desks, memberships, register
from academy.people.rules.desks import ASKED_ALREADY, NOT_ASKED, NOT_OF_UNIT, DeskOutcome


def ask(session: Session, *, actor: Actor, unit_id: int, heir_id: int, now: datetime) -> str:
    """Ask for somebody of the unit to have the actor's desk, and tell the name. Raises Refused with every reason.

    Raises NotFound for a unit that is not the actor's own, and for people whom the actor may not know of.
    """
    if actor.person_id is None or unit_id not in actor.unit_ids:
        raise NotFound
    today = clock.local_date(now)
    unit = actions.lock_unit(session, unit_id)
    persons = memberships.lock_persons(session, {actor.person_id, heir_id})
    belongs = register.units_of(session, [heir_id], today).get(heir_id)
    known = register.units_below(session, actor.unit_ids)
    if heir_id not in persons or belongs is None or belongs.id not in known:
        raise NotFound
    name, desk = persons[heir_id].name, Desk(unit_id=unit_id, giver_id=actor.person_id, on=today)
    outside = belongs.id not in register.units_below(session, [unit_id])
    asked = desks.lock_ask(session, unit_id, actor.person_id) is not None
    grants = desks.lock_desks(session, unit_id, on=today)
    reasons: tuple[Reason, ...] = (
        *((NOT_OF_UNIT.about(name=name, unit=unit.name),) if outside else ()),
        *((ASKED_ALREADY,) if asked else ()),
        *actions.against(session, desk, grants, name=name, person_id=heir_id, now=now),
    )
    if reasons:
        raise Refused(*reasons)
    _enter(session, DeskAsk(unit_id=unit_id, giver_id=actor.person_id, heir_id=heir_id, asked_at=now))
    _note(session, actor, unit, "desk.asked", giver_id=actor.person_id, heir_id=heir_id, now=now)
    return name


def _enter(session: Session, asked: DeskAsk) -> None:
    session.add(asked)
    try:
        session.flush()
    except IntegrityError as error:
        if constraint_of(error, Base.metadata) == "uq_desk_ask_one_open":
            raise Refused(ASKED_ALREADY) from error
        raise


def take_back(session: Session, *, actor: Actor, unit_id: int, now: datetime) -> None:
    """Let the academy forget what the actor has asked for. Raises Refused where it is decided already."""
    if actor.person_id is None or unit_id not in actor.unit_ids:
        raise NotFound
    unit, asked = _lock_asked(session, unit_id, actor.person_id, now=now)
    asked.outcome, asked.settled_at = DeskOutcome.TAKEN_BACK, now
    _note(session, actor, unit, "desk.taken-back", giver_id=asked.giver_id, heir_id=asked.heir_id, now=now)


def confirm(session: Session, *, actor: Actor, unit_id: int, giver_id: int, now: datetime) -> str:
    """Hand the desk over as its holder asks, from now on, and tell who has it. Raises Refused."""
    _unit, asked = _lock_asked(session, unit_id, giver_id, now=now)
    desk = Desk(unit_id=unit_id, giver_id=giver_id, on=clock.local_date(now))
    return actions.hand_over(session, actor=actor, desk=desk, person_id=asked.heir_id, now=now)


def refuse(session: Session, *, actor: Actor, unit_id: int, giver_id: int, now: datetime) -> str:
    """Leave the desk with its holder, who is told, and tell the name. Raises Refused where nothing is asked."""
    unit, asked = _lock_asked(session, unit_id, giver_id, now=now)
    asked.outcome, asked.settled_at = DeskOutcome.REFUSED, now
    names = register.names(session, [giver_id, asked.heir_id])
    _note(session, actor, unit, "desk.refused", giver_id=giver_id, heir_id=asked.heir_id, now=now)
    if recipient := register.recipient(session, giver_id):
        values = {"unit": unit.name, "name": names[asked.heir_id]}
        post(session, letters.DESK_KEPT, to=recipient, now=now, values=values)
    return names[giver_id]


def _lock_asked(session: Session, unit_id: int, giver_id: int, *, now: datetime) -> tuple[Unit, DeskAsk]:
    """Lock a unit whose desk its holder asks to hand over, and what is asked."""
    unit = actions.lock_unit(session, unit_id)
    asked = desks.lock_ask(session, unit_id, giver_id)
    speak = register.liaisons(session, [unit_id], on=clock.local_date(now)).get(unit_id, ())
    if asked is None or giver_id not in speak:
        raise Refused(NOT_ASKED)
    return unit, asked


def _note(
    session: Session, actor: Actor, unit: Unit, what: str, *, giver_id: int, heir_id: int, now: datetime
) -> None:
    before, after = {"liaison_id": giver_id}, {"person_id": heir_id}
    record(session, actor=actor, what=what, about=unit, now=now, before=before, after=after)
