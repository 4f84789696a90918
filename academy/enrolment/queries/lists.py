"""The lists in which units put people forward, and who may fill them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import UnitList
from academy.enrolment.rules.lists import ListState
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.people.queries import register as people


def own_unit(session: Session, actor: Actor, unit_id: int) -> int:
    """Let a unit through whose list the actor may fill: an admin every one, a liaison theirs and those below."""
    if actor.is_admin or unit_id in people.units_below(session, actor.unit_ids):
        return unit_id
    raise NotFound


def lock_list(session: Session, class_session_id: int, unit_id: int) -> UnitList:
    """Lock a unit's list for a class session, which begins with the first change of it."""
    found = session.execute(
        select(UnitList)
        .where(UnitList.class_session_id == class_session_id, UnitList.unit_id == unit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        found = UnitList(class_session_id=class_session_id, unit_id=unit_id, state=ListState.OPEN)
        session.add(found)
        session.flush()
    return found
