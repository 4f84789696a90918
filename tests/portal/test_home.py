"""The front page: what one can do here, and the academy in numbers that were counted."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.ground import db
from academy.ground.access import Role
from academy.hours.models import Completion
from academy.people.models.register import Person
from academy.portal.queries import figures
from tests import make
from tests.pages import PageClient, text_of

MONDAY, SUNDAY = date(2026, 11, 16), make.TODAY


def complete(session: Session, who: Person, of: ClassSession) -> None:
    session.add(
        Completion(
            person_id=who.id, class_session_id=of.id, programme_id=of.programme_id, tenths=80, completed_on=SUNDAY
        )
    )
    session.flush()


def week(session: Session) -> None:
    """Two sittings of this week in one place, one of the week before, one of a cancelled class."""
    teacher, other = (make.person(session, name, roles=(Role.INSTRUCTOR,)) for name in ("李建国", "沈桂芳"))
    room = make.place(session)
    running = make.class_session(session, state=ClassState.RUNNING, starts_on=MONDAY - timedelta(days=1), days=8)
    for day, who in ((MONDAY - timedelta(days=1), teacher), (MONDAY, teacher), (SUNDAY, other)):
        make.sitting(session, running, instructor=who, at=room, day=day)
    off = make.class_session(session, state=ClassState.CANCELLED, starts_on=MONDAY)
    make.sitting(session, off, instructor=teacher, at=make.place(session), day=MONDAY)


def test_each_figure_is_counted_over_its_own_rows(session: Session) -> None:
    week(session)
    one, two = make.person(session), make.person(session, "欧阳建平")
    closed = make.class_session(session, state=ClassState.CLOSED, starts_on=date(2025, 3, 1))
    concluded = make.class_session(session, state=ClassState.CONCLUDED, starts_on=date(2026, 3, 1))
    for who, of in ((one, closed), (two, closed), (one, concluded)):
        complete(session, who, of)
    for name in ("玄武区", "六合区"):
        district = make.unit(session, name)
        make.place(session, f"{name}基地", district=district)
        make.place(session, f"{name}旧基地", district=district).retired_on = make.TODAY
    session.flush()
    found = figures.figures(session, today=make.TODAY)
    assert (found.held, found.persons, found.person_times) == (2, 2, 3)
    assert (found.sites, found.districts) == (2, 2)
    assert (found.sittings, found.places, found.instructors) == (2, 1, 2)
    assert found.certificates == 0
    assert found.courses == found.theory + found.practice > 0


def test_a_week_goes_from_monday_to_sunday() -> None:
    assert figures.week_of(MONDAY) == figures.week_of(SUNDAY) == (MONDAY, SUNDAY)
    assert figures.week_of(SUNDAY + timedelta(days=1))[0] == SUNDAY + timedelta(days=1)


@pytest.mark.usefixtures("app")
def test_an_empty_academy_shows_no_zero_and_says_what_comes_next(client: PageClient) -> None:
    page = text_of(client.get("/"))
    for words in (
        "目前没有正在报名的培训班",
        "还没有发布过通知",
        "还没有培训班上完课",
        "还没有基地",
        "本周没有课",
    ):
        assert words in page
    for name in ("教学", "科研", "展示", "调度", "信息化", "生活保障"):
        assert name in page
    assert " 0 " not in page


@pytest.mark.usefixtures("app")
def test_a_visitor_can_enrol_find_verify_and_read(client: PageClient) -> None:
    with db.transaction() as session:
        open_ = make.class_session(session, title="社区消防与燃气安全骨干班", capacity=9)
        make.pool(session, open_)
        code = open_.code
    html = client.get("/").text
    for address in (f'href="/classes/{code}"', 'action="/courses/"', 'action="/verify/"', 'href="/register"'):
        assert address in html
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    page = text_of(client.get("/"))
    assert "Six functions, in numbers" in page
    assert "9 of 9 places left" in page


@pytest.mark.usefixtures("app")
def test_the_districts_lead_to_their_field_sites(client: PageClient) -> None:
    assert 'class="map"' not in client.get("/").text
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        make.place(session, "调解中心", district=district)
        make.place(session, "旧馆", district=district).retired_on = make.TODAY
        address = f'href="/sites/?district={district.id}#list"'
    html = client.get("/").text
    assert address in html
    assert "玄武区：1 个基地" in html


def test_the_front_page_costs_the_same_however_much_there_is(
    app: Flask, client: PageClient, statements: list[str]
) -> None:
    def cost() -> int:
        statements.clear()
        assert client.get("/").status_code == 200
        return len(statements)

    assert app.testing
    few = cost()
    with db.transaction() as session:
        week(session)
        for _ in range(12):
            make.pool(session, make.class_session(session))
    assert cost() == few <= 5
