"""The office's pages of class sessions."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from academy.classes.actions import sessions as actions
from academy.classes.models import ClassKind
from academy.classes.queries import office as office_queries
from academy.classes.queries import sessions
from academy.classes.rules import ClassState, Step
from academy.ground import db
from academy.ground.access import Role
from tests import make
from tests.classes.conftest import FIRST_DAY, Office, furnish
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of


@pytest.fixture
def office(app: Flask) -> Office:
    """An office that every session sees, behind the pages of the application."""
    assert app.testing
    with db.transaction() as session:
        return furnish(session)


@pytest.fixture
def client(sign_in: SignInAs, office: Office) -> PageClient:
    """An admin's browser."""
    assert office.actor.is_admin
    with db.transaction() as session:
        admin = make.person(session, "赵敏", roles=(Role.ADMIN,))
    return sign_in(admin)


def create(office: Office, *groups: str, timetable: bool = True, **changes: Any) -> str:
    with db.transaction() as session:
        code = office.create(session, *groups, **changes).code
        if timetable:
            office.add(session, code, office.sitting())
        return code


def seen(code: str) -> sessions.ClassView:
    with db.reading() as session:
        view = sessions.class_session(session, code)
    assert view is not None
    return view


def timetable_of(code: str) -> tuple[sessions.SittingView, ...]:
    with db.reading() as session:
        return sessions.sittings(session, seen(code).id)


def a_class(office: Office) -> dict[str, str]:
    return {
        "title": "第一期", "kind_id": str(office.facts.kind_id), "level_id": str(office.facts.level_id),
        "programme_id": str(office.facts.programme_id), "manager_id": "0", "capacity": "40",
        "starts_on": "2026-12-02", "ends_on": "2026-12-03", "opens_at": "2026-11-23T09:00",
        "closes_at": "2026-11-30T18:00",
    }  # fmt: skip


def test_a_class_session_is_made_changed_and_planned(client: PageClient, office: Office) -> None:
    answer = client.send("/admin/classes/new", **a_class(office))
    url = answer.headers["Location"]
    code = url.rpartition("/")[2]
    view = seen(code)
    assert (view.title, view.manager_name, view.state) == ("第一期", "", ClassState.DRAFT)
    assert view.opens_at.isoformat() == "2026-11-23T01:00:00+00:00"
    assert client.send(f"{url}/edit", manager_id=office.instructors[1].id).status_code == 303
    assert seen(code).manager_name == "周琳"
    assert seen(code).opens_at == view.opens_at
    sitting = {
        "course_id": str(office.courses[1].id), "instructor_id": str(office.instructors[0].id),
        "day": "2026-12-03", "starts": "14:00", "ends": "17:00",
    }  # fmt: skip
    assert client.send(f"{url}/sittings/new", **{**sitting, "instructor_id": "0"}).status_code == 422
    assert client.send(f"{url}/sittings/new", **sitting).status_code == 303
    (planned,) = timetable_of(code)
    assert (planned.course_title, planned.tenths) == ("走访倾听", 40)
    assert planned.starts_at.isoformat() == "2026-12-03T06:00:00+00:00"
    page = text_of(client.get(url))
    assert "调解实务" in page  # not yet in the timetable
    removal = f"{url}/sittings/{planned.id}/remove"
    assert client.send(removal, page=url).status_code == 303
    assert timetable_of(code) == ()


@pytest.mark.parametrize(
    "wrong",
    [{"title": "  "}, {"starts_on": "0206-12-02"}, {"ends_on": "2100-01-01"}, {"opens_at": "1026-11-23T09:00"}],
)
def test_blanks_and_days_out_of_time_are_refused(
    client: PageClient, office: Office, wrong: dict[str, str]
) -> None:
    assert client.send("/admin/classes/new", **{**a_class(office), **wrong}).status_code == 422


def test_groups_come_by_lines_and_sittings_are_for_some(client: PageClient, office: Office) -> None:
    code = create(office, timetable=False)
    url = f"/admin/classes/{code}"
    assert client.send(f"{url}/groups", page=url, names="一组\n\n二组 \n").status_code == 303
    with db.reading() as session:
        first, second = sessions.groups(session, seen(code).id)
    assert (first.name, second.name) == ("一组", "二组")
    assert client.send(f"{url}/groups/{first.id}", name="甲组").status_code == 303
    values = {
        "instructor_id": str(office.instructors[0].id), "day": FIRST_DAY.isoformat(), "hours": "3.5",
        "group_ids": str(second.id),
    }  # fmt: skip
    assert client.send(f"{url}/sittings/new", **values).status_code == 303
    (sitting,) = timetable_of(code)
    assert (sitting.group_names, sitting.tenths) == (("二组",), 35)
    assert "甲组" in text_of(client.get(url))
    assert client.post(f"{url}/groups", data={"names": ""}).status_code in {400, 422}
    assert client.get(f"{url}/groups/99").status_code == 404


def test_a_clash_is_a_409_that_names_who_what_and_when(client: PageClient, office: Office) -> None:
    create(office)
    code = create(office, timetable=False)
    values = {"instructor_id": str(office.instructors[0].id), "day": FIRST_DAY.isoformat()}
    answer = client.send(f"/admin/classes/{code}/sittings/new", **values)
    assert answer.status_code == 409
    page = text_of(answer)
    for said in ("李建国", "院本部 301", "2026-001", f"{FIRST_DAY} 09:00"):
        assert said in page


