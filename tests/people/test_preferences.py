"""How somebody likes to read is kept with them, and a visitor's choice is not lost."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select as choose

from academy.ground import clock, db
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from academy.people.models.register import Person
from academy.people.queries import register
from tests import make
from tests.pages import PageClient
from tests.people.conftest import SignInAs, last_code

NUMBER = "13900000001"


def trainee(name: str = "王秀兰", phone: str = NUMBER) -> Person:
    with db.transaction() as session:
        return make.person(session, name, phone=phone)


def kept(person: Person) -> tuple[str, bool]:
    with db.reading() as session:
        row = session.get_one(Person, person.id)
        return row.locale, row.large_type


def shown(client: PageClient, url: str = "/courses/") -> tuple[bool, bool]:
    page = client.get(url).text
    return 'lang="en"' in page.partition(">")[2][:40], 'class="large-type"' in page


def tap(client: PageClient, **values: str) -> None:
    answer = client.send("/preferences", page="/courses/", **values)
    assert (answer.status_code, answer.location) == (303, "/courses/")


def come_in(client: PageClient, phone: str = NUMBER) -> None:
    client.send("/login/phone", "/login", phone=phone)
    with db.reading() as session:
        code = last_code(session)
    assert client.send("/login/code", code=code).location == "/desk"


def another_browser(app: Flask) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def changes() -> list[str]:
    with db.reading() as session:
        codes = session.execute(choose(JournalEntry.code).order_by(JournalEntry.id)).scalars()
        return [code for code in codes if code.startswith("person.")]


def test_a_visitors_choice_stays_in_the_browser(app: Flask, client: PageClient) -> None:
    tap(client, locale="en")
    tap(client, large_type="1")
    assert shown(client) == (True, True)
    assert shown(another_browser(app)) == (False, False)
    tap(client, large_type="0")
    assert shown(client) == (True, False)
    assert changes() == []


def test_one_tap_keeps_it_with_the_person_on_every_device(
    app: Flask, client: PageClient, sign_in: SignInAs
) -> None:
    person = trainee()
    sign_in(person)
    other = another_browser(app)
    come_in(other)
    tap(client, large_type="1")
    tap(client, locale="en")
    assert kept(person) == ("en", True)
    assert shown(client) == shown(other) == (True, True)
    assert changes() == ["person.type-chosen", "person.language-chosen"]
    tap(other, large_type="1", locale="en")
    assert len(changes()) == 2
    with db.reading() as session:
        recipient = register.recipient(session, person.id)
        assert recipient is not None
        assert recipient.locale == "en"


def test_signing_in_brings_it_along(app: Flask, client: PageClient, sign_in: SignInAs) -> None:
    sign_in(trainee())
    tap(client, locale="en", large_type="1")
    phone = another_browser(app)
    assert shown(phone) == (False, False)
    come_in(phone)
    assert shown(phone) == (True, True)
    phone.send("/logout", "/account/")
    assert shown(phone) == (True, True)  # the sign-in page is as readable as the page before


def test_what_a_visitor_chose_just_now_is_kept_when_they_sign_in(client: PageClient) -> None:
    person = trainee()
    tap(client, large_type="1")
    come_in(client)
    assert kept(person) == ("zh_CN", True)
    assert shown(client) == (False, True)
    assert changes() == ["person.type-chosen"]


def test_what_somebody_chose_hours_ago_says_nothing_of_who_signs_in(client: PageClient) -> None:
    person = trainee()
    tap(client, large_type="1", locale="en")
    with clock.stopped(make.NOW + timedelta(hours=2)):
        come_in(client)
        assert shown(client) == (False, False)
    assert kept(person) == ("zh_CN", False)


def test_a_shared_computer_hands_nothing_to_the_next(client: PageClient) -> None:
    first, second = trainee(), trainee("李建国", "13900000002")
    tap(client, locale="en")
    come_in(client)
    client.send("/logout", "/account/")
    come_in(client, "13900000002")
    assert shown(client) == (False, False)
    assert (kept(first)[0], kept(second)[0]) == ("en", "zh_CN")


def test_the_account_says_it_in_words(client: PageClient, sign_in: SignInAs) -> None:
    person = trainee()
    sign_in(person)
    said = {"locale": "en", "large_type": "1"}
    assert client.send("/account/preferences", "/account/", **said).location == "/account/"
    page = client.get("/account/").text
    assert "Kept." in page
    assert kept(person) == ("en", True)
    client.send("/account/preferences", "/account/", locale="fr", large_type="1")
    assert kept(person) == ("en", True)


@pytest.mark.parametrize("role", [Role.TRAINEE, None])
def test_a_page_of_another_site_changes_nothing(client: PageClient, sign_in: SignInAs, role: Role | None) -> None:
    person = trainee()
    if role:
        sign_in(person)
    assert client.post("/preferences", data={"locale": "en"}).status_code == 400
    assert kept(person) == ("zh_CN", False)
    assert shown(client) == (False, False)


def test_what_is_not_offered_is_not_chosen(client: PageClient, sign_in: SignInAs) -> None:
    person = trainee()
    sign_in(person)
    tap(client, locale="fr", large_type="maybe")
    assert kept(person) == ("zh_CN", False)
    client.send("/preferences", page="/courses/", locale="en", next="https://evil.example/")
    assert kept(person)[0] == "en"
