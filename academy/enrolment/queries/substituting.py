"""Whose place may change hands, by whom, and who could come instead."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.people.models.register import Person
from academy.people.queries import register as people
from academy.people.queries.finding import belongs_to, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeable:
    """A place that may change hands as it stood before anything was locked; only its state ever changes."""

    enrolment_id: int
    class_session_id: int
    code: str
    pool_id: int
    person_id: int
    name: str
    state: EnrolmentState
    group_id: int | None
    unit_id: int | None
    """Whose people may come: the unit that the places were given to, else the unit of who has the place."""
    by_office: bool
    anybody: bool
    """An admin looks up everybody; to others nobody exists outside the unit."""


def changeable(session: Session, actor: Actor, enrolment_id: int) -> Changeable:
    """Find a place that the actor may give to another: an admin, the class manager, or the unit's liaison."""
    row = session.execute(
        select(Enrolment, ClassSession.code, ClassSession.manager_id, PlacePool.unit_id, Person.name)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .join(PlacePool, PlacePool.id == Enrolment.pool_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    claim, code, manager_id, given_to, name = row
    by_office = actor.is_admin or (actor.person_id is not None and manager_id == actor.person_id)
    if not by_office and claim.unit_id not in people.units_below(session, actor.unit_ids):
        raise NotFound
    return Changeable(
        enrolment_id=claim.id, class_session_id=claim.class_session_id, code=code, pool_id=claim.pool_id,
        person_id=claim.person_id, name=name, state=claim.state, group_id=claim.group_id,
        unit_id=given_to or claim.unit_id, by_office=by_office, anybody=actor.is_admin,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of the unit who has no claim in the class session yet."""

    person_id: int
    name: str
    unit_name: str
    mark: str
    """What tells namesakes apart: the masked ID or phone; empty where the name is enough."""


def candidates(
    session: Session, place: Changeable, *, words: str, on: date, only: int | None = None, most: int = 30
) -> tuple[Candidate, ...]:
    """List who of the unit could come instead, narrowed by words or to one; the rules are asked afterwards."""
    statement = _without_claim(place)
    if place.unit_id is not None or not place.anybody:
        scope = people.units_below(session, [place.unit_id] if place.unit_id is not None else [])
        statement = statement.where(belongs_to(scope, on))
    if only is not None:
        statement = statement.where(Person.id == only)
    if words:
        statement = statement.where(named(session, statement, words, on=on))
    rows = session.execute(statement.order_by(Person.name_pinyin, Person.id).limit(most)).all()
    units = people.units_of(session, [row.id for row in rows], on)
    called = Counter(row.name for row in rows)
    marks = _marks(session, [row.id for row in rows if called[row.name] > 1], on)
    return tuple(
        Candidate(
            person_id=row.id, name=row.name, unit_name=units[row.id].full_name if row.id in units else "",
            mark=marks.get(row.id, ""),
        )
        for row in rows
    )  # fmt: skip


def _marks(session: Session, person_ids: Collection[int], on: date) -> dict[int, str]:
    found = session.execute(select(Person).where(Person.id.in_(person_ids))).scalars().all() if person_ids else ()
    return {each.id: each.masked_id or each.masked_phone for each in people.views(session, found, on)}


def _without_claim(place: Changeable) -> Select[int, str]:
    claimed = exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.class_session_id == place.class_session_id,
        or_(Enrolment.state != EnrolmentState.WITHDRAWN, Enrolment.id == place.enrolment_id),
    )
    return select(Person.id, Person.name).where(Person.anonymised_at.is_(None), ~claimed)
