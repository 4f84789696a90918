"""Whose places there are, how they are filled, and the locks that every change of a claim begins with."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from academy.catalogue.models import CoursePrerequisite, ProgrammeCourse
from academy.classes.models import ClassSession
from academy.enrolment.models.nominating import Admission, AdmissionRule, UnitList
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.db import ask
from academy.people.models.register import Membership, Unit
from academy.people.queries.register import held_on

_AS_IT_COMES = Plan()
_PLANNED = tuple(field.name for field in fields(Plan))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the places of a class session are filled, and whether more is asked of whoever wants one."""

    plan: Plan
    has_rules: bool
    has_prerequisites: bool
    """Its programme builds on courses that it does not teach itself."""


def plan(session: Session, class_session_id: int) -> Plan:
    """Tell how the places of a class session are filled."""
    return terms(session, class_session_id).plan


def terms(session: Session, class_session_id: int) -> Terms:
    """Tell in one question how places are filled, and which questions about a person it takes."""
    row = ask(session, _terms(), {"class_session_id": class_session_id}).one_or_none()
    if row is None:
        return Terms(plan=_AS_IT_COMES, has_rules=False, has_prerequisites=False)
    has_rules, has_prerequisites, *values = row
    found = _AS_IT_COMES if values[0] is None else Plan(**dict(zip(_PLANNED, values, strict=True)))
    return Terms(plan=found, has_rules=has_rules, has_prerequisites=has_prerequisites)


@cache
def _terms() -> Select[*tuple[Any, ...]]:
    """Write once what every claim asks: putting a question together costs more than asking it."""
    rules = exists().where(AdmissionRule.class_session_id == ClassSession.id)
    own = select(ProgrammeCourse.course_id).where(ProgrammeCourse.programme_id == ClassSession.programme_id)
    prerequisites = exists().where(
        CoursePrerequisite.course_id.in_(own.correlate(ClassSession)),
        CoursePrerequisite.needs_id.not_in(own.correlate(ClassSession)),
    )
    return (
        select(rules, prerequisites, *(getattr(Admission, name) for name in _PLANNED))
        .select_from(ClassSession)
        .outerjoin(Admission, Admission.class_session_id == ClassSession.id)
        .where(ClassSession.id == bindparam("class_session_id"))
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
    """Tell on whose places somebody's own claim would land.

    Where units nominate, the open rest; else those of the person's street, or district, or else the open rest.
    """
    asked = {"code": code, "person_id": person_id, "on": on}
    pool_id: int | None = ask(session, _own_pool(), asked).scalar_one_or_none()
    return pool_id


def lock_own_pool(session: Session, code: str, person_id: int, *, on: date) -> PlacePool | None:
    """Lock the places on which somebody's own claim lands, as `lock` does, in the question which they are."""
    return session.execute(
        _locked_own_pool(), {"code": code, "person_id": person_id, "on": on}
    ).scalar_one_or_none()


@cache
def _own_pool() -> Select[*tuple[Any, ...]]:
    return _nearest(select(PlacePool.id))


@cache
def _locked_own_pool() -> Select[PlacePool]:
    nearest = _nearest(select(PlacePool)).with_for_update(key_share=True, of=PlacePool)
    return nearest.execution_options(populate_existing=True)


def _nearest(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Ask for the places of one's own units, unless units nominate, else for the open rest of a class session."""
    own = (
        select(Membership.unit_id, Unit.parent_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.person_id == bindparam("person_id"),
            held_on(Membership, bindparam("on", type_=Date)),
        )
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
        .limit(1)
        .subquery()
    )
    theirs = and_(
        PlacePool.holder == Holder.UNIT,
        or_(Admission.nomination.is_(None), Admission.nomination.is_(False)),
        or_(PlacePool.unit_id == own.c.unit_id, PlacePool.unit_id == own.c.parent_id),
    )
    return (
        wanted.join(ClassSession, ClassSession.id == PlacePool.class_session_id)
        .outerjoin(Admission, Admission.class_session_id == ClassSession.id)
        .outerjoin(own, own.c.unit_id.is_not(None))
        .where(ClassSession.code == bindparam("code"), or_(PlacePool.holder == Holder.OPEN, theirs))
        .order_by(PlacePool.holder == Holder.OPEN, PlacePool.unit_id != own.c.unit_id)
        .limit(1)
    )


def lock(session: Session, pool_ids: Collection[int]) -> dict[int, PlacePool]:
    """Lock pools in the order of their ids, which is the order everywhere; the first lock of every change.

    FOR NO KEY UPDATE: rows that merely refer to a pool need not wait.
    """
    rows = session.execute(_lock(), {"ids": list(pool_ids)}).scalars()
    return {pool.id: pool for pool in rows}


@cache
def _lock() -> Select[PlacePool]:
    return (
        select(PlacePool)
        .where(PlacePool.id.in_(bindparam("ids", expanding=True)))
        .order_by(PlacePool.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def lock_all(
    session: Session, class_session_ids: Collection[int], *, also: Collection[int] = ()
) -> dict[int, PlacePool]:
    """Lock all places of these class sessions, and some others with them.

    Whoever held the open rest meanwhile may have given places to another unit, in a pool of a higher id.
    """
    wanted = all_ids(session, class_session_ids).union(also)
    locked = lock(session, wanted)
    while new := all_ids(session, class_session_ids) - locked.keys():
        locked |= lock(session, new)
    return locked


def all_ids(session: Session, class_session_ids: Collection[int]) -> frozenset[int]:
    """Name all pools of these class sessions."""
    statement = select(PlacePool.id).where(PlacePool.class_session_id.in_(class_session_ids))
    return frozenset(session.execute(statement).scalars())


def open_ids(session: Session, class_session_ids: Collection[int]) -> dict[int, int]:
    """Name the pool of each class session that is open to all."""
    statement = select(PlacePool.class_session_id, PlacePool.id).where(
        PlacePool.class_session_id.in_(class_session_ids), PlacePool.holder == Holder.OPEN
    )
    return dict(session.execute(statement).all())


def unit_pool_id(session: Session, class_session_id: int, unit_id: int) -> int | None:
    """Name the pool of a unit in a class session."""
    statement = select(PlacePool.id).where(
        PlacePool.class_session_id == class_session_id, PlacePool.unit_id == unit_id
    )
    return session.execute(statement).scalar_one_or_none()


def unit_of_pool(session: Session, pool_id: int) -> int | None:
    """Tell whose places a pool holds; None where they are no unit's."""
    return session.execute(select(PlacePool.unit_id).where(PlacePool.id == pool_id)).scalar_one()


def list_confirmed(session: Session, pool_id: int) -> bool:
    """Tell whether the list of the unit whose places these are has been confirmed."""
    statement = (
        select(UnitList.id)
        .join(PlacePool, PlacePool.class_session_id == UnitList.class_session_id)
        .where(
            PlacePool.id == pool_id,
            PlacePool.unit_id == UnitList.unit_id,
            UnitList.state == ListState.CONFIRMED,
        )
    )
    return session.execute(statement).first() is not None


def waiting_ids(session: Session, pool_ids: Collection[int]) -> frozenset[int]:
    """Name the persons who wait for a place of these pools."""
    statement = select(Enrolment.person_id).where(
        Enrolment.pool_id.in_(pool_ids), Enrolment.state == EnrolmentState.WAITING
    )
    return frozenset(session.execute(statement).scalars())


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
