"""The lists in which units put people forward: who may fill or check them, and the locks before they move on."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission, UnitList
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.ground.errors import NotFound
from academy.people.models.register import Unit
from academy.people.queries import register as people


def own_unit(session: Session, actor: Actor, unit_id: int) -> int:
    """Let a unit through whose list the actor may fill: an admin every one, a liaison theirs and those below."""
    if actor.is_admin or unit_id in people.units_below(session, actor.unit_ids):
        return unit_id
    raise NotFound


def checked_unit(session: Session, actor: Actor, unit_id: int) -> int:
    """Let a unit through whose list the actor checks: an admin every one, a liaison those of the units below."""
    above = session.execute(select(Unit.parent_id).where(Unit.id == unit_id)).scalar_one_or_none()
    if actor.is_admin or (above is not None and above in people.units_below(session, actor.unit_ids)):
        return unit_id
    raise NotFound


def lock_list(session: Session, class_session_id: int, unit_id: int) -> UnitList:
    """Lock a unit's list for a class session, which begins with the first change of it."""
    return lock_lists(session, class_session_id, [unit_id])[unit_id]


def lock_lists(session: Session, class_session_id: int, unit_ids: Collection[int]) -> dict[int, UnitList]:
    """Lock the lists of units for a class session, in the order of the units; those not begun yet begin."""
    asked = (
        select(UnitList)
        .where(UnitList.class_session_id == class_session_id, UnitList.unit_id.in_(unit_ids))
        .order_by(UnitList.unit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {each.unit_id: each for each in session.execute(asked).scalars()}
    missing = sorted(set(unit_ids) - found.keys())
    if not missing:
        return found
    for unit_id in missing:
        insert_once(session, UnitList, class_session_id=class_session_id, unit_id=unit_id, state=ListState.OPEN)
    return {each.unit_id: each for each in session.execute(asked).scalars()}


def lock_nominated(session: Session, pool_ids: Collection[int]) -> Sequence[Enrolment]:
    """Lock those whom units put forward on these pools, with or without a place, the first put forward first."""
    live = (EnrolmentState.NOMINATED, EnrolmentState.WAITING)
    return (
        session.execute(
            select(Enrolment)
            .where(Enrolment.pool_id.in_(pool_ids), Enrolment.nominated, Enrolment.state.in_(live))
            .order_by(Enrolment.pool_id, Enrolment.requested_at, Enrolment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def pool_ids_of(session: Session, class_session_id: int, unit_ids: Collection[int]) -> dict[int, int]:
    """Name the pools of these units in a class session, by unit."""
    statement = select(PlacePool.unit_id, PlacePool.id).where(
        PlacePool.class_session_id == class_session_id, PlacePool.unit_id.in_(unit_ids)
    )
    return {unit_id: pool_id for unit_id, pool_id in session.execute(statement) if unit_id is not None}


def anything_put_forward(session: Session, class_session_id: int) -> bool:
    """Tell whether a unit has put somebody forward, or has sent a list on, for a class session."""
    claims = select(Enrolment.id).where(
        Enrolment.class_session_id == class_session_id,
        Enrolment.nominated,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )
    lists = select(UnitList.id).where(
        UnitList.class_session_id == class_session_id, UnitList.state != ListState.OPEN
    )
    return any(session.execute(statement.limit(1)).first() is not None for statement in (claims, lists))


def reported_ids(session: Session, class_session_id: int) -> tuple[int, ...]:
    """Name the units whose lists for a class session wait for the academy."""
    statement = select(UnitList.unit_id).where(
        UnitList.class_session_id == class_session_id, UnitList.state == ListState.REPORTED
    )
    return tuple(session.execute(statement.order_by(UnitList.unit_id)).scalars())


def with_returns_due(session: Session, *, today: date) -> tuple[int, ...]:
    """List the open class sessions whose unused places are to be opened to all, and have not been yet."""
    statement = (
        select(Admission.class_session_id)
        .join(ClassSession, ClassSession.id == Admission.class_session_id)
        .where(
            ClassSession.state == ClassState.ENROLLING,
            Admission.reserve_returns_on <= today,
            Admission.reserve_returned_at.is_(None),
        )
        .order_by(Admission.class_session_id)
    )
    return tuple(session.execute(statement).scalars())


def unused_returned(session: Session, class_session_id: int) -> bool:
    """Tell whether the unused places of a class session have been opened to all already."""
    statement = select(Admission.reserve_returned_at).where(Admission.class_session_id == class_session_id)
    return session.execute(statement).scalar_one_or_none() is not None


def plans(session: Session, class_session_ids: Collection[int]) -> dict[int, Plan]:
    """Tell how the places of these class sessions are filled, of those that have a plan."""
    rows = session.execute(select(Admission).where(Admission.class_session_id.in_(class_session_ids))).scalars()
    return {
        row.class_session_id: Plan(**{name: getattr(row, name) for name in Plan.__dataclass_fields__})
        for row in rows
    }


def form_of(session: Session, class_session_id: int, unit_id: int) -> tuple[str, str]:
    """Tell under which SHA-256 the stamped form of a list is kept, and what it is called; else NotFound."""
    row = session.execute(
        select(UnitList.form_sha256, UnitList.form_name).where(
            UnitList.class_session_id == class_session_id, UnitList.unit_id == unit_id
        )
    ).one_or_none()
    if row is None or row.form_sha256 is None:
        raise NotFound
    return row.form_sha256, row.form_name
