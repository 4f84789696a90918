"""What waits for somebody's yes: claims to be approved, offers to be confirmed, and offers that reached nobody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries.offers import BEST, furthest
from academy.enrolment.rules.approving import PENDING_STATES, awaited
from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import EnrolmentState
from academy.outbox.models import MessageState
from academy.people.models.register import Person

_BY_UNIT = (Approval.UNIT, Approval.BOTH)
_BY_ACADEMY = (Approval.ACADEMY, Approval.BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """Somebody's own claim that waits for a decision."""

    enrolment_id: int
    code: str
    title: str
    starts_on: date
    person_id: int
    name: str
    unit_name: str
    waits_in_line: bool
    requested_at: datetime
    awaited: Approval
    """Who still must say yes."""


def to_decide(session: Session, *, unit_ids: Collection[int] | None) -> tuple[ToDecide, ...]:
    """List the claims that wait for a unit's decision; for the academy, without units, all that wait at all."""
    rows = session.execute(
        select(
            Enrolment,
            ClassSession.code,
            ClassSession.title,
            ClassSession.starts_on,
            Person.name,
            Admission.approval,
        )
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(Admission, Admission.class_session_id == ClassSession.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(_pending(unit_ids))
        .order_by(ClassSession.starts_on, ClassSession.id, Enrolment.requested_at, Enrolment.id)
    )
    return tuple(
        ToDecide(
            enrolment_id=claim.id, code=code, title=title, starts_on=starts_on, person_id=claim.person_id,
            name=name, unit_name=claim.unit_name, waits_in_line=claim.state is EnrolmentState.WAITING,
            requested_at=claim.requested_at,
            awaited=awaited(
                approval, by_unit=claim.unit_approved_at is not None,
                by_academy=claim.academy_approved_at is not None,
            ),
        )
        for claim, code, title, starts_on, name, approval in rows
    )  # fmt: skip


def count_to_decide(session: Session, *, unit_ids: Collection[int] | None) -> int:
    """Count the claims that wait for a unit's decision, or that wait for the academy's."""
    mine = _pending(unit_ids)
    if unit_ids is None:
        left = and_(Admission.approval.in_(_BY_ACADEMY), Enrolment.academy_approved_at.is_(None))
        mine = and_(mine, or_(left, Admission.approval == Approval.NONE))
    statement = (
        select(func.count())
        .select_from(Enrolment)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(Admission, Admission.class_session_id == ClassSession.id)
        .where(mine)
    )
    return session.execute(statement).scalar_one()


def _pending(unit_ids: Collection[int] | None) -> ColumnElement[bool]:
    by_unit = and_(Admission.approval.in_(_BY_UNIT), Enrolment.unit_approved_at.is_(None))
    by_academy = and_(Admission.approval.in_(_BY_ACADEMY), Enrolment.academy_approved_at.is_(None))
    open_ = and_(
        Enrolment.state.in_(PENDING_STATES),
        Enrolment.nominated.is_(False),
        ClassSession.state == ClassState.ENROLLING,
    )
    if unit_ids is None:
        return and_(open_, or_(by_unit, by_academy, Enrolment.state == EnrolmentState.ASKED))
    return and_(open_, by_unit, Enrolment.unit_id.in_(unit_ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A place on offer, whose answer is awaited."""

    enrolment_id: int
    class_session_id: int
    code: str
    title: str
    starts_on: date
    person_id: int
    name: str
    unit_name: str
    nominated: bool
    offered_at: datetime | None
    confirm_by: datetime | None
    message: MessageState | None
    """How far the message about it has come, the one that came furthest; None where there is nobody to tell."""

    @property
    def reached_nobody(self) -> bool:
        """Tell whether somebody has to phone, because no message gets through."""
        return self.confirm_by is None and self.message in {None, MessageState.FAILED}


def offers(
    session: Session,
    *,
    class_session_id: int | None = None,
    unit_ids: Collection[int] | None = None,
    reached_nobody: bool = False,
) -> tuple[Offer, ...]:
    """List the places on offer, those to lapse first at the head; for units those that they answer for."""
    message = furthest()
    conditions: list[ColumnElement[bool]] = [
        Enrolment.state == EnrolmentState.OFFERED,
        ClassSession.state == ClassState.ENROLLING,
    ]
    if class_session_id is not None:
        conditions.append(Enrolment.class_session_id == class_session_id)
    if unit_ids is not None:
        conditions += [Enrolment.nominated.is_(True), Enrolment.unit_id.in_(unit_ids)]
    if reached_nobody:
        unsent = BEST.index(MessageState.FAILED)
        conditions += [Enrolment.confirm_by.is_(None), func.coalesce(message, unsent) == unsent]
    rows = session.execute(
        select(Enrolment, ClassSession.code, ClassSession.title, ClassSession.starts_on, Person.name, message)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*conditions)
        .order_by(Enrolment.confirm_by.is_(None).desc(), Enrolment.confirm_by, Enrolment.id)
    )
    return tuple(
        Offer(
            enrolment_id=claim.id, class_session_id=claim.class_session_id, code=code, title=title,
            starts_on=starts_on, person_id=claim.person_id, name=name, unit_name=claim.unit_name,
            nominated=claim.nominated, offered_at=claim.offered_at, confirm_by=claim.confirm_by,
            message=None if came is None else BEST[came],
        )
        for claim, code, title, starts_on, name, came in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """A place of somebody of the unit in a class session that has not begun, or begins today."""

    enrolment_id: int
    code: str
    title: str
    starts_on: date
    person_id: int
    name: str
    unit_name: str
    state: EnrolmentState


_CHANGEABLE = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


def held_places(
    session: Session, unit_ids: Collection[int], *, today: date, words: str = "", most: int
) -> tuple[HeldPlace, ...]:
    """List the places of a unit's people that the unit may still give to others, by class session and name."""
    held = (EnrolmentState.NOMINATED, EnrolmentState.ASKED, EnrolmentState.SEATED)
    statement = (
        select(Enrolment, ClassSession.code, ClassSession.title, ClassSession.starts_on, Person.name)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.unit_id.in_(unit_ids),
            Enrolment.state.in_(held),
            ClassSession.state.in_(_CHANGEABLE),
            ClassSession.starts_on >= today,
        )
    )
    for word in words.lower().split():
        statement = statement.where(
            or_(
                Person.name.contains(word, autoescape=True),
                func.replace(Person.name_pinyin, " ", "").contains(word, autoescape=True),
                Person.name_initials.contains(word, autoescape=True),
                ClassSession.code.contains(word, autoescape=True),
                ClassSession.title.contains(word, autoescape=True),
            )
        )
    order = (ClassSession.starts_on, ClassSession.id, Person.name_pinyin, Person.id)
    rows = session.execute(statement.order_by(*order).limit(most))
    return tuple(
        HeldPlace(
            enrolment_id=claim.id, code=code, title=title, starts_on=starts_on, person_id=claim.person_id,
            name=name, unit_name=claim.unit_name, state=claim.state,
        )
        for claim, code, title, starts_on, name in rows
    )  # fmt: skip
