"""Decide how the places of a class session are filled: the plan, who gets how many, and when the unused return."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import ClassState
from academy.enrolment.actions import quotas
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import deciding, lists, pools
from academy.enrolment.queries import quotas as units
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.planning import PlanFacts, reasons_to_refuse_change, returns_today
from academy.enrolment.rules.quotas import BELOW_ZERO, GIVEN_TOO_MANY
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record

_FIELDS = tuple(Plan.__dataclass_fields__)
_BEFORE_OPENING = (ClassState.DRAFT, ClassState.PUBLISHED)


def set_plan(session: Session, *, actor: Actor, code: str, plan: Plan, now: datetime) -> None:
    """Decide how the places of a class session are filled; raises Refused with every reason against it."""
    class_id = deciding.class_id(session, code)
    pools.lock_all(session, [class_id])
    class_ = classes.lock_class_session(session, code)
    before = pools.plan(session, class_id)
    facts = PlanFacts(
        class_state=class_.state,
        starts_on=class_.starts_on,
        today=clock.local_date(now),
        before=before,
        units_have_people=lists.anything_put_forward(session, class_id),
    )
    if reasons := reasons_to_refuse_change(facts, plan):
        raise Refused(*reasons)
    row = pools.lock_admission(session, class_id)
    values = {name: getattr(plan, name) for name in _FIELDS}
    if row is None:
        session.add(Admission(class_session_id=class_id, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        if plan.reserve_returns_on != before.reserve_returns_on:
            row.reserve_returned_at = None
    changed = [name for name in _FIELDS if getattr(plan, name) != getattr(before, name)]
    if changed or row is None:
        record(
            session, actor=actor, what="enrolment.planned", about=class_, now=now,
            before=_written(before, changed), after=_written(plan, changed),
        )  # fmt: skip


def _written(plan: Plan, names: list[str]) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in names}
    return {name: each.isoformat() if hasattr(each, "isoformat") else each for name, each in values.items()}


def give(
    session: Session, *, actor: Actor, code: str, giving: Mapping[int, int], reserve: int, now: datetime
) -> None:
    """Give districts their places and keep some back, before enrolment opens too, when nobody has any yet."""
    if reserve < 0:
        raise Refused(BELOW_ZERO)
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id])
    class_ = classes.lock_class_session(session, code)
    if class_.state in _BEFORE_OPENING:
        _prepare(session, class_, locked or pools.lock_all(session, [class_id]))
    quotas.give(session, actor=actor, code=code, giving=giving, reserve=reserve, now=now)


def _prepare(session: Session, class_: ClassSession, locked: Mapping[int, PlacePool]) -> None:
    """Have as many places as the class session is for; after it was made smaller all are given anew."""
    rest = next((pool for pool in locked.values() if pool.holder is Holder.OPEN), None)
    if rest is None:
        session.add(PlacePool(class_session_id=class_.id, holder=Holder.OPEN, places=class_.capacity, taken=0))
    else:
        more = class_.capacity - sum(pool.places for pool in locked.values())
        if rest.places + more < 0:
            for pool in locked.values():
                pool.places = 0
            rest.places = class_.capacity
        else:
            rest.places += more
    session.flush()


def give_from_reserve(
    session: Session, *, actor: Actor, code: str, unit_id: int, number: int, now: datetime
) -> None:
    """Give a district so many of the places kept back."""
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id])
    above = units.districts_of(session, {pool.unit_id for pool in locked.values() if pool.unit_id})
    kept = sum(pool.places for pool in locked.values() if pool.holder is Holder.RESERVE)
    if number < 1:
        raise Refused(BELOW_ZERO)
    if number > kept:
        raise Refused(GIVEN_TOO_MANY.about(places=kept, given=number))
    giving = {unit_id: number}
    for pool in locked.values():
        if pool.unit_id is not None:
            district_id = above[pool.unit_id]
            giving[district_id] = giving.get(district_id, 0) + pool.places
    quotas.give(session, actor=actor, code=code, giving=giving, reserve=kept - number, now=now)


def return_on_day(session: Session, *, actor: Actor, class_session_id: int, now: datetime) -> int:
    """Open unused places to all if their day has come and nobody has done so, and tell how many they were."""
    pools.lock_all(session, [class_session_id])
    row = pools.lock_admission(session, class_session_id)
    if row is None or not returns_today(
        returns_on=row.reserve_returns_on, returned_at=row.reserve_returned_at, today=clock.local_date(now)
    ):
        return 0
    return quotas.return_unused(session, actor=actor, class_session_id=class_session_id, now=now)
