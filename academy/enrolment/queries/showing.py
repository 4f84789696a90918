"""What pages show of claims and places."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from academy.classes.models import ClassGroup, ClassSession
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.states import TAKES_UP, EnrolmentState
from academy.ground.db import ask
from academy.people.models.register import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of one class session: how many there are, are taken, and how many people wait."""

    places: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """How many are free."""
        return self.places - self.taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One person's claim on a place: seated, or number `rank` in line."""

    state: EnrolmentState
    rank: int | None
    group_id: int | None
    group_name: str | None

    @property
    def seated(self) -> bool:
        """Tell whether the person has a place."""
        return self.state is EnrolmentState.SEATED


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person of a class session's roster, or of a line (then with a rank among those of the same places)."""

    enrolment_id: int
    person_id: int
    name: str
    name_pinyin: str
    name_initials: str
    unit_name: str
    group_id: int | None
    group: str | None
    state: EnrolmentState
    requested_at: datetime
    rank: int | None


_Ahead = aliased(Enrolment, name="ahead")

# One's number in line: those before, and oneself.
_RANK = (
    select(func.count())
    .select_from(_Ahead)
    .where(
        _Ahead.pool_id == Enrolment.pool_id,
        _Ahead.state == EnrolmentState.WAITING,
        or_(
            _Ahead.requested_at < Enrolment.requested_at,
            and_(_Ahead.requested_at == Enrolment.requested_at, _Ahead.id <= Enrolment.id),
        ),
    )
    .correlate(Enrolment)
    .scalar_subquery()
)


_RANK_OF = select(_RANK).where(Enrolment.id == bindparam("enrolment_id"))


def _rank(state: EnrolmentState, counted: int) -> int | None:
    return int(counted) if state is EnrolmentState.WAITING else None


def rank(session: Session, enrolment_id: int) -> int:
    """Tell the number in line of a claim that waits."""
    number: int = ask(session, _RANK_OF, {"enrolment_id": enrolment_id}).scalar_one()
    return number


def my_claim(session: Session, class_session_id: int, person_id: int) -> Claim | None:
    """Tell what a person has of a class session: a place, a number in line, or nothing."""
    found = session.execute(
        select(Enrolment.state, Enrolment.group_id, ClassGroup.name, _RANK)
        .outerjoin(ClassGroup, ClassGroup.id == Enrolment.group_id)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    ).one_or_none()
    if found is None:
        return None
    state, group_id, group_name, counted = found
    return Claim(state=state, rank=_rank(state, counted), group_id=group_id, group_name=group_name)


def places(
    session: Session, class_session_ids: Collection[int], *, only: ColumnElement[bool] | None = None
) -> dict[int, Places]:
    """Tell the places of class sessions whose enrolment has been opened; `only` leaves pools out."""
    waiting = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.pool_id == PlacePool.id, Enrolment.state == EnrolmentState.WAITING)
        .correlate(PlacePool)
        .scalar_subquery()
    )
    statement = select(PlacePool.class_session_id, PlacePool.places, PlacePool.taken, waiting).where(
        PlacePool.class_session_id.in_(class_session_ids)
    )
    if only is not None:
        plan = Admission.class_session_id == PlacePool.class_session_id
        statement = statement.outerjoin(Admission, plan).where(only)
    found: dict[int, Places] = {}
    for class_id, size, taken, counted in session.execute(statement):
        before = found.get(class_id, Places(places=0, taken=0, waiting=0))
        found[class_id] = Places(
            places=before.places + size, taken=before.taken + taken, waiting=before.waiting + counted
        )
    return found


def roster(session: Session, class_session_id: int) -> tuple[RosterRow, ...]:
    """List who has a place, in the order of names, then who waits, in the order of the line."""
    rows = session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Person.name, Person.name_pinyin, Person.name_initials,
            Enrolment.unit_name, Enrolment.group_id, ClassGroup.name.label("group"), Enrolment.state,
            Enrolment.requested_at, Enrolment.pool_id,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(ClassGroup, ClassGroup.id == Enrolment.group_id)
        .where(Enrolment.class_session_id == class_session_id, Enrolment.state != EnrolmentState.WITHDRAWN)
        .order_by(Person.name_pinyin, Person.id)
    ).all()  # fmt: skip
    line = sorted(
        (row for row in rows if row.state is EnrolmentState.WAITING), key=lambda row: (row.requested_at, row.id)
    )
    ranks = _ranks([(row.id, row.pool_id) for row in line])
    found = [
        RosterRow(
            enrolment_id=row.id, person_id=row.person_id, name=row.name,
            name_pinyin=row.name_pinyin, name_initials=row.name_initials,
            unit_name=row.unit_name, group_id=row.group_id, group=row.group, state=row.state,
            requested_at=row.requested_at, rank=ranks.get(row.id),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: row.rank or 0))


def _ranks(line: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Number those who wait, each in the line for the same places: (claim, pool) in the order of asking."""
    ahead: Counter[int] = Counter()
    found = {}
    for claim_id, pool_id in line:
        ahead[pool_id] += 1
        found[claim_id] = ahead[pool_id]
    return found


def in_charge_of(session: Session, manager_id: int, person_id: int) -> bool:
    """Tell whether somebody manages a class session, not closed yet, in which a person has a place."""
    statement = (
        select(Enrolment.id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            ClassSession.manager_id == manager_id,
            ClassSession.state.in_(TAKES_UP),
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.SEATED,
        )
    )
    return session.execute(statement).first() is not None
