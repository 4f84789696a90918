"""The pages of quotas and lists: what the office, a district and a street see and do there."""

from io import BytesIO

import pytest
from sqlalchemy import select

from academy.classes.rules import ClassState
from academy.enrolment.actions import stamped
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Role
from academy.ground.errors import Refused
from academy.people.models.register import Person, SignIn
from tests import make
from tests.enrolment.nominated import DISTRICTS_BY, Scene, claims, list_of, places, put, scene, state_of, without
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements

PDF = b"%PDF-1.7\n" + b"0" * 100


def set_up(**wanted: object) -> tuple[Scene, Person]:
    """A class session with nomination, and an admin."""
    with db.transaction() as session:
        on = scene(session, **wanted)  # type: ignore[arg-type]
        return on, make.person(session, "贺文清", roles=(Role.ADMIN,))


def as_(client: PageClient, who: Person) -> PageClient:
    """Sign somebody in, or go back to where they were signed in before."""
    secret = f"secret of {who.id}"
    with db.reading() as session:
        known = session.execute(select(SignIn.id).where(SignIn.person_id == who.id)).first()
    if known is None:
        return sign_in(client, who)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    return client


def page_of(on: Scene, unit_id: int) -> str:
    return f"/unit/classes/{on.code}?unit={unit_id}"


def test_the_whole_road_from_the_plan_to_a_confirmed_list(client: PageClient) -> None:
    on, admin = set_up()
    street, district = on.street, on.district
    by_street = as_(client, on.liaisons[street.id])
    url = f"/unit/classes/{on.code}"
    assert "梅岭街道" in text_of(by_street.get("/unit/classes/"))
    picked = [person.id for person in on.people[street.id][:2]]
    answer = by_street.send(f"{url}/{street.id}/places", page=url, picked=picked)
    assert (answer.status_code, answer.location) == (303, f"{url}?unit={street.id}#list")
    assert "梅小0" in text_of(by_street.get(url))
    assert by_street.send(f"{url}/{street.id}/hand-in", page=url).status_code == 303
    by_district = as_(client, on.liaisons[district.id])
    assert "已交区里" in text_of(by_district.get(url))
    other = on.streets[1]
    assert by_district.send(f"{url}/{other.id}/hand-in", page=page_of(on, other.id)).status_code == 303
    assert by_district.send(f"{url}/{district.id}/hand-in", page=url).status_code == 303
    office = as_(client, admin)
    shown = f"/admin/classes/{on.code}/places"
    assert "2 / 6" in text_of(office.get(shown))
    assert office.send(f"{url}/{district.id}/confirm", page=shown).status_code == 303
    with db.reading() as session:
        assert claims(session, on, street) == [EnrolmentState.SEATED] * 2


def test_the_office_plans_divides_evenly_saves_and_gives_from_the_reserve(client: PageClient) -> None:
    on, admin = set_up(state=ClassState.PUBLISHED)
    office = as_(client, admin)
    base = f"/admin/classes/{on.code}"
    plan = office.send(f"{base}/plan", confirm_hours="24")
    assert (plan.status_code, plan.location) == (303, f"{base}/places")
    assert office.send(f"{base}/plan", streets_by="2026-12-30T18:00").status_code == 409
    assert office.send(f"{base}/plan", confirm_hours="999").status_code == 422
    evenly = office.send(f"{base}/quotas", page=f"{base}/places", evenly="1", reserve="2")
    assert evenly.status_code == 200
    assert evenly.text.count('value="9"') == 2
    with db.reading() as session:
        assert places(session, on) == {}
    values = {f"unit_{district.id}": "8" for district in on.districts}
    assert office.send(f"{base}/quotas", page=f"{base}/places", reserve="2", **values).status_code == 303
    too_many = office.send(f"{base}/quotas", page=f"{base}/places", reserve="2", **dict.fromkeys(values, "18"))
    assert too_many.status_code == 409
    given = office.send(f"{base}/from-reserve", page=f"{base}/places", unit_id=str(on.district.id), number="2")
    assert given.status_code == 303
    with db.reading() as session:
        assert places(session, on) == {None: 2, on.district.id: 10, on.districts[1].id: 8}
    opened = office.send(f"{base}/open-enrolment", page=base)
    assert opened.status_code == 303
    with db.reading() as session:
        assert places(session, on)[on.district.id] == 10


