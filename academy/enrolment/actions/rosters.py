"""Import a list for a class session: people first, then each put forward on their unit's places; undo both."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from academy.enrolment.actions import nominating
from academy.enrolment.actions.ending import end
from academy.enrolment.actions.filling import promote
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools, rosters
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.tables import Grid
from academy.people.actions import rosters as people
from academy.people.actions import undoing
from academy.people.actions.rosters import LOOKS_DIFFERENT, Imported
from academy.people.actions.undoing import BUILT_UPON, MOST_NAMED
from academy.people.models.importing import Effect
from academy.people.queries import memberships, register, roster_imports
from academy.people.queries.rosters import Claim, Looked
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.plan import Fate, Step


def import_roster(session: Session, *, actor: Actor, import_id: int, now: datetime) -> Imported:
    """Do all that a list was seen to come to: people entered and, for a class session, put forward in order."""
    view = roster_imports.import_(session, actor, import_id)
    by_unit: dict[int, rosters.Pool] = {}
    if view.class_code:
        by_unit = rosters.pools_of_units(session, rosters.unit_pools(session, view.class_code))
        pools.lock(session, {pool.id for pool in by_unit.values()})
    done = people.import_(session, actor=actor, import_id=import_id, now=now, look=_look_and_lock)
    if not view.class_code or done.again:
        return done
    effects: list[tuple[Effect, int, int, dict[str, object]]] = []
    standing = [step for step in done.steps if step.line and step.fate in {Fate.NEW, Fate.SAME, Fate.CHANGED}]
    for unit_id, steps in _by_unit(standing, by_unit).items():
        person_ids = [done.people[step.line.row] for step in steps if step.line]
        told = nominating.nominate(
            session, actor=actor, code=view.class_code, unit_id=unit_id, person_ids=person_ids, now=now
        )
        if any(each.reasons for each in told):
            raise Refused(LOOKS_DIFFERENT)
        effects += [(Effect.NOMINATED, each.person_id, each.enrolment_id or 0, {}) for each in told]
    people.note(session, import_id, effects)
    return done


def _look_and_lock(session: Session, grid: Grid, header: Header, claim: Claim, *, on: date) -> Looked:
    """Look at a list and lock whom it concerns, all at once and in order: what follows locks them part by part."""
    looked = rosters.look(session, grid, header, claim, on=on)
    fates = {Fate.CHANGED, Fate.LEFT} | ({Fate.SAME} if claim.class_code else set())
    memberships.lock_persons(
        session, {step.known.person_id for step in looked.steps if step.known and step.fate in fates}
    )
    return looked


def _by_unit(steps: Sequence[Step], by_unit: dict[int, rosters.Pool]) -> dict[int, list[Step]]:
    """Sort people by the unit on whose places they are put forward; those who are in already have theirs."""
    found: dict[int, list[Step]] = {}
    for step in steps:
        pool = by_unit.get(step.unit[0]) if step.unit else None
        if pool and pool.unit_id is not None and step.warning != rosters.IN_CLASS:
            found.setdefault(pool.unit_id, []).append(step)
    return found


def undo_roster(session: Session, *, actor: Actor, import_id: int, now: datetime) -> None:
    """Take a list back whole: first those put forward by it, then all that it changed in the register.

    Only then do the places that are free again go to those in line, so that each line is asked once.
    Raises Refused where a list of the class session is closed, or somebody has built on the import.
    """
    roster_imports.import_(session, actor, import_id)  # not found for whoever may not see it
    nominated = rosters.nominated_by(session, import_id)
    if nominated is None:
        undoing.undo(session, actor=actor, import_id=import_id, now=now)
        return
    locked = _lock_around(session, actor, nominated)
    freed = _take_off(session, actor, nominated, locked, now)
    undoing.undo(session, actor=actor, import_id=import_id, now=now)
    for pool in locked.values():
        promote(session, actor, pool, now=now, tell_passed=pool.id in freed)


def _lock_around(session: Session, actor: Actor, nominated: rosters.NominatedBy) -> Mapping[int, PlacePool]:
    """Lock the pools of the list's people and those that they wait for, then everybody concerned, in order.

    Whoever is in those lines is locked together with those whom the import touched, so that nobody is locked
    after somebody of a higher id.
    """
    waited_for = pools.waited_for(session, nominated.person_ids)
    locked = pools.lock(session, nominated.pool_ids | waited_for)
    undoing.lock_to_undo(session, actor, nominated.import_id)
    touched = {effect.person_id for effect in roster_imports.effects(session, nominated.import_id)}
    memberships.lock_persons(session, touched | pools.waiting_ids(session, locked.keys()))
    return locked


def _take_off(
    session: Session,
    actor: Actor,
    nominated: rosters.NominatedBy,
    locked: Mapping[int, PlacePool],
    now: datetime,
) -> frozenset[int]:
    """End the claims that the import made, and tell in which pools that freed places."""
    class_ = deciding.existing_class(session, nominated.class_session_id)
    units = {locked[pool_id].unit_id for pool_id in nominated.pool_ids}
    for unit_id in sorted(unit_id for unit_id in units if unit_id is not None):
        nominating.refuse_unless_open(session, actor, class_, unit_id, now=now)
    claims = [claim for each in nominated.enrolment_ids if (claim := deciding.lock_claim_by_id(session, each))]
    if gone := [claim.person_id for claim in claims if claim.state is EnrolmentState.WITHDRAWN]:
        names = sorted(register.names(session, gone).values())
        raise Refused(BUILT_UPON.about(names=tuple(names[:MOST_NAMED]), count=len(gone)))
    freed = frozenset(
        claim.pool_id
        for claim in claims
        if end(
            session, actor=actor, claim=claim, because=Ending.UNDONE, locked=locked, now=now, promoting=False
        )
    )  # fmt: skip
    session.flush()
    session.execute(delete(Enrolment).where(Enrolment.id.in_(nominated.of_new_people)))
    return freed
