"""The locks before a unit's list moves on: the places of the units by id, then their lists, then what decides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.filling import tell
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import deciding, lists, pools, quotas
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.steps import StepFacts, due_of, owes, reasons_to_refuse_step
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Reason
from academy.journal.actions import record
from academy.outbox.actions import Letter
from academy.people.queries import register as people


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """Lists of one class session, locked after the places of their units, and what is decided by."""

    class_: ClassView
    plan: Plan
    pools: dict[int, PlacePool]
    """By unit, as the lists are."""
    lists: dict[int, UnitList]
    names: dict[int, str]
    districts: dict[int, int]
    """The district of each unit; a district is its own."""
    starts_at: datetime

    def is_street(self, unit_id: int) -> bool:
        """Tell whether a unit is a street."""
        return self.districts[unit_id] != unit_id

    def started(self, now: datetime) -> bool:
        """Tell whether it is too late for any list."""
        return has_started(self.class_.state, self.starts_at, now=now)

    def against(self, unit_id: int, to: ListState, *, now: datetime) -> tuple[Reason, ...]:
        """Return every reason against moving a list on."""
        facts = StepFacts(
            unit=self.names[unit_id],
            class_state=self.class_.state,
            has_started=self.started(now),
            plan=self.plan,
            state=self.lists[unit_id].state,
        )
        return reasons_to_refuse_step(facts, to)

    def due(self, unit_id: int) -> datetime | None:
        """Tell until when a unit's list is to be in."""
        extended_to = self.lists[unit_id].extended_to
        return due_of(self.plan, is_street=self.is_street(unit_id), extended_to=extended_to)

    def places(self, unit_id: int) -> int:
        """Tell how many places a unit has, a district's streets included where they are locked too."""
        return sum(pool.places for each, pool in self.pools.items() if unit_id in {each, self.districts[each]})

    def taken(self, unit_id: int) -> int:
        """Count who has one of these places."""
        return sum(pool.taken for each, pool in self.pools.items() if unit_id in {each, self.districts[each]})

    def owes(self, unit_id: int) -> bool:
        """Tell whether a unit has yet to send its list on."""
        return owes(
            self.plan,
            is_street=self.is_street(unit_id),
            places=self.places(unit_id),
            state=self.lists[unit_id].state,
        )


def lock(session: Session, code: str, unit_ids: Collection[int]) -> Locked:
    """Lock the places of units in a class session, then their lists; raises NotFound for a unit there is not."""
    class_id = deciding.class_id(session, code)
    names = quotas.unit_names(session, unit_ids)
    if len(names) < len(set(unit_ids)):
        raise NotFound
    pool_ids = lists.pool_ids_of(session, class_id, unit_ids)
    locked = pools.lock(session, pool_ids.values())
    found = lists.lock_lists(session, class_id, unit_ids)
    class_ = deciding.existing_class(session, class_id)
    return Locked(
        class_=class_,
        plan=pools.plan(session, class_id),
        pools={unit_id: locked[pool_id] for unit_id, pool_id in pool_ids.items()},
        lists=found,
        names=names,
        districts=quotas.districts_of(session, unit_ids),
        starts_at=deciding.starts_at(session, class_),
    )


def lock_family(session: Session, code: str, unit_id: int) -> Locked:
    """Lock the list of a unit together with those of its district and of the streets below it."""
    district_id = quotas.districts_of(session, [unit_id]).get(unit_id, unit_id)
    return lock(session, code, {unit_id, district_id, *quotas.streets_of(session, unit_id)})


def note(
    session: Session,
    actor: Actor,
    list_: UnitList,
    what: str,
    before: ListState,
    *,
    now: datetime,
    reason: str = "",
) -> None:
    """Write a list's move into the journal."""
    record(
        session, actor=actor, what=f"enrolment.list-{what}", about=list_, now=now, before={"state": before},
        after={"state": list_.state, "unit_id": list_.unit_id, **({"reason": reason} if reason else {})},
    )  # fmt: skip


def tell_unit(
    session: Session, letter: Letter, locked: Locked, unit_id: int, *, now: datetime, **values: object
) -> int:
    """Queue a message to those who speak for a unit, and tell how many they are."""
    found = people.liaisons(session, [unit_id], on=clock.local_date(now)).get(unit_id, ())
    told = [
        tell(session, letter, liaison_id, locked.class_, now=now, unit=locked.names[unit_id], **values)
        for liaison_id in found
    ]
    return sum(message is not None for message in told)