def test_a_district_divides_and_returns_and_gives_time(client: PageClient) -> None:
    on, _admin = set_up()
    with db.transaction() as session:
        put(session, on, on.street)
    browser = as_(client, on.liaisons[on.district.id])
    url = f"/unit/classes/{on.code}"
    values = {f"unit_{street.id}": number for street, number in zip(on.streets[:2], ("4", "1"), strict=True)}
    assert browser.send(f"{url}/{on.district.id}/divide", **values).status_code == 303
    assert browser.send(f"{url}/{on.district.id}/divide", **dict.fromkeys(values, "1")).status_code == 409
    evenly = browser.send(f"{url}/{on.district.id}/divide", evenly="1")
    assert evenly.text.count('value="3"') == 2
    extended = browser.send(f"{url}/{on.street.id}/extend", until=f"{DISTRICTS_BY:%Y-%m-%dT08:00}")
    assert extended.status_code == 303
    assert browser.send(f"{url}/{on.street.id}/extend", until="").status_code == 422
    assert browser.send(f"{url}/{on.street.id}/remind", page=url).status_code == 303
    assert browser.send_bare(f"{url}/{on.street.id}/remind").status_code == 409
    assert browser.send(f"{url}/{on.district.id}/remind-all", page=url).status_code == 303
    assert browser.send(f"{url}/{on.street.id}/hand-in", page=page_of(on, on.street.id)).status_code == 303
    assert browser.send(f"{url}/{on.street.id}/return", reason="").status_code == 422
    assert browser.send(f"{url}/{on.street.id}/return", reason="请改岗位").status_code == 303
    with db.reading() as session:
        assert places(session, on)[on.street.id] == 4
        assert state_of(session, on, on.street) is ListState.RETURNED
    assert "请改岗位" in text_of(as_(client, on.liaisons[on.street.id]).get(url))


def test_a_stamped_form_is_told_by_its_first_bytes_and_seen_in_scope_only(client: PageClient) -> None:
    on, admin = set_up()
    url = f"/unit/classes/{on.code}/{on.district.id}"

    def send(data: bytes, name: str) -> int:
        browser = as_(client, on.liaisons[on.district.id])
        values = {"csrf_token": browser.token(), "file": (BytesIO(data), name)}
        return browser.post(f"{url}/form", data=values, content_type="multipart/form-data").status_code

    assert send(b"<html>", "名单.pdf") == 422
    assert send(b"", "名单.pdf") == 422
    with pytest.raises(Refused):
        stamped.keep_form(PDF + b"0" * 5_000_000, "名单.pdf")
    assert send(PDF, "../盖章 名单.exe") == 303
    with db.reading() as session:
        assert list_of(session, on, on.district).form_name == "..盖章 名单.pdf".lstrip(".")
    for holder in (on.liaisons[on.district.id], admin):
        answer = as_(client, holder).get(f"{url}/stamped")
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", PDF)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
    for stranger in (on.liaisons[on.street.id], on.liaisons[on.districts[1].id]):
        assert as_(client, stranger).get(f"{url}/stamped").status_code == 404
    assert as_(client, admin).get(f"/unit/classes/{on.code}/{on.street.id}/stamped").status_code == 404


@pytest.mark.parametrize("path", ["", "/return", "/extend", "/divide", "/form", "/stamped"])
def test_the_unit_of_somebody_else_is_not_found(client: PageClient, path: str) -> None:
    on, _admin = set_up()
    stranger = as_(client, on.liaisons[on.streets[2].id])
    url = f"/unit/classes/{on.code}/{on.street.id}{path}" if path else page_of(on, on.street.id)
    assert stranger.get(url).status_code == 404
    for deed in ("places", "hand-in", "take-back", "remind", "remind-all", "list.csv"):
        sent = stranger.send_bare(f"/unit/classes/{on.code}/{on.street.id}/{deed}", picked="1")
        assert sent.status_code == 404, deed


def test_the_office_alone_sees_quotas_and_confirms(client: PageClient) -> None:
    on, _admin = set_up()
    with db.transaction() as session:
        trainee = make.person(session, "学员")
    for holder, forbidden in ((on.liaisons[on.district.id], 403), (trainee, 403)):
        browser = as_(client, holder)
        assert browser.get(f"/admin/classes/{on.code}/places").status_code == forbidden
        assert browser.get(f"/admin/classes/{on.code}/plan").status_code == forbidden
        assert browser.send_bare(f"/unit/classes/{on.code}/{on.district.id}/confirm").status_code == forbidden
        for deed in ("quotas", "from-reserve", "return-unused", "remind-all", "confirm-all"):
            assert browser.send_bare(f"/admin/classes/{on.code}/{deed}").status_code == forbidden
    assert as_(client, trainee).get(f"/unit/classes/{on.code}").status_code == 403


