"""What must always be true of claims and places, counted over the rows themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import ClassState, clashes
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import offers
from academy.enrolment.queries.deciding import in_line, public_class, starts_at
from academy.enrolment.queries.notices import wrong_numbers
from academy.enrolment.queries.tending import fillable
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.groups import taken_up_by
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.states import HOLDS, TAKES_UP, Ending, EnrolmentState
from academy.ground import clock
from academy.journal.models import JournalEntry
from academy.outbox.models import Message

_EXAMPLES = 5
_CLOCKWORK_IS_LATE = timedelta(minutes=10)


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
    """Find people with a place in two class sessions that take them up at the same time.

    Whoever had both before one was moved onto the other keeps both until they choose, and is not counted.
    """
    first, second = aliased(Enrolment), aliased(Enrolment)
    one, other = aliased(ClassSession), aliased(ClassSession)
    nothing = (ClassState.DRAFT, ClassState.CANCELLED)
    pairs = session.execute(
        select(
            first.person_id, first.class_session_id, first.group_id, second.class_session_id, second.group_id,
            one.code, other.code, first.requested_at, second.requested_at,
        )
        .join(second, (second.person_id == first.person_id) & (second.class_session_id > first.class_session_id))
        .join(one, one.id == first.class_session_id)
        .join(other, other.id == second.class_session_id)
        .where(
            first.state.in_(HOLDS),
            second.state.in_(HOLDS),
            one.state.not_in(nothing),
            other.state.not_in(nothing),
            one.starts_on <= other.ends_on,
            other.starts_on <= one.ends_on,
        )
        .order_by(first.person_id)
    ).all()  # fmt: skip
    moved = _moved(session) if pairs else {}
    ids = {class_id for pair in pairs for class_id in (pair[1], pair[3])}
    spans = classes.spans(session, sorted(ids)) if ids else {}
    return _broken(
        f"person {person_id} in class_session {a} and {b}"
        for person_id, a, group_a, b, group_b, code, other_code, asked_at, other_at in pairs
        if clashes(taken_up_by(spans.get(a, ()), group_a), taken_up_by(spans.get(b, ()), group_b))
        and not any(moved.get(each, asked_at) > max(asked_at, other_at) for each in (code, other_code))
    )


def _moved(session: Session) -> dict[str, datetime]:
    """Tell when class sessions were last moved to other days, by their codes."""
    rows = session.execute(
        select(JournalEntry.after, JournalEntry.at)
        .where(JournalEntry.code == "enrolment.class-moved")
        .order_by(JournalEntry.id)
    )
    return {str(after["code"]): at for after, at in rows if after}


def wrong_notice_numbers(session: Session) -> Broken:
    """Find years whose notices are not numbered one by one, without a gap."""
    return _broken(wrong_numbers(session))


def waiting_beside_free_places(session: Session, *, now: datetime) -> Broken:
    """Find people who wait, unhindered, while a place is free in a class session that has not begun."""
    found: list[str] = []
    for each in fillable(session):
        class_ = public_class(session, each.code)
        if not has_started(class_.state, starts_at(session, class_), now=now):
            line = in_line(session, each.class_session_id, each.pool_id)
            found += [f"enrolment {waiting.enrolment_id}" for waiting in line if not waiting.hindrances]
    return _broken(found)


def pools_beside_capacity(session: Session) -> Broken:
    """Find class sessions whose pools do not add up to their capacity, from the opening of enrolment on."""
    places = func.sum(PlacePool.places)
    rows = session.execute(
        select(ClassSession.code, ClassSession.capacity, places)
        .join(PlacePool, PlacePool.class_session_id == ClassSession.id)
        .where(ClassSession.state.not_in((ClassState.DRAFT, ClassState.PUBLISHED, ClassState.CANCELLED)))
        .group_by(ClassSession.code, ClassSession.capacity)
        .having(places != ClassSession.capacity)
        .order_by(ClassSession.code)
    )
    return _broken(f"class_session {code}: {size} in pools, capacity {wanted}" for code, wanted, size in rows)


def forgotten_offers(session: Session, *, now: datetime) -> Broken:
    """Find offers whose time was over long ago, and those whose time began before their message was accepted."""
    rows = session.execute(
        select(Enrolment.id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.state == EnrolmentState.OFFERED,
            ClassSession.state.in_(TAKES_UP),
            or_(
                Enrolment.confirm_by < now - _CLOCKWORK_IS_LATE,
                and_(
                    Enrolment.confirm_by.is_not(None),
                    offers.furthest().is_not(None),
                    offers.about_offer(func.min(Message.sent_at)).is_(None),
                ),
            ),
        )
        .order_by(Enrolment.id)
    )
    return _broken(f"enrolment {enrolment_id}" for (enrolment_id,) in rows)


def promoted_after_start(session: Session) -> Broken:
    """Find claims that got a free place when their class session had begun already, as the journal tells."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.class_session_id, ClassSession.starts_on, JournalEntry.at)
        .join(
            JournalEntry,
            (JournalEntry.about_id == Enrolment.id) & (JournalEntry.about_kind == Enrolment.__tablename__),
        )
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(JournalEntry.code == "enrolment.promoted")
        .order_by(Enrolment.id)
    ).all()
    ids = {row.class_session_id for row in rows}
    spans = classes.spans(session, sorted(ids)) if ids else {}
    begins = {
        row.class_session_id: min(
            (sitting.starts_at for sitting, _groups in spans[row.class_session_id]),
            default=clock.at(row.starts_on, 0),
        )
        for row in rows
    }
    return _broken(f"enrolment {row.id} at {row.at}" for row in rows if row.at >= begins[row.class_session_id])


