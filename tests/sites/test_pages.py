"""Pages of places."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.ground import clock, db
from academy.ground.access import Role
from academy.people.models.register import Person, Unit
from academy.sites import queries
from academy.sites.models import Place
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient, parse, text_of


def site(session: Session, name: str, district: str) -> Place:
    row = make.place(session, name, district=make.unit(session, district), capacity=45)
    row.opening_weekdays, row.contact_phone, row.teaches = [1, 2, 3, 4, 5, 7], "025 8000 0001", "当面调解"
    row.gcj02_latitude, row.gcj02_longitude = 32.0603, 118.7969
    return row


@pytest.fixture
def admin(app: Flask) -> Person:
    with db.transaction() as session:
        site(session, "调解中心", "玄武区").slug = "mediation"
        site(session, "消防馆", "江宁区").slug = "fire"
        return make.person(session, "赵敏", roles=(Role.ADMIN,))


def english(client: PageClient) -> PageClient:
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    return client


@pytest.mark.usefixtures("admin")
def test_everybody_finds_the_sites_by_district(client: PageClient) -> None:
    page = text_of(client.get("/sites/"))
    assert "玄武区" in page
    assert "消防馆" in page
    with db.reading() as session:
        district_id = next(
            each.facts.district_id for each in queries.field_sites(session) if each.slug == "mediation"
        )
    chosen = text_of(client.get(f"/sites/?district={district_id}"))
    assert "调解中心" in chosen
    assert "基地：玄武区" in chosen
    assert "消防馆" not in chosen
    assert client.get("/sites/?district=999").status_code == 200


@pytest.mark.usefixtures("admin")
def test_each_district_is_a_tile_that_leads_to_its_sites(client: PageClient) -> None:
    drawing = parse(client.get("/sites/").text).find(".//nav[@class='map']")
    tiles = {link.get("aria-label"): link for link in drawing.iter("{*}a")}
    assert list(tiles) == ["玄武区：1 个基地", "江宁区：1 个基地"]
    assert len(list(drawing.iter("{*}rect"))) == 12
    chosen = client.get(tiles["江宁区：1 个基地"].get("href"))
    current = [link for link in parse(chosen.text).iter("{*}a") if link.get("aria-current") == "true"]
    assert [link.get("aria-label") for link in current] == ["江宁区：1 个基地"]
    assert current[0].get("href") == "/sites/#list"
    assert "消防馆" in text_of(chosen)


@pytest.mark.usefixtures("admin")
def test_districts_of_another_city_are_listed_without_a_drawing(client: PageClient) -> None:
    with db.transaction() as session:
        site(session, "湖边站", "吴中区")
    answer = client.get("/sites/")
    assert "湖边站" in text_of(answer)
    assert "<svg viewBox=" not in answer.text.partition("<main")[2]


@pytest.mark.usefixtures("admin")
def test_a_site_names_its_neighbours_and_what_is_taught_there_next(client: PageClient) -> None:
    with db.transaction() as session:
        near = make.place(session, "樱桥站", district=session.get_one(Unit, 1))
        teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        day = clock.local_date(clock.now()) + timedelta(days=3)
        of = make.class_session(session, starts_on=day, title="调解骨干班")
        draft = make.class_session(session, starts_on=day, title="没公布的班", state=ClassState.DRAFT)
        for each in (of, draft):
            make.sitting(session, each, instructor=teacher, at=near)
        slug, code = near.slug, of.code
    page = client.get(f"/sites/{slug}")
    assert f'href="/classes/{code}"' in page.text
    assert 'href="/sites/mediation"' in page.text
    assert "没公布的班" not in page.text
    assert "消防馆" not in page.text


@pytest.mark.usefixtures("app")
def test_no_sites_yet_says_so(client: PageClient) -> None:
    assert "0 处" not in text_of(client.get("/sites/"))


@pytest.mark.usefixtures("admin")
def test_a_site_tells_when_it_is_open_and_where_maps_show_it(client: PageClient) -> None:
    answer = english(client).get("/sites/mediation")
    assert "Mon to Fri, Sun" in text_of(answer)
    html = answer.get_data(as_text=True)
    for host in ("uri.amap.com", "api.map.baidu.com", "apis.map.qq.com"):
        assert f'href="https://{host}/' in html
    assert "_blank" not in html
    assert client.get("/sites/nowhere").status_code == 404


def test_the_office_adds_changes_and_retires_places(admin: Person, sign_in: SignInAs) -> None:
    client = sign_in(admin)
    room = {"kind": "room", "name": "院本部 301", "address": "网格路 1 号", "capacity": "60"}
    assert client.send("/admin/places/new", **room).status_code == 303
    url = "/admin/places/yuan-ben-bu-301"
    assert client.send(url, capacity="70").status_code == 303
    assert client.send(f"{url}/retire", page=url, on="2026-11-01").status_code == 303
    with db.reading() as session:
        place = queries.place(session, "yuan-ben-bu-301")
    assert place is not None
    assert place.facts.capacity == 70
    assert str(place.retired_on) == "2026-11-01"
    assert client.get("/admin/places/").status_code == 200
    assert client.get("/sites/yuan-ben-bu-301").status_code == 200


def test_a_place_that_will_not_do_is_told(admin: Person, sign_in: SignInAs) -> None:
    client = sign_in(admin)
    assert client.send("/admin/places/new", name="").status_code == 422
    assert client.send("/admin/places/new", name="  ", address="网格路 1 号", capacity="30").status_code == 422
    site_without = {"kind": "field_site", "name": "馆", "address": "路", "capacity": "6"}
    assert client.send("/admin/places/new", **site_without).status_code == 409
    assert (
        client.send("/admin/places/mediation/retire", page="/admin/places/mediation", on="soon").status_code == 422
    )
    assert client.get("/admin/places/nowhere").status_code == 404


def test_lists_cost_the_same_however_long(admin: Person, sign_in: SignInAs, statements: list[str]) -> None:
    client = sign_in(admin)

    def costs() -> list[int]:
        found = []
        for url in ("/sites/", "/admin/places/"):
            statements.clear()
            client.get(url)
            found.append(len(statements))
        return found

    few = costs()
    with db.transaction() as session:
        for number in range(20):
            site(session, f"基地{number}", f"区{number}")
    assert costs() == few
