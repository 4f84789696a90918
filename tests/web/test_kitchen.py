"""The kitchen shows every component there is, whole and valid, in both languages and with its problems."""

import re

import pytest
from flask import Flask

from academy.ground.settings import ROOT
from tests.pages import PageClient, parse

TEMPLATES = ROOT / "academy" / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(")
# What a page cannot show of its own: what the frame draws, what only scripts fetch, what other components carry.
SHOWN_BY_THE_FRAME = {"find", "flashes"}
SHOWN_WITHIN_OTHERS = {"act_fields", "options", "problem_summary"}


def _public_macros() -> list[str]:
    found = [name for path in COMPONENTS for name in MACRO.findall(path.read_text())]
    return [name for name in found if not name.startswith("_")]


@pytest.mark.parametrize("name", sorted(set(_public_macros()) - SHOWN_BY_THE_FRAME - SHOWN_WITHIN_OTHERS))
def test_the_kitchen_uses_every_component(name: str) -> None:
    assert re.search(rf"\{{[{{%]-?\s*(call\s+)?{name}\(|[^\w.]{name}\(", (TEMPLATES / "kitchen.html").read_text())


def test_component_names_are_used_once() -> None:
    names = _public_macros()
    assert len(names) == len(set(names))


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("address", ["/_kitchen", "/_kitchen?problems", "/_kitchen?sort=-hours", "/_kitchen/job"])
def test_the_kitchen_is_a_sound_page(client: PageClient, locale: str, address: str) -> None:
    with client.session_transaction() as kept:
        kept["locale"] = locale
    assert client.get(address).status_code == 200


def test_problems_are_told_in_a_list_and_at_each_field(client: PageClient) -> None:
    page = parse(client.get("/_kitchen?problems").get_data(as_text=True))
    ids = {element.get("id") for element in page.iter() if isinstance(element.tag, str)}
    told = [link.get("href") for link in page.xpath("//*[contains(@class, 'problems')]//a")]
    assert len(told) >= 7
    assert {address.removeprefix("#") for address in told} <= ids
    assert len(page.xpath("//*[@aria-invalid='true']")) >= 7
    assert not parse(client.get("/_kitchen").get_data(as_text=True)).xpath("//*[contains(@class, 'problems')]")


def test_heads_tell_and_turn_the_order(client: PageClient) -> None:
    rising = parse(client.get("/_kitchen?state=risk&sort=hours").get_data(as_text=True))
    heads = rising.xpath("//th[@aria-sort]")
    assert [head.get("aria-sort") for head in heads] == ["ascending"]
    (link,) = heads[0].iter("a")
    assert link.get("href") == "/_kitchen?state=risk&sort=-hours#table"
    falling = parse(client.get("/_kitchen?sort=-hours").get_data(as_text=True))
    assert [head.get("aria-sort") for head in falling.xpath("//th[@aria-sort]")] == ["descending"]


@pytest.mark.parametrize("asked", ["", "-", "--name", "password_hash", "name,id", "today"])
def test_an_order_that_is_not_offered_counts_as_none(client: PageClient, asked: str) -> None:
    page = parse(client.get("/_kitchen", query_string={"sort": asked}).get_data(as_text=True))
    assert [head.get("aria-sort") for head in page.xpath("//th[@aria-sort]")] == ["ascending"]


def test_a_picker_finds_by_a_part(client: PageClient) -> None:
    answer = client.get("/_kitchen/options?q=买买提", headers={"HX-Request": "true"})
    options = re.findall(r'data-value="([^"]+)"', answer.get_data(as_text=True))
    assert options == ["阿卜杜热西提·买买提艾力江"]
    none = client.get("/_kitchen/options?q=无此人", headers={"HX-Request": "true"})
    assert "aria-disabled" in none.get_data(as_text=True)


def test_a_line_chart_says_its_numbers_in_a_table_too(client: PageClient) -> None:
    page = parse(client.get("/_kitchen").get_data(as_text=True))
    charts = [figure for figure in page.iter("figure") if "lines" in (figure.get("class") or "")]
    two_lines = next(figure for figure in charts if figure.xpath(".//*[@class='second']"))
    assert len(two_lines.xpath(".//tbody/tr")) == 11
    assert two_lines.xpath(".//tbody/tr[1]/th")[0].text == "1"


def test_a_chart_without_any_value_still_stands(app: Flask) -> None:
    with app.test_request_context("/"):
        charts = app.jinja_env.get_template("components/chart.html").module
        drawn = charts.line_chart("Nothing yet", ["1", "2"], [("Hours", [(0, "0"), (0, "0")])], "Month")  # type: ignore[attr-defined]
    assert 'y1="100.0%"' in drawn