def nominated_elsewhere(session: Session) -> Broken:
    """Find people whom a unit put forward on places that are not a unit's."""
    rows = session.execute(
        select(Enrolment.id)
        .join(PlacePool, PlacePool.id == Enrolment.pool_id)
        .where(Enrolment.nominated, Enrolment.state != EnrolmentState.WITHDRAWN, PlacePool.unit_id.is_(None))
        .order_by(Enrolment.id)
    )
    return _broken(f"enrolment {enrolment_id}" for (enrolment_id,) in rows)


def broken_substitutions(session: Session) -> Broken:
    """Find substitutes on another place than that they took over, and places given up to nobody."""
    before = aliased(Enrolment)
    rows = session.execute(
        select(before.id)
        .outerjoin(Enrolment, Enrolment.replaces_id == before.id)
        .where(
            or_(
                and_(before.ended_because == Ending.SUBSTITUTED, Enrolment.id.is_(None)),
                and_(
                    Enrolment.id.is_not(None),
                    or_(
                        before.ended_because.is_(None),
                        before.ended_because != Ending.SUBSTITUTED,
                        before.pool_id != Enrolment.pool_id,
                        before.person_id == Enrolment.person_id,
                        before.id >= Enrolment.id,
                    ),
                ),
            )
        )
        .order_by(before.id)
    )
    return _broken(f"enrolment {enrolment_id}" for (enrolment_id,) in rows)


def people_beside_lists(session: Session) -> Broken:
    """Find people still put forward on a list that was confirmed, and seated from one that nobody confirmed."""
    confirmed = and_(UnitList.id.is_not(None), UnitList.state == ListState.CONFIRMED)
    has_place = Enrolment.state.in_((EnrolmentState.SEATED, EnrolmentState.OFFERED))
    rows = session.execute(
        select(Enrolment.id)
        .join(PlacePool, PlacePool.id == Enrolment.pool_id)
        .outerjoin(
            UnitList,
            (UnitList.class_session_id == Enrolment.class_session_id) & (UnitList.unit_id == PlacePool.unit_id),
        )
        .where(
            Enrolment.nominated,
            or_(
                and_(Enrolment.state == EnrolmentState.NOMINATED, confirmed),
                and_(has_place, Enrolment.academy_approved_at.is_(None), ~func.coalesce(confirmed, false())),
            ),
        )
        .order_by(Enrolment.id)
    )
    return _broken(f"enrolment {enrolment_id}" for (enrolment_id,) in rows)
