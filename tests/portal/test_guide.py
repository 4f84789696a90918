"""The guides on the web: readable by everybody, led to from every page."""

import re

import pytest

from academy.portal.queries import guides
from tests.pages import PageClient


@pytest.mark.parametrize("name", guides.NAMES)
def test_everybody_can_read_every_guide(client: PageClient, name: str) -> None:
    page = client.get("/guide/" if name == "index" else f"/guide/{name}")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    sections = re.findall(r'<h2 id="([^"]+)">', text)
    assert sections == re.findall(r'<li><a href="#([^"]+)">', text)
    assert not re.search(r'href="[^"]*\.md|src="pictures/', text), "an address of the file's own"


def test_a_picture_says_its_size_and_is_kept_by_browsers(client: PageClient) -> None:
    text = client.get("/guide/trainee").get_data(as_text=True)
    pictures = re.findall(r"<img [^>]*>", text)
    assert pictures
    for picture in pictures:
        assert re.search(r'width="\d+"', picture)
        assert re.search(r'height="\d+"', picture)
        assert 'loading="lazy"' in picture
    with client.get(str(re.findall(r'src="([^"]+)"', pictures[0])[0])) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/guide/nobody", "/guide/pictures/none.webp", "/guide/pictures/..%2findex.md"])
def test_what_is_no_guide_is_not_there(client: PageClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_in_english_the_page_says_that_the_guide_is_chinese(client: PageClient) -> None:
    client.post("/preferences", data={"csrf_token": client.token(), "locale": "en", "next": "/guide/"})
    text = client.get("/guide/trainee").get_data(as_text=True)
    assert "The guides are written in Chinese." in text
    assert 'lang="zh-CN"' in text


def test_help_leads_to_what_the_page_is_about(client: PageClient) -> None:
    text = client.get("/verify/").get_data(as_text=True)
    assert '<a href="/guide/#%E6%80%8E%E4%B9%88%E6%9F%A5' in text
    assert 'href="/guide/"' in client.get("/nowhere").get_data(as_text=True), "an error page helps too"