def test_steps_are_offered_with_the_reasons_against_them(client: PageClient, office: Office) -> None:
    code = create(office, timetable=False)
    url = f"/admin/classes/{code}"
    html = client.get(url).get_data(as_text=True)
    assert f"{url}/steps/publish" not in html
    assert f'href="{url}/cancel"' in html
    with db.transaction() as session:
        office.add(session, code, office.sitting())
    assert client.send(f"{url}/steps/publish", page=url).status_code == 303
    assert seen(code).state is ClassState.PUBLISHED
    html = client.get(url).get_data(as_text=True)
    assert f"{url}/steps/open_enrolment" not in html
    token = html.split('name="csrf_token" value="')[1].split('"')[0]
    for foreign in ("open_enrolment", "start", "conclude", "cancel", "nonsense"):
        assert client.post(f"{url}/steps/{foreign}", data={"csrf_token": token}).status_code == 404
    assert client.post(f"{url}/steps/close", data={"csrf_token": token}).status_code == 409


def test_what_is_announced_is_not_asked_again(client: PageClient, office: Office) -> None:
    code = create(office)
    with db.transaction() as session:
        for step in (Step.PUBLISH, Step.OPEN_ENROLMENT, Step.START):
            actions.step(session, actor=office.actor, code=code, step=step, now=make.NOW)
    html = client.get(f"/admin/classes/{code}/edit").get_data(as_text=True)
    assert 'name="title"' in html
    for fixed in ("programme_id", "capacity", "opens_at", "starts_on"):
        assert f'name="{fixed}"' not in html
    assert client.send(f"/admin/classes/{code}/edit", title="改名", capacity="500").status_code == 303
    assert (seen(code).title, seen(code).capacity) == ("改名", 40)
    with db.transaction() as session:
        actions.step(session, actor=office.actor, code=code, step=Step.CANCEL, now=make.NOW)
    assert client.get(f"/admin/classes/{code}/edit").status_code == 409
    assert client.get(f"/admin/classes/{code}").status_code == 200


def test_the_list_is_narrowed_and_says_when_nothing_fits(client: PageClient, office: Office) -> None:
    assert client.get("/admin/classes/").status_code == 200
    for number in range(25):
        create(office, timetable=False, title=f"第{number:02d}期")
    page = client.get("/admin/classes/")
    assert "第24期" in text_of(page)
    assert "第00期" not in text_of(page)
    following = client.get("/admin/classes/?at=" + page.get_data(as_text=True).split("at=")[1].split('"')[0])
    assert "第00期" in text_of(following)
    assert "第07期" in text_of(client.get("/admin/classes/?q=第07期&state=draft&year=2026"))
    assert "第07期" not in text_of(client.get("/admin/classes/?state=closed"))
    assert client.get("/admin/classes/?state=nonsense&year=x&kind=x&at=x").status_code == 200
    assert client.get("/admin/classes/2026-999").status_code == 404


def test_the_list_is_saved_as_a_spreadsheet(client: PageClient, office: Office) -> None:
    create(office, timetable=False, title="=1+1")
    answer = client.send("/admin/classes/export.xlsx", page="/admin/classes/")
    assert answer.status_code == 200
    assert (answer.mimetype or "").endswith("spreadsheetml.sheet")
    assert answer.data.startswith(b"PK")
    assert client.post("/admin/classes/export.xlsx").status_code == 400


def test_kinds_and_levels_are_added_and_renamed(client: PageClient, office: Office) -> None:
    page = "/admin/class-values/"
    assert client.send("/admin/class-values/levels", page=page, name="省级").status_code == 303
    assert client.send("/admin/class-values/levels", page=page, name="省级").status_code == 409
    assert client.send("/admin/class-values/kinds", page=page, name="").status_code == 422
    assert client.send(f"/admin/class-values/kinds/{office.facts.kind_id}", name="岗前班").status_code == 303
    with db.reading() as session:
        assert [value.name for value in office_queries.kinds(session)] == ["岗前班"]
        assert [value.name for value in office_queries.levels(session)] == ["市级", "省级"]
        assert session.get_one(ClassKind, office.facts.kind_id).name == "岗前班"
    assert client.get("/admin/class-values/colours/1").status_code == 404
    assert client.get("/admin/class-values/kinds/99").status_code == 404


def test_pages_cost_the_same_however_long(client: PageClient, office: Office, statements: list[str]) -> None:
    code = create(office, "一组")

    def costs() -> list[int]:
        found = []
        for url in ("/admin/classes/", f"/admin/classes/{code}", "/admin/class-values/"):
            statements.clear()
            client.get(url)
            found.append(len(statements))
        return found

    few = costs()
    for number in range(8):
        create(office, timetable=False, title=f"第{number}期")
    with db.transaction() as session:
        office.add(session, code, office.sitting(hour=13))
        next_day = timedelta(days=1)
        later = office.sitting()
        office.add(
            session, code, office.sitting(starts_at=later.starts_at + next_day, ends_at=later.ends_at + next_day)
        )
        actions.add_groups(session, actor=office.actor, code=code, names=["二组", "三组"], now=make.NOW)
    assert costs() == few
