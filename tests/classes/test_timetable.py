"""Nobody and no place is in two sittings at once."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.classes import rules
from academy.classes.actions import filling, timetable
from academy.classes.actions.filling import NewClass
from academy.classes.models import Sitting, Slot
from academy.classes.queries import audit, sessions
from academy.classes.rules import ClassState
from academy.ground import db
from academy.ground.clock import civil
from academy.ground.errors import NotFound, Refused
from tests import make
from tests.classes.conftest import FIRST_DAY, Office


def count(session: Session, table: type[Slot | Sitting]) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def refusal(session: Session, office: Office, code: str, sitting: timetable.NewSitting) -> list[str]:
    with pytest.raises(Refused) as caught:
        office.add(session, code, sitting)
    return [
        f"{reason.code} {reason.values.get('name', reason.values.get('course', ''))}"
        for reason in caught.value.reasons
    ]


def test_a_sitting_takes_instructor_and_place_by_the_quarter(session: Session, office: Office) -> None:
    class_ = office.create(session)
    office.add(session, class_.code, office.sitting())
    assert count(session, Slot) == 24
    (seen,) = sessions.sittings(session, class_.id)
    assert (seen.course_title, seen.instructor_name, seen.place_name) == ("调解实务", "李建国", "院本部 301")
    assert (seen.tenths, seen.group_names, seen.class_code) == (40, (), class_.code)
    office.add(session, class_.code, office.sitting(hour=13, tenths=35))
    assert [sitting.tenths for sitting in sessions.sittings(session, class_.id)] == [40, 35]
    assert audit.sittings_without_their_slots(session) == ()
    assert audit.sittings_outside_their_class(session) == ()


def test_who_and_what_is_taken_is_named_with_what_and_when(session: Session, office: Office) -> None:
    code, other = office.create(session).code, office.create(session, title="提高班").code
    planned = office.sitting()
    office.add(session, other, planned)
    with pytest.raises(Refused) as caught:
        office.add(session, code, office.sitting(hour=11))
    values = {
        "title": "提高班", "code": other, "start": civil(planned.starts_at), "end": civil(planned.ends_at),
    }  # fmt: skip
    assert caught.value.reasons == (
        rules.TAKEN.about(name="李建国", **values),
        rules.TAKEN.about(name="院本部 301", **values),
    )
    there = {"place_id": office.places[1].id}
    assert refusal(session, office, code, office.sitting(hour=8, **there)) == ["taken 李建国"]
    office.add(session, code, office.sitting(hour=12, **there))


def test_a_class_is_in_one_sitting_at_a_time_and_groups_rotate(session: Session, office: Office) -> None:
    class_ = office.create(session, "一组", "二组")
    session.flush()
    one, two = (frozenset({group.id}) for group in sessions.groups(session, class_.id))
    second = {"instructor_id": office.instructors[1].id, "place_id": office.places[1].id}
    office.add(session, class_.code, office.sitting(group_ids=one))
    assert refusal(session, office, class_.code, office.sitting(**second)) == ["group_taken 调解实务"]
    assert refusal(session, office, class_.code, office.sitting(**second, group_ids=one | two)) == [
        "group_taken 调解实务"
    ]
    office.add(session, class_.code, office.sitting(**second, group_ids=two))
    names = [sitting.group_names for sitting in sessions.sittings(session, class_.id)]
    assert names == [("一组",), ("二组",)]
    spans = sessions.spans(session, [class_.id])[class_.id]
    assert [groups for _span, groups in spans] == [one, two]
    assert audit.sittings_for_foreign_groups(session) == ()


def test_what_does_not_belong_is_refused(session: Session, office: Office) -> None:
    class_, other = office.create(session), office.create(session, "别组")
    session.flush()
    (foreign,) = sessions.groups(session, other.id)
    wrong = office.sitting(
        course_id=office.foreign_course.id, ends_at=office.sitting().ends_at + timedelta(days=5, minutes=5)
    )
    with pytest.raises(Refused) as caught:
        office.add(session, class_.code, wrong)
    assert [reason.code for reason in caught.value.reasons] == ["off_quarter", "outside_days", "not_in_programme"]
    office.places[0].retired_on = FIRST_DAY
    session.flush()
    assert refusal(session, office, class_.code, office.sitting()) == ["place_retired "]
    for missing in (
        {"group_ids": frozenset({foreign.id})}, {"instructor_id": make.person(session).id}, {"place_id": 999},
        {"course_id": 999},
    ):  # fmt: skip
        with pytest.raises(NotFound):
            office.add(session, class_.code, office.sitting(**missing))


def test_a_sitting_taken_out_gives_its_time_free(session: Session, office: Office) -> None:
    class_ = office.create(session, "一组")
    session.flush()
    (group,) = sessions.groups(session, class_.id)
    sitting = office.sitting(group_ids=frozenset({group.id}))
    sitting_id = office.add(session, class_.code, sitting)

    def remove(code: str) -> None:
        timetable.remove_sitting(session, actor=office.actor, code=code, sitting_id=sitting_id, now=make.NOW)

    with pytest.raises(NotFound):
        remove(office.create(session).code)
    remove(class_.code)
    assert (count(session, Sitting), count(session, Slot)) == (0, 0)
    office.add(session, class_.code, sitting)


def test_a_sitting_that_has_begun_stays(session: Session, office: Office) -> None:
    class_ = office.create(session)
    sitting_id = office.add(session, class_.code, office.sitting())
    class_.state = ClassState.RUNNING
    with pytest.raises(Refused) as caught:
        timetable.remove_sitting(
            session, actor=office.actor, code=class_.code, sitting_id=sitting_id, now=office.sitting().starts_at
        )
    assert caught.value.reasons == (rules.HAS_BEGUN,)


def test_the_key_refuses_what_nobody_looked_up(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who look at the same time both find the room free; the second is still told what took it."""
    code, other = office.create(session).code, office.create(session, title="提高班").code
    office.add(session, other, office.sitting())
    monkeypatch.setattr(timetable, "_taken", lambda *_facts: ())
    assert refusal(session, office, code, office.sitting()) == ["taken 李建国", "taken 院本部 301"]


