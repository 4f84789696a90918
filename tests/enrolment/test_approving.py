"""What people ask for themselves is held until whoever must has said yes, and freed when one says no."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.actions import approving
from academy.enrolment.models.nominating import Admission
from academy.enrolment.queries import awaiting
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor, Role
from academy.ground.errors import NotFound, Refused
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.plans import claim, latest, planned
from tests.enrolment.stage import Stage, counts, enrol, journal, stage, state_of, told

LATER = make.NOW + timedelta(hours=1)


def asked(session: Session, approval: Approval, *, places: int = 1) -> tuple[Stage, Unit, Actor, Actor]:
    """A class whose claims are approved; a unit with its liaison, and an admin."""
    on, unit = stage(session, places=places), make.unit(session, "梅岭街道")
    planned(session, on, Plan(approval=approval))
    liaison = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=unit)
    admin = make.person(session, "陈敏", roles=(Role.ADMIN,))
    return on, unit, make.actor(liaison, Role.LIAISON, units=(unit,)), make.actor(admin, Role.ADMIN)


def of(session: Session, unit: Unit, name: str = "王秀兰") -> Person:
    return make.person(session, name, unit=unit)


def approve(session: Session, actor: Actor, who: Person, on: Stage) -> EnrolmentState:
    return approving.approve(session, actor=actor, enrolment_id=latest(session, who, on).id, now=LATER)


def test_unit_then_academy_approve_and_only_then_the_place_is_theirs(session: Session) -> None:
    on, unit, liaison, admin = asked(session, Approval.BOTH)
    who = of(session, unit)
    assert enrol(session, who, on).state is EnrolmentState.ASKED
    assert approve(session, liaison, who, on) is EnrolmentState.ASKED
    assert approve(session, admin, who, on) is EnrolmentState.SEATED
    assert told(session, who) == ["enrolment.pending", "enrolment.seated"]
    assert counts(session, on) == (1, 1)
    with pytest.raises(Refused) as error:
        approve(session, admin, who, on)
    assert [reason.code for reason in error.value.reasons] == ["not_pending"]


def test_the_academy_decides_for_a_unit_that_nobody_speaks_for(session: Session) -> None:
    on, _unit, _liaison, admin = asked(session, Approval.BOTH)
    who = of(session, make.unit(session, "没有联络员的街道"))
    enrol(session, who, on)
    assert approve(session, admin, who, on) is EnrolmentState.SEATED


def test_the_academys_yes_stands_for_the_units_where_the_unit_alone_is_asked(session: Session) -> None:
    on, unit, _liaison, admin = asked(session, Approval.UNIT)
    who = of(session, unit)
    enrol(session, who, on)
    assert approve(session, admin, who, on) is EnrolmentState.SEATED


def test_whoever_waits_stays_in_line_approved_and_is_asked_no_more_when_promoted(session: Session) -> None:
    on, unit, liaison, _admin = asked(session, Approval.UNIT)
    first, second = of(session, unit), of(session, unit, "周堃")
    enrol(session, first, on)
    enrol(session, second, on, after=1)
    assert approve(session, liaison, second, on) is EnrolmentState.WAITING
    approving.refuse(
        session, actor=liaison, enrolment_id=latest(session, first, on).id, reason="本月任务重", now=LATER
    )
    assert state_of(session, first, on) == "withdrawn"
    assert state_of(session, second, on) == "seated"
    assert told(session, first)[-1] == "enrolment.refused"
    assert counts(session, on) == (1, 1)
    assert "enrolment.refused" in journal(session)


def test_a_refusal_frees_the_place_for_the_next_who_must_be_approved_too(session: Session) -> None:
    on, unit, liaison, _admin = asked(session, Approval.UNIT)
    first, second = of(session, unit), of(session, unit, "周堃")
    enrol(session, first, on)
    enrol(session, second, on, after=1)
    approving.refuse(
        session, actor=liaison, enrolment_id=latest(session, first, on).id, reason="任务重", now=LATER
    )
    assert state_of(session, second, on) == "asked"  # promotion passes no approval by


def test_a_refusal_needs_words(session: Session) -> None:
    on, unit, liaison, _admin = asked(session, Approval.UNIT)
    who = of(session, unit)
    enrol(session, who, on)
    with pytest.raises(Refused) as error:
        approving.refuse(session, actor=liaison, enrolment_id=latest(session, who, on).id, reason=" …", now=LATER)
    assert [reason.code for reason in error.value.reasons] == ["reason_empty"]


def test_another_units_claim_is_not_found(session: Session) -> None:
    on, _unit, liaison, _admin = asked(session, Approval.UNIT)
    stranger = of(session, make.unit(session, "别的街道"))
    enrol(session, stranger, on)
    with pytest.raises(NotFound):
        approve(session, liaison, stranger, on)
    scope = liaison.unit_ids
    assert awaiting.to_decide(session, unit_ids=scope) == ()
    assert len(awaiting.to_decide(session, unit_ids=None)) == 1


def test_many_are_decided_on_at_once_and_those_settled_meanwhile_are_left_out(session: Session) -> None:
    on, unit, liaison, admin = asked(session, Approval.UNIT, places=3)
    people = [of(session, unit) for _ in range(4)]
    for minute, who in enumerate(people):
        enrol(session, who, on, after=minute)
    ids = [latest(session, who, on).id for who in people]
    assert awaiting.count_to_decide(session, unit_ids=liaison.unit_ids) == 4
    assert awaiting.count_to_decide(session, unit_ids=None) == 0  # nothing waits for the academy
    assert approving.approve_many(session, actor=liaison, enrolment_ids=ids[:2], now=LATER).count == 2
    done = approving.refuse_many(session, actor=admin, enrolment_ids=ids, reason="名额调整", now=LATER)
    assert done.count == 2
    assert [(each.code, each.values["name"]) for each in done.kept] == [
        ("not_pending", who.name) for who in people[:2]
    ]
    assert [state_of(session, who, on) for who in people] == ["seated", "seated", "withdrawn", "withdrawn"]
    assert counts(session, on) == (2, 2)
    with pytest.raises(Refused):
        approving.approve_many(session, actor=liaison, enrolment_ids=ids, now=LATER)
    with pytest.raises(Refused):
        approving.approve_many(session, actor=liaison, enrolment_ids=[], now=LATER)


@pytest.mark.parametrize("state", [ClassState.RUNNING, ClassState.CANCELLED])
def test_nobody_is_approved_once_the_class_has_begun_or_is_not_held(session: Session, state: ClassState) -> None:
    on, unit, liaison, _admin = asked(session, Approval.UNIT)
    who = of(session, unit)
    claim(session, on.pool, who, EnrolmentState.ASKED, unit=unit)
    on.class_.state = state
    on.class_.cancelled_at = make.NOW if state is ClassState.CANCELLED else None
    session.flush()
    with pytest.raises(Refused) as error:
        approve(session, liaison, who, on)
    assert [reason.code for reason in error.value.reasons] == ["begun_already"]


def test_a_place_held_when_approval_is_given_up_is_settled_by_the_academy(session: Session) -> None:
    on, unit, _liaison, admin = asked(session, Approval.UNIT)
    who = of(session, unit)
    enrol(session, who, on)
    session.get_one(Admission, on.class_.id).approval = Approval.NONE
    session.flush()
    assert awaiting.count_to_decide(session, unit_ids=None) == 1
    assert [each.person_id for each in awaiting.to_decide(session, unit_ids=None)] == [who.id]
    assert approve(session, admin, who, on) is EnrolmentState.SEATED
