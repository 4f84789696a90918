"""The class sessions that a liaison's units have places in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission
from academy.enrolment.queries import lists, unit_lists
from academy.enrolment.queries.unit_lists import DistrictStanding, Division, UnitStanding
from academy.ground import clock
from academy.ground.access import Actor

_SHOWN = (ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a unit has of the places of a class session; a district's counts with its streets'."""

    unit: UnitStanding
    district: DistrictStanding

    @property
    def is_district(self) -> bool:
        """Tell whether the unit is a district, which counts its streets' places too."""
        return self.unit.id == self.district.own.id

    @property
    def places(self) -> int:
        """Tell how many places the unit has."""
        return self.district.places if self.is_district else self.unit.places

    @property
    def taken(self) -> int:
        """Count who has one of them."""
        return self.district.taken if self.is_district else self.unit.taken


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClass(Share):
    """One class session for one unit."""

    id: int
    code: str
    title: str
    state: ClassState
    starts_on: date
    ends_on: date

    @property
    def due(self) -> datetime | None:
        """Tell until when its list is to be in."""
        return self.unit.due


def unit_classes(session: Session, actor: Actor, *, on: date) -> tuple[UnitClass, ...]:
    """List the open and running class sessions that units put people forward for, for each unit of the actor.

    Those whose list is owed come first, the first due first.
    """
    rows = session.execute(
        select(
            ClassSession.id, ClassSession.code, ClassSession.title, ClassSession.state, ClassSession.starts_on,
            ClassSession.ends_on,
        )
        .join(Admission, Admission.class_session_id == ClassSession.id)
        .where(ClassSession.state.in_(_SHOWN), Admission.nomination)
        .order_by(ClassSession.starts_on, ClassSession.id)
    ).all()  # fmt: skip
    if not rows:
        return ()
    divisions = unit_lists.divisions(session, lists.plans(session, [row.id for row in rows]), on=on)
    found = []
    for row in rows:
        for unit_id in sorted(actor.unit_ids):
            unit, district = divisions[row.id].unit(unit_id), divisions[row.id].district(unit_id)
            if unit is not None and district is not None:
                found.append(UnitClass(**row._asdict(), unit=unit, district=district))
    with_places = [each for each in found if each.places or each.taken]
    return tuple(
        sorted(with_places, key=lambda each: (not each.unit.owes, each.due is None, each.due or 0, each.id))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """An open class session that units put people forward for, and how its places are divided."""

    id: int
    code: str
    title: str
    academy_confirms: bool
    division: Division


def nominated(session: Session, *, on: date) -> tuple[Nominated, ...]:
    """List the open class sessions that units put people forward for, in as many questions however many."""
    rows = session.execute(
        select(ClassSession.id, ClassSession.code, ClassSession.title, Admission.academy_confirms)
        .join(Admission, Admission.class_session_id == ClassSession.id)
        .where(ClassSession.state == ClassState.ENROLLING, Admission.nomination)
        .order_by(ClassSession.starts_on, ClassSession.id)
    ).all()
    if not rows:
        return ()
    divisions = unit_lists.divisions(session, lists.plans(session, [row.id for row in rows]), on=on)
    return tuple(Nominated(**row._asdict(), division=divisions[row.id]) for row in rows)


def overdue(session: Session, *, now: datetime) -> tuple[tuple[str, int], ...]:
    """List the units, by class code, whose lists should have been in and who have not been told since."""
    return tuple(
        (each.code, unit.id)
        for each in nominated(session, on=clock.local_date(now))
        for district in each.division.districts
        for unit in district.every
        if unit.is_late(now) and not _told_since(unit)
    )


def _told_since(unit: UnitStanding) -> bool:
    reminded_at = unit.list.reminded_at
    return reminded_at is not None and unit.due is not None and reminded_at >= unit.due
