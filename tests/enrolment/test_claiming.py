"""Claiming a place and giving it up, on both engines."""

import pytest
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.actions import claiming, filling, grouping, opening
from academy.enrolment.queries import audit, showing
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import VISITOR
from academy.ground.errors import Forbidden, NotFound, Refused
from tests import make, ties
from tests.enrolment.stage import counts, enrol, journal, stage, state_of, told, withdraw


def refusal(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_a_place_is_taken_and_the_next_waits_in_line(session: Session) -> None:
    unit = make.unit(session, "梅岭新村街道", parent=make.unit(session, "玄武区"))
    first, second, third = (make.person(session, unit=unit) for _ in range(3))
    on = stage(session, places=1)
    assert enrol(session, first, on).seated
    assert enrol(session, second, on, after=1).rank == 1
    assert enrol(session, third, on, after=2).rank == 2
    assert counts(session, on) == (1, 1)
    assert [told(session, who) for who in (first, second)] == [["enrolment.seated"], ["enrolment.waiting"]]
    assert journal(session) == ["enrolment.made"] * 3
    rows = showing.roster(session, on.class_.id)
    assert [(row.person_id, row.rank, row.unit_name) for row in rows] == [
        (first.id, None, "玄武区 · 梅岭新村街道"),
        (second.id, 1, "玄武区 · 梅岭新村街道"),
        (third.id, 2, "玄武区 · 梅岭新村街道"),
    ]


def test_all_reasons_come_at_once(session: Session) -> None:
    who, on = make.person(session), stage(session)
    enrol(session, who, stage(session, hour=10, title="另一个班"))
    on.class_.enrolment_closes_at = make.NOW
    with pytest.raises(Refused) as error:
        enrol(session, who, on)
    assert refusal(error) == ["window_closed", "clash"]
    assert counts(session, on) == (0, 0)


def test_nobody_claims_twice_but_may_come_back(session: Session) -> None:
    who, on = make.person(session), stage(session)
    enrol(session, who, on)
    with pytest.raises(Refused) as error:
        enrol(session, who, on)
    assert refusal(error) == ["already_in"]
    withdraw(session, who, on)
    assert enrol(session, who, on, after=90).seated


def test_the_index_refuses_a_second_claim_in_the_same_words(session: Session) -> None:
    who, on = make.person(session), stage(session)
    enrol(session, who, on)
    twin = {
        "class_session_id": on.class_.id, "pool_id": on.pool.id, "person_id": who.id, "unit_id": None,
        "unit_name": "", "state": EnrolmentState.WAITING, "requested_at": make.NOW,
    }  # fmt: skip
    with pytest.raises(Refused) as error:
        claiming._enter(session, on.pool, twin)
    assert refusal(error) == ["already_in"]


def test_a_prerequisite_must_have_been_completed(session: Session) -> None:
    basics, advanced = make.course(session, "急救基础"), make.course(session, "急救提高")
    ties.needs(session, advanced, basics)
    who = make.person(session)
    on = stage(session)
    on.class_.programme_id = make.programme(session, advanced).id
    session.flush()
    with pytest.raises(Refused) as error:
        enrol(session, who, on)
    assert refusal(error) == ["prerequisite"]
    before = make.class_session(
        session, state=ClassState.CLOSED, programme_=make.programme(session, basics), title="基础班"
    )
    ties.completion(session, before, who)
    assert enrol(session, who, on).seated


def test_only_a_person_claims_and_only_on_a_class_that_is_announced(session: Session) -> None:
    on = stage(session)
    with pytest.raises(Forbidden):
        claiming.enrol(session, actor=VISITOR, code=on.class_.code, now=make.NOW)
    draft = make.class_session(session, state=ClassState.DRAFT)
    for code in (draft.code, "2026-999"):
        with pytest.raises(NotFound):
            claiming.enrol(session, actor=make.actor(make.person(session)), code=code, now=make.NOW)
        with pytest.raises(NotFound):
            claiming.withdraw(session, actor=make.actor(make.person(session)), code=code, now=make.NOW)


def test_groups_that_meet_at_other_hours_do_not_clash(session: Session) -> None:
    who, both = make.person(session), stage(session, places=5)
    first, second = make.group(session, both.class_, "第一组"), make.group(session, both.class_, "第二组")
    enrol(session, who, both)
    of_second = make.sitting(
        session, both.class_, instructor=make.person(session, "周堃"), at=make.place(session), hour=14
    )
    ties.for_groups(session, of_second, second)
    afternoon = stage(session, hour=14, title="下午班")
    with pytest.raises(Refused):  # without a group the person may still be asked to any
        enrol(session, who, afternoon)
    actor = make.actor(make.person(session))
    grouping.put_in_groups(session, actor=actor, code=both.class_.code, moves={who.id: first.id}, now=make.NOW)
    assert enrol(session, who, afternoon).seated
    with pytest.raises(Refused) as error:  # and now the other group is out of the question
        moves = {who.id: second.id}
        grouping.put_in_groups(session, actor=actor, code=both.class_.code, moves=moves, now=make.NOW)
    assert refusal(error) == ["group_clash"]
    assert error.value.reasons[0].values["name"] == who.name


def test_withdrawing_gives_the_seat_to_the_first_in_line(session: Session) -> None:
    first, second, third = (make.person(session) for _ in range(3))
    on = stage(session)
    for minute, who in enumerate((first, second, third)):
        enrol(session, who, on, after=minute)
    withdraw(session, first, on)
    assert [state_of(session, who, on) for who in (first, second, third)] == ["withdrawn", "seated", "waiting"]
    assert counts(session, on) == (1, 1)
    assert told(session, second)[-1] == "enrolment.promoted"
    assert journal(session)[-2:] == ["enrolment.withdrawn", "enrolment.promoted"]


def test_whoever_clashes_by_now_is_passed_over_and_told_and_keeps_the_number(session: Session) -> None:
    first, second, third = (make.person(session) for _ in range(3))
    on = stage(session)
    for minute, who in enumerate((first, second, third)):
        enrol(session, who, on, after=minute)
    other = stage(session, hour=10, title="另一个班")
    enrol(session, second, other)
    withdraw(session, first, on)
    assert [state_of(session, who, on) for who in (second, third)] == ["waiting", "seated"]
    assert told(session, second)[-1] == "enrolment.passed-over"
    assert "enrolment.passed-over" in journal(session)
    claim = showing.my_claim(session, on.class_.id, second.id)
    assert claim is not None
    assert claim.rank == 1


def test_a_place_that_nobody_could_take_goes_to_whoever_is_free_again(session: Session) -> None:
    first, second = make.person(session), make.person(session)
    on, other = stage(session), stage(session, hour=10, title="另一个班")
    enrol(session, first, on)
    enrol(session, second, on, after=1)
    enrol(session, second, other)
    withdraw(session, first, on)
    assert counts(session, on) == (0, 0)
    assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0
    withdraw(session, second, other, after=90)
    assert state_of(session, second, on) == "seated"
    assert counts(session, on) == (1, 1)


def test_nobody_is_promoted_once_the_class_has_begun(session: Session) -> None:
    first, second = make.person(session), make.person(session)
    on = stage(session, day=make.TODAY)
    enrol(session, first, on, after=-2)
    on.pool.taken, on.pool.places = 1, 1
    enrol(session, second, on, after=-1)
    with pytest.raises(Refused) as error:
        enrol(session, make.person(session), on, after=0)
    assert refusal(error) == ["already_started"]
    with pytest.raises(Refused) as error:
        withdraw(session, first, on, after=0)
    assert refusal(error) == ["already_started"]
    on.pool.places = 2
    session.flush()
    assert filling.fill(session, actor=make.actor(first), pool_id=on.pool.id, now=make.NOW) == 0
    withdraw(session, second, on, after=0)  # the line may be left at any time
    assert state_of(session, second, on) == "withdrawn"


def test_more_places_go_to_those_in_line_and_fewer_than_taken_are_refused(session: Session) -> None:
    people = [make.person(session) for _ in range(4)]
    on = stage(session, places=1)
    for minute, who in enumerate(people):
        enrol(session, who, on, after=minute)
    actor, code = make.actor(people[0]), on.class_.code
    opening.set_capacity(session, actor=actor, code=code, places=3, now=make.NOW)
    assert [state_of(session, who, on) for who in people] == ["seated", "seated", "seated", "waiting"]
    assert (on.class_.capacity, *counts(session, on)) == (3, 3, 3)
    with pytest.raises(Refused) as error:
        opening.set_capacity(session, actor=actor, code=code, places=2, now=make.NOW)
    assert refusal(error) == ["too_few_places"]


def test_opening_enrolment_offers_as_many_places_as_the_class_has(session: Session) -> None:
    class_ = make.class_session(session, state=ClassState.PUBLISHED, capacity=7)
    opening.open_enrolment(session, actor=make.actor(make.person(session)), code=class_.code, now=make.NOW)
    assert class_.state is ClassState.ENROLLING
    assert showing.places(session, [class_.id])[class_.id] == showing.Places(places=7, taken=0, waiting=0)
