from pathlib import Path

import pytest

from academy.ground import db
from academy.ground.settings import BadSettings, read

GOOD = {
    "ACADEMY_ENV": "production",
    "ACADEMY_SECRET_KEY": "ab" * 32,
    "ACADEMY_PERSONAL_DATA_KEY": "cd" * 32,
    "ACADEMY_BLIND_INDEX_KEY": "ef" * 32,
    "ACADEMY_SAMPLE": "0",
    "ACADEMY_BASE_URL": "https://academy.example",
}


def test_nothing_set_is_one_machine_of_ones_own() -> None:
    settings = read({})
    assert settings.database.startswith("sqlite")
    assert settings.storage.startswith("file://")
    assert settings.sample
    assert not settings.https


def test_production_starts_when_all_is_said() -> None:
    assert read(GOOD).production


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"ACADEMY_ENV"}))
def test_production_refuses_what_is_missing_with_the_line_that_mends_it(name: str) -> None:
    with pytest.raises(BadSettings, match=f"set {name}="):
        read({key: value for key, value in GOOD.items() if key != name})


def test_production_refuses_an_affected_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "sqlite_is_safe", lambda: False)
    with pytest.raises(BadSettings, match="ACADEMY_DATABASE_URL="):
        read(GOOD)


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False),
     ((3, 51, 3), True), ((3, 53, 4), True)],
)  # fmt: skip
def test_which_sqlite_is_safe(version: tuple[int, int, int], safe: bool) -> None:  # noqa: FBT001 - a table's column
    assert db.sqlite_is_safe(version) is safe


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACADEMY_PERSONAL_DATA_KEY", "not hex"),
        ("ACADEMY_BLIND_INDEX_KEY", "ab"),
        ("ACADEMY_SECRET_KEY", "x"),
        ("ACADEMY_PORT", "99999"),
        ("ACADEMY_TRUSTED_PROXIES", "-1"),
        ("ACADEMY_WEB_WORKERS", "0"),
    ],
)
def test_values_that_cannot_work_are_refused_anywhere(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read({**GOOD, name: value})
    with pytest.raises(BadSettings, match=name):
        read({"ACADEMY_PERSONAL_DATA_KEY": "cd" * 32, "ACADEMY_BLIND_INDEX_KEY": "ef" * 32, name: value})


def test_one_data_key_alone_is_refused() -> None:
    with pytest.raises(BadSettings, match="go together"):
        read({"ACADEMY_PERSONAL_DATA_KEY": "cd" * 32})


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        read({"ACADEMY_PORT": "many", "ACADEMY_SAMPLE": "perhaps", "ACADEMY_ENV": "prod"})
    for name in ("ACADEMY_PORT", "ACADEMY_SAMPLE", "ACADEMY_ENV"):
        assert name in str(caught.value)


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "operating.md").read_text()
    for name in read({}).__slots__:
        assert f"ACADEMY_{name.upper()}" in text, name
