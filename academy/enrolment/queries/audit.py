"""What must always be true of claims and places, counted over the rows themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import ClassState, clashes
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries.deciding import (
    in_line,
    public_class,
    starts_at,
)
from academy.enrolment.queries.tending import fillable
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.groups import taken_up_by
from academy.enrolment.rules.states import HOLDS, EnrolmentState

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Broken:
    """Rows that break an invariant: how many, and a few by name."""

    count: int
    examples: tuple[str, ...]


def _broken(found: Iterable[str]) -> Broken:
    examples = tuple(found)
    return Broken(len(examples), examples[:_EXAMPLES])


def wrong_taken(session: Session) -> Broken:
    """Find pools whose count of taken places is not the number of people seated on them."""
    seated = func.count(Enrolment.id)
    rows = session.execute(
        select(PlacePool.id, PlacePool.taken, seated)
        .outerjoin(Enrolment, (Enrolment.pool_id == PlacePool.id) & Enrolment.state.in_(HOLDS))
        .group_by(PlacePool.id, PlacePool.taken)
        .having(PlacePool.taken != seated)
        .order_by(PlacePool.id)
    )
    return _broken(f"place_pool {pool_id}: taken {taken}, seated {count}" for pool_id, taken, count in rows)


def full_pools_overrun(session: Session) -> Broken:
    """Find pools with more people seated than places; counted over the seats, not over `taken`."""
    seated = func.count(Enrolment.id)
    rows = session.execute(
        select(PlacePool.id, PlacePool.places, seated)
        .join(Enrolment, (Enrolment.pool_id == PlacePool.id) & Enrolment.state.in_(HOLDS))
        .group_by(PlacePool.id, PlacePool.places, PlacePool.taken)
        .having(or_(seated > PlacePool.places, PlacePool.taken > PlacePool.places))
        .order_by(PlacePool.id)
    )
    return _broken(f"place_pool {pool_id}: {count} seated on {size} places" for pool_id, size, count in rows)


def clashing_seats(session: Session) -> Broken:
    """Find people with a seat in two class sessions that take them up at the same time."""
    first, second = aliased(Enrolment), aliased(Enrolment)
    one, other = aliased(ClassSession), aliased(ClassSession)
    nothing = (ClassState.DRAFT, ClassState.CANCELLED)
    pairs = session.execute(
        select(first.person_id, first.class_session_id, first.group_id, second.class_session_id, second.group_id)
        .join(second, (second.person_id == first.person_id) & (second.class_session_id > first.class_session_id))
        .join(one, one.id == first.class_session_id)
        .join(other, other.id == second.class_session_id)
        .where(
            first.state == EnrolmentState.SEATED,
            second.state == EnrolmentState.SEATED,
            one.state.not_in(nothing),
            other.state.not_in(nothing),
            one.starts_on <= other.ends_on,
            other.starts_on <= one.ends_on,
        )
        .order_by(first.person_id)
    ).all()
    ids = {class_id for pair in pairs for class_id in (pair[1], pair[3])}
    spans = classes.spans(session, sorted(ids)) if ids else {}
    return _broken(
        f"person {person_id} in class_session {a} and {b}"
        for person_id, a, group_a, b, group_b in pairs
        if clashes(taken_up_by(spans.get(a, ()), group_a), taken_up_by(spans.get(b, ()), group_b))
    )


def waiting_beside_free_places(session: Session, *, now: datetime) -> Broken:
    """Find people who wait, unhindered, while a place is free in a class session that has not begun."""
    found: list[str] = []
    for each in fillable(session):
        class_ = public_class(session, each.code)
        if not has_started(class_.state, starts_at(session, class_), now=now):
            line = in_line(session, each.class_session_id, each.pool_id)
            found += [f"enrolment {waiting.enrolment_id}" for waiting in line if not waiting.hindrances]
    return _broken(found)
