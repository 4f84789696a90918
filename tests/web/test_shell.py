"""What a phone keeps of the academy: enough to stand on its home screen, nothing of anybody."""

import json
import re

from flask import Flask

from academy.ground import db
from academy.people.models.register import Person
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient


def trainee() -> Person:
    with db.transaction() as session:
        return make.person(session, name="陈堃")


def test_the_card_for_the_home_screen(client: PageClient) -> None:
    answer = client.get("/manifest.webmanifest")
    card = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert (card["name"], card["lang"], card["start_url"]) == ("南京网格学院", "zh-CN", "/desk")
    assert {(icon["sizes"], icon["purpose"]) for icon in card["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in card["icons"]:
        assert client.get(icon["src"]).mimetype == "image/png"
    page = client.get("/login").text
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert client.get(re.findall(r'rel="apple-touch-icon" href="([^"]+)"', page)[0]).status_code == 200


def test_the_worker_keeps_the_shell_by_its_prints(app: Flask, sign_in: SignInAs) -> None:
    assert app.testing
    client = sign_in(trainee())
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    kept = json.loads(re.findall(r"^const KEPT = (.+);$", answer.text, re.MULTILINE)[0])
    worn = re.findall(r'(?:href|src)="(/static/[^"#]+)"', client.get("/me/").text)
    pictures = {url for url in worn if ".png" in url}
    assert set(worn) - pictures <= set(kept["shell"])
    for url in kept["shell"]:
        assert client.get(url).status_code == 200
        assert url == "/offline" or "?v=" in url


def test_the_page_without_network_holds_nothing_of_its_reader(app: Flask, sign_in: SignInAs) -> None:
    assert app.testing
    client = sign_in(trainee())
    assert "陈堃" in client.get("/account/").text
    page = client.get("/offline").text
    assert "陈堃" not in page
    assert "csrf_token" not in page
    assert "<script" not in page
    assert 'href="/me/timetable"' in page


def test_signing_out_clears_what_the_phone_kept(app: Flask, sign_in: SignInAs) -> None:
    assert app.testing
    client = sign_in(trainee())
    assert "Clear-Site-Data" not in client.get("/me/").headers
    assert client.send("/logout", page="/account/").headers["Clear-Site-Data"] == '"storage"'
