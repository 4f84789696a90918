"""What may lie where: rooms, sizes, names, nothing foreign."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from academy.app import FEATURES
from academy.ground.settings import ROOT

ACADEMY = ROOT / "academy"
SOURCES = [path for path in ACADEMY.rglob("*.py") if "__pycache__" not in path.parts]
PACKAGES = [path for path in SOURCES if path.name == "__init__.py"]
TESTS = list((ROOT / "tests").rglob("*.py"))
ROOMS = {
    "__init__", "feature", "rules", "models", "queries", "actions", "forms", "views", "jobs", "templates",
    "sample",  # docs/decisions/0004: the feature's share of the sample academy
    "runner",  # docs/decisions/0004: the bell of the clockwork
    "fonts",  # made at set-up
}  # fmt: skip


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file once for all laws."""
    return ast.parse(path.read_text())


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_features_have_no_rooms_of_other_names() -> None:
    for feature in FEATURES[1:]:  # the first is the web, a library with clockwork of its own
        rooms = {path.stem for path in (ACADEMY / feature.name).iterdir() if path.name != "__pycache__"}
        assert rooms <= ROOMS, feature.name


def test_every_feature_folder_is_in_the_product() -> None:
    libraries = {"ground", "documents"}  # neither has a part to plug in
    folders = {path.parent.name for path in ACADEMY.glob("*/__init__.py")} - libraries
    assert folders == {feature.name for feature in FEATURES}


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    assert path.read_text().count("\n") <= 300
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_package_files_hold_a_docstring_only(path: Path) -> None:
    assert [type(node) for node in tree_of(path).body] == [ast.Expr]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, node.name


def test_there_is_no_drawer() -> None:
    drawers = {"utils", "helpers", "services", "managers", "common", "misc"}
    assert not [path for path in SOURCES if drawers & {part.removesuffix(".py") for part in path.parts}]


# Written in pieces, so that this file is not what it looks for.
PIECES = (("python", r"hosted\.org"), ("registry", r"\.npmjs"), (r"\.\./sha", "red"), ("/wor", "k/(main|shared)"))
FORBIDDEN = [re.compile("".join(pieces)) for pieces in PIECES]


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "ignore")
        assert not [p.pattern for p in FORBIDDEN if p.search(text)], path


def test_nothing_third_party_is_tracked() -> None:
    foreign = re.compile(r"(\.min\.(js|css)|\.woff2?|\.ttf|\.otf)$|node_modules/")
    assert not [path for path in tracked() if foreign.search(str(path))]
