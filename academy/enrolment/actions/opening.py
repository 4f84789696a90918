"""Open places, change how many there are, and enter the claims of the past in bulk."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.classes.actions import sessions as classes_actions
from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import Step
from academy.enrolment.actions.filling import lock_line, promote
from academy.enrolment.actions.notices import issue
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.queries import deciding, pools
from academy.enrolment.rules.claims import is_over
from academy.enrolment.rules.quotas import GIVEN_TOO_MANY, NO_POOL, PLACES_FIXED, reasons_to_refuse_capacity
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.feature import Progress
from academy.journal.actions import record

_BATCH = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """One claim to enter in bulk; the time is that of the request, and for a seat of the seat too."""

    class_session_id: int
    person_id: int
    unit_id: int | None
    unit_name: str
    group_id: int | None
    state: EnrolmentState
    requested_at: datetime


def open_enrolment(
    session: Session, *, actor: Actor, code: str, now: datetime, words: str = "", phone: str = ""
) -> ClassSession:
    """Open a published class session for enrolment, with as many places as its capacity.

    Places that units were given beforehand are theirs; the rest is open to all. The notice goes out with it: made
    of the class session, with the office's own words and its phone.
    """
    locked = pools.lock_all(session, [deciding.class_id(session, code)])
    class_ = classes_actions.step(session, actor=actor, code=code, step=Step.OPEN_ENROLMENT, now=now)
    given = sum(pool.places for pool in locked.values() if pool.holder is not Holder.OPEN)
    if given > class_.capacity:
        raise Refused(GIVEN_TOO_MANY.about(places=class_.capacity, given=given))
    pool = next((each for each in locked.values() if each.holder is Holder.OPEN), None)
    if pool is None:
        pool = PlacePool(class_session_id=class_.id, holder=Holder.OPEN, taken=0)
        session.add(pool)
    pool.places = class_.capacity - given
    record(session, actor=actor, what="enrolment.opened", about=pool, now=now, after={"places": pool.places})
    issue(session, actor=actor, code=code, words=words, phone=phone, now=now)
    return class_


def set_capacity(session: Session, *, actor: Actor, code: str, places: int, now: datetime) -> None:
    """Give a class session another number of places: the open rest grows or shrinks, and the line moves up."""
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id])
    rest = open_rest(locked)
    class_ = classes.lock_class_session(session, code)
    lock_line(session, [rest])
    if is_over(class_.state):
        raise Refused(PLACES_FIXED)
    given = sum(pool.places for pool in locked.values()) - rest.places
    if reasons := reasons_to_refuse_capacity(given=given, taken=rest.taken, places=places):
        raise Refused(*reasons)
    before = given + rest.places
    if before == places:
        return
    rest.places, class_.capacity = places - given, places
    record(
        session, actor=actor, what="enrolment.capacity-changed", about=class_, now=now,
        before={"places": before}, after={"places": places},
    )  # fmt: skip
    promote(session, actor, rest, now=now, tell_passed=False)


def open_rest(locked: Mapping[int, PlacePool]) -> PlacePool:
    """Pick the places that are open to all; raises Refused where none have been opened."""
    for pool in locked.values():
        if pool.holder is Holder.OPEN:
            return pool
    raise Refused(NO_POOL)


def enrol_many(
    session: Session,
    *,
    actor: Actor,
    places: Mapping[int, int],
    claims: Sequence[NewClaim],
    now: datetime,
    progress: Progress | None = None,
) -> int:
    """Open pools of these places for class sessions that have none, and enter claims on them.

    Each pool's count is that of its seats; the database refuses more seats than places. One journal row for all.
    """
    seated = Counter(claim.class_session_id for claim in claims if claim.state is EnrolmentState.SEATED)
    rows = [
        {"class_session_id": each, "holder": Holder.OPEN, "unit_id": None, "places": size, "taken": seated[each]}
        for each, size in sorted(places.items())
    ]
    for batch in _batches(rows):
        session.execute(insert(PlacePool), batch)
    pool_ids = pools.open_ids(session, list(places))
    done = 0
    for batch in _batches([_claim_row(claim, pool_ids[claim.class_session_id]) for claim in claims]):
        session.execute(insert(Enrolment), batch)
        done += len(batch)
        if progress is not None:
            progress(done, len(claims), "enrolments")
    record(
        session, actor=actor, what="enrolment.made-many", about="enrolment", now=now,
        after={"classes": len(places), "claims": done, "seated": seated.total()},
    )  # fmt: skip
    return done


def _claim_row(claim: NewClaim, pool_id: int) -> dict[str, Any]:
    return {
        "class_session_id": claim.class_session_id,
        "pool_id": pool_id,
        "person_id": claim.person_id,
        "unit_id": claim.unit_id,
        "unit_name": claim.unit_name,
        "group_id": claim.group_id,
        "state": claim.state,
        "requested_at": claim.requested_at,
        "seated_at": claim.requested_at if claim.state is EnrolmentState.SEATED else None,
        "withdrawn_at": claim.requested_at if claim.state is EnrolmentState.WITHDRAWN else None,
        "ended_because": Ending.WITHDREW if claim.state is EnrolmentState.WITHDRAWN else None,
    }


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
