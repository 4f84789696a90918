"""What is only safe on one's own machine does not run in production."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from academy.app import create_app
from academy.ground import db, migrating
from academy.ground.settings import BadSettings, Settings
from tests import make


@pytest.fixture
def production(bare: Settings) -> Iterator[Settings]:
    """A production academy on a database that migrations made."""
    migrating.upgrade(db.bound())
    yield replace(bare, env="production", base_url="https://academy.example")
    db.bound().close()


def test_an_academy_of_its_own_is_served_by_its_own_name(production: Settings) -> None:
    app = create_app(production)
    client = app.test_client()
    assert client.get("/healthz", base_url="https://academy.example").status_code == 200
    assert client.get("/healthz", base_url="https://evil.example").status_code == 400
    answer = client.get("/login", base_url="https://academy.example")
    assert "Strict-Transport-Security" in answer.headers
    assert "Secure" in answer.headers["Set-Cookie"]
    assert client.get("/_kitchen", base_url="https://academy.example").status_code == 404


def test_a_database_with_the_samples_accounts_is_refused(production: Settings) -> None:
    with db.transaction() as session:
        make.account(session, make.person(session), "admin").sample = True
    with pytest.raises(BadSettings, match="ACADEMY_VAR="):
        create_app(production)


def test_a_database_of_another_version_is_refused(production: Settings) -> None:
    migrating.downgrade(db.bound(), "base")
    with pytest.raises(BadSettings, match="academy migrate"):
        create_app(production)
