"""Enter in bulk a class session whose places units fill, as far as they have come with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import Admission, UnitList
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.queries import lists, pools
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import HOLDS, Ending, EnrolmentState
from academy.ground.access import Actor
from academy.journal.actions import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Somebody whom a unit put forward, and what became of it."""

    person_id: int
    unit_id: int
    unit_name: str
    state: EnrolmentState
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Put):
    """Somebody who asked for a place themselves, and who has said yes to it by now."""

    unit_approved_at: datetime | None = None
    academy_approved_at: datetime | None = None
    offered_at: datetime | None = None
    confirm_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitShare:
    """What one unit has of a class session: places, people on them, and its list where that has begun."""

    unit_id: int
    places: int
    people: Sequence[Put] = ()
    state: ListState = ListState.OPEN
    handed_in_at: datetime | None = None
    handed_in_by: str = ""
    returned_because: str = ""
    reported_at: datetime | None = None
    reported_by: str = ""
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    reminded_at: datetime | None = None
    reminders: int = 0
    extended_to: datetime | None = None

    @property
    def begun(self) -> bool:
        """Tell whether anything is known of its list."""
        return self.state is not ListState.OPEN or self.reminded_at is not None or self.extended_to is not None


_OF_A_LIST = (
    "unit_id", "state", "handed_in_at", "handed_in_by", "returned_because", "reported_at", "reported_by",
    "confirmed_at", "confirmed_by", "reminded_at", "reminders", "extended_to",
)  # fmt: skip


def enter_divided(
    session: Session,
    *,
    actor: Actor,
    class_session_id: int,
    plan: Plan,
    rest: int,
    reserve: int,
    shares: Sequence[UnitShare],
    asking: Sequence[Asking] = (),
    now: datetime,
) -> int:
    """Enter the plan, the places and the lists of one class session, and tell how many people; one journal row."""
    session.execute(
        insert(Admission).values(
            class_session_id=class_session_id, **{name: getattr(plan, name) for name in Plan.__dataclass_fields__}
        )
    )
    session.execute(insert(PlacePool), _pools(class_session_id, rest, reserve, shares, asking))
    begun = [
        {"class_session_id": class_session_id, **{name: getattr(share, name) for name in _OF_A_LIST}}
        for share in shares
        if share.begun
    ]
    if begun:
        session.execute(insert(UnitList), begun)
    pool_ids = lists.pool_ids_of(session, class_session_id, [share.unit_id for share in shares])
    rows = [_claim(put, share, class_session_id, pool_ids) for share in shares for put in share.people]
    if rows:
        session.execute(insert(Enrolment), rows)
    if asking:
        open_id = pools.open_ids(session, [class_session_id])[class_session_id]
        session.execute(insert(Enrolment), [_own_claim(each, class_session_id, open_id) for each in asking])
    record(
        session, actor=actor, what="enrolment.made-many", about="enrolment", now=now,
        after={"classes": 1, "claims": len(rows) + len(asking), "units": len(shares)},
    )  # fmt: skip
    return len(rows) + len(asking)


def _pools(
    class_session_id: int, rest: int, reserve: int, shares: Sequence[UnitShare], asking: Sequence[Asking]
) -> list[dict[str, Any]]:
    """Make the rows of places, the open rest first; each count is that of the people."""
    held: list[tuple[Holder, int | None, int, int]] = [
        (Holder.OPEN, None, rest, sum(each.state in HOLDS for each in asking)),
        (Holder.RESERVE, None, reserve, 0),
    ]
    held += [
        (Holder.UNIT, share.unit_id, share.places, sum(put.state in HOLDS for put in share.people))
        for share in shares
    ]
    return [
        {
            "class_session_id": class_session_id,
            "holder": holder,
            "unit_id": unit_id,
            "places": size,
            "taken": taken,
        }
        for holder, unit_id, size, taken in held
    ]


def _claim(put: Put, share: UnitShare, class_session_id: int, pool_ids: Mapping[int, int]) -> dict[str, Any]:
    withdrawn = put.state is EnrolmentState.WITHDRAWN
    return {
        "class_session_id": class_session_id,
        "pool_id": pool_ids[share.unit_id],
        "person_id": put.person_id,
        "unit_id": put.unit_id,
        "unit_name": put.unit_name,
        "state": put.state,
        "nominated": True,
        "requested_at": put.requested_at,
        "seated_at": share.confirmed_at if put.state is EnrolmentState.SEATED else None,
        "academy_approved_at": share.confirmed_at,
        "withdrawn_at": put.requested_at if withdrawn else None,
        "ended_because": Ending.WITHDREW if withdrawn else None,
    }


_OF_ONE_ASKING = (
    "person_id", "unit_id", "unit_name", "state", "requested_at", "unit_approved_at", "academy_approved_at",
    "offered_at", "confirm_by",
)  # fmt: skip


def _own_claim(asking: Asking, class_session_id: int, pool_id: int) -> dict[str, Any]:
    seated = asking.state is EnrolmentState.SEATED
    return {
        "class_session_id": class_session_id,
        "pool_id": pool_id,
        "nominated": False,
        "seated_at": asking.academy_approved_at if seated else None,
        **{name: getattr(asking, name) for name in _OF_ONE_ASKING},
    }
