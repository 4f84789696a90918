"""Static files: small on the wire, kept for a year, new at a new address."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask import Flask

from academy.web import assets
from tests.pages import PageClient

BOOTSTRAP = assets.STATIC / "built" / "bootstrap.css"


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return assets.asset(name)


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("deflate", ""), ("", ""), ("br;q=0, gzip", "gzip")],
)
def test_each_browser_gets_the_best_that_it_takes(client: PageClient, accepted: str, sent: str) -> None:
    answer = client.get("/static/built/bootstrap.css", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == sent
    read = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[sent]
    assert read(answer.data) == BOOTSTRAP.read_bytes()
    assert answer.mimetype == "text/css"


def test_what_carries_its_print_is_kept_for_ever_by_everybody(app: Flask, client: PageClient) -> None:
    url = address(app, "css/academy.css")
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"  # not the cookie: signing in fetches nothing anew
    assert "Set-Cookie" not in answer.headers
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    old = client.get(url.replace("v=", "v=0"))
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["nothing.css", "", "css", "../app.py", "%2e%2e/app.py", "..%2fapp.py"])
def test_nothing_else_is_sent(client: PageClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_changed_file_has_a_new_address(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    sheet = tmp_path / "one.css"
    sheet.write_text("a{}")
    before = address(app, "one.css")
    sheet.write_text("b{}")
    assert address(app, "one.css") != before
