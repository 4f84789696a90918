"""Each power lives in one place."""

import re

import pytest

from tests.house.test_tree import ACADEMY, SOURCES

CODE = {path: path.read_text() for path in SOURCES}


def homes_of(pattern: str) -> set[str]:
    word = re.compile(pattern)
    return {str(path.relative_to(ACADEMY)) for path, text in CODE.items() if word.search(text)}


@pytest.mark.parametrize(
    ("power", "pattern", "home"),
    [
        ("commit", r"\.commit\(", r"ground/db\.py"),
        ("the clock", r"datetime\.now\(|date\.today\(|utcnow\(", r"ground/clock\.py"),
        ("asking the database", r"\bselect\(", r"\w+/queries(/\w+)?\.py"),
        ("raw SQL", r"\btext\(\"SELECT|exec_driver_sql\(", r"ground/(db|many|migrating)\.py"),
        ("random secrets", r"\bsecrets\.", r"(ground/(tokens|crypto|settings)|web/headers)\.py"),
        ("mass assignment", r"populate_obj", r"nowhere"),
        ("safe markup", r"\bMarkup\(", r"web/markdown\.py|documents/.*|certificates/.*"),
        ("the environment", r"os\.environ", r"cli\.py|wsgi\.py"),
    ],
)
def test_each_power_lives_in_one_place(power: str, pattern: str, home: str) -> None:
    strangers = {place for place in homes_of(pattern) if not re.fullmatch(home, place)}
    assert not strangers, power


def test_relationships_never_load_by_surprise() -> None:
    for path, text in CODE.items():
        for call in re.findall(r"relationship\([^)]*\)", text):
            assert 'lazy="raise"' in call, path


def test_nothing_cascades() -> None:
    assert not homes_of(r"ondelete|ON DELETE CASCADE")


def test_templates_carry_no_markup_of_their_own_making() -> None:
    banned = re.compile(r"<[^>{}]*\s(style|on[a-z]+)=|\|\s*safe\b|<input|<select|<textarea")
    for path in ACADEMY.glob("*/templates/**/*.html"):
        found = banned.search(path.read_text())
        assert not found, f"{path}: {found}"
