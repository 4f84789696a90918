"""Divide the places of a class session: to districts, by them to streets, kept back, and back to the open rest."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.filling import lock_line, promote
from academy.enrolment.actions.notices import send_on
from academy.enrolment.actions.opening import open_rest
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import deciding, lists, pools, quotas
from academy.enrolment.rules.claims import is_over
from academy.enrolment.rules.nominating import NO_PLACES
from academy.enrolment.rules.quotas import PLACES_FIXED, Held, reasons_to_refuse_giving
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.journal.actions import record


def give(
    session: Session, *, actor: Actor, code: str, giving: Mapping[int, int], reserve: int, now: datetime
) -> None:
    """Give districts so many places each, their streets included, and keep some back; the rest is open to all.

    Units that get places after the notice went out are sent it. Raises Refused with every reason where more is
    given than there is, or less than is taken.
    """
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id])
    rest = open_rest(locked)
    lock_line(session, locked.values())
    above = quotas.districts_of(session, {pool.unit_id for pool in locked.values() if pool.unit_id})
    held = {
        unit_id: Held(name=name, places=size, taken=bound)
        for unit_id, (name, size, bound) in _held(session, locked, above).items()
    }
    total = sum(pool.places for pool in locked.values())
    if not set(giving) <= quotas.district_ids(session):
        raise NotFound
    _refuse_if_over(session, rest)
    if reasons := reasons_to_refuse_giving(held, giving, total=total, rest_taken=rest.taken, reserve=reserve):
        raise Refused(*reasons)
    for unit_id in sorted(held.keys() | giving.keys()):
        by = giving.get(unit_id, 0) - (held[unit_id].places if unit_id in held else 0)
        if by:
            _pool_of(session, locked, class_id, unit_id).places += by
    _pool_of(session, locked, class_id, None).places = reserve
    rest.places = total - reserve - sum(giving.values())
    record(
        session, actor=actor, what="enrolment.quotas-given", about=rest, now=now,
        before={"units": {str(key): each.places for key, each in held.items()}},
        after={"units": {str(key): number for key, number in giving.items()}, "reserve": reserve},
    )  # fmt: skip
    _promote_all(session, actor, locked, now=now)
    send_on(session, actor=actor, code=code, now=now)


def divide(
    session: Session, *, actor: Actor, code: str, district_id: int, giving: Mapping[int, int], now: datetime
) -> None:
    """Divide a district's places among its streets; what is left over stays with the district.

    A street that gets places after the notice went out is sent it. Raises NotFound for a district that the actor
    does not speak for.
    """
    lists.own_unit(session, actor, district_id)
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id])
    lock_line(session, locked.values())
    streets = quotas.streets_of(session, district_id)
    if not set(giving) <= streets.keys():
        raise NotFound
    own = _district_pool(session, locked, district_id)
    _refuse_if_over(session, own)
    held = {
        pool.unit_id: Held(name=streets[pool.unit_id], places=pool.places, taken=pool.taken)
        for pool in locked.values()
        if pool.unit_id in streets
    }
    total = own.places + sum(each.places for each in held.values())
    if reasons := reasons_to_refuse_giving(held, giving, total=total, rest_taken=own.taken):
        raise Refused(*reasons)
    before = {str(key): each.places for key, each in held.items()}
    for unit_id in sorted(held.keys() | giving.keys()):
        _pool_of(session, locked, class_id, unit_id).places = giving.get(unit_id, 0)
    own.places = total - sum(giving.values())
    record(
        session, actor=actor, what="enrolment.quotas-divided", about=own, now=now,
        before={"units": before}, after={"units": {str(key): number for key, number in giving.items()}},
    )  # fmt: skip
    _promote_all(session, actor, locked, now=now)
    send_on(session, actor=actor, code=code, now=now)


def return_unused(session: Session, *, actor: Actor, class_session_id: int, now: datetime) -> int:
    """Give places that nobody used, of the reserve and of units, to the open rest, and tell how many; once."""
    locked = pools.lock_all(session, [class_session_id])
    rest = open_rest(locked)
    lock_line(session, locked.values())
    admission = pools.lock_admission(session, class_session_id)
    if admission is not None:
        admission.reserve_returned_at = now
    unused = {pool.id: pool.places - pool.taken for pool in locked.values() if pool is not rest}
    for pool_id, number in unused.items():
        locked[pool_id].places -= number
    returned = sum(unused.values())
    rest.places += returned
    record(session, actor=actor, what="enrolment.unused-returned", about=rest, now=now, after={"places": returned})
    _promote_all(session, actor, locked, now=now)
    return returned


def _held(
    session: Session, locked: Mapping[int, PlacePool], above: Mapping[int, int]
) -> dict[int, tuple[str, int, int]]:
    """Add up what each district has, its streets included: its name, the places, and those that are bound.

    What a district gave to its streets is theirs until it takes it back, so only its own can be taken from it.
    """
    names = quotas.unit_names(session, set(above.values()))
    found: dict[int, tuple[str, int, int]] = {}
    for pool in locked.values():
        if pool.unit_id is None:
            continue
        district_id = above[pool.unit_id]
        own = pool.unit_id == district_id
        _name, size, bound = found.get(district_id, ("", 0, 0))
        found[district_id] = (names[district_id], size + pool.places, bound + (pool.taken if own else pool.places))
    return found


def _district_pool(session: Session, locked: Mapping[int, PlacePool], district_id: int) -> PlacePool:
    """Pick the places that a district divides; it has those given to it, be they none any more."""
    for pool in locked.values():
        if pool.unit_id == district_id:
            return pool
    raise Refused(NO_PLACES.about(unit=quotas.unit_names(session, [district_id]).get(district_id, "")))


def _refuse_if_over(session: Session, pool: PlacePool) -> None:
    """Raise Refused where nobody comes any more."""
    if is_over(deciding.existing_class(session, pool.class_session_id).state):
        raise Refused(PLACES_FIXED)


def _pool_of(
    session: Session, locked: Mapping[int, PlacePool], class_session_id: int, unit_id: int | None
) -> PlacePool:
    """Pick the pool of a unit, or the reserve, and make it where it is not there yet.

    A pool made here is nobody else's yet: whoever makes another waits for the open rest, which is locked first.
    """
    for pool in locked.values():
        if pool.holder is not Holder.OPEN and pool.unit_id == unit_id:
            return pool
    holder = Holder.RESERVE if unit_id is None else Holder.UNIT
    pool = PlacePool(class_session_id=class_session_id, holder=holder, unit_id=unit_id, places=0, taken=0)
    session.add(pool)
    session.flush()
    return pool


def _promote_all(session: Session, actor: Actor, locked: Mapping[int, PlacePool], *, now: datetime) -> None:
    session.flush()
    for pool in locked.values():
        promote(session, actor, pool, now=now, tell_passed=False)