def test_of_many_who_want_one_room_at_once_one_gets_it(committed: Office) -> None:
    with db.transaction() as session:
        codes = [committed.create(session).code for _ in range(6)]
    start, outcomes = Barrier(len(codes)), []

    def want(code: str) -> None:
        start.wait()
        try:
            with db.transaction() as session:
                committed.add(session, code, committed.sitting())
            outcomes.append("has it")
        except Refused as refused:
            outcomes.append(" ".join(reason.code for reason in refused.reasons))

    clerks = [Thread(target=want, args=(code,)) for code in codes]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sorted(outcomes) == ["has it"] + ["taken taken"] * 5
    with db.reading() as session:
        assert (count(session, Sitting), count(session, Slot)) == (1, 24)
        assert audit.sittings_without_their_slots(session) == ()


def test_many_class_sessions_come_in_at_once(session: Session, office: Office) -> None:
    past = replace(office.facts, starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    group_sitting = office.sitting(hour=14, group_ids=frozenset({1}))

    def new(code: str, state: ClassState, *sittings: timetable.NewSitting, **more: Any) -> NewClass:
        made = NewClass(code=code, facts=past, state=state, created_at=make.NOW, sittings=sittings)
        return replace(made, **more)

    over = {"concluded_at": make.NOW, "closed_at": make.NOW, "groups": ("一组", "二组")}
    classes = [
        new("2018-003", ClassState.CLOSED, office.sitting(), group_sitting, **over),
        new("2018-001", ClassState.CANCELLED, office.sitting(), cancelled_at=make.NOW),
        new("2026-009", ClassState.DRAFT),
    ]
    ids = filling.add_class_many(session, actor=office.actor, classes=classes, now=make.NOW)
    views = {view.id: view for view in sessions.class_lines(session).rows}
    assert [views[class_id].code for class_id in ids] == ["2018-003", "2018-001", "2026-009"]
    assert [sitting.group_names for sitting in sessions.sittings(session, ids[0])] == [(), ("二组",)]
    assert count(session, Slot) == 48
    assert audit.sittings_without_their_slots(session) == ()
    assert audit.codes_past_their_counter(session) == ()
    assert office.create(session).code == "2026-010"
    assert filling.add_class_many(session, actor=office.actor, classes=[], now=make.NOW) == []


def test_what_somebody_teaches_leaves_out_drafts_and_cancelled(session: Session, office: Office) -> None:
    class_ = office.create(session)
    office.add(session, class_.code, office.sitting())
    since, until = make.NOW, make.NOW + timedelta(days=30)
    teacher = office.instructors[0].id
    assert sessions.taught_by(session, teacher, since, until) == ()
    class_.state = ClassState.PUBLISHED
    session.flush()
    assert [sitting.class_title for sitting in sessions.taught_by(session, teacher, since, until)] == [
        "新任网格员培训班"
    ]
    assert sessions.taught_by(session, teacher, since, make.NOW) == ()
    assert sessions.spans(session, []) == {}


def test_the_audit_finds_what_contradicts_itself(session: Session, office: Office) -> None:
    class_ = office.create(session)
    sitting_id = office.add(session, class_.code, office.sitting())
    row = session.get_one(Sitting, sitting_id)
    row.starts_at -= timedelta(days=1)
    session.flush()
    assert audit.sittings_without_their_slots(session) == (sitting_id,)
    assert audit.sittings_outside_their_class(session) == (sitting_id,)
    class_.code = "2026-500"
    session.flush()
    assert audit.codes_past_their_counter(session) == ("2026-500",)
