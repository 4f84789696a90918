"""What the front page and the desks know, asked of real rows."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from academy.catalogue.models import CoursePrerequisite
from academy.catalogue.rules.kinds import Domain
from academy.classes.models import ClassSession, SittingGroup
from academy.classes.rules import ClassState
from academy.clockwork.models import Job, JobState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock
from academy.ground.keyset import Order, Slice
from academy.hours.models import Completion, EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind
from academy.people.models.register import Person
from academy.portal.queries import figures, learning, managing, openings, teaching, timetable, unit, work
from tests import make


def complete(session: Session, of: ClassSession, who: Person) -> None:
    session.add(
        Completion(
            person_id=who.id, class_session_id=of.id, programme_id=of.programme_id,
            tenths=40, completed_on=make.TODAY,
        )
    )  # fmt: skip
    session.flush()


def attend(
    session: Session, of: ClassSession, who: Person, *, evidence_id: int, tenths: int, year: int = 2026
) -> None:
    session.add(
        HoursEntry(
            person_id=who.id, class_session_id=of.id, kind=HoursKind.THEORY, evidence_kind=EvidenceKind.REGISTER,
            evidence_id=evidence_id, turn=1, year=year, tenths=tenths, reverses_id=None,
            entered_at=make.NOW, entered_by="陈敏",
        )
    )  # fmt: skip
    session.flush()


def expected(session: Session, who: Person) -> tuple[timetable.Expected, ...]:
    since, until = make.NOW - timedelta(days=60), make.NOW + timedelta(days=60)
    return timetable.sittings(session, who.id, since=since, until=until, now=make.NOW)


def test_each_figure_counts_its_own_rows(session: Session) -> None:
    make.course(session)
    practice = make.course(session, domain=Domain.PRACTICE)
    make.course(session).retired_at = make.NOW
    plan = make.programme(session, practice)
    make.place(session)
    make.place(session, "梅岭新村矛调中心", district=make.unit(session))
    one, other = make.person(session), make.person(session, "欧阳娜娜")
    closed = make.class_session(session, state=ClassState.CLOSED, programme_=plan)
    concluded = make.class_session(session, state=ClassState.CONCLUDED, programme_=plan)
    make.class_session(session, state=ClassState.RUNNING, programme_=plan)
    for of, who in ((closed, one), (concluded, one), (closed, other)):
        complete(session, of, who)
    found = figures.figures(session, today=make.TODAY)
    assert (found.theory, found.practice, found.held, found.sites) == (1, 1, 2, 1)
    assert (found.persons, found.person_times, found.certificates) == (2, 3, 0)


def test_the_next_sitting_is_that_of_the_trainees_own_group(session: Session) -> None:
    who, teacher, room = make.person(session), make.person(session, "李建国"), make.place(session)
    running = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY - timedelta(days=1))
    mine, theirs = make.group(session, running, "第一组"), make.group(session, running, "第二组")
    claim = make.enrolment(session, make.pool(session, running), who)
    claim.group_id = mine.id
    make.sitting(session, running, instructor=teacher, at=room, day=make.TODAY - timedelta(days=1))
    for group, hour in ((theirs, 10), (mine, 14)):
        row = make.sitting(session, running, instructor=teacher, at=room, day=make.TODAY, hour=hour)
        session.add(SittingGroup(sitting_id=row.id, group_id=group.id))
    make.sitting(session, running, instructor=teacher, at=room, day=make.TODAY + timedelta(days=1))
    session.flush()
    _past, first, second = expected(session, who)
    assert (first.turn, first.starts_at) == (2, clock.at(make.TODAY, 14))
    assert (first.instructor, first.place, first.place_slug) == ("李建国", room.name, room.slug)
    assert second.turn == 3
    assert timetable.next_after(session, who.id, after=first.ends_at) == second.starts_at


def test_nobody_is_expected_where_they_only_wait(session: Session) -> None:
    who, teacher = make.person(session), make.person(session)
    open_ = make.class_session(session)
    make.sitting(session, open_, instructor=teacher, at=make.place(session))
    pool = make.pool(session, open_)
    make.enrolment(
        session, pool, make.person(session), state=EnrolmentState.WAITING, at=make.NOW - timedelta(hours=1)
    )
    make.enrolment(session, pool, who, state=EnrolmentState.WAITING)
    assert expected(session, who) == ()
    (claim,) = learning.claims(session, who.id, today=make.TODAY)
    assert (claim.state, claim.rank) == (EnrolmentState.WAITING, 2)


def test_a_claim_says_how_many_hours_are_missing(session: Session) -> None:
    who = make.person(session)
    plan = make.programme(
        session, make.course(session, hours=40), make.course(session, hours=60), required_percent=90
    )
    running = make.class_session(session, state=ClassState.RUNNING, programme_=plan)
    make.enrolment(session, make.pool(session, running), who)
    attend(session, running, who, evidence_id=1, tenths=40)
    attend(session, running, make.person(session), evidence_id=1, tenths=40)
    (claim,) = learning.claims(session, who.id, today=make.TODAY)
    assert (claim.earned, claim.required, claim.missing, claim.runs) == (40, 90, 50, True)
    complete(session, running, who)
    assert learning.claims(session, who.id, today=make.TODAY)[0].missing == 0


def test_a_claim_that_was_given_up_or_is_long_over_is_not_shown(session: Session) -> None:
    who = make.person(session)
    make.enrolment(session, make.pool(session, make.class_session(session)), who, state=EnrolmentState.WITHDRAWN)
    make.enrolment(session, make.pool(session, make.class_session(session, state=ClassState.CLOSED)), who)
    assert learning.claims(session, who.id, today=make.TODAY) == ()


def test_a_cancelled_class_is_told_of_until_its_last_day(session: Session) -> None:
    who = make.person(session)
    cancelled = make.class_session(session, state=ClassState.CANCELLED, days=2)
    cancelled.cancelled_because = "讲师生病"
    make.enrolment(session, make.pool(session, cancelled), who)
    (claim,) = learning.claims(session, who.id, today=cancelled.ends_on)
    assert (claim.class_state, claim.cancelled_because, claim.runs) == (
        ClassState.CANCELLED, "讲师生病", False,
    )  # fmt: skip
    assert learning.claims(session, who.id, today=cancelled.ends_on + timedelta(days=1)) == ()


def test_openings_are_those_whose_window_is_open(session: Session) -> None:
    later = make.class_session(session, starts_on=make.TODAY + timedelta(days=20))
    sooner = make.class_session(session, capacity=5)
    shut = make.class_session(session)
    shut.enrolment_closes_at = make.NOW
    draft = make.class_session(session, state=ClassState.DRAFT)
    for each in (later, sooner, shut, draft):
        make.pool(session, each, taken=2)
    found = openings.openings(session, now=make.NOW, limit=5)
    assert [(each.of.code, each.left, each.places) for each in found] == [
        (sooner.code, 3, 5),
        (later.code, 18, 20),
    ]


@pytest.mark.parametrize("hindrance", ["nothing", "full", "prerequisite", "clash", "claimed"])
def test_a_trainee_is_shown_what_nothing_hinders_them_from_taking(session: Session, hindrance: str) -> None:
    who, teacher, room = make.person(session), make.person(session), make.place(session)
    basics, course = make.course(session), make.course(session)
    open_ = make.class_session(session, programme_=make.programme(session, course))
    make.sitting(session, open_, instructor=teacher, at=room)
    pool = make.pool(session, open_)
    other = make.class_session(session, state=ClassState.RUNNING, starts_on=open_.starts_on)
    make.enrolment(session, make.pool(session, other), who)
    make.sitting(session, other, instructor=teacher, at=room, hour=11 if hindrance == "clash" else 14)
    if hindrance == "full":
        pool.taken = pool.places
    if hindrance == "prerequisite":
        session.add(CoursePrerequisite(course_id=course.id, needs_id=basics.id))
    if hindrance == "claimed":
        make.enrolment(session, pool, who, state=EnrolmentState.WAITING)
    session.flush()
    found = openings.openings_for(session, who.id, now=make.NOW, limit=3)
    assert [each.of.code for each in found] == ([open_.code] if hindrance == "nothing" else [])


def test_what_was_completed_before_opens_what_builds_on_it(session: Session) -> None:
    who = make.person(session)
    basics, course = make.course(session), make.course(session)
    session.add(CoursePrerequisite(course_id=course.id, needs_id=basics.id))
    open_ = make.class_session(session, programme_=make.programme(session, course))
    make.pool(session, open_)
    past = make.class_session(session, state=ClassState.CLOSED, programme_=make.programme(session, basics))
    assert openings.openings_for(session, who.id, now=make.NOW, limit=3) == ()
    complete(session, past, who)
    assert len(openings.openings_for(session, who.id, now=make.NOW, limit=3)) == 1


def test_an_instructor_sees_what_they_teach_and_a_manager_all_of_their_class(session: Session) -> None:
    me, other, room = make.person(session), make.person(session, "李建国"), make.place(session)
    mine = make.class_session(session, state=ClassState.RUNNING, manager=me, starts_on=make.TODAY)
    foreign = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY)
    managed = make.sitting(session, mine, instructor=other, at=room, hour=9)
    taught = make.sitting(session, foreign, instructor=me, at=room, hour=14)
    make.sitting(session, foreign, instructor=other, at=room, hour=16)
    session.add(SittingGroup(sitting_id=taught.id, group_id=make.group(session, foreign, "第三组").id))
    session.flush()
    since, until = clock.at(make.TODAY, 0), clock.at(make.TODAY + timedelta(days=1), 0)
    attend(session, foreign, other, evidence_id=taught.id, tenths=40)
    found = teaching.sittings(session, me.id, since=since, until=until)
    assert [each.present for each in found] == [None, 1]
    assert [(each.id, each.taught_by_me, each.managed_by_me) for each in found] == [
        (managed.id, False, True),
        (taught.id, True, False),
    ]
    assert found[1].groups == ("第三组",)


def test_a_manager_sees_the_class_sessions_that_are_not_closed_with_their_places(session: Session) -> None:
    me = make.person(session)
    draft = make.class_session(session, state=ClassState.DRAFT, manager=me, capacity=8)
    open_ = make.class_session(session, manager=me, starts_on=make.TODAY + timedelta(days=30))
    make.class_session(session, state=ClassState.CLOSED, manager=me)
    make.enrolment(session, make.pool(session, open_, places=1), make.person(session))
    found = managing.managed(session, me.id)
    assert [(each.code, each.taken, each.places) for each in found] == [(draft.code, 0, 8), (open_.code, 1, 1)]


def test_a_liaison_sees_their_own_people_with_hours_and_claims(session: Session) -> None:
    district = make.unit(session, "玄武区")
    street, elsewhere = make.unit(session, "梅岭新村街道", parent=district), make.unit(session, "雄溪街道")
    mine = make.person(session, "王秀兰", unit=street)
    make.person(session, "欧阳建平", unit=elsewhere)
    open_ = make.class_session(session)
    claim = make.enrolment(session, make.pool(session, open_), mine, state=EnrolmentState.WAITING)
    claim.unit_id = street.id
    attend(session, open_, mine, evidence_id=1, tenths=40)
    attend(session, open_, mine, evidence_id=2, tenths=40, year=2025)
    scope = {district.id, street.id}
    page = unit.people(session, scope, words="", on=make.TODAY, cursor=None, size=50)
    (found,) = page.rows
    assert (found.name, found.unit, found.tenths) == ("王秀兰", "梅岭新村街道", 40)
    assert [(claim.code, claim.state) for claim in found.claims] == [(open_.code, EnrolmentState.WAITING)]
    figures_ = unit.figures(session, scope, on=make.TODAY)
    assert (figures_.people, figures_.lacking, figures_.none, figures_.enrolled) == (1, 1, 0, 1)
    assert unit.own_claims(session, [open_.id], {street.id}) == {open_.id: (0, 1)}
    assert unit.own_claims(session, [open_.id], {elsewhere.id}) == {}


@pytest.mark.parametrize(
    ("words", "found"), [("秀", 1), ("wangxiu", 1), ("wang x", 1), ("wxl", 1), ("lan", 1), ("%", 0)]
)
def test_people_of_a_unit_are_found_by_name_pinyin_and_initials(session: Session, words: str, found: int) -> None:
    street = make.unit(session)
    make.person(session, "王秀兰", unit=street)
    make.person(session, "李建国", unit=street)
    page = unit.people(session, {street.id}, words=words, on=make.TODAY, cursor=None, size=50)
    assert len(page.rows) == found


@pytest.mark.parametrize("words", ["", "人"])
@pytest.mark.parametrize(
    ("by", "falling", "expected"),
    [
        ("name", False, "丙甲乙"), ("name", True, "乙甲丙"), ("hours", False, "丙甲乙"),
        ("hours", True, "甲乙丙"), ("enrolled", False, "甲丙乙"), ("enrolled", True, "丙乙甲"),
    ],
)  # fmt: skip
def test_people_of_a_unit_are_sorted_page_by_page_and_back(
    session: Session, *, by: str, falling: bool, expected: str, words: str
) -> None:
    street, open_ = make.unit(session), make.class_session(session)
    people = {name: make.person(session, f"{name}人", unit=street) for name in "甲丙乙"}
    for number, (name, tenths) in enumerate((("甲", 40), ("乙", 40), ("甲", 10), ("乙", 10))):
        attend(session, open_, people[name], evidence_id=number, tenths=tenths)
    make.enrolment(session, make.pool(session, open_), people["甲"])

    def part(cursor: str | None) -> Slice[unit.UnitPerson]:
        order = Order(by=by, falling=falling)
        return unit.people(session, {street.id}, words=words, on=make.TODAY, order=order, cursor=cursor, size=1)

    first = part(None)
    second = part(first.after)
    third = part(second.after)
    assert "".join(page.rows[0].name[0] for page in (first, second, third)) == expected
    assert third.after is None
    assert part(third.before).rows == second.rows


def test_people_who_left_a_unit_are_not_shown(session: Session) -> None:
    street = make.unit(session)
    make.person(session, unit=street)
    assert unit.figures(session, {street.id}, on=date(2017, 12, 31)).people == 0


def test_a_failed_job_is_told(session: Session) -> None:
    session.add(
        Job(
            kind="x", unique_key="x", arguments={}, state=JobState.FAILED, actor_id=None, actor_name="陈敏",
            queued_at=make.NOW, started_at=make.NOW, lease_until=None, finished_at=make.NOW,
        )
    )  # fmt: skip
    session.flush()
    found = work.trouble(session, now=make.NOW)
    assert (found.messages, found.jobs, found.registers) == (0, 1, 0)
