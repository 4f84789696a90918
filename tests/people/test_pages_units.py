"""The office's pages of units: the tree, one unit, its changes, and its desk."""

from dataclasses import dataclass

import pytest

from academy.ground import db
from academy.ground.access import Role
from academy.people.models.register import Person
from academy.people.queries import register
from tests import make
from tests.make import TODAY
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs


@dataclass(frozen=True)
class Town:
    """A district with two streets; the first has somebody and a liaison."""

    district_id: int
    street_id: int
    other_id: int
    person_id: int
    liaison: Person


@pytest.fixture
def town(client: PageClient) -> Town:
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street, other = (make.unit(session, name, parent=district) for name in ("樱桥街道", "桃渡街道"))
        person = make.person(session, "王秀兰", unit=street, phone="13900000001")
        liaison = make.person(session, "陈敏", roles=(Role.LIAISON,), unit=street)
        session.expunge_all()
        return Town(district.id, street.id, other.id, person.id, liaison)


@pytest.fixture
def office(town: Town, sign_in: SignInAs) -> PageClient:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
    return sign_in(admin)


def paths() -> dict[tuple[str, ...], int]:
    with db.reading() as session:
        return register.unit_paths(session, TODAY)


def test_the_tree_is_searched_and_taken_away(office: PageClient, town: Town) -> None:
    page = text_of(office.get("/admin/units"))
    assert "玄武区 · 樱桥街道" in page
    assert "陈敏" in page
    assert "桃渡街道" not in text_of(office.get("/admin/units?q=陈敏"))
    assert "樱桥街道" not in text_of(office.get("/admin/units?q=nowhere"))
    assert "樱桥街道" in office.get("/admin/units/export.csv").text
    assert office.get("/admin/units/export.xlsx").status_code == 200
    assert "樱桥街道" not in office.get("/admin/units/export.csv?q=桃渡").text  # as the page is narrowed


def test_only_the_office_keeps_units(town: Town, sign_in: SignInAs) -> None:
    liaison = sign_in(town.liaison)
    assert liaison.get("/admin/units").status_code == 403
    assert liaison.send_bare(f"/admin/units/{town.street_id}/rename", name="樱驼街道").status_code == 403


def test_a_unit_is_added_and_renamed(office: PageClient, town: Town) -> None:
    assert office.send("/admin/units/new", name="").status_code == 422
    assert office.send("/admin/units/new", name="樱桥街道", above=town.district_id).status_code == 409
    answer = office.send("/admin/units/new", name="新桥街道", above=town.district_id)
    assert answer.location == f"/admin/units/{paths()['玄武区', '新桥街道']}"
    url = f"{answer.location}/rename"
    assert office.send(url, name="新江街道", on="2026-12-01").status_code == 409
    url = f"/admin/units/{town.street_id}/rename"
    assert office.send(url, name="樱驼街道", on="").status_code == 422
    assert office.send(url, name="樱驼街道", on="2026-11-01").location == f"/admin/units/{town.street_id}"
    assert "樱桥街道" in text_of(office.get(f"/admin/units/{town.street_id}"))
    assert paths()["玄武区", "樱驼街道"] == town.street_id


def test_a_unit_is_merged_and_its_page_says_so(office: PageClient, town: Town) -> None:
    url = f"/admin/units/{town.street_id}/merge"
    assert office.send(url, into="0").status_code == 422
    assert office.send(url, into=town.district_id).status_code == 422
    answer = office.send(url, into=town.other_id, on="2026-11-01")
    assert answer.location == f"/admin/units/{town.other_id}"
    assert "樱桥街道" in text_of(office.get(answer.location))
    gone = text_of(office.get(f"/admin/units/{town.street_id}"))
    assert "桃渡街道" in gone
    assert ("玄武区", "樱桥街道") not in paths()
    assert office.send_bare(url, into=town.other_id, on="2026-11-01").status_code == 409


def test_a_unit_is_split(office: PageClient, town: Town) -> None:
    url = f"/admin/units/{town.street_id}/split"
    assert office.send(url, name="樱北街道").status_code == 422
    answer = office.send(url, name="樱北街道", people=str(town.person_id))
    assert answer.location == f"/admin/units/{paths()['玄武区', '樱北街道']}"
    with db.reading() as session:
        found = register.unit_of(session, town.person_id, TODAY)
    assert found is not None
    assert found.name == "樱北街道"
    assert office.get(f"/admin/units/{town.other_id}/split").status_code == 200


def test_a_desk_goes_to_somebody_found_by_phone(office: PageClient, town: Town, sign_in: SignInAs) -> None:
    page = f"/admin/units/{town.street_id}/desk"
    assert "王秀兰" in text_of(office.get(f"{page}?q=13900000001"))
    assert "王秀兰" not in text_of(office.get(f"{page}?q=nobody"))
    url = f"{page}/{town.person_id}"
    assert office.send(url, on="2026-11-21").status_code == 409
    assert office.send(url).location == f"/admin/units/{town.street_id}"
    assert office.get(f"{page}/9999").status_code == 404
    assert sign_in(town.liaison).get("/unit/").status_code == 403


def test_a_signed_in_liaison_loses_the_desk_at_once(town: Town, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
    liaison = sign_in(town.liaison)
    assert liaison.get("/unit/").status_code == 200
    with liaison.session_transaction() as cookie:
        secret = cookie["_user_id"]
    url = f"/admin/units/{town.street_id}"
    assert sign_in(admin).send(f"{url}/desk/{town.liaison.id}/end", url).location == url
    with liaison.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert liaison.get("/unit/").status_code == 403


def test_a_desk_goes_to_somebody_new_with_a_sign_in_name(office: PageClient, town: Town) -> None:
    url, password = f"/admin/units/{town.other_id}/desk/new", "street-of-plums-7"
    assert office.send(url, name="赵一凡", account_name="zhao", password="short").status_code == 422
    assert office.send(url, name="赵一凡", account_name="Z", password=password).status_code == 422
    answer = office.send(url, name="赵一凡", account_name="zhao", password=password)
    assert answer.location == f"/admin/units/{town.other_id}"
    assert "赵一凡" in text_of(office.get(answer.location))
    assert office.send(url, name="赵一凡", account_name="zhao", password=password).status_code == 409
