"""Pages of courses and programmes."""

import pytest
from flask import Flask

from academy.catalogue import actions, queries
from academy.catalogue.rules.files import read_all
from academy.catalogue.rules.kinds import Domain
from academy.ground import db
from academy.ground.access import Role, operator
from academy.people.models.register import Person
from tests import make
from tests.catalogue.test_files import folder, named
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of


@pytest.fixture
def admin(app: Flask) -> Person:
    with db.transaction() as session:
        courses, _problems = read_all([folder(), named("aed", '"cpr"', title="除颤")])
        actions.apply(session, actor=operator(), courses=courses, now=make.NOW)
        return make.person(session, "赵敏", roles=(Role.ADMIN,))


def ids() -> dict[str, str]:
    with db.reading() as session:
        return {slug: str(course_id) for slug, course_id in queries.course_ids(session).items()}


@pytest.mark.usefixtures("admin")
def test_everybody_finds_courses(client: PageClient) -> None:
    page = text_of(client.get("/courses/?domain=practice"))
    assert "心肺复苏" in page
    assert "除颤" in page
    found = text_of(client.get("/courses/?domain=practice&q=除颤"))
    assert "除颤" in found
    assert "心肺复苏" not in found


@pytest.mark.usefixtures("admin")
def test_nothing_found_leads_on(client: PageClient) -> None:
    elsewhere = client.get("/courses/?domain=theory&q=除颤").get_data(as_text=True)
    assert "domain=practice" in elsewhere
    assert "除颤" in text_of(client.get("/courses/?q=除颤"))
    assert client.get("/courses/?q=没有的课").status_code == 200
    assert client.get("/courses/?domain=nonsense&level=nonsense").status_code == 200


@pytest.mark.usefixtures("admin")
def test_words_find_courses_of_both_kinds_titles_first(client: PageClient) -> None:
    with db.transaction() as session:
        theory = make.course(session, "社区用电")
        theory.domain, theory.summary = Domain.THEORY, "触电以后除颤也在这里说到"
    page = client.get("/courses/?q=除颤")
    assert page.text.index('href="/courses/aed"') < page.text.index("社区用电")
    assert 'name="domain"' not in page.text
    only = client.get("/courses/?q=除颤&domain=practice")
    assert "社区用电" not in text_of(only)
    assert 'name="domain" value="practice"' in only.text
    assert 'name="domain"' not in client.get("/courses/").text


@pytest.mark.usefixtures("app")
def test_an_empty_catalogue_says_so(client: PageClient) -> None:
    page = text_of(client.get("/courses/"))
    assert "这里还没有课程" in page
    assert "academy courses sync" not in page


@pytest.mark.usefixtures("admin")
def test_a_course_tells_all_about_itself(client: PageClient) -> None:
    answer = client.get("/courses/aed")
    page = text_of(answer)
    for said in ("能在十秒内判断呼吸", "练判断。", "操作考核。", "全体网格员", "这门课解决什么问题"):
        assert said in page
    assert 'href="/courses/cpr"' in answer.get_data(as_text=True)
    assert client.get("/courses/nothing").status_code == 404


def test_the_office_makes_and_changes_programmes(admin: Person, sign_in: SignInAs) -> None:
    client, known = sign_in(admin), ids()
    assert client.get("/admin/programmes/").status_code == 200
    values = {"title": "急救方案", "required_percent": "80", "courses-0": known["aed"], "courses-3": known["cpr"]}
    assert client.send("/admin/programmes/new", **values).status_code == 303
    with db.reading() as session:
        (line,) = queries.programmes(session)
        assert [course.slug for course in queries.programme(session, line.id).courses] == ["aed", "cpr"]
    assert "急救方案" in text_of(client.get("/admin/programmes/"))
    url = f"/admin/programmes/{line.id}"
    assert client.send(url, **{"courses-0": known["cpr"], "courses-1": "0"}).status_code == 303
    with db.reading() as session:
        assert [course.slug for course in queries.programme(session, line.id).courses] == ["cpr"]


def test_a_programme_that_will_not_do_is_told(admin: Person, sign_in: SignInAs) -> None:
    client, known = sign_in(admin), ids()
    assert client.send("/admin/programmes/new", title="", required_percent="0").status_code == 422
    twice = {"title": "方案", "courses-0": known["aed"], "courses-1": known["aed"]}
    assert client.send("/admin/programmes/new", **twice).status_code == 409
    assert client.get("/admin/programmes/9").status_code == 404


def test_lists_cost_the_same_however_long(admin: Person, sign_in: SignInAs, statements: list[str]) -> None:
    client = sign_in(admin)

    def costs() -> list[int]:
        found = []
        for url in ("/courses/", "/admin/programmes/"):
            statements.clear()
            client.get(url)
            found.append(len(statements))
        return found

    few = costs()
    with db.transaction() as session:
        for _ in range(20):
            make.programme(session, make.course(session))
    assert costs() == few
