"""Class sessions of the sample that units fill: lists at every stage, from still open to confirmed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.classes.sample.heads import Head
from academy.enrolment.actions.entering import Asking, Put, UnitShare, enter_divided
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.offers import confirm_by
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.sample.rosters import Roster
from academy.ground import clock
from academy.ground.feature import Sample
from academy.people.queries import register as people
from academy.people.queries.sample import SampleTrainee
from academy.people.sample.units import STREETS

_L = ListState
_DAY = timedelta(days=1)
_MANY = 3  # from so many people on a unit names the last one in reserve

# How far the districts have come, in their order; 玄武区, whose accounts anybody may try, is the first.
_UNDER_WAY = (
    _L.OPEN, _L.CONFIRMED, _L.REPORTED, _L.OPEN, _L.REPORTED, _L.RETURNED, _L.HANDED_IN, _L.OPEN, _L.HANDED_IN,
    _L.CONFIRMED, _L.OPEN, _L.HANDED_IN,
)  # fmt: skip
_NEARLY_DONE = (
    _L.CONFIRMED, _L.CONFIRMED, _L.CONFIRMED, _L.REPORTED, _L.CONFIRMED, _L.CONFIRMED, _L.OPEN, _L.CONFIRMED,
    _L.RETURNED, _L.CONFIRMED, _L.REPORTED, _L.OPEN,
)  # fmt: skip
_OWN_STREETS = (_L.OPEN, _L.HANDED_IN, _L.RETURNED)
_ASKING = (EnrolmentState.ASKED, EnrolmentState.ASKED, EnrolmentState.OFFERED)
_CONFIRM_HOURS = 48
_WHY = "有两人岗位没有写清，请核对后再交"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Road:
    """How one of these class sessions is filled, in days from today."""

    stages: tuple[ListState, ...]
    streets_in: int
    districts_in: int
    open_road: bool
    spare: tuple[int, ...]
    """Places that the streets of a district have beyond their people, in turn."""


_ROADS = {
    "justice": _Road(stages=_UNDER_WAY, streets_in=2, districts_in=5, open_road=False, spare=(2, 1, 1)),
    "grid-leads": _Road(stages=_NEARLY_DONE, streets_in=-3, districts_in=-1, open_road=True, spare=(0, 1, 0)),
}


def is_nominated(head: Head) -> bool:
    """Tell whether units fill a class session."""
    return head.state is ClassState.ENROLLING and head.programme in _ROADS


def fill(sample: Sample, view: ClassView, head: Head, roster: Roster, trainees: Sequence[SampleTrainee]) -> None:
    """Enter one class session with its quotas, its lists, and whom the units put forward."""
    road = _ROADS[head.programme]
    paths = people.unit_paths(sample.session, sample.today)
    speakers = _speakers(sample, paths)
    on_it = [trainees[number] for number in roster.seated]
    shares: list[UnitShare] = []
    late = road.districts_in < 0
    for place, (district, streets) in enumerate(STREETS.items()):
        stage = road.stages[place % len(road.stages)]
        own = paths[district,]
        for turn, street in enumerate(streets):
            unit_id = paths[district, street]
            state = _street_state(stage, turn, first=place == 0 and stage is _L.OPEN)
            mine = [each for each in on_it if each.unit_id == unit_id]
            spare = road.spare[turn % len(road.spare)]
            share = _street(view, mine, unit_id, state, spare=spare, now=sample.now)
            shares.append(_dated(share, speakers, turn, late=late, now=sample.now))
        shares.append(_district(own, stage, speakers, late=late, now=sample.now))
    left = head.capacity - sum(share.places for share in shares)
    asking = [trainees[number] for number in roster.asking[:left]] if road.open_road else []
    _enter(sample, view, road, shares, tuple(_asking(view, asking, sample.now)), left=left)


def _enter(
    sample: Sample,
    view: ClassView,
    road: _Road,
    shares: Sequence[UnitShare],
    asking: Sequence[Asking],
    *,
    left: int,
) -> None:
    """Enter it with what is left over: open to all where people may ask themselves, else kept back."""
    rest = max(left * 2 // 3, len(asking)) if road.open_road else 0
    plan = Plan(
        nomination=True,
        streets_by=clock.at(sample.today + road.streets_in * _DAY, 18),
        districts_by=clock.at(sample.today + road.districts_in * _DAY, 18),
        open_road=road.open_road,
        approval=Approval.BOTH if road.open_road else Approval.NONE,
        reserve_returns_on=view.starts_on - 5 * _DAY,
        confirm_hours=_CONFIRM_HOURS if road.open_road else 0,
    )
    enter_divided(
        sample.session, actor=sample.actor, class_session_id=view.id, plan=plan, rest=rest,
        reserve=left - rest, shares=shares, asking=asking, now=sample.now,
    )  # fmt: skip


def _asking(view: ClassView, people_: Sequence[SampleTrainee], now: datetime) -> Iterator[Asking]:
    """Let some ask by themselves: a unit is to approve one, the academy another, and one has a place on offer."""
    until = confirm_by(now, hours=_CONFIRM_HOURS, starts_at=clock.at(view.starts_on, 0))
    for turn, (each, stands) in enumerate(zip(people_, _ASKING, strict=False)):
        offered = stands is EnrolmentState.OFFERED
        requested_at = max(view.opens_at, now - (turn + 2) * _DAY) + timedelta(minutes=11 * turn + 5)
        approved_at = requested_at + timedelta(hours=3)
        yield Asking(
            person_id=each.id,
            unit_id=each.unit_id,
            unit_name=each.unit_name,
            state=stands,
            requested_at=requested_at,
            unit_approved_at=approved_at if turn else None,
            academy_approved_at=approved_at if offered else None,
            offered_at=now if offered else None,
            confirm_by=until if offered else None,
        )


def _street_state(stage: ListState, turn: int, *, first: bool) -> ListState:
    """Tell how far the street has come where its district has come so far."""
    if first:
        return _OWN_STREETS[turn % len(_OWN_STREETS)]
    if stage is _L.HANDED_IN:
        return _L.HANDED_IN if turn else _L.OPEN
    return stage


def _street(
    view: ClassView,
    mine: Sequence[SampleTrainee],
    unit_id: int,
    state: ListState,
    *,
    spare: int,
    now: datetime,
) -> UnitShare:
    """Put a street's people on its places; a list that is full names its last one in reserve."""
    named = state in {_L.HANDED_IN, _L.CONFIRMED} and len(mine) >= _MANY and not spare
    held = EnrolmentState.SEATED if state is _L.CONFIRMED else EnrolmentState.NOMINATED
    begins = max(view.opens_at, now - 9 * _DAY)
    puts = tuple(
        Put(
            person_id=each.id,
            unit_id=each.unit_id,
            unit_name=each.unit_name,
            state=EnrolmentState.WAITING if named and number == len(mine) else held,
            requested_at=begins + number * timedelta(minutes=7) + timedelta(hours=unit_id % 5),
        )
        for number, each in enumerate(mine, start=1)
    )
    return UnitShare(unit_id=unit_id, places=len(mine) - named + spare, people=puts, state=state)


