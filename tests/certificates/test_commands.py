"""The same deeds from the command line, as the two accounts named."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from academy.certificates.feature.plug import FEATURE
from academy.certificates.queries import batches, register
from academy.ground import db
from academy.ground.access import operator
from academy.ground.errors import Refused
from academy.ground.settings import Settings
from academy.ground.storage import bound
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded, concluded


@pytest.fixture
def of(database: db.Database) -> Concluded:
    """A concluded class, and accounts for its admins and one trainee."""
    assert database is db.bound()
    found = concluded({"欧阳娜娜": 380, "陈堃": 340})
    names = {"admin": found.admin, "admin2": found.admin2, "trainee": found.people["陈堃"]}
    with db.transaction() as session:
        for name, actor in names.items():
            holder = session.get(Person, actor.person_id)
            assert holder is not None
            make.account(session, holder, name)
    return found


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(FEATURE.commands[0], list(words), obj=settings)


def issue(settings: Settings, of: Concluded, proposer: str, signer: str) -> Result:
    return run(settings, "issue", of.code, "--proposer", proposer, "--signer", signer)


def test_a_class_is_certified_in_one_go_and_its_files_verified(
    of: Concluded, settings: Settings, tmp_path: Path
) -> None:
    answer = issue(settings, of, "admin", "admin2")
    assert answer.exit_code == 0, answer.output
    assert "2026-J-000001" in answer.output
    with db.reading() as session:
        held = register.held(session, "2026-J-000001", operator())
    file = tmp_path / "certificate.pdf"
    assert held.place
    file.write_bytes(bound().read(held.place, "pdf"))
    assert held.printed in run(settings, "verify", str(file)).output
    file.write_bytes(file.read_bytes() + b"\n")
    altered = run(settings, "verify", str(file))
    assert altered.exit_code == 1
    assert "Something was appended after the end of the issued file." in altered.output


@pytest.mark.parametrize(
    ("proposer", "signer", "said"),
    [
        ("admin", "trainee", "no admin has the account 'trainee'"),
        ("nobody", "admin", "no admin has the account 'nobody'"),
    ],
)
def test_only_admins_certify(proposer: str, signer: str, said: str, of: Concluded, settings: Settings) -> None:
    answer = issue(settings, of, proposer, signer)
    assert answer.exit_code == 1
    assert said in answer.output


def test_one_person_is_not_two(of: Concluded, settings: Settings) -> None:
    answer = issue(settings, of, "admin", "admin")
    assert isinstance(answer.exception, Refused)
    assert [reason.code for reason in answer.exception.reasons] == ["same_person"]
    with db.reading() as session:
        assert batches.waiting(session) == ()
