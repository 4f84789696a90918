"""Who may open what: declared by every view, and kept."""

from collections.abc import Iterator

import pytest
from flask import Flask

from academy.app import FEATURES, create_app
from academy.ground import db
from academy.ground.access import GRANTS, Capability, Role
from academy.ground.settings import Settings
from tests.pages import PageClient


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert [e for e, view in app.view_functions.items() if e != "static" and not hasattr(view, "access")] == []


def test_every_capability_is_granted_and_asked_for(app: Flask) -> None:
    asked = {
        c for view in app.view_functions.values() for c in getattr(view, "access", ()) if isinstance(c, Capability)
    }
    granted = {capability for capabilities in GRANTS.values() for capability in capabilities}
    assert set(Capability) == granted
    assert asked <= granted
    assert set(GRANTS) == set(Role)


def test_a_visitor_is_led_to_sign_in_and_a_sent_form_is_told(app: Flask, client: PageClient) -> None:
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "public")
        if access == "public" or rule.endpoint == "static":
            continue
        url = rule.rule
        for name, converter in rule._converters.items():
            number = type(converter).__name__ == "IntegerConverter"
            url = url.replace(f"<any(xlsx, csv):{name}>", "csv").replace(f"<int:{name}>", "1")
            url = url.replace(f"<{name}>", "1" if number else "x")
        if "GET" in (rule.methods or ()):
            answer = client.get(url)
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login"), url
        else:
            assert client.post(url).status_code in {400, 401}, url


def test_no_form_is_taken_without_its_token(app: Flask, client: PageClient) -> None:
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and "<" not in rule.rule:
            assert client.post(rule.rule).status_code in {400, 401, 422, 429}, rule.rule


@pytest.fixture
def _whole_again(settings: Settings) -> Iterator[None]:
    """Put in again what a feature plugs into lower ones, for the tests that come after in this process."""
    yield
    db.bound().close()
    create_app(settings)
    db.bound().close()


@pytest.mark.usefixtures("_whole_again")
@pytest.mark.parametrize("name", [feature.name for feature in FEATURES])
def test_a_feature_taken_out_takes_its_pages_with_it(name: str, settings: Settings) -> None:
    rest = tuple(feature for feature in FEATURES if feature.name != name)
    gone = {blueprint.name for feature in FEATURES if feature.name == name for blueprint in feature.blueprints}
    app = create_app(settings, rest)
    assert not {rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules()} & gone
    assert app.test_client().get("/healthz").json == {"status": "ok"}
