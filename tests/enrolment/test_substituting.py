"""Another person of the unit comes in somebody's place: the place passes, the hours do not, nobody slips in."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.actions import claiming, substituting
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import audit, deciding, pools
from academy.enrolment.queries.substituting import candidates, changeable
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground import db
from academy.ground.access import Actor, Role, operator
from academy.ground.db import Base, Database
from academy.ground.errors import NotFound, Refused, constraint_of
from academy.hours.models import HoursEntry
from academy.people.models.register import Person, Unit
from academy.people.queries import register as people
from tests import make
from tests.enrolment.plans import BY_UNITS, claim, latest, planned, unit_pool
from tests.enrolment.race import at_once
from tests.enrolment.stage import LATER, Stage, counts, enrol, journal, stage, state_of, told

S = EnrolmentState


class Swap:
    """A class with a full unit pool and somebody in its reserve; a liaison, a manager, and others of the unit."""

    def __init__(self, session: Session) -> None:
        self.unit = make.unit(session, "梅岭街道", parent=make.unit(session, "玄武区"))
        self.on = stage(session, places=3)
        planned(session, self.on, BY_UNITS)
        self.pool = unit_pool(session, self.on, self.unit, places=1)
        self.who, self.next, self.other, self.third = (
            make.person(session, name, unit=self.unit) for name in ("王秀兰", "周堃", "丁一", "冯建国")
        )
        self.claim = claim(session, self.pool, self.who, S.SEATED, unit=self.unit, nominated=True)
        claim(session, self.pool, self.next, S.WAITING, unit=self.unit, nominated=True)
        self.liaison = liaison_of(session, self.unit)
        manager = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
        self.on.class_.manager_id = manager.id
        self.manager = make.actor(manager, Role.INSTRUCTOR)
        session.flush()

    def to(
        self, session: Session, other: Person, *, by: Actor | None = None, reason: str = "", days: int = 0
    ) -> Enrolment:
        """Let somebody come instead, so many days from the builders' moment."""
        return substituting.substitute(
            session, actor=by or self.liaison, enrolment_id=self.claim.id, person_id=other.id, reason=reason,
            now=make.NOW + timedelta(days=days),
        )  # fmt: skip


def liaison_of(session: Session, unit: Unit) -> Actor:
    return make.actor(
        make.person(session, "何静怡", roles=(Role.LIAISON,), unit=unit), Role.LIAISON, units=(unit,)
    )


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_the_place_and_the_group_pass_and_nobody_in_line_slips_in(session: Session) -> None:
    swap = Swap(session)
    group = make.group(session, swap.on.class_)
    swap.claim.group_id, group.leader_id = group.id, swap.who.id
    made = swap.to(session, swap.other)
    assert (made.state, made.group_id, made.replaces_id) == (S.SEATED, group.id, swap.claim.id)
    assert (made.nominated, made.pool_id, made.unit_id) == (True, swap.pool.id, swap.unit.id)
    assert (swap.claim.state, swap.claim.ended_because) == (S.WITHDRAWN, Ending.SUBSTITUTED)
    assert state_of(session, swap.next, swap.on) is S.WAITING
    assert swap.pool.taken == 1
    session.refresh(group)
    assert group.leader_id is None
    assert told(session, swap.who) == ["enrolment.replaced"]
    assert told(session, swap.other) == ["enrolment.comes-instead"]
    assert journal(session)[-2:] == ["enrolment.substituted", "enrolment.came-instead"]
    assert audit.wrong_taken(session).count == 0


@pytest.mark.parametrize("state", [S.NOMINATED, S.ASKED])
def test_a_place_not_settled_yet_passes_as_it_stands(session: Session, state: EnrolmentState) -> None:
    swap = Swap(session)
    swap.claim.state, swap.claim.seated_at = state, None
    session.flush()
    assert swap.to(session, swap.other).state is state


def test_hours_never_pass_from_one_to_the_other(session: Session) -> None:
    swap = Swap(session)
    before = session.execute(select(func.count()).select_from(HoursEntry)).scalar_one()
    swap.to(session, swap.other)
    assert session.execute(select(func.count()).select_from(HoursEntry)).scalar_one() == before


def test_the_unit_changes_who_comes_until_the_day_of_arrival_is_over(session: Session) -> None:
    swap = Swap(session)
    swap.on.class_.state = ClassState.RUNNING
    session.flush()
    arrival = (LATER - make.TODAY).days
    with pytest.raises(Refused) as error:
        swap.to(session, swap.other, days=arrival + 1)
    assert codes(error) == ["arrival_over"]
    with pytest.raises(Refused) as error:
        swap.to(session, swap.other, by=swap.manager, days=arrival + 1)
    assert codes(error) == ["say_why"]
    swap.to(session, swap.other, by=swap.manager, reason="生病住院", days=arrival + 1)
    assert latest(session, swap.other, swap.on).state is S.SEATED


def test_on_the_day_of_arrival_the_liaison_still_may(session: Session) -> None:
    swap = Swap(session)
    swap.to(session, swap.other, days=(LATER - make.TODAY).days)
    assert latest(session, swap.other, swap.on).state is S.SEATED


