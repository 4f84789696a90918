"""Put people of a unit forward for a class session on the unit's places, and take them off its list again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.claiming import new_claim
from academy.enrolment.actions.ending import end, lock_around
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, lists, offers, pools, quotas
from academy.enrolment.rules.claims import ALREADY_IN, NOT_IN, has_started, reasons_about_person
from academy.enrolment.rules.nominating import (
    NO_PLACES,
    NOT_OF_UNIT,
    POOL_FULL,
    ListFacts,
    reasons_to_keep_list,
)
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
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

    Raises Refused where the list itself cannot be changed; who cannot come stands in the answer with the reasons.
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
    refuse_unless_open(session, actor, class_, unit_id, now=now)
    members = people.units_of(session, person_ids, clock.local_date(now))
    below = people.units_below(session, [unit_id])
    done = []
    for person_id in dict.fromkeys(person_ids):
        reasons = _against(session, class_, person_id)
        if person_id not in members or members[person_id].id not in below:
            reasons = (NOT_OF_UNIT.about(name=names[person_id], unit=unit_name), *reasons)
        if not reserve and pool.taken >= pool.places:
            full = POOL_FULL.about(places=pool.places, unit=unit_name, name=names[person_id])
            reasons = (*reasons, full)
        if reasons:
            done.append(Nominated(person_id=person_id, reasons=reasons))
        else:
            done.append(_put_forward(session, actor, (class_, pool), person_id, reserve=reserve, now=now))
    return tuple(done)


def take_off(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> Enrolment:
    """Take somebody off a unit's list while it is open; the first of its reserve moves up."""
    found = offers.answered_by(session, actor, enrolment_id)
    locked = lock_around(session, pool_id=found.pool_id, person_id=found.person_id)
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    if claim is None or claim.state is EnrolmentState.WITHDRAWN or not claim.nominated:
        raise Refused(NOT_IN)
    unit_id = locked[claim.pool_id].unit_id
    class_ = deciding.existing_class(session, claim.class_session_id)
    if unit_id is not None:
        refuse_unless_open(session, actor, class_, unit_id, now=now)
    end(session, actor=actor, claim=claim, because=Ending.WITHDREW, locked=locked, now=now)
    return claim


def refuse_unless_open(session: Session, actor: Actor, class_: ClassView, unit_id: int, *, now: datetime) -> None:
    """Lock a unit's list, and raise Refused with every reason against changing who is on it."""
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


def _against(session: Session, class_: ClassView, person_id: int) -> tuple[Reason, ...]:
    facts = deciding.claim_facts(session, class_, person_id)
    return (*((ALREADY_IN,) if facts.already_in else ()), *reasons_about_person(facts))


def _put_forward(
    session: Session,
    actor: Actor,
    on: tuple[ClassView, PlacePool],
    person_id: int,
    *,
    reserve: bool,
    now: datetime,
) -> Nominated:
    free = on[1].taken < on[1].places
    state = EnrolmentState.NOMINATED if free and not reserve else EnrolmentState.WAITING
    claim = new_claim(session, on, person_id, state=state, now=now, nominated=True)
    after: Mapping[str, object] = {"state": state, "unit_id": on[1].unit_id}
    record(session, actor=actor, what="enrolment.nominated", about=claim, now=now, after=after)
    return Nominated(person_id=person_id, enrolment_id=claim.id)
