"""What a claim, a withdrawal and a promotion are decided by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.classes.models import ClassGroup, ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import PUBLIC_STATES, ClassState, Sitting
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import admission, pools
from academy.enrolment.rules.claims import ClaimFacts, clash_reasons
from academy.enrolment.rules.groups import taken_up_by
from academy.enrolment.rules.line import InLine
from academy.enrolment.rules.states import HOLDS, TAKES_UP, EnrolmentState
from academy.ground import clock
from academy.ground.db import ask
from academy.ground.errors import NotFound, Reason
from academy.hours import queries as hours


def lock_claim(session: Session, class_session_id: int, person_id: int) -> Enrolment | None:
    """Lock a person's live claim on a place of a class session."""
    return session.execute(
        select(Enrolment)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def lock_line(session: Session, pool_ids: Collection[int]) -> Sequence[Enrolment]:
    """Lock those who wait for a place of these pools, the first in line first."""
    return (
        session.execute(
            select(Enrolment)
            .where(Enrolment.pool_id.in_(pool_ids), Enrolment.state == EnrolmentState.WAITING)
            .order_by(Enrolment.pool_id, Enrolment.requested_at, Enrolment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def lock_claim_by_id(session: Session, enrolment_id: int) -> Enrolment | None:
    """Lock one claim, whatever became of it."""
    return session.execute(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def lock_made(session: Session, enrolment_id: int) -> Enrolment:
    """Give the row of a claim that this transaction has just entered."""
    return session.execute(select(Enrolment).where(Enrolment.id == enrolment_id)).scalar_one()


def lock_seated(session: Session, class_session_id: int, person_ids: Collection[int]) -> Sequence[Enrolment]:
    """Lock the seats of these persons in a class session, in the order of the persons."""
    return (
        session.execute(
            select(Enrolment)
            .where(
                Enrolment.class_session_id == class_session_id,
                Enrolment.person_id.in_(person_ids),
                Enrolment.state == EnrolmentState.SEATED,
            )
            .order_by(Enrolment.person_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def public_class(session: Session, code: str, person_id: int | None = None) -> ClassView:
    """Give a class session that the public may know of; NotFound for a draft as for none at all.

    A cancelled one is still shown to a person who had a place in it or waited for one.
    """
    found = classes.class_session(session, code)
    if found is None:
        raise NotFound
    if found.state in PUBLIC_STATES:
        return found
    if found.state is ClassState.CANCELLED and person_id and _has_claimed(session, found.id, person_id):
        return found
    raise NotFound


def class_id(session: Session, code: str) -> int:
    """Tell the id of a class session without reading what a lock must come before."""
    found = session.execute(select(ClassSession.id).where(ClassSession.code == code)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_led_groups(session: Session, class_session_id: int, person_id: int) -> Sequence[ClassGroup]:
    """Lock the groups of a class session that a person leads."""
    return (
        session.execute(
            select(ClassGroup)
            .where(ClassGroup.class_session_id == class_session_id, ClassGroup.leader_id == person_id)
            .order_by(ClassGroup.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def class_by_id(session: Session, class_session_id: int) -> ClassView | None:
    """Give a class session by its id, a draft too."""
    code = session.execute(
        select(ClassSession.code).where(ClassSession.id == class_session_id)
    ).scalar_one_or_none()
    return classes.class_session(session, code) if code else None


def existing_class(session: Session, class_session_id: int) -> ClassView:
    """Give a class session that some row refers to, so that it must be there."""
    found = class_by_id(session, class_session_id)
    if found is None:
        raise NotFound
    return found


def claim_facts(
    session: Session, class_: ClassView, person_id: int, terms: pools.Terms | None = None
) -> ClaimFacts:
    """Gather what decides a person's claim on a place of a class session, in few questions."""
    terms = terms or pools.terms(session, class_.id)
    missing_courses: tuple[str, ...] = ()
    if terms.has_prerequisites:
        completed = hours.completed_programmes(session, person_id)
        missing_courses = catalogue.unmet_prerequisites(session, class_.programme_id, completed)
    claims = ask(session, _live_claims(), {"person_id": person_id}).all()
    others = {
        other_id: group_id
        for other_id, group_id, state, class_state in claims
        if other_id != class_.id and state in HOLDS and class_state in TAKES_UP
    }
    spans = classes.spans(session, [class_.id, *others])
    return ClaimFacts(
        class_state=class_.state,
        opens_at=class_.opens_at,
        closes_at=class_.closes_at,
        already_in=any(claim[0] == class_.id for claim in claims),
        open_road=terms.plan.open_road,
        missing_courses=missing_courses,
        unmet=admission.unmet(session, class_, [person_id])[person_id] if terms.has_rules else (),
        sittings=taken_up_by(spans[class_.id], None),
        taken_up=tuple(
            sitting for other_id, group_id in others.items() for sitting in taken_up_by(spans[other_id], group_id)
        ),
    )


@cache
def _live_claims() -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than asking it."""
    return (
        select(Enrolment.class_session_id, Enrolment.group_id, Enrolment.state, ClassSession.state)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(Enrolment.person_id == bindparam("person_id"), Enrolment.state != EnrolmentState.WITHDRAWN)
    )


def _has_claimed(session: Session, class_session_id: int, person_id: int) -> bool:
    statement = select(Enrolment.id).where(
        Enrolment.class_session_id == class_session_id, Enrolment.person_id == person_id
    )
    return session.execute(statement).first() is not None


def taken_up(session: Session, person_ids: Collection[int], *, but: int) -> dict[int, tuple[Sitting, ...]]:
    """Tell when class sessions other than one take up these persons, where they have a seat."""
    rows = session.execute(
        select(Enrolment.person_id, Enrolment.class_session_id, Enrolment.group_id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state.in_(HOLDS),
            Enrolment.class_session_id != but,
            ClassSession.state.in_(TAKES_UP),
        )
    ).all()
    spans = classes.spans(session, sorted({class_id for _person, class_id, _group in rows})) if rows else {}
    found: dict[int, tuple[Sitting, ...]] = {}
    for person_id, class_id, group_id in rows:
        found[person_id] = (*found.get(person_id, ()), *taken_up_by(spans.get(class_id, ()), group_id))
    return found


def hindrances(
    session: Session,
    class_session_id: int,
    groups: Mapping[int, int | None],
    *,
    later: timedelta = timedelta(0),
) -> dict[int, tuple[Reason, ...]]:
    """Tell what clashes for each person, were they seated in this class session, in the group given for each.

    `later` asks how it would be, were the class session held by so much later.
    """
    spans = tuple(
        (replace(each, starts_at=each.starts_at + later, ends_at=each.ends_at + later), of_groups)
        for each, of_groups in classes.spans(session, [class_session_id]).get(class_session_id, ())
    )
    others = taken_up(session, groups.keys(), but=class_session_id) if groups else {}
    return {
        person_id: clash_reasons(taken_up_by(spans, group_id), others.get(person_id, ()))
        for person_id, group_id in groups.items()
    }


def in_line(session: Session, class_session_id: int, pool_id: int) -> tuple[InLine, ...]:
    """List those who wait for a place of this pool, with what hinders each from being seated now."""
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.nominated,
            Enrolment.unit_approved_at,
            Enrolment.academy_approved_at,
        )
        .where(Enrolment.pool_id == pool_id, Enrolment.state == EnrolmentState.WAITING)
        .order_by(Enrolment.requested_at, Enrolment.id)
    ).all()
    found = hindrances(session, class_session_id, {row.person_id: None for row in rows})
    confirmed = any(row.nominated for row in rows) and pools.list_confirmed(session, pool_id)
    return tuple(
        InLine(
            enrolment_id=row.id,
            person_id=row.person_id,
            nominated=row.nominated,
            unit_approved=row.unit_approved_at is not None,
            academy_approved=row.academy_approved_at is not None or (row.nominated and confirmed),
            hindrances=found[row.person_id],
        )
        for row in rows
    )


def starts_at(session: Session, class_: ClassView) -> datetime:
    """Tell when a class session begins: at its first sitting, or with its first day."""
    sittings = [sitting.starts_at for sitting, _groups in classes.spans(session, [class_.id]).get(class_.id, ())]
    return min(sittings, default=clock.at(class_.starts_on, 0))
