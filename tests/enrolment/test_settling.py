"""A class that starts, is cancelled or is moved: what was not settled ends, and everybody is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.catalogue.models import Course
from academy.classes.actions import sessions, timetable
from academy.classes.actions.timetable import NewSitting
from academy.classes.models import Sitting, Slot
from academy.classes.rules import ClassState
from academy.enrolment.actions import moving, settling
from academy.enrolment.queries import audit
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Actor, Role, operator
from academy.ground.errors import Refused
from academy.office import actions as office
from academy.outbox.models import Message
from academy.people.models.register import Person
from tests import make
from tests.enrolment.plans import BY_UNITS, claim, latest, planned, unit_pool
from tests.enrolment.stage import LATER, Stage, counts, journal, stage, state_of, told

S = EnrolmentState


def open_places(session: Session) -> tuple[Stage, dict[EnrolmentState, Person], Person]:
    """A class with one claim in every state that is not over, some put forward by a unit, and its liaison."""
    on, unit = stage(session, places=6), make.unit(session, "梅岭街道")
    planned(session, on, BY_UNITS)
    pool = unit_pool(session, on, unit, places=3)
    liaison = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=unit)
    people = {}
    for state in (S.NOMINATED, S.ASKED, S.OFFERED, S.SEATED, S.WAITING):
        people[state] = make.person(session, unit=unit)
        by_unit = state is S.NOMINATED
        claim(session, pool if by_unit else on.pool, people[state], state, unit=unit, nominated=by_unit)
    return on, people, liaison


def last(session: Session, who: Person) -> Message:
    session.flush()
    found = session.execute(
        select(Message).where(Message.person_id == who.id).order_by(Message.id.desc()).limit(1)
    )
    return found.scalar_one()


def test_what_is_not_settled_when_the_class_starts_lapses_and_is_told(session: Session) -> None:
    on, people, liaison = open_places(session)
    office.start(session, actor=operator(), code=on.class_.code, now=make.NOW)
    for state in (S.NOMINATED, S.ASKED, S.OFFERED):
        found = latest(session, people[state], on)
        assert (found.state, found.ended_because) == (S.WITHDRAWN, Ending.LAPSED)
        assert told(session, people[state]) == ["enrolment.not-settled"]
    assert [state_of(session, people[state], on) for state in (S.SEATED, S.WAITING)] == [S.SEATED, S.WAITING]
    assert told(session, people[S.WAITING]) == ["enrolment.not-seated"]
    assert told(session, people[S.SEATED]) == []
    assert told(session, liaison) == ["enrolment.unit-not-settled"]
    assert last(session, liaison).values["who"] == people[S.NOMINATED].name
    assert counts(session, on) == (1, 1)
    assert audit.wrong_taken(session).count == 0
    assert journal(session).count("enrolment.lapsed") == 3


def test_whoever_loses_a_place_so_gets_the_one_elsewhere_that_clashed(session: Session) -> None:
    on, people, _liaison = open_places(session)
    elsewhere = stage(session, hour=10, title="同一时间的班")
    claim(session, elsewhere.pool, people[S.ASKED], S.WAITING)
    locked = settling.hold(session, on.class_.code)
    on.class_.state = ClassState.RUNNING
    session.flush()
    settling.settle(session, actor=operator(), code=on.class_.code, locked=locked, now=make.NOW)
    assert state_of(session, people[S.ASKED], elsewhere) is S.SEATED


def test_a_cancelled_class_names_others_of_the_programme_and_liaisons_their_people(session: Session) -> None:
    on, people, liaison = open_places(session)
    other = stage(session, day=LATER + timedelta(days=7), title="下一期")
    other.class_.programme_id = on.class_.programme_id
    stage(session, day=LATER + timedelta(days=9), title="别的方案")
    office.cancel(session, actor=operator(), code=on.class_.code, reason="讲师生病", now=make.NOW)
    for who in people.values():
        message = last(session, who)
        assert message.code == "enrolment.class-cancelled-others"
        assert message.values["others"] == f"{other.class_.code} ({other.class_.starts_on.isoformat()})"
    message = last(session, liaison)
    assert (message.code, message.values["who"]) == (
        "enrolment.unit-class-cancelled", people[S.NOMINATED].name,
    )  # fmt: skip


# --- moved -----------------------------------------------------------------------------------------


def timetabled(session: Session) -> Stage:
    """A class whose sitting has booked its instructor and place."""
    on = stage(session, places=3)
    old = session.execute(select(Sitting).where(Sitting.class_session_id == on.class_.id)).scalar_one()
    on.class_.programme_id = make.programme(session, session.get_one(Course, old.course_id)).id
    session.flush()
    booked = NewSitting(
        course_id=old.course_id, instructor_id=old.instructor_id, place_id=old.place_id,
        starts_at=clock.at(LATER, 14), ends_at=clock.at(LATER, 17),
    )  # fmt: skip
    timetable.add_sitting(session, actor=operator(), code=on.class_.code, sitting=booked, now=make.NOW)
    return on


def move(session: Session, on: Stage, days: int, actor: Actor | None = None) -> moving.Moved:
    to = on.class_.starts_on + timedelta(days=days)
    return moving.move(session, actor=actor or operator(), code=on.class_.code, to=to, now=make.NOW)


def test_the_whole_timetable_moves_and_everybody_is_told(session: Session) -> None:
    on = timetabled(session)
    seated, waiting = make.person(session), make.person(session)
    claim(session, on.pool, seated, S.SEATED)
    claim(session, on.pool, waiting, S.WAITING)
    on.pool.places = 1
    session.flush()
    moved = move(session, on, 7)
    session.expire_all()
    starts = session.execute(select(Sitting.starts_at).where(Sitting.class_session_id == on.class_.id)).scalars()
    assert {clock.local_date(each) for each in starts} == {LATER + timedelta(days=7)}
    assert on.class_.starts_on == LATER + timedelta(days=7)
    quarters = session.execute(select(func.min(Slot.quarter_hour), func.count()).select_from(Slot)).one()
    assert quarters == (int(clock.at(LATER + timedelta(days=7), 9).timestamp()) // 900, 48)
    assert (moved.told, moved.clashing) == (2, ())
    message = last(session, seated)
    assert message.code == "enrolment.class-moved"
    assert message.values["before"] == LATER.isoformat()
    assert message.values["day"] == (LATER + timedelta(days=7)).isoformat()
    assert told(session, waiting) == ["enrolment.class-moved"]


def test_whom_the_new_days_clash_with_is_told_and_the_office_who_they_are(session: Session) -> None:
    on = timetabled(session)
    other = stage(session, day=LATER + timedelta(days=7), hour=10, title="另一个班")
    who, free = make.person(session, "王秀兰"), make.person(session, "周堃")
    for each in (who, free):
        claim(session, on.pool, each, S.SEATED)
    claim(session, other.pool, who, S.SEATED)
    moved = move(session, on, 7)
    assert moved.clashing == ("王秀兰",)
    assert told(session, who) == ["enrolment.class-moved", "enrolment.class-moved-onto"]
    assert last(session, who).values["other"] == other.class_.code
    assert told(session, free) == ["enrolment.class-moved"]
    assert [state_of(session, who, each) for each in (on, other)] == [S.SEATED, S.SEATED]


def test_a_taken_instructor_keeps_the_class_where_it_is(session: Session) -> None:
    on = timetabled(session)
    first = session.execute(select(Sitting).where(Sitting.class_session_id == on.class_.id).limit(1)).scalar_one()
    blocking = make.class_session(session, starts_on=LATER + timedelta(days=7), title="占用的班")
    blocking.programme_id = on.class_.programme_id
    session.flush()
    taken = NewSitting(
        course_id=first.course_id, instructor_id=first.instructor_id, place_id=first.place_id,
        starts_at=clock.at(LATER + timedelta(days=7), 15), ends_at=clock.at(LATER + timedelta(days=7), 16),
    )  # fmt: skip
    timetable.add_sitting(session, actor=operator(), code=blocking.code, sitting=taken, now=make.NOW)
    with pytest.raises(Refused) as error:
        move(session, on, 7)
    assert {reason.code for reason in error.value.reasons} == {"taken"}
    assert {reason.values["code"] for reason in error.value.reasons} == {blocking.code}


def test_a_day_onto_its_own_old_days_is_no_clash_with_itself(session: Session) -> None:
    on = timetabled(session)
    move(session, on, 1)
    assert on.class_.starts_on == LATER + timedelta(days=1)


@pytest.mark.parametrize(("days", "code"), [(0, "same_day"), (-30, "day_gone")])
def test_a_class_is_moved_to_another_day_to_come(session: Session, days: int, code: str) -> None:
    on = timetabled(session)
    with pytest.raises(Refused) as error:
        move(session, on, days)
    assert [reason.code for reason in error.value.reasons] == [code]


def test_a_class_that_runs_is_not_moved(session: Session) -> None:
    on = timetabled(session)
    on.class_.state = ClassState.RUNNING
    session.flush()
    with pytest.raises(Refused) as error:
        move(session, on, 7)
    assert "start_fixed" in [reason.code for reason in error.value.reasons]


@pytest.mark.usefixtures("app")  # which plugs enrolment into class sessions
def test_another_first_day_given_on_the_office_form_is_told_too() -> None:
    with db.transaction() as session:
        on = stage(session, places=3)
        who = make.person(session)
        claim(session, on.pool, who, S.SEATED)
        facts = sessions.facts_of(on.class_)
        earlier = replace(facts, starts_on=facts.starts_on - timedelta(days=1))
        sessions.change(session, actor=operator(), code=on.class_.code, facts=earlier, now=make.NOW)
        assert told(session, who) == ["enrolment.class-moved"]
        named = replace(earlier, title="改了名的班")
        sessions.change(session, actor=operator(), code=on.class_.code, facts=named, now=make.NOW)
        assert told(session, who) == ["enrolment.class-moved"]
