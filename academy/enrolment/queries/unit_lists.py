"""How the places of class sessions are divided, and how far each unit has come with its list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.lists import EDITABLE, ListState
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.rules.steps import due_of, owes, reminded_lately
from academy.people.models.register import Membership, Unit, UnitKind
from academy.people.queries.register import held_on

_S = EnrolmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """How far one unit's list has come."""

    state: ListState = ListState.OPEN
    handed_in_at: datetime | None = None
    handed_in_by: str = ""
    returned_because: str = ""
    reported_at: datetime | None = None
    reported_by: str = ""
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    reminded_at: datetime | None = None
    reminders: int = 0
    extended_to: datetime | None = None
    form_name: str = ""

    @property
    def editable(self) -> bool:
        """Tell whether the unit may still change it."""
        return self.state in EDITABLE

    @property
    def sent_at(self) -> datetime | None:
        """Tell when it was last sent on: to the academy, or to the district."""
        return self.reported_at or self.handed_in_at


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    """One unit in one class session: its own places, who is on them, and its list."""

    id: int
    name: str
    is_street: bool
    places: int = 0
    taken: int = 0
    pending: int = 0
    """Of those taken, how many the academy has yet to confirm."""
    reserve: int = 0
    """How many the unit named beyond its places."""
    due: datetime | None = None
    owes: bool = False
    list: ListView = field(default_factory=ListView)

    def is_late(self, now: datetime) -> bool:
        """Tell whether the list should have been in."""
        return self.owes and self.due is not None and now >= self.due

    def was_reminded(self, now: datetime) -> bool:
        """Tell whether the unit was reminded so lately that it is left in peace."""
        return reminded_lately(self.list.reminded_at, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictStanding:
    """A district with its streets."""

    own: UnitStanding
    streets: tuple[UnitStanding, ...]

    @property
    def every(self) -> tuple[UnitStanding, ...]:
        """List the district and its streets."""
        return (self.own, *self.streets)

    @property
    def places(self) -> int:
        """Add up the places of the district and its streets."""
        return sum(each.places for each in self.every)

    @property
    def taken(self) -> int:
        """Count those who have one of these places."""
        return sum(each.taken for each in self.every)

    @property
    def reserve(self) -> int:
        """Count those named beyond the places."""
        return sum(each.reserve for each in self.every)

    @property
    def pending(self) -> int:
        """Count those whom the academy has yet to confirm."""
        return sum(each.pending for each in self.every)

    @property
    def bound(self) -> int:
        """Tell how many places cannot be taken back: those of streets, and those taken of the district's own."""
        return self.own.taken + sum(each.places for each in self.streets)

    @property
    def missing(self) -> int:
        """Count the streets that have not handed in."""
        return sum(each.owes for each in self.streets)

    @property
    def reported(self) -> bool:
        """Tell whether a list waits for the academy."""
        return any(each.list.state is ListState.REPORTED for each in self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlaces:
    """Places that are no unit's: open to all, or kept back."""

    places: int = 0
    taken: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The places of one class session, and whose they are."""

    rest: HeldPlaces
    kept: HeldPlaces
    districts: tuple[DistrictStanding, ...]

    @property
    def given(self) -> int:
        """Count the places that units have."""
        return sum(each.places for each in self.districts)

    @property
    def taken(self) -> int:
        """Count the places of units that are taken."""
        return sum(each.taken for each in self.districts)

    @property
    def places(self) -> int:
        """Count all places."""
        return self.given + self.rest.places + self.kept.places

    def unit(self, unit_id: int) -> UnitStanding | None:
        """Find one unit."""
        return next((each for district in self.districts for each in district.every if each.id == unit_id), None)

    def district(self, unit_id: int) -> DistrictStanding | None:
        """Find the district that a unit is, or belongs to."""
        return next((each for each in self.districts if any(unit.id == unit_id for unit in each.every)), None)


def division(session: Session, class_session_id: int, plan: Plan, *, on: date) -> Division:
    """Tell how the places of a class session are divided, in as many questions however many units there are."""
    return divisions(session, {class_session_id: plan}, on=on)[class_session_id]


def divisions(session: Session, plans: Mapping[int, Plan], *, on: date) -> dict[int, Division]:
    """Tell how the places of class sessions are divided: districts in the order of their names, streets below."""
    lists = _lists(session, plans.keys())
    counts = _counts(session, plans.keys())
    rows = session.execute(
        select(PlacePool.id, PlacePool.class_session_id, PlacePool.holder, PlacePool.unit_id, PlacePool.places,
               PlacePool.taken).where(PlacePool.class_session_id.in_(plans.keys()))
    ).all()  # fmt: skip
    units = _units(session, {row.unit_id for row in rows if row.unit_id}, on)
    found: dict[int, Division] = {}
    for class_id, plan in plans.items():
        held: dict[Holder, HeldPlaces] = {}
        own: dict[int, tuple[int, int, int, int]] = {}
        for row in rows:
            if row.class_session_id != class_id:
                continue
            pending, waiting = counts.get(row.id, (0, 0))
            if row.unit_id is None:
                held[row.holder] = HeldPlaces(places=row.places, taken=row.taken, waiting=waiting)
            else:
                own[row.unit_id] = (row.places, row.taken, pending, waiting)
        found[class_id] = Division(
            rest=held.get(Holder.OPEN, HeldPlaces()),
            kept=held.get(Holder.RESERVE, HeldPlaces()),
            districts=_districts(
                units, plan, own, {key[1]: view for key, view in lists.items() if key[0] == class_id}
            ),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Unit:
    id: int
    name: str
    kind: UnitKind
    parent_id: int | None


def _units(session: Session, with_places: Collection[int], on: date) -> tuple[_Unit, ...]:
    """List the districts and streets of a day, and those of the past that have places still."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.kind, Unit.parent_id)
        .where(Unit.kind != UnitKind.CITY, held_on(Unit, on) | Unit.id.in_(with_places))
        .order_by(Unit.id)
    )
    return tuple(_Unit(*row) for row in rows)


def _districts(
    units: tuple[_Unit, ...],
    plan: Plan,
    own: Mapping[int, tuple[int, int, int, int]],
    lists: Mapping[int, ListView],
) -> tuple[DistrictStanding, ...]:
    streets: dict[int, list[UnitStanding]] = {}
    for unit in units:
        if unit.kind is UnitKind.STREET and unit.parent_id is not None:
            streets.setdefault(unit.parent_id, []).append(_standing(unit, plan, own, lists))
    found = []
    for unit in units:
        if unit.kind is UnitKind.DISTRICT:
            below = tuple(streets.get(unit.id, ()))
            total = own.get(unit.id, (0,))[0] + sum(each.places for each in below)
            found.append(DistrictStanding(own=_standing(unit, plan, own, lists, total=total), streets=below))
    return tuple(found)


def _standing(
    unit: _Unit,
    plan: Plan,
    own: Mapping[int, tuple[int, int, int, int]],
    lists: Mapping[int, ListView],
    *,
    total: int | None = None,
) -> UnitStanding:
    is_street = unit.kind is UnitKind.STREET
    places, taken, pending, reserve = own.get(unit.id, (0, 0, 0, 0))
    view = lists.get(unit.id, ListView())
    return UnitStanding(
        id=unit.id, name=unit.name, is_street=is_street, places=places, taken=taken, pending=pending,
        reserve=reserve, list=view,
        due=due_of(plan, is_street=is_street, extended_to=view.extended_to),
        owes=owes(plan, is_street=is_street, places=places if total is None else total, state=view.state),
    )  # fmt: skip


def _lists(session: Session, class_session_ids: Collection[int]) -> dict[tuple[int, int], ListView]:
    rows = session.execute(select(UnitList).where(UnitList.class_session_id.in_(class_session_ids))).scalars()
    names = ListView.__dataclass_fields__
    return {
        (row.class_session_id, row.unit_id): ListView(**{name: getattr(row, name) for name in names})
        for row in rows
    }


def _counts(session: Session, class_session_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Count for each pool those to be confirmed, and those who wait."""
    rows = session.execute(
        select(Enrolment.pool_id, Enrolment.state, func.count())
        .where(
            Enrolment.class_session_id.in_(class_session_ids),
            Enrolment.state.in_((_S.NOMINATED, _S.WAITING)),
        )
        .group_by(Enrolment.pool_id, Enrolment.state)
    )
    found: dict[int, tuple[int, int]] = {}
    for pool_id, state, count in rows:
        pending, waiting = found.get(pool_id, (0, 0))
        found[pool_id] = (count, waiting) if state is _S.NOMINATED else (pending, count)
    return found


def members(session: Session, *, on: date) -> dict[int, int]:
    """Count the people of each district on a day, its streets included."""
    rows = session.execute(
        select(Unit.id, Unit.kind, Unit.parent_id, func.count(Membership.person_id.distinct()))
        .join(Membership, Membership.unit_id == Unit.id)
        .where(held_on(Membership, on))
        .group_by(Unit.id, Unit.kind, Unit.parent_id)
    )
    found: dict[int, int] = {}
    for unit_id, kind, parent_id, count in rows:
        district_id = parent_id if kind is UnitKind.STREET and parent_id is not None else unit_id
        found[district_id] = found.get(district_id, 0) + count
    return found