def test_every_reason_against_the_substitute_is_told_at_once(session: Session) -> None:
    swap = Swap(session)
    busy = stage(session, hour=10, title="同一时间的班")
    stranger = make.person(session, "别处的人", unit=make.unit(session, "别的街道"))
    enrol(session, stranger, busy)
    with pytest.raises(Refused) as error:
        swap.to(session, stranger, by=operator())
    assert codes(error) == ["not_of_unit", "busy_then"]
    for actor in (swap.liaison, swap.manager):  # to whom nobody outside the unit exists
        with pytest.raises(NotFound):
            swap.to(session, stranger, by=actor)
    with pytest.raises(Refused) as error:
        swap.to(session, swap.next)
    assert codes(error) == ["in_already"]
    assert state_of(session, swap.who, swap.on) is S.SEATED


def test_a_strangers_place_is_not_found(session: Session) -> None:
    swap = Swap(session)
    foreign = liaison_of(session, make.unit(session, "别的街道"))
    teacher = make.actor(make.person(session, roles=(Role.INSTRUCTOR,)), Role.INSTRUCTOR)
    for actor in (foreign, teacher):
        with pytest.raises(NotFound):
            swap.to(session, swap.other, by=actor)


def test_only_people_of_the_unit_without_a_claim_are_offered(session: Session) -> None:
    swap = Swap(session)
    make.person(session, "别处的人", unit=make.unit(session, "别的街道"))
    found = candidates(session, changeable(session, swap.liaison, swap.claim.id), words="", on=make.TODAY)
    assert {each.name for each in found} == {"丁一", "冯建国", "何静怡"}
    place = changeable(session, swap.liaison, swap.claim.id)
    assert [each.name for each in candidates(session, place, words="丁一", on=make.TODAY)] == ["丁一"]


def test_whoever_steps_back_gets_the_place_elsewhere_that_clashed(session: Session) -> None:
    swap = Swap(session)
    elsewhere = stage(session, hour=10, title="同一时间的班")
    claim(session, elsewhere.pool, swap.who, S.WAITING)
    swap.to(session, swap.other)
    assert state_of(session, swap.who, elsewhere) is S.SEATED


# --- races -----------------------------------------------------------------------------------------


def staged() -> Swap:
    with db.transaction() as session:
        return Swap(session)


def substitute(swap: Swap, other: Person) -> str:
    try:
        with db.transaction() as session:
            return swap.to(session, other).state.value
    except Refused as refused:
        return refused.reasons[0].code


def give_up(swap: Swap) -> str:
    try:
        with db.transaction() as session:
            actor = make.actor(swap.who)
            claiming.withdraw(session, actor=actor, code=swap.on.class_.code, now=make.NOW)
    except Refused as refused:
        return refused.reasons[0].code
    return "withdrawn"


def in_the_class(on: Stage) -> Counter[EnrolmentState]:
    with db.reading() as session:
        rows = session.execute(select(Enrolment.state).where(Enrolment.class_session_id == on.class_.id))
        for find in (audit.wrong_taken, audit.full_pools_overrun, audit.clashing_seats):
            assert find(session).count == 0
        return Counter(rows.scalars())


@pytest.mark.slow
def test_two_substitutes_at_once_and_one_comes(database: Database) -> None:
    swap = staged()
    outcome = at_once([partial(substitute, swap, other) for other in (swap.other, swap.third)])
    assert outcome == {"seated": 1, "not_held": 1}
    assert in_the_class(swap.on) == {S.SEATED: 1, S.WAITING: 1, S.WITHDRAWN: 1}


@pytest.mark.slow
def test_a_substitute_and_a_withdrawal_at_once_never_fill_the_place_twice(database: Database) -> None:
    swap = staged()
    outcome = at_once([partial(substitute, swap, swap.other), partial(give_up, swap)])
    assert outcome in ({"seated": 1, "not_in": 1}, {"not_held": 1, "withdrawn": 1})
    found = in_the_class(swap.on)
    assert found[S.SEATED] + found[S.NOMINATED] == 1
    with db.reading() as session:
        assert counts(session, swap.on)[0] == 0  # the open rest was not touched


@pytest.mark.slow
def test_one_person_substituted_into_two_clashing_classes_comes_to_one(database: Database) -> None:
    with db.transaction() as session:
        first = Swap(session)
        second = Swap(session)
        second.unit = first.unit
        second.pool.unit_id = second.claim.unit_id = first.unit.id
        second.liaison = first.liaison
    outcome = at_once([partial(substitute, each, first.third) for each in (first, second)])
    assert outcome == {"seated": 1, "busy_then": 1}
    in_the_class(first.on)


@pytest.mark.slow
def test_without_the_locks_only_the_constraint_keeps_the_place_from_passing_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = staged()
    if database.is_sqlite:
        pytest.skip("SQLite writes one at a time; there is no lock to take out")
    barrier = Barrier(2)

    def look(session: Session, pool_ids: Collection[int]) -> dict[int, PlacePool]:
        return {pool_id: session.get_one(PlacePool, pool_id) for pool_id in pool_ids}

    def look_at_claim(session: Session, enrolment_id: int) -> Enrolment | None:
        found = session.get(Enrolment, enrolment_id)
        barrier.wait(60)
        return found

    monkeypatch.setattr(pools, "lock", look)
    monkeypatch.setattr(deciding, "lock_claim_by_id", look_at_claim)
    monkeypatch.setattr(people, "lock_persons", lambda _session, _ids: [])
    outcome = at_once([partial(unlocked, swap, other) for other in (swap.other, swap.third)])
    assert outcome == {"seated": 1, "uq_enrolment_replaces_id": 1}


def unlocked(swap: Swap, other: Person) -> str:
    try:
        return substitute(swap, other)
    except IntegrityError as error:
        return constraint_of(error, Base.metadata) or "an unnamed constraint"
