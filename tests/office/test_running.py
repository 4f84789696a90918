"""Starting, registering, grouping and concluding, on both engines."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Role
from academy.ground.errors import Forbidden, NotFound, Refused
from academy.hours import queries as hours
from academy.journal.models import JournalEntry
from academy.office import actions, queries
from academy.outbox.models import Message
from academy.people.models.register import Person
from tests import make, ties
from tests.office.stage import EVENING, Stage, after, stage


def register(session: Session, on: Stage, which: int, *present: Person, hour: int = 10) -> int:
    outcome = actions.take_register(
        session, actor=on.actor, code=on.class_.code, sitting_id=on.sittings[which].id,
        present_ids=[who.id for who in present], now=after(hour),
    )  # fmt: skip
    return outcome.present


def refusal(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def told(session: Session, who: Person) -> list[str]:
    session.flush()
    return list(session.execute(select(Message.code).where(Message.person_id == who.id)).scalars())


def last_entry(session: Session) -> JournalEntry:
    session.flush()
    return session.execute(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).scalar_one()


def test_a_class_is_started_and_those_in_line_are_told(session: Session) -> None:
    on = stage(session, state=ClassState.ENROLLING)
    late = make.person(session)
    make.enrolment(session, on.pool, late, state=EnrolmentState.WAITING)
    actions.start(session, actor=on.actor, code=on.class_.code, now=make.NOW)
    assert on.class_.state is ClassState.RUNNING
    assert told(session, late) == ["enrolment.not-seated"]
    assert told(session, on.people[0]) == []


def test_a_register_gives_hours_and_a_correction_takes_them_back(session: Session) -> None:
    on = stage(session)
    first, second, third = on.people
    assert register(session, on, 0, first, second, third) == 3
    assert register(session, on, 0, first, second) == 2
    assert hours.tenths_by_person(session, on.class_.id) == {first.id: 40, second.id: 40, third.id: 0}
    assert register(session, on, 0, first, second) == 2


def test_a_stranger_ticked_on_the_register_gets_nothing(session: Session) -> None:
    on = stage(session)
    assert register(session, on, 0, on.people[0], make.person(session)) == 1


def test_a_register_waits_for_its_sitting_and_for_the_start(session: Session) -> None:
    on = stage(session)
    with pytest.raises(Refused) as error:
        register(session, on, 2, *on.people, hour=0)
    assert refusal(error) == ["not_yet"]
    with pytest.raises(NotFound):
        actions.take_register(
            session, actor=on.actor, code=on.class_.code, sitting_id=999, present_ids=[], now=EVENING
        )
    enrolling = stage(session, state=ClassState.ENROLLING)
    with pytest.raises(Refused) as error:
        register(session, enrolling, 0, *enrolling.people)
    assert refusal(error) == ["not_running"]


def test_a_group_sitting_expects_its_group_and_may_take_whoever_has_none(session: Session) -> None:
    on = stage(session)
    first, second, third = on.people
    one, other = make.group(session, on.class_, "第一组"), make.group(session, on.class_, "第二组")
    ties.for_groups(session, on.sittings[0], one)
    actions.move_to_group(session, actor=on.actor, code=on.class_.code, group_id=one.id, person_ids=[first.id],
                          now=make.NOW)  # fmt: skip
    actions.move_to_group(session, actor=on.actor, code=on.class_.code, group_id=other.id, person_ids=[second.id],
                          now=make.NOW)  # fmt: skip
    assert register(session, on, 0, first, second, third) == 2  # the second belongs to another room
    assert hours.present(session, on.sittings[0].id) == {first.id, third.id}


def test_only_manager_and_admin_may_change_and_a_stranger_finds_nothing(session: Session) -> None:
    on = stage(session)
    teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
    stranger = make.actor(make.person(session, roles=(Role.INSTRUCTOR,)), Role.INSTRUCTOR)
    on.sittings[0].instructor_id = teacher.id
    session.flush()
    code = on.class_.code
    assert not queries.office(session, code, make.actor(teacher, Role.INSTRUCTOR)).may_change
    with pytest.raises(Forbidden):
        actions.start(session, actor=make.actor(teacher, Role.INSTRUCTOR), code=code, now=make.NOW)
    with pytest.raises(NotFound):
        queries.office(session, code, stranger)
    with pytest.raises(NotFound):
        actions.conclude(session, actor=stranger, code=code, now=EVENING)
    assert queries.office(session, code, make.actor(stranger_admin(session), Role.ADMIN)).may_change


def stranger_admin(session: Session) -> Person:
    return make.person(session, "孙莉", roles=(Role.ADMIN,))


def test_everybody_is_spread_over_the_groups_in_one_act(session: Session) -> None:
    on = stage(session, people=7)
    with pytest.raises(Refused) as error:
        actions.balance_groups(session, actor=on.actor, code=on.class_.code, now=make.NOW)
    assert refusal(error) == ["no_groups"]
    for name in ("第一组", "第二组", "第三组"):
        make.group(session, on.class_, name)
    assert actions.balance_groups(session, actor=on.actor, code=on.class_.code, now=make.NOW) == 7
    sizes = queries.group_sizes(queries.seated(session, on.class_.id))
    assert sorted(sizes.values()) == [2, 2, 3]
    assert actions.balance_groups(session, actor=on.actor, code=on.class_.code, now=make.NOW) == 0


def test_a_leader_leads_the_group_they_are_in_and_no_other(session: Session) -> None:
    on = stage(session)
    first, second, _third = on.people
    one, other = make.group(session, on.class_, "第一组"), make.group(session, on.class_, "第二组")
    code = on.class_.code
    with pytest.raises(Refused) as error:
        actions.appoint_leader(session, actor=on.actor, code=code, person_ids=[first.id], now=make.NOW)
    assert refusal(error) == ["not_seated"]
    actions.move_to_group(
        session, actor=on.actor, code=code, group_id=one.id, person_ids=[first.id, second.id], now=make.NOW
    )
    with pytest.raises(Refused) as error:
        actions.appoint_leader(session, actor=on.actor, code=code, person_ids=[first.id, second.id], now=make.NOW)
    assert refusal(error) == ["pick_one"]
    actions.appoint_leader(session, actor=on.actor, code=code, person_ids=[first.id], now=make.NOW)
    assert one.leader_id == first.id
    actions.move_to_group(
        session, actor=on.actor, code=code, group_id=other.id, person_ids=[first.id], now=make.NOW
    )
    assert one.leader_id is None
    with pytest.raises(Refused) as error:
        actions.move_to_group(session, actor=on.actor, code=code, group_id=other.id, person_ids=[], now=make.NOW)
    assert refusal(error) == ["pick_some"]
    foreign = make.group(session, stage(session).class_)
    with pytest.raises(NotFound):
        actions.move_to_group(
            session, actor=on.actor, code=code, group_id=foreign.id, person_ids=[first.id], now=make.NOW
        )


def test_concluding_decides_with_the_numbers_and_tells_everybody(session: Session) -> None:
    on = stage(session)
    first, second, third = on.people
    for which in range(3):
        register(session, on, which, first, *([second] if which else []))
    found = actions.conclude(session, actor=on.actor, code=on.class_.code, now=EVENING)
    assert {verdict.person_id: (verdict.earned, verdict.completes) for verdict in found} == {
        first.id: (120, True),
        second.id: (80, False),
        third.id: (0, False),
    }
    assert on.class_.state is ClassState.CONCLUDED
    completion = hours.completions(session, on.class_.id)
    assert {who: view.tenths for who, view in completion.items()} == {first.id: 120}
    assert completion[first.id].completed_on == make.TODAY
    assert [told(session, who) for who in on.people] == [
        ["office.completed"],
        ["office.not-completed"],
        ["office.not-completed"],
    ]
    assert last_entry(session).after == {"completed": 1, "not_completed": 2, "required_tenths": 108}
    with pytest.raises(Refused) as error:
        register(session, on, 0, third)
    assert refusal(error) == ["over_already"]


def test_a_class_is_not_concluded_before_its_last_sitting(session: Session) -> None:
    on = stage(session)
    with pytest.raises(Refused) as error:
        actions.conclude(session, actor=on.actor, code=on.class_.code, now=make.NOW)
    assert refusal(error) == ["sittings_left"]


def test_the_manager_is_told_what_waits(session: Session) -> None:
    on = stage(session)
    stage(session)
    begins = stage(session, state=ClassState.ENROLLING)
    begins.class_.manager_id = on.manager.id
    session.flush()
    noon = queries.manager_tasks(session, on.manager.id, now=after(4))
    assert (noon.unregistered, noon.to_start, noon.to_conclude) == (1, 1, 0)
    register(session, on, 0, *on.people)
    evening = queries.manager_tasks(session, on.manager.id, now=EVENING)
    assert (evening.unregistered, evening.to_conclude, evening.to_conclude_code) == (2, 1, on.class_.code)
