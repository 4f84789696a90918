"""The pages of a liaison's register: who is listed, shown, entered, moved; and nobody of another unit."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select as choose

from academy.ground import db
from academy.ground.access import Role
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import GridRole, Membership, Person
from academy.people.queries import register
from tests import make
from tests.make import TODAY
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs
from tests.people.numbers import id_number


@dataclass(frozen=True)
class Town:
    """Two streets, each with a liaison and somebody."""

    street_id: int
    other_id: int
    person_id: int
    neighbour_id: int
    liaison: Person
    other_liaison: Person


@pytest.fixture
def town(client: PageClient) -> Town:
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street, other = (make.unit(session, name, parent=district) for name in ("樱桥街道", "桃渡街道"))
        people = [make.person(session, "王秀兰", unit=street), make.person(session, "李建国", unit=other)]
        liaisons = [
            make.person(session, name, roles=(Role.LIAISON,), unit=unit)
            for name, unit in (("陈敏", street), ("赵一凡", other))
        ]
        session.expunge_all()
        return Town(street.id, other.id, people[0].id, people[1].id, liaisons[0], liaisons[1])


def unit_id_of(person_id: int) -> int | None:
    with db.reading() as session:
        found = register.unit_of(session, person_id, TODAY)
        return found.id if found else None


def test_a_liaison_lists_and_takes_away_the_own_register(town: Town, sign_in: SignInAs) -> None:
    page = (liaison := sign_in(town.liaison)).get("/unit/people/")
    assert "王秀兰" in text_of(page)
    assert "李建国" not in text_of(page)
    assert "王秀兰" in text_of(liaison.get("/unit/people/?q=wxl&sort=-since"))
    assert "王秀兰" in text_of(liaison.get("/unit/people/?q=王秀兰"))
    assert "王秀兰" in text_of(liaison.get("/unit/people/?q=王兰秀&unit="))  # its characters, where none has it so
    assert "王秀兰" in text_of(liaison.get("/unit/people/?q=王 樱桥街道"))
    assert "王秀兰" not in text_of(liaison.get("/unit/people/?q=欧阳娜娜"))
    assert "王秀兰" not in text_of(liaison.get(f"/unit/people/?unit={town.other_id}"))
    file = liaison.send("/unit/people/export.xlsx", "/unit/people/")
    assert file.status_code == 200
    csv = liaison.send_bare("/unit/people/export.csv", q="")
    assert "王秀兰" in csv.text
    assert "李建国" not in csv.text


def test_somebody_of_another_unit_is_not_found(town: Town, sign_in: SignInAs) -> None:
    liaison = sign_in(town.liaison)
    url = f"/unit/people/{town.neighbour_id}"
    assert liaison.get(url).status_code == 404
    for act in ("leave", "role", "move", "join"):
        assert liaison.send_bare(f"{url}/{act}", last_day="2026-11-22", unit=town.street_id).status_code == 404
    assert unit_id_of(town.neighbour_id) == town.other_id


def test_a_role_is_changed_and_kept_as_written(town: Town, sign_in: SignInAs) -> None:
    url = f"/unit/people/{town.person_id}"
    liaison = sign_in(town.liaison)
    answer = liaison.send(f"{url}/role", url, grid_role="grid_lead", role_as_written="政法网格员")
    assert answer.location == url
    assert "政法网格员" in text_of(liaison.get(url))
    with db.reading() as session:
        row = session.execute(choose(Membership).where(Membership.person_id == town.person_id)).scalar_one()
        assert row.grid_role is GridRole.GRID_LEAD
    assert liaison.send(f"{url}/role", url, role_as_written="x" * 61).status_code == 422


def test_somebody_leaves_and_comes_back(town: Town, sign_in: SignInAs) -> None:
    url = f"/unit/people/{town.person_id}"
    liaison = sign_in(town.liaison)
    refused = liaison.send(f"{url}/leave", url, last_day="2026-11-30")
    assert refused.status_code == 409
    assert "2026-11-30" in refused.text
    assert liaison.send(f"{url}/leave", url, last_day="").status_code == 422
    assert liaison.send(f"{url}/leave", url, last_day="2026-11-20").location == url
    assert unit_id_of(town.person_id) is None
    assert "王秀兰" in text_of(liaison.get("/unit/people/?show=left"))
    assert "王秀兰" not in text_of(liaison.get("/unit/people/"))
    assert liaison.send(f"{url}/join", url).location == url
    assert unit_id_of(town.person_id) == town.street_id


def test_a_move_is_asked_for_and_confirmed_by_the_other_unit(town: Town, sign_in: SignInAs) -> None:
    url = f"/unit/people/{town.person_id}"
    liaison = sign_in(town.liaison)
    assert liaison.send(f"{url}/move", url, unit="0").status_code == 422
    assert liaison.send(f"{url}/move", url, unit=town.other_id).location == url
    assert liaison.send(f"{url}/move", url, unit=town.other_id).status_code == 409
    assert "桃渡街道" in text_of(liaison.get("/unit/transfers"))
    assert liaison.send_bare("/unit/transfers/1/confirm").status_code == 404
    assert liaison.get("/unit/transfers/1/refuse").status_code == 404
    other = sign_in(town.other_liaison)
    assert other.get(url).status_code == 404
    assert "王秀兰" in text_of(other.get("/unit/transfers"))
    assert other.send("/unit/transfers/1/confirm", "/unit/transfers").location == "/unit/transfers"
    assert unit_id_of(town.person_id) == town.other_id
    assert other.get(url).status_code == 200
    assert sign_in(town.liaison).get(url).status_code == 404


def test_a_move_is_refused_with_words_or_taken_back(town: Town, sign_in: SignInAs) -> None:
    url = f"/unit/people/{town.person_id}"
    sign_in(town.liaison).send(f"{url}/move", url, unit=town.other_id)
    other = sign_in(town.other_liaison)
    assert other.send("/unit/transfers/1/refuse", reason="").status_code == 422
    assert other.send("/unit/transfers/1/refuse", reason="本街道编制已满").location == "/unit/transfers"
    liaison = sign_in(town.liaison)
    assert "本街道编制已满" in text_of(liaison.get("/unit/transfers"))
    liaison.send(f"{url}/move", url, unit=town.other_id)
    assert liaison.send("/unit/transfers/2/withdraw", "/unit/transfers").location == "/unit/transfers"
    with db.reading() as session:
        states = session.execute(choose(Transfer.state).order_by(Transfer.id)).scalars().all()
    assert states == [TransferState.REFUSED, TransferState.WITHDRAWN]


def test_what_waits_stands_on_the_desk(town: Town, sign_in: SignInAs) -> None:
    url = f"/unit/people/{town.person_id}"
    sign_in(town.liaison).send(f"{url}/move", url, unit=town.other_id)
    assert 'href="/unit/transfers"' in sign_in(town.other_liaison).get("/unit/").text


def test_somebody_is_entered(town: Town, sign_in: SignInAs) -> None:
    url, number, here, there = "/unit/people/new", id_number(3), town.street_id, town.other_id
    liaison = sign_in(town.liaison)
    assert liaison.send(url, name="周堃", unit=here, id_number="123").status_code == 422
    assert liaison.send(url, name="周堃", unit=there, id_number=number).status_code == 422
    answer = liaison.send(url, name="周堃", unit=here, id_number=number, phone="139 0000 0003")
    assert answer.status_code == 303
    assert "周堃" in text_of(liaison.get(answer.location))
    assert liaison.send(url, name="周堃", unit=here, id_number=number).status_code == 409
    other = sign_in(town.other_liaison)
    assert other.send(url, name="周堃", unit=there, id_number=number).location == "/unit/transfers"


def test_a_long_register_asks_no_more_than_a_short_one(
    town: Town, sign_in: SignInAs, statements: list[str]
) -> None:
    liaison = sign_in(town.liaison)
    statements.clear()
    liaison.get("/unit/people/")
    few = len(statements)
    with db.transaction() as session:
        unit = session.get_one(type(make.unit(session)), town.street_id)
        for _number in range(40):
            make.person(session, "王建国", unit=unit)
    statements.clear()
    liaison.get("/unit/people/")
    assert len(statements) == few


def test_an_admin_keeps_every_unit(town: Town, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        boss = make.person(session, "陶思源", roles=(Role.ADMIN,))
    admin = sign_in(boss)
    page = text_of(admin.get("/unit/people/"))
    assert "王秀兰" in page
    assert "李建国" in page
    url = f"/unit/people/{town.person_id}"
    admin.send(f"{url}/move", url, unit=town.other_id)
    assert unit_id_of(town.person_id) == town.other_id
