"""Twelve lists as street offices send them, through the real command, and hostile files refused in words."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from academy.enrolment.views.roster_command import import_roster
from academy.ground import db, tables
from academy.ground.db import Database
from academy.ground.errors import NotFound, Refused
from academy.people.models.importing import RosterImport
from academy.people.models.register import Person
from tests.people import listing
from tests.people.hostile import HOSTILE
from tests.people.listing import HEAD, SAMPLES, STREET, id_of, workbook

EXPECTED: list[dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))["files"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(import_roster, arguments, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("expected", EXPECTED, ids=[each["file"][:3] for each in EXPECTED])
def test_each_sample_comes_to_what_is_written_beside_it(database: Database, expected: dict[str, Any]) -> None:
    with db.transaction() as session:
        listing.all_units(session)
    code, said = run(str(SAMPLES / expected["file"]), "--dry-run", "--json")
    assert json.loads(said) == expected
    assert code == (0 if expected["file_outcome"] == "ok" else 1)


def test_known_units_may_come_from_a_file(database: Database) -> None:
    expected = next(each for each in EXPECTED if each["file"].startswith("p01"))
    file, units = SAMPLES / expected["file"], SAMPLES / "units.json"
    assert json.loads(run(str(file), "--dry-run", "--json", "--units", str(units))[1]) == expected


def test_a_dry_run_changes_nothing_and_an_import_does_it_once(database: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        listing.all_units(session)
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook([HEAD, ["王伟", id_of(1), "19900000001", STREET, "专职"], ["李", "1", "", "", ""]]))
    code, said = run(str(path), "--dry-run")
    assert code == 0
    assert "王伟" in said
    with database.reading() as session:
        assert session.query(Person).count() == session.query(RosterImport).count() == 0
    for times in range(2):
        code, said = run(str(path))
        assert code == 0, said
        assert ("imported before" in said) is bool(times)
    with database.reading() as session:
        assert [person.name for person in session.query(Person)] == ["王伟"]
        assert session.query(RosterImport).count() == 1


def test_a_file_without_a_list_is_refused_in_words(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "page.xls"
    path.write_text("<html></html>")
    code, said = run(str(path), "--dry-run", "--json")
    assert (code, json.loads(said)["file_reason"]) == (1, "unreadable")


def test_a_list_for_no_class_is_told(database: Database) -> None:
    with pytest.raises(NotFound, match="2026-999"):
        run(str(SAMPLES / EXPECTED[0]["file"]), "--dry-run", "--class", "2026-999")


@pytest.mark.parametrize(("make_file", "codes"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_quickly_and_in_words(make_file: Callable[[], bytes], codes: set[str]) -> None:
    data = make_file()
    started = time.monotonic()
    with pytest.raises(Refused) as refused, tables.opened(data) as grids:
        list(grids)
    assert refused.value.reasons[0].code in codes
    assert time.monotonic() - started < 8  # two seconds on a machine that has nothing else to do
