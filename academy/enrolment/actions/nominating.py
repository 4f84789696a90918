"""Put people of a unit forward for a class session on the unit's places, and take them off its list again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.claiming import new_claim
from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.actions.filling import SEATED, tell
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, lists, offers, pools, quotas
from academy.enrolment.rules.claims import ALREADY_IN, NOT_IN, has_started, reasons_about_person
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.nominating import (
    NO_PLACES,
    NOT_OF_UNIT,
    PLACES_LEFT,
    POOL_FULL,
    ListFacts,
    reasons_to_keep_list,
)
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Reason, Refused
from academy.journal.actions import record
from academy.people.queries import register as people


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """What became of one person put forward: a claim, or every reason against it."""

    person_id: int
    enrolment_id: int | None = None
    reasons: tuple[Reason, ...] = ()


def nominate(
    session: Session,
    *,
    actor: Actor,
    code: str,
    unit_id: int,
    person_ids: Sequence[int],
    reserve: bool = False,
    now: datetime,
) -> tuple[Nominated, ...]:
    """Put people forward in this order, each on a free place of the unit or in its reserve; tells of each.

    Raises Refused where the list itself cannot be changed, and NotFound for people whom the actor may not know of;
    who cannot come stands in the answer with the reasons.
    """
    lists.own_unit(session, actor, unit_id)
    class_id = deciding.class_id(session, code)
    pool_id = pools.unit_pool_id(session, class_id, unit_id)
    unit_name = quotas.unit_names(session, [unit_id])[unit_id]
    if pool_id is None:
        raise Refused(NO_PLACES.about(unit=unit_name))
    pool = pools.lock(session, [pool_id])[pool_id]
    names = {person.id: person.name for person in people.lock_persons(session, person_ids)}
    class_ = deciding.existing_class(session, class_id)
    list_ = refuse_unless_open(session, actor, class_, unit_id, now=now)
    outside = _outside(session, actor, unit_id, set(person_ids), now=now)
    done = []
    for person_id in dict.fromkeys(person_ids):
        reasons = _against(session, class_, person_id)
        if person_id in outside:
            reasons = (NOT_OF_UNIT.about(name=names[person_id], unit=unit_name), *reasons)
        reasons = (*reasons, *_about_places(pool, unit_name, names[person_id], reserve=reserve))
        if reasons:
            done.append(Nominated(person_id=person_id, reasons=reasons))
        else:
            done.append(_put_forward(session, actor, (class_, pool), person_id, on_list=list_, now=now))
    return tuple(done)


def take_off(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> Enrolment:
    """Take somebody off a unit's list while it is open; the first of its reserve moves up."""
    found = offers.answered_by(session, actor, enrolment_id)
    locked = lock_around(session, pool_id=found.pool_id, person_id=found.person_id)
    pool = locked[found.pool_id]
    if pool.unit_id is None:
        raise Refused(NOT_IN)
    class_ = deciding.existing_class(session, pool.class_session_id)
    refuse_unless_open(session, actor, class_, pool.unit_id, now=now)
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None or claim.state is EnrolmentState.WITHDRAWN or not claim.nominated:
        raise Refused(NOT_IN)
    end(session, actor=actor, claim=claim, because=Ending.WITHDREW, locked=locked, now=now)
    return claim


def refuse_unless_open(
    session: Session, actor: Actor, class_: ClassView, unit_id: int, *, now: datetime
) -> UnitList:
    """Lock a unit's list and give it, or raise Refused with every reason against changing who is on it."""
    list_ = lists.lock_list(session, class_.id, unit_id)
    facts = ListFacts(
        class_state=class_.state,
        has_started=has_started(class_.state, deciding.starts_at(session, class_), now=now),
        plan=pools.plan(session, class_.id),
        is_street=quotas.districts_of(session, [unit_id])[unit_id] != unit_id,
        list_state=list_.state,
        extended_to=list_.extended_to,
        by_academy=actor.is_admin,
    )
    if reasons := reasons_to_keep_list(facts, now=now):
        raise Refused(*reasons)
    return list_


def _about_places(pool: PlacePool, unit: str, name: str, *, reserve: bool) -> tuple[Reason, ...]:
    """Tell that no place is free, or that one is: then nobody stands in reserve beside it."""
    free = pool.places - pool.taken
    if reserve == (free <= 0):
        return ()
    reason = PLACES_LEFT.about(free=free) if reserve else POOL_FULL.about(places=pool.places)
    return (reason.about(**reason.values, unit=unit, name=name),)


def _outside(
    session: Session, actor: Actor, unit_id: int, person_ids: Collection[int], *, now: datetime
) -> frozenset[int]:
    """Tell who of these is of another unit; NotFound for somebody of none that the actor speaks for."""
    members = people.units_of(session, person_ids, clock.local_date(now))
    known = people.units_below(session, actor.unit_ids)
    below = people.units_below(session, [unit_id])
    strangers = [each for each in person_ids if each not in members or members[each].id not in known]
    if strangers and not (actor.is_admin and people.names(session, person_ids).keys() >= set(person_ids)):
        raise NotFound
    return frozenset(each for each in person_ids if each not in members or members[each].id not in below)


def _against(session: Session, class_: ClassView, person_id: int) -> tuple[Reason, ...]:
    facts = deciding.claim_facts(session, class_, person_id)
    return (*((ALREADY_IN,) if facts.already_in else ()), *reasons_about_person(facts))


def _put_forward(
    session: Session,
    actor: Actor,
    on: tuple[ClassView, PlacePool],
    person_id: int,
    *,
    on_list: UnitList,
    now: datetime,
) -> Nominated:
    """Enter somebody on a free place, else in reserve; on a list already confirmed only an admin does."""
    settled = on_list.state is ListState.CONFIRMED
    state = EnrolmentState.WAITING
    if on[1].taken < on[1].places:
        state = EnrolmentState.SEATED if settled else EnrolmentState.NOMINATED
    claim = new_claim(session, on, person_id, state=state, now=now, nominated=True)
    claim.academy_approved_at = now if settled else None
    after: Mapping[str, object] = {"state": state, "unit_id": on[1].unit_id}
    record(session, actor=actor, what="enrolment.nominated", about=claim, now=now, after=after)
    if state is EnrolmentState.SEATED:
        tell(session, SEATED, person_id, on[0], now=now)
    return Nominated(person_id=person_id, enrolment_id=claim.id)