def _district(
    unit_id: int, stage: ListState, speakers: Mapping[int, str], *, late: bool, now: datetime
) -> UnitShare:
    state = _L.OPEN if stage is _L.HANDED_IN else stage
    share = _dated(UnitShare(unit_id=unit_id, places=0, state=state), speakers, 0, late=late, now=now)
    if late and state is _L.RETURNED:
        return replace(share, extended_to=clock.at(clock.local_date(now) + _DAY, 18))
    return share


def _dated(share: UnitShare, speakers: Mapping[int, str], turn: int, *, late: bool, now: datetime) -> UnitShare:
    """Write the moments and the names of a list that has come so far; the late were reminded last night."""
    today, by = clock.local_date(now), speakers.get(share.unit_id, "")
    if share.state is _L.OPEN:
        return replace(share, reminded_at=clock.at(today - _DAY, 18, 30), reminders=1) if late else share
    share = replace(share, handed_in_at=clock.at(today - 3 * _DAY, 10 + turn, 20), handed_in_by=by)
    if share.state is _L.RETURNED:
        share = replace(share, returned_because=_WHY)
        return replace(share, reminded_at=clock.at(today - _DAY, 18, 30), reminders=1) if late else share
    if share.state in {_L.REPORTED, _L.CONFIRMED}:
        share = replace(share, reported_at=clock.at(today - 2 * _DAY, 15, 40), reported_by=by)
    if share.state is _L.CONFIRMED:
        share = replace(share, confirmed_at=clock.at(today - _DAY, 9, 30), confirmed_by="陶思源")
    return share


def _speakers(sample: Sample, paths: Mapping[tuple[str, ...], int]) -> dict[int, str]:
    """Name the first liaison of each unit."""
    found = people.liaisons(sample.session, list(paths.values()), on=sample.today)
    names = people.names(sample.session, [ids[0] for ids in found.values()])
    return {unit_id: names[ids[0]] for unit_id, ids in found.items()}
