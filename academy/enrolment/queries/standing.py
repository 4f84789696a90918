"""How one person stands in a class session: the claim, its place in line, and whose places they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassGroup, ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.queries import pools, showing
from academy.enrolment.queries.showing import Places
from academy.enrolment.rules.states import EnrolmentState
from academy.people.models.register import Unit, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlaces:
    """The places that somebody's claim is counted on: whose they are, and how they stand."""

    pool_id: int
    holder: Holder
    unit: str
    """The full name of the unit they were given to; empty where they are nobody's own."""
    places: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """How many are free."""
        return max(self.places - self.taken, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Somebody's live claim as its own page shows it."""

    enrolment_id: int
    state: EnrolmentState
    rank: int | None
    group_id: int | None
    group_name: str | None
    nominated: bool
    unit_name: str
    by_unit: bool
    by_academy: bool
    offered_at: datetime | None
    confirm_by: datetime | None
    pool_id: int

    @property
    def seated(self) -> bool:
        """Tell whether the person has a place."""
        return self.state is EnrolmentState.SEATED


def own_standing(session: Session, class_session_id: int, person_id: int) -> Standing | None:
    """Tell how a person's live claim in a class session stands."""
    row = session.execute(
        select(Enrolment, ClassGroup.name)
        .outerjoin(ClassGroup, ClassGroup.id == Enrolment.group_id)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    ).one_or_none()
    if row is None:
        return None
    claim, group_name = row
    waits = claim.state is EnrolmentState.WAITING
    return Standing(
        enrolment_id=claim.id, state=claim.state, rank=showing.rank(session, claim.id) if waits else None,
        group_id=claim.group_id, group_name=group_name, nominated=claim.nominated, unit_name=claim.unit_name,
        by_unit=claim.unit_approved_at is not None, by_academy=claim.academy_approved_at is not None,
        offered_at=claim.offered_at, confirm_by=claim.confirm_by, pool_id=claim.pool_id,
    )  # fmt: skip


def own_places(session: Session, code: str, person_id: int, *, on: date) -> OwnPlaces | None:
    """Tell the places that somebody's own claim would be counted on."""
    pool_id = pools.own_pool_id(session, code, person_id, on=on)
    return places_of(session, [pool_id]).get(pool_id) if pool_id else None


def places_of(session: Session, pool_ids: Collection[int]) -> dict[int, OwnPlaces]:
    """Tell whose places pools hold, and how they stand."""
    above = aliased(Unit)
    waiting = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.pool_id == PlacePool.id, Enrolment.state == EnrolmentState.WAITING)
        .correlate(PlacePool)
        .scalar_subquery()
    )
    rows = session.execute(
        select(PlacePool, Unit.name, Unit.kind, above.name, above.kind, waiting)
        .outerjoin(Unit, Unit.id == PlacePool.unit_id)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(PlacePool.id.in_(pool_ids))
        .order_by(PlacePool.id)
    )
    found = {}
    for pool, name, kind, above_name, above_kind, waits in rows:
        named = above_name if kind is UnitKind.STREET and above_kind is UnitKind.DISTRICT else None
        found[pool.id] = OwnPlaces(
            pool_id=pool.id, holder=pool.holder, unit=" · ".join(filter(None, (named, name))),
            places=pool.places, taken=pool.taken, waiting=waits,
        )  # fmt: skip
    return found


def open_to_readers() -> ColumnElement[bool]:
    """Keep the pools that count for whoever looks for a place; the class session's `Admission` is joined.

    Where units put people forward and others may ask beside them, only what is open to all is theirs to take.
    """
    beside = and_(Admission.nomination.is_(True), Admission.open_road.is_(True))
    return or_(PlacePool.holder == Holder.OPEN, ~beside)


def open_places(session: Session, class_session_ids: Collection[int]) -> dict[int, Places]:
    """Tell the places of class sessions as they count for whoever looks for one."""
    return showing.places(session, class_session_ids, only=open_to_readers())


def by_units_only(session: Session, class_session_ids: Collection[int]) -> frozenset[int]:
    """Tell which of these class sessions take nobody's own claim, because units put people forward."""
    statement = select(Admission.class_session_id).where(
        Admission.class_session_id.in_(class_session_ids), Admission.open_road.is_(False)
    )
    return frozenset(session.execute(statement).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another class session of the same programme that takes enrolments or will."""

    code: str
    title: str
    starts_on: date
    ends_on: date
    left: int


def alternatives(
    session: Session, class_session_id: int, *, now: datetime, most: int = 3
) -> tuple[Alternative, ...]:
    """List class sessions of the same programme still to come, those with free places first."""
    this = select(ClassSession.programme_id).where(ClassSession.id == class_session_id).scalar_subquery()
    left = func.sum(PlacePool.places - PlacePool.taken)
    rows = session.execute(
        select(ClassSession.code, ClassSession.title, ClassSession.starts_on, ClassSession.ends_on, left)
        .join(PlacePool, PlacePool.class_session_id == ClassSession.id)
        .outerjoin(Admission, Admission.class_session_id == ClassSession.id)
        .where(
            open_to_readers(),
            ClassSession.programme_id == this,
            ClassSession.id != class_session_id,
            ClassSession.state == ClassState.ENROLLING,
            ClassSession.enrolment_closes_at > now,
        )
        .group_by(
            ClassSession.id, ClassSession.code, ClassSession.title, ClassSession.starts_on, ClassSession.ends_on
        )
        .order_by((left <= 0), ClassSession.starts_on, ClassSession.id)
        .limit(most)
    )
    return tuple(
        Alternative(code=code, title=title, starts_on=starts_on, ends_on=ends_on, left=int(free))
        for code, title, starts_on, ends_on, free in rows
    )
