"""Putting people of a unit forward, and taking them off its list."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.actions import nominating
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.line import InLine, lifted
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.people.models.register import Person
from tests import make
from tests.enrolment.stage import counts, enrol, journal, stage, state_of, told
from tests.enrolment.town import Town, town

DUE = make.NOW + timedelta(days=1)
SEATED, ASKED, OFFERED = EnrolmentState.SEATED, EnrolmentState.ASKED, EnrolmentState.OFFERED
NOMINATED = EnrolmentState.NOMINATED


def put(
    session: Session,
    of: Town,
    people: Sequence[Person],
    *,
    actor: Actor | None = None,
    reserve: bool = False,
    after: timedelta = timedelta(0),
) -> list[list[str]]:
    """Put people of the street forward, and list the reasons against each."""
    done = nominating.nominate(
        session, actor=actor or of.liaison, code=of.code, unit_id=of.street.id,
        person_ids=[who.id for who in people], reserve=reserve, now=make.NOW + after,
    )  # fmt: skip
    return [[reason.code for reason in each.reasons] for each in done]


def take_off(session: Session, of: Town, who: Person, *, actor: Actor | None = None) -> None:
    claim_id = session.execute(select(Enrolment.id).where(Enrolment.person_id == who.id)).scalar_one()
    nominating.take_off(session, actor=actor or of.liaison, enrolment_id=claim_id, now=make.NOW)


def refusal(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def listed(session: Session, of: Town, state: ListState) -> None:
    """Have the street's list come so far."""
    row = session.execute(select(UnitList).where(UnitList.unit_id == of.street.id)).scalar_one()
    row.state, row.handed_in_at, row.reported_at = state, make.NOW, make.NOW
    row.confirmed_at = make.NOW if state is ListState.CONFIRMED else None
    session.flush()


@pytest.mark.parametrize(
    ("plan", "waiting", "state"),
    [
        (Plan(), {}, SEATED),
        (Plan(confirm_hours=6), {}, OFFERED),
        (Plan(approval=Approval.UNIT), {}, ASKED),
        (Plan(approval=Approval.UNIT), {"academy_approved": True}, ASKED),
        (Plan(approval=Approval.UNIT), {"unit_approved": True}, SEATED),
        (Plan(approval=Approval.BOTH), {"unit_approved": True}, ASKED),
        (
            Plan(approval=Approval.BOTH, confirm_hours=6),
            {"unit_approved": True, "academy_approved": True},
            OFFERED,
        ),
        (Plan(), {"nominated": True}, NOMINATED),
        (Plan(academy_confirms=False), {"nominated": True}, NOMINATED),  # until the list is reported
        (Plan(), {"nominated": True, "academy_approved": True}, SEATED),
        (Plan(confirm_hours=6), {"nominated": True, "academy_approved": True}, OFFERED),
    ],
)
def test_whoever_must_say_yes_is_asked_next(plan: Plan, waiting: dict[str, bool], state: EnrolmentState) -> None:
    assert lifted(plan, InLine(enrolment_id=1, person_id=1, **waiting)) is state  # type: ignore[arg-type]


def test_people_are_put_forward_in_order_then_into_the_reserve(session: Session) -> None:
    of = town(session, given=2, nomination=True)
    first, second, third = of.people
    assert put(session, of, [third], reserve=True) == [["places_left"]]
    assert put(session, of, [first, second, third]) == [[], [], ["pool_full"]]
    assert put(session, of, [third], reserve=True) == [[]]
    states = [state_of(session, who, of.on) for who in of.people]
    assert states == ["nominated", "nominated", "waiting"]
    assert put(session, of, [first]) == [["already_in", "pool_full"]]
    assert journal(session) == ["enrolment.nominated"] * 3


def test_the_first_of_the_reserve_moves_up_and_waits_for_the_academy_too(session: Session) -> None:
    of = town(session, given=1, nomination=True, academy_confirms=False)
    first, second, _third = of.people
    put(session, of, [first])
    put(session, of, [second], reserve=True)
    take_off(session, of, first)
    assert [state_of(session, who, of.on) for who in (first, second)] == ["withdrawn", "nominated"]
    assert told(session, second) == []  # the liaison is told, who answers for them


def test_on_a_confirmed_list_the_reserve_needs_no_second_look(session: Session) -> None:
    of = town(session, given=1, nomination=True)
    first, second, third = of.people
    put(session, of, [first])
    put(session, of, [second], reserve=True)
    listed(session, of, ListState.CONFIRMED)
    with pytest.raises(Refused) as error:
        take_off(session, of, first)
    assert refusal(error) == ["list_closed"]
    take_off(session, of, first, actor=of.admin)
    assert state_of(session, second, of.on) == "seated"
    assert put(session, of, [third], actor=of.admin, reserve=True) == [[]]


def test_nobody_of_another_unit_is_put_forward_or_heard_of(session: Session) -> None:
    of, other = town(session, given=2, nomination=True), town(session)
    stranger, neighbour = other.people[0], make.person(session, unit=of.district)
    for people in ([stranger], [of.people[0], stranger]):
        with pytest.raises(NotFound):
            put(session, of, people)
    assert put(session, of, [neighbour, of.people[0]]) == [["not_of_unit"], []]
    assert put(session, of, [stranger], actor=of.admin) == [["not_of_unit"]]
    with pytest.raises(NotFound):
        nominating.nominate(
            session, actor=of.admin, code=of.code, unit_id=of.street.id, person_ids=[999_999], now=make.NOW
        )
    with pytest.raises(NotFound):
        put(session, of, [of.people[0]], actor=other.liaison)


def test_a_list_is_changed_in_time_and_before_it_is_handed_in(session: Session) -> None:
    of = town(session, given=2, nomination=True, streets_by=DUE, districts_by=DUE)
    first, second, third = of.people
    put(session, of, [first])
    with pytest.raises(Refused) as error:
        put(session, of, [second], after=timedelta(days=1))
    assert refusal(error) == ["deadline_over"]
    listed(session, of, ListState.HANDED_IN)
    with pytest.raises(Refused) as error:
        put(session, of, [second], after=timedelta(days=11))
    assert refusal(error) == ["has_begun", "list_closed", "deadline_over"]
    assert put(session, of, [second], actor=of.admin, after=timedelta(days=2)) == [[]]
    with pytest.raises(Refused) as error:
        put(session, of, [third], actor=of.admin, after=timedelta(days=11))
    assert refusal(error) == ["has_begun"]
    assert counts(session, of.on)[0] == 0  # the open rest is nobody's yet


def test_whoever_is_busy_then_or_asked_themselves_is_not_put_forward(session: Session) -> None:
    of = town(session, given=1, nomination=True)
    busy, own, _third = of.people
    enrol(session, busy, stage(session, hour=10))
    enrol(session, own, of.on)
    assert put(session, of, [busy, own]) == [["clash"], ["already_in"]]
    with pytest.raises(Refused) as error:
        take_off(session, of, own)
    assert refusal(error) == ["not_in"]


def test_only_units_with_places_put_people_forward_and_only_where_units_nominate(session: Session) -> None:
    without, open_road = town(session, nomination=True), town(session, given=1)
    for of, codes in ((without, ["no_places"]), (open_road, ["no_nomination"])):
        with pytest.raises(Refused) as error:
            put(session, of, [of.people[0]])
        assert refusal(error) == codes
