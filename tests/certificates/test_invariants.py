"""Break a row by hand, and the audit names it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from academy.certificates.actions import deciding
from academy.certificates.feature.plug import FEATURE
from academy.certificates.queries import register
from academy.ground import db
from academy.ground.db import Database
from academy.ground.feature import Finding
from academy.ground.settings import Settings
from tests import make
from tests.certificates.concluded import concluded, worker


def findings() -> dict[str, Finding]:
    with db.reading() as session:
        found = {invariant.name: invariant.check(session) for invariant in FEATURE.invariants}
    return {name: finding for name, finding in found.items() if finding is not None}


def broken() -> dict[str, tuple[str, ...]]:
    return {name: finding.examples for name, finding in findings().items() if finding.count != finding.expected}


@pytest.fixture
def issued(database: Database, settings: Settings) -> Callable[[str], None]:
    """Two batches with their files, and a way to break them by hand."""
    for hours in ({"王伟": 400, "李四": 400}, {"陈堃": 400}):
        of = concluded(hours)
        with db.transaction() as session:
            batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
        with db.transaction() as session:
            job_id = deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
        worker(settings).run(job_id)

    def by_hand(statement: str) -> None:
        with database.engine.begin() as connection:
            if database.is_sqlite:
                connection.execute(text("PRAGMA ignore_check_constraints=ON"))
            connection.execute(text(statement))
            if database.is_sqlite:
                connection.execute(text("PRAGMA ignore_check_constraints=OFF"))

    return by_hand


def test_all_holds_when_nothing_is_broken(issued: Callable[[str], None]) -> None:
    assert broken() == {}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE certificate SET sequence = 9, number = '2026-J-000009' WHERE sequence = 2",
            "2026-J-000002 is missing",
        ),
        ("UPDATE certificate_counter SET last = 7", "certificate_counter J 2026 does not stand at 3"),
        ("UPDATE certificate SET number = '2026-J-000007' WHERE sequence = 2", "certificate 2026-J-000007"),
        ("UPDATE certificate SET sha256 = code WHERE sequence = 2", "certificate 2026-J-000002"),
        ("UPDATE certificate SET person_id = 5 WHERE sequence = 1", "certificate 2026-J-000001"),
        ("UPDATE batch_entry SET eligible = false WHERE batch_id = 2", "certificate 2026-J-000003"),
        ("UPDATE certificate SET class_session_id = 2 WHERE sequence = 2", "certificate 2026-J-000002"),
        ("UPDATE certificate_batch SET signer_id = NULL WHERE id = 1", "certificate_batch 1"),
        ("UPDATE certificate_batch SET state = 'issuing', issued_at = NULL WHERE id = 1", "certificate_batch 1"),
    ],
)
def test_a_broken_row_is_named(statement: str, named: str, issued: Callable[[str], None]) -> None:
    issued(statement)
    assert named in [example for examples in broken().values() for example in examples]


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize("change", [{"name": "王五"}, {"tenths": 800}, {"programme": "另一个方案"}])
def test_a_fact_that_was_not_signed_is_named(change: dict[str, object]) -> None:
    with db.transaction() as session:
        certificate = register.lock_certificate(session, "2026-J-000002")
        certificate.facts = {**certificate.facts, **change}
    assert broken() == {"certificates that say other than what was signed": ("certificate 2026-J-000002",)}


def alter(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"%")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize(
    ("deed", "part", "numbers"),
    [
        (alter, "shared", (1, 2, 3)), (cut, "shared", (1, 2, 3)), (Path.unlink, "shared", (1, 2, 3)),
        (alter, "pack", (2, 3)), (cut, "pack", (2, 3)), (Path.unlink, "pack", (1, 2, 3)),
    ],
)  # fmt: skip
def test_a_file_of_which_a_part_is_altered_or_gone_is_named(
    deed: Callable[[Path], None], part: str, numbers: tuple[int, ...], settings: Settings
) -> None:
    for file in list((settings.var / "files" / part).rglob(f"*.{part}")):
        deed(file)
    (examples,) = broken().values()
    assert examples == tuple(f"certificate 2026-J-{number:06d}" for number in numbers)
