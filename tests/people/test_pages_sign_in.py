"""The sign-in pages as a visitor goes through them: code, last six, password, register, out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func
from sqlalchemy import select as choose
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from academy.app import create_app
from academy.ground import clock, db, passwords
from academy.ground.access import Role, operator
from academy.ground.settings import Settings
from academy.people.actions import register
from academy.people.actions import sign_in as actions
from academy.people.actions.register import NewPerson
from academy.people.models.register import Attempt, BindingRequest, Person, SignIn
from tests import make
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs, last_code, messages
from tests.people.numbers import id_number

NUMBER = "13900000001"


def code() -> str:
    with db.reading() as session:
        return last_code(session)


def known(name: str = "王秀兰", *, roles: tuple[Role, ...] = (Role.TRAINEE,), password: str = "") -> Person:
    with db.transaction() as session:
        person = make.person(session, name, roles=roles, phone=NUMBER)
        if password:
            make.account(session, person, "admin", passwords.hash_of(password))
    return person


def imported() -> None:
    person = NewPerson(name="王秀兰", phone=NUMBER, id_number=id_number(1))
    with db.transaction() as session:
        register.add_people_many(session, actor=operator(), people=[person], now=make.NOW)


def ask(client: PageClient, phone: str = NUMBER, url: str = "/login") -> TestResponse:
    return client.send("/login/phone", url, phone=phone)


def test_a_trainee_signs_in_by_phone_and_lands_where_they_wanted(client: PageClient) -> None:
    known()
    assert ask(client, "+86 139 0000 0001", "/login?next=/account/").location == "/login/code"
    page = client.get("/login/code")
    assert "139****0001" in text_of(page)
    assert code() not in text_of(page)
    answer = client.send("/login/code", code=code())
    assert (answer.status_code, answer.location) == (303, "/account/")
    account = client.get("/account/")
    assert "139****0001" in text_of(account)
    assert NUMBER not in account.text
    assert account.headers["Cache-Control"] == "no-store"


def test_next_leads_nowhere_but_to_our_own_pages(client: PageClient) -> None:
    known()
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example", "/nowhere-of-ours"):
        ask(client, url=f"/login?next={foreign}")
        answer = client.send("/login/code", code=code())
        assert answer.location == "/desk", foreign
        client.send("/logout", "/account/")


def test_known_and_unknown_numbers_are_answered_alike_until_the_code_is_right(client: PageClient) -> None:
    known()
    told = []
    for phone in (NUMBER, "13900000009"):
        asked = ask(client, phone)
        page = text_of(client.get("/login/code")).replace(phone[-4:], "…")
        wrong = client.send("/login/code", code="000000" if code() != "000000" else "111111")
        told.append(
            (asked.status_code, asked.location, page, wrong.status_code, text_of(wrong).replace(phone[-4:], "…"))
        )
    assert told[0] == told[1]
    assert told[0][3] == 422
    assert client.send("/login/code", code=code()).location == "/login/unknown"
    assert client.get("/login/unknown").status_code == 200


def test_an_imported_person_gives_the_last_six_once(client: PageClient) -> None:
    imported()
    ask(client)
    assert client.send("/login/code", code=code(), remember="y").location == "/login/id"
    assert client.send("/login/id", last_six="12345X").status_code == 422
    assert client.send("/login/id", last_six=id_number(1)[-6:].lower()).location == "/desk"
    with db.reading() as session:
        sign_in = session.execute(choose(SignIn)).scalar_one()
    assert sign_in.expires_at - sign_in.created_at == timedelta(days=30)


def test_a_step_without_the_one_before_it_begins_again(client: PageClient) -> None:
    for page in ("/login/code", "/login/id", "/register/code"):
        assert client.get(page).location in {"/login", "/register"}


def test_a_begun_sign_in_grows_old(client: PageClient) -> None:
    known()
    ask(client)
    with clock.stopped(make.NOW + timedelta(minutes=16)):
        assert client.get("/login/code").location == "/login"


def test_a_half_typed_form_comes_back_with_what_is_wrong(client: PageClient) -> None:
    answer = ask(client, "12345")
    assert answer.status_code == 422
    assert 'value="12345"' in answer.text
    assert "11" in text_of(answer)
    ask(client)
    assert client.send("/login/code", code="12").status_code == 422


def test_the_sixth_code_within_an_hour_is_not_sent(client: PageClient) -> None:
    known()
    assert [ask(client).status_code for _ in range(6)] == [303] * 5 + [429]
    client.send("/login/again", "/login/code")
    with db.reading() as session:
        assert len(messages(session, "people.code")) == 5


def test_staff_sign_in_by_name_and_password(client: PageClient) -> None:
    known("陶思源", roles=(Role.ADMIN,), password="academy-demo")
    wrong = client.send("/login", "/login?way=password", name="admin", password="academy-dem0")
    unknown = client.send("/login", "/login?way=password", name="nobody", password="academy-dem0")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert text_of(wrong) == text_of(unknown)
    assert "academy-dem0" not in wrong.text
    answer = client.send("/login", "/login?way=password", name="Admin", password="academy-demo")
    assert answer.location == "/desk"
    with db.reading() as session:
        sign_in = session.execute(choose(SignIn)).scalar_one()
        tried = session.execute(choose(func.count()).select_from(Attempt)).scalar_one()
    assert sign_in.expires_at - sign_in.created_at == timedelta(hours=12)
    assert tried == 3


def test_staff_who_try_a_code_are_led_to_their_password(client: PageClient) -> None:
    known("陶思源", roles=(Role.ADMIN,), password="academy-demo")
    ask(client)
    assert client.send("/login/code", code=code()).location == "/login?way=password"
    assert client.get("/account/").status_code == 303


def test_the_eleventh_wrong_password_is_not_even_checked(client: PageClient) -> None:
    known("陶思源", roles=(Role.ADMIN,), password="academy-demo")
    with db.transaction() as session:
        for _ in range(10):
            sign_in_attempt(session)
    answer = client.send("/login", "/login?way=password", name="admin", password="academy-demo")
    assert answer.status_code == 429


def sign_in_attempt(session: Session) -> None:
    from_elsewhere = replace(operator(), address="198.51.100.1")
    assert actions.begin_password(session, actor=from_elsewhere, name="admin", now=make.NOW)


def test_signing_out_ends_the_row_and_not_only_the_cookie(sign_in: SignInAs) -> None:
    client = sign_in(known())
    with client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    assert client.send("/logout", "/account/").location == "/login"
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert client.get("/account/").status_code == 303


def test_being_seen_is_noted_once_a_minute(sign_in: SignInAs) -> None:
    client = sign_in(known())
    seen = []
    for seconds in (0, 30, 61, 90):
        with clock.stopped(make.NOW + timedelta(seconds=seconds)):
            client.get("/account/")
        with db.reading() as session:
            seen.append((session.execute(choose(SignIn.seen_at)).scalar_one() - make.NOW).total_seconds())
    assert seen == [0, 0, 61, 61]


def unit() -> int:
    with db.transaction() as session:
        return make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区")).id


def fill_in(client: PageClient, unit_id: int, **values: object) -> TestResponse:
    said: dict[str, Any] = {"name": "欧阳娜娜", "phone": NUMBER, "unit_id": unit_id, "grid_role": "full_time"}
    return client.send("/register", **(said | {"consent": "y"} | values))


def test_somebody_new_registers_and_is_at_their_desk(client: PageClient) -> None:
    assert fill_in(client, unit(), id_number=id_number(3).lower()).location == "/register/code"
    answer = client.send("/register/code", code=code())
    assert answer.location == "/desk"
    with db.reading() as session:
        person = session.execute(choose(Person)).scalar_one()
    assert (person.name, person.id_number) == ("欧阳娜娜", id_number(3))
    assert "玄武区 · 樱桥街道" in text_of(client.get("/account/"))


def test_what_is_missing_or_mistyped_is_said_at_its_field(client: PageClient) -> None:
    unit_id = unit()
    wrong_id = id_number(3)[:-1] + ("0" if id_number(3)[-1] != "0" else "1")
    answer = fill_in(client, unit_id, id_number=wrong_id)
    assert (answer.status_code, "id_number-error" in answer.text) == (422, True)
    answer = client.send("/register", name="", phone="1", unit_id="")
    assert answer.status_code == 422
    for field in ("name", "phone", "unit_id", "grid_role", "consent"):
        assert f'id="{field}-error"' in answer.text, field


def test_an_id_we_know_is_answered_in_the_same_words(client: PageClient) -> None:
    unit_id = unit()
    with db.transaction() as session:
        person = NewPerson(name="王秀兰", id_number=id_number(1), phone="13900000005", phone_verified=True)
        register.add_person(session, actor=operator(), person=person, now=make.NOW)
    thanks = []
    for phone, number in (("13900000002", id_number(1)), (NUMBER, id_number(2))):
        fill_in(client, unit_id, phone=phone, id_number=number)
        answer = client.send("/register/code", code=code())
        assert (answer.status_code, answer.location) == (303, "/desk")
        page = client.get("/login" if phone != NUMBER else "/account/")
        thanks.append(re.findall(r'class="flash ok"[^>]*>.*?<span>(.*?)</span>', page.text, re.DOTALL))
    assert thanks[0] == thanks[1] != []
    with db.reading() as session:
        assert session.execute(choose(func.count()).select_from(BindingRequest)).scalar_one() == 1


@pytest.fixture
def sample_client(settings: Settings) -> Iterator[PageClient]:
    app: Flask = create_app(replace(settings, sample=True))
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    yield client
    db.bound().close()


def test_the_sample_academy_shows_the_code_on_the_page_and_says_why(sample_client: PageClient) -> None:
    ask(sample_client)
    assert code() in text_of(sample_client.get("/login/code"))
