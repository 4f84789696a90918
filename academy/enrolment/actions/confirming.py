"""Confirm what units reported: everybody on a list has a place, and everybody is told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.filling import SEATED, tell
from academy.enrolment.actions.locking import Locked, lock, note, tell_unit
from academy.enrolment.actions.nominating import Nominated, nominate
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import deciding, lists, quotas
from academy.enrolment.rules.lists import ListState, moved
from academy.enrolment.rules.nominating import of_person
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.rules.states import moved as claim_moved
from academy.enrolment.rules.steps import NOT_NOW
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter
from academy.people.queries import register

CONFIRMED = Letter(
    "enrolment.list-confirmed",
    N_("A list has been confirmed"),
    N_(
        "The academy has confirmed the list of %(unit)s for “%(title)s” (%(code)s), which begins on %(day)s: "
        "%(people)s people have a place. Everybody on it has been told."
    ),
)


def confirm(session: Session, *, actor: Actor, code: str, unit_id: int, now: datetime) -> int:
    """Confirm what a unit reported, a district with its streets, and tell how many people have a place by that.

    Raises Refused where nothing of it has been reported.
    """
    family = {unit_id, *quotas.streets_of(session, unit_id)}
    locked = lock(session, code, family)
    reported = [each for each in sorted(family) if locked.lists[each].state is ListState.REPORTED]
    if not reported:
        raise Refused(NOT_NOW.about(unit=locked.names[unit_id]))
    return confirm_locked(session, actor=actor, locked=locked, unit_ids=reported, now=now)


def confirm_all(session: Session, *, actor: Actor, code: str, now: datetime) -> tuple[int, int]:
    """Confirm every reported list of a class session, and tell how many lists and people that were."""
    class_id = deciding.class_id(session, code)
    locked = lock(session, code, lists.reported_ids(session, class_id))
    reported = [each for each in sorted(locked.lists) if locked.lists[each].state is ListState.REPORTED]
    return len(reported), confirm_locked(session, actor=actor, locked=locked, unit_ids=reported, now=now)


def confirm_locked(
    session: Session, *, actor: Actor, locked: Locked, unit_ids: Collection[int], now: datetime
) -> int:
    """Confirm locked lists: who is on one has a place; whoever stands in its reserve needs no second look."""
    for unit_id in unit_ids:
        if reasons := locked.against(unit_id, ListState.CONFIRMED, now=now):
            raise Refused(*reasons)
    seated = 0
    for unit_id in sorted(unit_ids):
        list_ = locked.lists[unit_id]
        before, list_.state = list_.state, moved(list_.state, ListState.CONFIRMED)
        list_.confirmed_at, list_.confirmed_by = now, actor.name
        note(session, actor, list_, "confirmed", before, now=now)
        people = _seat(session, actor, locked, unit_id, now=now)
        tell_unit(session, CONFIRMED, locked, unit_id, now=now, people=people)
        seated += people
    return seated


def _seat(session: Session, actor: Actor, locked: Locked, unit_id: int, *, now: datetime) -> int:
    """Give everybody on a confirmed list the place that was held for them."""
    pool = locked.pools.get(unit_id)
    claims = lists.lock_nominated(session, [pool.id]) if pool else ()
    for claim in claims:
        claim.academy_approved_at = claim.academy_approved_at or now
        if claim.state is EnrolmentState.NOMINATED:
            _seat_one(session, actor, locked, claim, now=now)
    return sum(claim.state is EnrolmentState.SEATED for claim in claims)


def _seat_one(session: Session, actor: Actor, locked: Locked, claim: Enrolment, *, now: datetime) -> None:
    before = claim.state
    claim.state, claim.seated_at = claim_moved(before, EnrolmentState.SEATED), now
    record(
        session, actor=actor, what="enrolment.nomination-confirmed", about=claim, now=now,
        before={"state": before}, after={"state": claim.state},
    )  # fmt: skip
    tell(session, SEATED, claim.person_id, locked.class_, now=now)


def put_forward(
    session: Session,
    *,
    actor: Actor,
    code: str,
    unit_id: int,
    person_ids: Collection[int],
    reserve: bool,
    now: datetime,
) -> tuple[Nominated, ...]:
    """Put people forward as `nominate` does, but raise Refused, each reason by name, where nobody can come."""
    done = nominate(
        session, actor=actor, code=code, unit_id=unit_id, person_ids=list(person_ids), reserve=reserve, now=now
    )
    if not any(each.enrolment_id for each in done):
        names = register.names(session, [each.person_id for each in done])
        raise Refused(*(of_person(reason, names[each.person_id]) for each in done for reason in each.reasons))
    return done
