"""Whose places there are, how they are filled, and the locks that every change of a claim begins with."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassSession
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.people.models.register import Membership, Unit
from academy.people.queries.register import held_on

_AS_IT_COMES = Plan()


def plan(session: Session, class_session_id: int) -> Plan:
    """Tell how the places of a class session are filled."""
    row = session.execute(
        select(Admission).where(Admission.class_session_id == class_session_id)
    ).scalar_one_or_none()
    if row is None:
        return _AS_IT_COMES
    return Plan(
        nomination=row.nomination,
        by_streets=row.by_streets,
        by_districts=row.by_districts,
        academy_confirms=row.academy_confirms,
        streets_by=row.streets_by,
        districts_by=row.districts_by,
        open_road=row.open_road,
        approval=row.approval,
        reserve_returns_on=row.reserve_returns_on,
        confirm_hours=row.confirm_hours,
    )


def lock_admission(session: Session, class_session_id: int) -> Admission | None:
    """Lock how a class session's places are filled."""
    return session.execute(
        select(Admission)
        .where(Admission.class_session_id == class_session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def own_pool_id(session: Session, code: str, person_id: int, *, on: date) -> int | None:
    """Tell on whose places somebody's own claim lands, before anything is locked.

    Where units nominate, the open rest; else those of the person's street, or district, or else the open rest.
    """
    above = aliased(Unit)
    own = (
        select(Membership.unit_id, above.id.label("district_id"))
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(Membership.person_id == person_id, held_on(Membership, on))
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
        .limit(1)
        .subquery()
    )
    theirs = and_(
        PlacePool.holder == Holder.UNIT,
        or_(Admission.nomination.is_(None), Admission.nomination.is_(False)),
        or_(PlacePool.unit_id == own.c.unit_id, PlacePool.unit_id == own.c.district_id),
    )
    rows = session.execute(
        select(PlacePool.id, PlacePool.holder, PlacePool.unit_id, own.c.unit_id)
        .join(ClassSession, ClassSession.id == PlacePool.class_session_id)
        .outerjoin(Admission, Admission.class_session_id == ClassSession.id)
        .outerjoin(own, own.c.unit_id.is_not(None))
        .where(ClassSession.code == code, or_(PlacePool.holder == Holder.OPEN, theirs))
    ).all()
    nearest = sorted(rows, key=lambda row: (row.holder is Holder.OPEN, row[2] != row[3]))
    return nearest[0].id if nearest else None


def lock(session: Session, pool_ids: Collection[int]) -> dict[int, PlacePool]:
    """Lock pools in the order of their ids, which is the order everywhere; the first lock of every change.

    FOR NO KEY UPDATE: rows that merely refer to a pool need not wait.
    """
    rows = session.execute(
        select(PlacePool)
        .where(PlacePool.id.in_(pool_ids))
        .order_by(PlacePool.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalars()
    return {pool.id: pool for pool in rows}


def lock_all(session: Session, class_session_ids: Collection[int]) -> dict[int, PlacePool]:
    """Lock all places of these class sessions."""
    return lock(session, all_ids(session, class_session_ids))


def all_ids(session: Session, class_session_ids: Collection[int]) -> frozenset[int]:
    """Name all pools of these class sessions."""
    statement = select(PlacePool.id).where(PlacePool.class_session_id.in_(class_session_ids))
    return frozenset(session.execute(statement).scalars())


def open_ids(session: Session, class_session_ids: Collection[int]) -> dict[int, int]:
    """Name the pool of each class session that is open to all."""
    statement = select(PlacePool.class_session_id, PlacePool.id).where(
        PlacePool.class_session_id.in_(class_session_ids), PlacePool.holder == Holder.OPEN
    )
    return {class_id: pool_id for class_id, pool_id in session.execute(statement)}


def unit_pool_id(session: Session, class_session_id: int, unit_id: int) -> int | None:
    """Name the pool of a unit in a class session."""
    statement = select(PlacePool.id).where(
        PlacePool.class_session_id == class_session_id, PlacePool.unit_id == unit_id
    )
    return session.execute(statement).scalar_one_or_none()


def waited_for(session: Session, person_ids: Collection[int]) -> frozenset[int]:
    """Name the pools that these persons wait for."""
    statement = select(Enrolment.pool_id).where(
        Enrolment.person_id.in_(person_ids), Enrolment.state == EnrolmentState.WAITING
    )
    return frozenset(session.execute(statement).scalars())


def pool_of_claim(session: Session, class_session_id: int, person_id: int) -> int | None:
    """Name the pool of a person's live claim in a class session."""
    statement = select(Enrolment.pool_id).where(
        Enrolment.class_session_id == class_session_id,
        Enrolment.person_id == person_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )
    return session.execute(statement).scalar_one_or_none()