def test_lists_leave_as_files_with_names_only_and_noted(client: PageClient) -> None:
    on, admin = set_up()
    with db.transaction() as session:
        put(session, on, on.street)
    office = as_(client, admin)
    table = office.get(f"/admin/classes/{on.code}/quotas.csv").get_data(as_text=True)
    assert "玄武区,梅岭街道,3,2,0" in table
    assert office.get(f"/admin/classes/{on.code}/quotas.xlsx").status_code == 200
    browser = as_(client, on.liaisons[on.district.id])
    rows = browser.send_bare(f"/unit/classes/{on.code}/{on.district.id}/list.csv").get_data(as_text=True)
    assert "梅小0" in rows
    assert "199" not in rows


def test_the_office_acts_on_all_at_once(client: PageClient) -> None:
    on, admin = set_up()
    with db.transaction() as session:
        for street in on.streets[:2]:
            put(session, on, street)
    office = as_(client, admin)
    shown = f"/admin/classes/{on.code}/places"
    reminded = office.send(f"/admin/classes/{on.code}/remind-all", page=shown)
    assert reminded.status_code == 303
    assert "已催报 6 个单位" in text_of(office.get(shown))
    for unit in (*on.streets[:2], on.district):
        assert (
            office.send(f"/unit/classes/{on.code}/{unit.id}/hand-in", page=page_of(on, unit.id)).status_code == 303
        )
    assert office.send(f"/admin/classes/{on.code}/confirm-all", page=shown).status_code == 303
    with db.reading() as session:
        assert claims(session, on, on.street) == [EnrolmentState.SEATED] * 2
    assert office.send(f"/admin/classes/{on.code}/return-unused", page=shown).status_code == 303
    with db.reading() as session:
        assert places(session, on)[on.streets[2].id] == 0


def test_desks_tell_what_is_due_and_what_waits(client: PageClient) -> None:
    on, admin = set_up()
    desk = as_(client, on.liaisons[on.street.id])
    assert "个名额等您单位推荐人员" in text_of(desk.get("/unit/"))
    with db.transaction() as session:
        put(session, on, on.street)
    assert (
        desk.send(f"/unit/classes/{on.code}/{on.street.id}/hand-in", page=page_of(on, on.street.id)).status_code
        == 303
    )
    assert "份街道名单等您核对" in text_of(as_(client, on.liaisons[on.district.id]).get("/unit/"))
    assert "个单位的名单逾期未报" not in text_of(as_(client, admin).get("/admin/"))


@pytest.mark.parametrize("units", [0, 12])
def test_pages_ask_no_more_for_more_units(client: PageClient, units: int) -> None:
    on, admin = set_up()
    with db.transaction() as session:
        for _ in range(units):
            make.unit(session, parent=make.unit(session))
    office = as_(client, admin)
    with statements() as asked:
        assert office.get(f"/admin/classes/{on.code}/places").status_code == 200
    assert len(asked) <= 16, len(asked)
    liaison = as_(client, on.liaisons[on.street.id])
    with statements() as asked:
        assert liaison.get(f"/unit/classes/{on.code}").status_code == 200
    assert len(asked) <= 32, len(asked)


def test_a_reserve_is_named_once_the_places_are_full_and_put_in_order(client: PageClient) -> None:
    on, _admin = set_up(each=1, plan=without(by_districts=False))
    browser = as_(client, on.liaisons[on.street.id])
    url = f"/unit/classes/{on.code}"
    people = [person.id for person in on.people[on.street.id]]
    assert browser.send(f"{url}/{on.street.id}/places", page=url, picked=people[:1]).status_code == 303
    refused = browser.send_bare(f"{url}/{on.street.id}/places", picked=people[1])
    assert refused.status_code == 409
    assert browser.send(f"{url}/{on.street.id}/reserve", page=url, picked=people[1:3]).status_code == 303
    page = browser.get(url)
    assert "候补第 2 位" in text_of(page)
    enrolment = page.text.split("move-up")[1].split('name="enrolment" value="')[1].split('"')[0]
    assert browser.send_bare(f"{url}/{on.street.id}/move-up", enrolment=enrolment).status_code == 303
    assert browser.send_bare(f"{url}/{on.street.id}/take-off", enrolment=enrolment).status_code == 303
    with db.reading() as session:
        assert claims(session, on, on.street).count(EnrolmentState.WAITING) == 1
