"""`academy courses check|sync` at the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from academy.catalogue.feature import courses
from academy.ground.db import Database
from academy.ground.errors import AcademyError
from academy.ground.settings import ROOT
from tests.catalogue.test_files import SYLLABUS, TOML


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    place = tmp_path / "courses" / "practice" / "cpr"
    place.mkdir(parents=True)
    (place / "course.toml").write_text(TOML)
    (place / "syllabus.md").write_text(SYLLABUS)
    return tmp_path / "courses"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(courses, arguments)
    refusal = result.exception if isinstance(result.exception, AcademyError) else ""
    return result.exit_code, f"{result.output}{refusal}"


def test_check_says_that_all_is_well() -> None:
    assert run("check") == (0, f"42 courses in {ROOT / 'courses'}: no problem.\n")


def test_check_tells_every_problem_and_fails(tree: Path) -> None:
    (tree / "practice" / "cpr" / "course.toml").write_text(TOML.replace("hours = 2", "hours = 9"))
    (tree / "practice" / "cpr" / "syllabus.md").unlink()
    code, said = run("check", str(tree))
    assert code == 1
    assert "practice/cpr/syllabus.md: the file is missing" in said
    assert said.endswith("problem(s).\n")


@pytest.mark.usefixtures("database")
def test_sync_prints_what_it_did_and_a_second_time_nothing(tree: Path) -> None:
    dry = run("sync", "--folder", str(tree), "--dry-run")
    first = run("sync", "--folder", str(tree))
    assert dry == first == (0, "+ practice/cpr  心肺复苏\n1 added, 0 changed, 0 retired, 0 unchanged.\n")
    assert run("sync", "--folder", str(tree)) == (0, "0 added, 0 changed, 0 retired, 1 unchanged.\n")
    (tree / "practice" / "cpr" / "course.toml").write_text(TOML.replace("操作考核。", "口试。"))
    assert run("sync", "--folder", str(tree))[1].startswith("~ cpr  心肺复苏: assessment\n")


def test_sync_in_the_name_of_nobody_is_refused(database: Database, tree: Path) -> None:
    code, said = run("sync", "--folder", str(tree), "--as", "nobody")
    assert code == 1
    assert "There is no account 'nobody'." in said
    assert run("sync", "--folder", str(tree), "--dry-run")[1].startswith("+ practice/cpr")
