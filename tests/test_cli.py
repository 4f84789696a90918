"""The command line, as an operator types it."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from academy import cli
from academy.app import bind
from academy.ground import db, migrating
from academy.ground.settings import Settings
from tests import make

Type = Callable[..., Result]


@pytest.fixture
def typed(bare: Settings) -> Type:
    """Type a command on an academy of its own, whose database has no table yet."""
    environ = {
        "ACADEMY_ENV": "test",
        "ACADEMY_VAR": str(bare.var),
        "ACADEMY_DATABASE_URL": bare.database_url,
        "ACADEMY_SAMPLE": "0",
    }

    def type_(*words: str) -> Result:
        return CliRunner().invoke(cli.academy, words, env=environ)

    return type_


def test_a_new_academy_is_brought_up_and_sound(typed: Type) -> None:
    assert migrating.head() in typed("migrate").output
    assert migrating.head() in typed("migrate").output
    added = typed("staff", "add", "lin", "--name", "林一", "--role", "admin", "--password", "a long pass phrase")
    assert "林一" in added.output
    audit = typed("audit", "--json")
    assert audit.exit_code == 0, audit.output
    findings = [json.loads(line) for line in audit.output.splitlines()]
    assert all(set(finding) == {"invariant", "count", "expected", "ok"} for finding in findings)
    assert all(finding["ok"] for finding in findings)


def test_a_row_broken_by_hand_is_named_and_fails_the_audit(typed: Type, bare: Settings) -> None:
    typed("migrate")
    database = bind(bare)
    with db.transaction() as session:
        pool = make.pool(session, make.class_session(session))
        make.enrolment(session, pool, make.person(session))
    with db.transaction() as session:
        session.execute(text("UPDATE place_pool SET taken = 0"))
    database.close()
    audit = typed("audit")
    assert audit.exit_code == 1
    broken = [line for line in audit.output.splitlines() if line.startswith("BROKEN")]
    assert any("taken places" in line for line in broken)
    assert f"place_pool {pool.id}" in audit.output or str(pool.id) in audit.output.split("BROKEN", 1)[1]


def test_help_tells_every_command(typed: Type) -> None:
    said = typed("--help").output
    for name in ("up", "serve", "worker", "demo", "audit", "migrate", "courses", "certificates", "units", "staff"):
        assert f"  {name}" in said, name
