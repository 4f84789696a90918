"""Class sessions are made, changed and moved on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes import rules
from academy.classes.actions import sessions as actions
from academy.classes.actions import values
from academy.classes.models import ClassSession, Slot
from academy.classes.queries import audit, sessions
from academy.classes.queries import office as office_queries
from academy.classes.rules import ClassState, Step, ValueKind
from academy.ground.errors import NotFound, Refused
from academy.ground.keyset import Order
from academy.journal.models import JournalEntry
from tests import make
from tests.classes.conftest import FIRST_DAY, Office


def seen(session: Session, code: str) -> sessions.ClassView:
    session.flush()
    view = sessions.class_session(session, code)
    assert view is not None
    return view


def step(session: Session, office: Office, code: str, step: Step) -> ClassSession:
    return actions.step(session, actor=office.actor, code=code, step=step, now=make.NOW)


def test_codes_count_within_the_local_year(session: Session, office: Office) -> None:
    assert [office.create(session).code for _ in range(3)] == ["2026-001", "2026-002", "2026-003"]
    new_year = make.NOW.replace(month=12, day=31, hour=16, minute=30)  # half past midnight in Nanjing
    made = actions.create(session, actor=office.actor, facts=office.facts, now=new_year)
    assert made.code == "2027-001"
    assert audit.codes_past_their_counter(session) == ()


def test_a_new_class_session_is_a_draft_with_its_groups(session: Session, office: Office) -> None:
    view = seen(session, office.create(session, "第一组", "第二组").code)
    assert view.state is ClassState.DRAFT
    assert (view.kind, view.level, view.manager_name) == ("新任班", "市级", "李建国")
    assert [group.name for group in sessions.groups(session, view.id)] == ["第一组", "第二组"]
    assert replace(office.facts) == rules.ClassFacts(
        **{name: getattr(view, name) for name in rules.ClassFacts.__dataclass_fields__}
    )


def test_what_cannot_be_is_refused_with_every_reason(session: Session, office: Office) -> None:
    trainee = make.person(session)
    with pytest.raises(Refused) as caught:
        office.create(session, closes_at=office.facts.opens_at, ends_on=date(2026, 1, 1), manager_id=trainee.id)
    assert caught.value.reasons == (rules.WINDOW_BACKWARDS, rules.DATES_BACKWARDS, actions.NO_INSTRUCTOR)
    with pytest.raises(Refused) as caught:
        office.create(session, "一组", "一组")
    assert caught.value.reasons == (actions.NAME_TWICE.about(name="一组"),)


def test_a_change_journals_what_it_changed(session: Session, office: Office) -> None:
    code = office.create(session).code
    facts = replace(office.facts, title="改名", capacity=50)
    actions.change(session, actor=office.actor, code=code, facts=facts, now=make.NOW)
    assert seen(session, code).title == "改名"
    entry = session.execute(select(JournalEntry).where(JournalEntry.code == "class.changed")).scalar_one()
    assert (entry.before, entry.after) == (
        {"title": "新任网格员培训班", "capacity": 40},
        {"title": "改名", "capacity": 50},
    )


def test_a_change_is_limited_by_state_and_timetable(session: Session, office: Office) -> None:
    code = office.create(session).code
    office.add(session, code, office.sitting())
    step(session, office, code, Step.PUBLISH)
    facts = replace(office.facts, programme_id=make.programme(session).id, starts_on=office.facts.ends_on)
    with pytest.raises(Refused) as caught:
        actions.change(session, actor=office.actor, code=code, facts=facts, now=make.NOW)
    day = FIRST_DAY.isoformat()
    assert caught.value.reasons == (rules.PROGRAMME_FIXED, rules.SITTING_LEFT_OUT.about(day=day))


def test_a_class_session_goes_its_whole_way(session: Session, office: Office) -> None:
    code = office.create(session).code
    with pytest.raises(Refused) as caught:
        step(session, office, code, Step.PUBLISH)
    assert caught.value.reasons == (rules.NO_TIMETABLE,)
    office.add(session, code, office.sitting())
    for each in (Step.PUBLISH, Step.OPEN_ENROLMENT, Step.START):
        step(session, office, code, each)
    with pytest.raises(Refused):
        step(session, office, code, Step.CONCLUDE)
    after = make.NOW + timedelta(days=20)
    for each in (Step.CONCLUDE, Step.CLOSE):
        actions.step(session, actor=office.actor, code=code, step=each, now=after)
    view = seen(session, code)
    assert (view.state, view.concluded_at, view.closed_at) == (ClassState.CLOSED, after, after)
    codes = list(session.execute(select(JournalEntry.code).order_by(JournalEntry.id)).scalars())[-5:]
    assert codes == ["class.publish", "class.open-enrolment", "class.start", "class.conclude", "class.close"]


def test_a_cancelled_class_session_gives_everything_free(session: Session, office: Office) -> None:
    code, other = office.create(session).code, office.create(session).code
    office.add(session, code, office.sitting())
    step(session, office, code, Step.CANCEL)
    assert session.execute(select(func.count()).select_from(Slot)).scalar_one() == 0
    office.add(session, other, office.sitting())
    assert audit.sittings_without_their_slots(session) == ()
    assert seen(session, code).cancelled_at == make.NOW


def test_why_it_is_cancelled_is_kept_and_journalled(session: Session, office: Office) -> None:
    code = office.create(session).code
    actions.step(session, actor=office.actor, code=code, step=Step.CANCEL, now=make.NOW, because="讲师生病")
    assert seen(session, code).cancelled_because == "讲师生病"
    last = select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)
    assert session.execute(last).scalar_one().after == {"state": "cancelled", "reason": "讲师生病"}


@pytest.mark.parametrize("what", ["class_session", "class_group", "place"])
def test_nothing_goes_without_a_name(session: Session, what: str) -> None:
    with pytest.raises(IntegrityError):
        if what == "class_session":
            make.class_session(session, title="")
        elif what == "class_group":
            make.group(session, make.class_session(session), "")
        else:
            make.place(session, "")


def test_nothing_is_done_to_a_class_session_that_is_not_there(session: Session, office: Office) -> None:
    with pytest.raises(NotFound):
        step(session, office, "2026-099", Step.PUBLISH)
    assert sessions.class_session(session, "2026-099") is None


def test_groups_are_added_and_renamed_until_it_is_over(session: Session, office: Office) -> None:
    class_ = office.create(session, "一组")
    actions.add_groups(session, actor=office.actor, code=class_.code, names=["二组"], now=make.NOW)
    session.flush()
    first, second = sessions.groups(session, class_.id)
    assert (first.name, second.name) == ("一组", "二组")

    def rename(name: str) -> None:
        actions.rename_group(
            session, actor=office.actor, code=class_.code, group_id=second.id, name=name, now=make.NOW
        )

    with pytest.raises(Refused) as caught:
        rename("一组")
    assert caught.value.reasons == (actions.NAME_TWICE.about(name="一组"),)
    rename("甲组")
    assert [group.name for group in sessions.groups(session, class_.id)] == ["一组", "甲组"]
    step(session, office, class_.code, Step.CANCEL)
    with pytest.raises(Refused) as caught:
        rename("乙组")
    assert caught.value.reasons == (rules.OVER,)


def test_kinds_and_levels_are_data(session: Session, office: Office) -> None:
    office.create(session)
    with pytest.raises(Refused):
        values.add_value(session, actor=office.actor, which=ValueKind.KIND, name="新任班", now=make.NOW)
    added = values.add_value(session, actor=office.actor, which=ValueKind.KIND, name="提高班", now=make.NOW)
    values.rename_value(
        session, actor=office.actor, which=ValueKind.KIND, value_id=added, name="专题班", now=make.NOW
    )
    session.flush()
    assert [(value.name, value.used) for value in office_queries.kinds(session)] == [("新任班", 1), ("专题班", 0)]
    assert [value.name for value in office_queries.levels(session)] == ["市级"]
    with pytest.raises(NotFound):
        values.rename_value(
            session, actor=office.actor, which=ValueKind.LEVEL, value_id=99, name="省级", now=make.NOW
        )


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("by", ["code", "title", "starts", "places"])
def test_lists_are_sorted_page_by_page_without_a_gap(session: Session, office: Office, by: str, sign: str) -> None:
    falling = bool(sign)
    made = [
        office.create(session, title=title, capacity=places, starts_on=FIRST_DAY + timedelta(days=days),
                      ends_on=FIRST_DAY + timedelta(days=9))
        for title, places, days in (("乙", 40, 2), ("甲", 60, 1), ("乙", 40, 0), ("丙", 10, 1))
    ]  # fmt: skip
    session.flush()
    values = {"code": "code", "title": "title", "starts": "starts_on", "places": "capacity"}
    wanted = sorted(made, key=lambda each: (getattr(each, values[by]), each.id), reverse=falling)
    order = Order(by=by, falling=falling)
    first = sessions.class_lines(session, size=3, order=order)
    second = sessions.class_lines(session, size=3, order=order, cursor=first.after)
    assert [row.code for row in (*first.rows, *second.rows)] == [each.code for each in wanted]
    back = sessions.class_lines(session, size=3, order=order, cursor=second.before)
    assert [row.code for row in back.rows] == [row.code for row in first.rows]


def test_lists_are_narrowed_counted_and_paged(session: Session, office: Office) -> None:
    codes = [
        office.create(session, title=f"第{number}期", starts_on=FIRST_DAY + timedelta(days=number % 2),
                      ends_on=FIRST_DAY + timedelta(days=9)).code
        for number in range(5)
    ]  # fmt: skip
    step(session, office, codes[0], Step.CANCEL)
    session.flush()
    first = sessions.class_lines(session, size=3)
    assert ([line.code for line in first.rows], first.total) == ([codes[3], codes[1], codes[4]], 5)
    second = sessions.class_lines(session, size=3, cursor=first.after)
    assert ([line.code for line in second.rows], second.after) == ([codes[2], codes[0]], None)
    assert sessions.class_lines(session, size=1, soonest=True).rows[0].code == codes[0]
    assert sessions.state_counts(session) == {ClassState.DRAFT: 4, ClassState.CANCELLED: 1}
    narrowings: tuple[sessions.Filters, ...] = (
        {"states": (ClassState.CANCELLED,)}, {"words": "第0期"}, {"words": "李建国 2026-001"},
    )  # fmt: skip
    for filters in narrowings:
        found = sessions.class_lines(session, **filters)
        assert ([line.code for line in found.rows], found.total) == ([codes[0]], 1)
    assert sessions.class_lines(session, words="100%").total == 0
    assert sessions.class_lines(session, year=2026, kind_id=office.facts.kind_id).total == 5
    assert sessions.class_lines(session, year=2025).total == 0
    assert office_queries.years(session) == (2026,)
