"""The front page and the desks as people see them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Role
from academy.hours.models import EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind
from academy.people.models.register import Person
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of
from tests.portal.stage import YESTERDAY, present, running


def staff(*roles: Role) -> Person:
    with db.transaction() as session:
        return make.person(session, "陈敏", roles=roles)


def busy_class(session: Session, who: Person | None = None, *, manager: Person | None = None) -> str:
    """A running class with a sitting today, an open one, and somebody in both."""
    teacher, room = manager or make.person(session, "李建国", roles=(Role.INSTRUCTOR,)), make.place(session)
    running = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY, manager=manager)
    row = make.sitting(session, running, instructor=teacher, at=room, hour=14)
    open_ = make.class_session(session, title="社区消防与燃气安全骨干班", capacity=9)
    make.sitting(session, open_, instructor=teacher, at=room)
    pool = make.pool(session, running)
    make.pool(session, open_)
    for person in (who or make.person(session), make.person(session, "阿卜杜热西提·买买艾力江")):
        make.enrolment(session, pool, person)
        session.add(
            HoursEntry(
                person_id=person.id, class_session_id=running.id, kind=HoursKind.FIELD,
                evidence_kind=EvidenceKind.REGISTER, evidence_id=row.id, turn=1, year=2026, tenths=35,
                reverses_id=None, entered_at=make.NOW, entered_by="陈敏",
            )
        )  # fmt: skip
    return running.code


def test_the_front_page_of_an_empty_academy_says_what_comes_next(client: PageClient) -> None:
    page = text_of(client.get("/"))
    assert "目前没有正在报名的培训班" in page or "No class takes enrolments at the moment" in page


def test_the_front_page_shows_figures_openings_and_the_way_to_verify(client: PageClient) -> None:
    with db.transaction() as session:
        busy_class(session)
    answer = client.get("/")
    page = text_of(answer)
    assert "社区消防与燃气安全骨干班" in page
    assert 'action="/verify/"' in answer.text
    assert 'href="/courses/"' in answer.text
    assert "/desk" not in answer.text


def test_whoever_is_signed_in_is_led_to_their_desk(sign_in: SignInAs) -> None:
    assert 'href="/desk"' in sign_in(staff(Role.TRAINEE)).get("/").text


@pytest.mark.parametrize(
    ("roles", "desk"),
    [
        ((Role.TRAINEE,), "/me/"),
        ((Role.LIAISON,), "/unit/"),
        ((Role.INSTRUCTOR, Role.TRAINEE), "/teach/"),
        ((Role.ADMIN, Role.INSTRUCTOR), "/admin/"),
        ((Role.AUDITOR,), "/audit/"),
        ((), "/"),
    ],
)
def test_each_role_has_its_desk(sign_in: SignInAs, roles: tuple[Role, ...], desk: str) -> None:
    with db.transaction() as session:
        who = make.person(session, roles=roles, unit=make.unit(session))
    client = sign_in(who)
    answer = client.get("/desk")
    if not roles:
        assert answer.status_code == 403
        return
    assert (answer.status_code, answer.location) == (303, desk)
    assert client.get(desk).status_code == 200


def test_a_trainee_sees_what_is_next_what_is_missing_and_what_can_be_taken(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session)
        code = busy_class(session, who)
    answer = sign_in(who).get("/me/")
    page = text_of(answer)
    for words in ("14:00", "李建国", "院本部 301", "网格路 1 号", "3.5", "社区消防与燃气安全骨干班", code):
        assert words in page
    assert f'href="/classes/{code}"' in answer.text


def test_a_trainee_without_a_class_is_told_what_to_do(sign_in: SignInAs) -> None:
    answer = sign_in(staff(Role.TRAINEE)).get("/me/")
    assert answer.text.count('href="/classes/"') >= 2


def test_a_manager_takes_the_register_of_todays_sitting(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        manager = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        code = busy_class(session, manager=manager)
    answer = sign_in(manager).get("/teach/")
    assert f'href="/teach/classes/{code}"' in answer.text
    assert "到课率 100%，已登记 1 / 1 次课" in text_of(answer)


@pytest.mark.parametrize(("districts", "told"), [(3, False), (5, True)])
def test_that_more_units_follow_is_said(sign_in: SignInAs, *, districts: int, told: bool) -> None:
    with db.transaction() as session:
        chief = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
        names = ("玄武区", "鼓楼区", "秦淮区", "溧水区", "六合区")[:districts]
        good, *lost = (make.person(session, f"学员{number}") for number in range(7))
        of, sittings = running(session, good, *lost, manager=chief)
        for number, each in enumerate(lost):
            claim = session.scalars(select(Enrolment).where(Enrolment.person_id == each.id)).one()
            claim.unit_name = names[number % districts]
        extra = make.sitting(
            session, of, instructor=chief, at=make.place(session, "203 教室"), day=YESTERDAY, hour=9, hours=120
        )
        present(session, extra, good)
        present(session, sittings[0], good)
    page = text_of(sign_in(chief).get("/teach/"))
    assert ("人等" in page) is told


def test_a_liaison_sees_nobody_of_another_unit(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street, elsewhere = make.unit(session, "梅岭新村街道", parent=district), make.unit(session, "六合区")
        make.person(session, "欧阳建平", unit=elsewhere)
        busy_class(session, make.person(session, "王秀兰", unit=street))
        liaison = make.person(session, "周堃", roles=(Role.LIAISON,), unit=district)
    client = sign_in(liaison)
    answer = client.get("/unit/")
    page = text_of(answer)
    assert "王秀兰" in page
    assert client.get(re.findall(r'href="(/unit/people/[0-9]+)"', answer.text)[0]).status_code == 200
    assert "梅岭新村街道" in page
    assert "欧阳建平" not in page
    assert "欧阳建平" not in text_of(client.get(f"/unit/?unit={elsewhere.id}"))
    assert "王秀兰" not in text_of(client.get("/unit/?q=周"))


def test_the_office_sees_where_the_class_sessions_stand(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        busy_class(session)
    answer = sign_in(staff(Role.ADMIN)).get("/admin/")
    assert "state=enrolling" in answer.text


@pytest.mark.parametrize("path", ["/", "/me/", "/teach/", "/unit/", "/admin/", "/audit/"])
def test_no_page_asks_more_where_there_is_more(sign_in: SignInAs, statements: list[str], path: str) -> None:
    with db.transaction() as session:
        unit = make.unit(session)
        who = make.person(session, roles=tuple(Role), unit=unit)
        busy_class(session, who, manager=who)
    client = sign_in(who)
    client.get(path)
    statements.clear()
    client.get(path)
    few = len(statements)
    with db.transaction() as session:
        for days in range(1, 6):
            busy_class(session, make.person(session, unit=unit), manager=who)
            again = make.class_session(session, starts_on=make.TODAY + timedelta(days=days), manager=who)
            make.sitting(session, again, instructor=who, at=make.place(session), hour=19)
            pool = make.pool(session, again)
            make.enrolment(session, pool, who)
            make.enrolment(session, pool, make.person(session, unit=unit), state=EnrolmentState.WAITING)
    statements.clear()
    client.get(path)
    assert len(statements) <= few
    assert few <= 37  # all roles at once, so each desk asks what every other one does
