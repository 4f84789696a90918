"""What a class asks of people: gathered from the database, composed by the office, told before anybody asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from academy.catalogue.models import CoursePrerequisite
from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.actions import admission as actions
from academy.enrolment.actions import claiming
from academy.enrolment.models.nominating import AdmissionRule
from academy.enrolment.queries import admission
from academy.enrolment.rules.admission import RuleKind
from academy.ground import db
from academy.ground.access import Actor, Role
from academy.ground.errors import NotFound, Refused
from academy.hours.models import Completion
from academy.journal.models import JournalEntry
from academy.people.models.register import GridRole, Membership, Person
from tests import make
from tests.enrolment.stage import Stage, journal, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements

ADMIN = Actor(person_id=None, name="陈静", roles=frozenset({Role.ADMIN}))


def ask(
    session: Session, of: ClassSession, kind: RuleKind, *keys: int | str, months: int | None = None
) -> AdmissionRule:
    return actions.add_rule(session, actor=ADMIN, code=of.code, kind=kind, keys=keys, months=months, now=make.NOW)


def view(session: Session, of: ClassSession) -> ClassView:
    session.flush()
    found = classes.class_session(session, of.code)
    assert found is not None
    return found


def complete(session: Session, who: Person, in_: ClassSession, *, days_ago: int) -> None:
    session.add(
        Completion(
            person_id=who.id, class_session_id=in_.id, programme_id=in_.programme_id, tenths=40,
            completed_on=make.TODAY - timedelta(days=days_ago),
        )
    )  # fmt: skip
    session.flush()


def codes(session: Session, of: ClassSession, *people: Person) -> list[list[str]]:
    found = admission.unmet(session, view(session, of), [each.id for each in people])
    return [[reason.code for reason in found[each.id]] for each in people]


def test_people_are_told_apart_by_what_they_completed(session: Session) -> None:
    course = make.course(session, "矛盾调解")
    past = make.class_session(
        session, state=ClassState.CLOSED, starts_on=make.TODAY - timedelta(days=400),
        programme_=make.programme(session, course),
    )  # fmt: skip
    class_ = make.class_session(session)
    done, new = make.person(session), make.person(session)
    complete(session, done, past, days_ago=390)
    ask(session, class_, RuleKind.LEVEL, past.level_id)
    ask(session, class_, RuleKind.COURSE, course.id, months=24)
    ask(session, class_, RuleKind.PROGRAMME, past.programme_id, months=12)
    assert codes(session, class_, done, new) == [["programme"], ["level", "course", "programme"]]


def test_people_are_told_apart_by_unit_and_role_of_today(session: Session) -> None:
    district = make.unit(session, "玄武区")
    street, elsewhere = make.unit(session, "樱桥街道", parent=district), make.unit(session, "秦淮区")
    here, there = make.person(session, unit=street), make.person(session, unit=elsewhere)
    moved = make.person(session, unit=street)
    session.execute(update(Membership).where(Membership.person_id == here.id).values(grid_role=GridRole.GRID_LEAD))
    session.execute(
        update(Membership).where(Membership.person_id == moved.id).values(ends_on=make.TODAY - timedelta(1))
    )
    class_ = make.class_session(session)
    ask(session, class_, RuleKind.UNIT, district.id)
    ask(session, class_, RuleKind.GRID_ROLE, "grid_lead", "full_time")
    assert codes(session, class_, here, there, moved) == [[], ["unit", "grid_role"], ["unit", "grid_role"]]


def test_a_rest_counts_from_the_last_class_where_somebody_came(session: Session) -> None:
    ended = make.class_session(
        session, state=ClassState.CONCLUDED, starts_on=make.TODAY - timedelta(days=40), days=2
    )
    cancelled = make.class_session(session, state=ClassState.CANCELLED, starts_on=make.TODAY - timedelta(days=5))
    coming = make.class_session(session, starts_on=make.TODAY + timedelta(days=3))
    class_ = make.class_session(session)
    absent, free, busy = (make.person(session) for _ in range(3))
    make.enrolment(session, make.pool(session, ended), absent)
    make.enrolment(session, make.pool(session, cancelled), free)
    make.enrolment(session, make.pool(session, coming), busy)
    ask(session, class_, RuleKind.REST, months=2)
    assert codes(session, class_, absent, free, busy) == [[], [], ["rest"]]


def test_however_many_people_are_asked_about_it_takes_the_same_few_questions(session: Session) -> None:
    class_, course = make.class_session(session), make.course(session)
    plain = view(session, make.class_session(session))
    ask(session, class_, RuleKind.COURSE, course.id)
    ask(session, class_, RuleKind.GRID_ROLE, "full_time")
    ask(session, class_, RuleKind.REST, months=2)
    asked, people = view(session, class_), [make.person(session).id for _ in range(20)]
    with statements() as few:
        admission.unmet(session, plain, people)
    assert len(few) == 1
    with statements() as more:
        admission.unmet(session, asked, people)
    assert len(more) <= 5


def test_a_claim_is_refused_with_all_that_is_unmet(session: Session) -> None:
    on = stage(session)
    ask(session, on.class_, RuleKind.UNIT, make.unit(session, "玄武区").id)
    ask(session, on.class_, RuleKind.GRID_ROLE, "full_time")
    who = make.person(session)
    with pytest.raises(Refused) as refused:
        claiming.enrol(session, actor=make.actor(who), code=on.class_.code, now=make.NOW)
    assert [reason.code for reason in refused.value.reasons] == ["unit", "grid_role"]


def test_rules_are_added_ordered_and_taken_away_and_all_of_it_is_noted(session: Session) -> None:
    class_ = make.class_session(session)
    first = ask(session, class_, RuleKind.REST, months=6)
    second = ask(session, class_, RuleKind.LEVEL, class_.level_id)
    actions.move_up(session, actor=ADMIN, code=class_.code, rule_id=second.id, now=make.NOW)
    actions.move_up(session, actor=ADMIN, code=class_.code, rule_id=second.id, now=make.NOW)
    assert [row.id for row in admission.rule_rows(session, class_.id)] == [second.id, first.id]
    actions.remove_rule(session, actor=ADMIN, code=class_.code, rule_id=second.id, now=make.NOW)
    assert [row.id for row in admission.rule_rows(session, class_.id)] == [first.id]
    assert journal(session)[-4:] == [
        "enrolment.rule-added", "enrolment.rule-added", "enrolment.rules-ordered", "enrolment.rule-removed",
    ]  # fmt: skip
    noted = session.execute(select(JournalEntry.after).where(JournalEntry.code == "enrolment.rule-added").limit(1))
    assert noted.scalar_one() == {"rule": "开班前 6 个月内没有参加过其他培训班。"}


def test_a_rule_of_another_class_or_of_what_is_not_there_is_not_found(session: Session) -> None:
    class_, other = make.class_session(session), make.class_session(session)
    theirs = ask(session, other, RuleKind.REST, months=6)
    with pytest.raises(NotFound):
        actions.remove_rule(session, actor=ADMIN, code=class_.code, rule_id=theirs.id, now=make.NOW)
    with pytest.raises(NotFound):
        ask(session, class_, RuleKind.PROGRAMME, 0)
    with pytest.raises(NotFound):
        ask(session, class_, RuleKind.GRID_ROLE, "mayor")


@pytest.mark.parametrize("state", [ClassState.RUNNING, ClassState.CLOSED])
def test_once_a_class_has_begun_nobody_changes_who_may_come(session: Session, state: ClassState) -> None:
    class_ = make.class_session(session, state=state)
    with pytest.raises(Refused, match="too_late_to_compose"):
        ask(session, class_, RuleKind.REST, months=6)
    with pytest.raises(Refused, match="too_late_to_compose"):
        actions.remove_rule(session, actor=ADMIN, code=class_.code, rule_id=1, now=make.NOW)


def on_stage() -> tuple[Stage, Person, Person]:
    with db.transaction() as session:
        on = stage(session)
        make.unit(session, "玄武区")
        return on, make.person(session, "陈静", roles=(Role.ADMIN,)), make.person(session)


def test_the_office_composes_rules_and_the_page_of_the_class_explains_them(client: PageClient) -> None:
    on, admin, trainee = on_stage()
    url = f"/admin/classes/{on.class_.code}/admission"
    sign_in(client, admin)
    assert "没有设报名条件" in text_of(client.get(url))
    page = client.get(f"{url}/unit").get_data(as_text=True)
    key = page.split('name="keys" type="checkbox" value="')[1].split('"')[0]
    assert client.send(f"{url}/unit", keys=key).status_code == 303
    assert client.send(f"{url}/rest", months="3").status_code == 303
    assert client.send(f"{url}/unit").status_code == 409
    assert client.send(f"{url}/rest", months="0").status_code == 422
    assert client.get(f"{url}/nonsense").status_code == 404
    with db.reading() as session:
        ids = list(session.execute(select(AdmissionRule.id).order_by(AdmissionRule.position)).scalars())
    assert client.send(f"{url}/{ids[1]}/up", url).status_code == 303
    client.send("/logout", "/account/")
    public = text_of(client.get(f"/classes/{on.class_.code}"))
    assert public.index("3") < public.index("玄武区")
    sign_in(client, trainee)
    told = client.get(f"/classes/{on.class_.code}").get_data(as_text=True)
    assert told.count('class="tag ok"') >= 1
    assert told.count('class="tag no"') == 1
    assert client.send_bare(f"/classes/{on.class_.code}/enrol").status_code == 409


def test_the_courses_that_the_programme_builds_on_are_explained_too(session: Session) -> None:
    basic, further = make.course(session, "网格员的职责"), make.course(session, "矛盾调解")
    session.add(CoursePrerequisite(course_id=further.id, needs_id=basic.id))
    class_ = make.class_session(session, programme_=make.programme(session, further))
    past = make.class_session(session, state=ClassState.CLOSED, programme_=make.programme(session, basic))
    done, new = make.person(session), make.person(session)
    complete(session, done, past, days_ago=30)
    ask(session, class_, RuleKind.REST, months=6)
    shown = view(session, class_)
    visitor = admission.explained(session, shown, None)
    assert [(said.code, met) for said, met in visitor] == [("course", None), ("rest", None)]
    assert visitor[0][0].values == {"names": ("网格员的职责",)}
    assert [met for _said, met in admission.explained(session, shown, done.id)] == [True, True]
    assert [met for _said, met in admission.explained(session, shown, new.id)] == [False, True]


def test_only_admins_compose(client: PageClient) -> None:
    on, _admin, trainee = on_stage()
    sign_in(client, trainee)
    assert client.get(f"/admin/classes/{on.class_.code}/admission").status_code == 403
