"""What holds for every page: headers, languages, tokens, errors, ways back."""

import pytest
from flask import Flask

from academy.ground import db
from academy.people.models.register import Person
from academy.web import access
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of


@pytest.fixture
def trainee(app: Flask) -> Person:
    with db.transaction() as session:
        return make.person(session)


def test_headers_keep_strangers_out(client: PageClient) -> None:
    headers = client.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_signed_in_pages_are_kept_by_nobody(trainee: Person, sign_in: SignInAs, client: PageClient) -> None:
    assert client.get("/courses/").headers["Cache-Control"] == "no-cache"
    assert sign_in(trainee).get("/me/").headers["Cache-Control"] == "no-store"


def test_chinese_unless_the_reader_switches(client: PageClient) -> None:
    english = {"Accept-Language": "en"}
    assert 'lang="zh-CN"' in client.get("/login", headers=english).get_data(as_text=True)
    client.send("/preferences", page="/login", locale="en", next="/courses/")
    assert 'lang="en"' in client.get("/login").get_data(as_text=True)


def test_large_type_is_kept(client: PageClient) -> None:
    client.send("/preferences", page="/login", large_type="1")
    assert "large-type" in client.get("/login").get_data(as_text=True)


@pytest.mark.parametrize("url", ["/nowhere", "/courses/nowhere", "/classes/2026-999", "/sites/nowhere"])
def test_an_error_is_a_page_with_a_way_out(client: PageClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert "这里没有内容" in text_of(answer)


@pytest.mark.parametrize(
    "url", ["/classes/%00", "/classes/?q=%00", "/courses/%00", "/verify/a%00b", "/v/%00", "/login?next=%00"]
)
def test_what_nobody_types_is_refused(client: PageClient, url: str) -> None:
    assert client.get(url).status_code == 400


def test_what_no_database_can_hold_is_no_bug(client: PageClient) -> None:
    assert client.get("/classes/?kind=" + "9" * 30).status_code in {200, 400}
    assert client.get("/classes/?at=W1tdLDFd").status_code == 200
    assert client.get("/jobs/99999999999999999999").status_code == 404
    assert client.send("/login", page="/login?way=password", name="a\0b", password="x").status_code == 400


def test_a_bug_is_a_page_too(own_app: Flask) -> None:
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    @own_app.get("/bug")
    @access.public
    def bug() -> str:
        raise ZeroDivisionError

    answer = own_app.test_client().get("/bug")
    assert answer.status_code == 500
    assert "系统出了点问题" in text_of(answer)


@pytest.mark.parametrize("target", ["/courses/", "/courses/first-aid-cpr?x=1", "/courses"])
def test_next_leads_to_our_own_pages(app: Flask, target: str) -> None:
    with app.test_request_context("/login"):
        assert access.own_page(target, "/home") == target


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "",
        None,
        "/courses/\r\nX: y",
    ],
)
def test_next_leads_nowhere_else(app: Flask, target: str | None) -> None:
    with app.test_request_context("/login"):
        assert access.own_page(target, "/home") == "/home"


def test_a_form_without_its_token_is_drawn_again_with_what_was_typed(client: PageClient) -> None:
    answer = client.post("/login", data={"name": "somebody", "password": "secret"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "somebody" in page
    assert "secret" not in page


def test_the_kitchen_shows_every_component(client: PageClient) -> None:
    assert client.get("/_kitchen").status_code == 200
    assert client.get("/_kitchen?problems").status_code == 200


def test_health(client: PageClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "database": True}
