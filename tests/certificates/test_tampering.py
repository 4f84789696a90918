"""An altered file is told as such by the page and by the command, whatever a viewer says of its signature."""

import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from academy.certificates.feature.plug import FEATURE
from academy.certificates.queries import register, verifying
from academy.certificates.rules.verdicts import TITLES, Change, Verdict
from academy.documents.actions import keys
from academy.ground import db
from academy.ground.settings import Settings
from academy.web.limits import limiter
from tests.certificates.forging import TWINS, Issued
from tests.certificates.three import issued_files
from tests.pages import PageClient, text_of


@pytest.fixture
def files(app: Flask, settings: Settings) -> list[Issued]:
    """Three files as they were issued."""
    assert app.testing
    return issued_files(settings)


def by_page(client: PageClient, data: bytes) -> str:
    limiter.reset()
    answer = client.send("/verify/file", "/verify/", file=(BytesIO(data), "证书.pdf"))
    assert answer.status_code == 200
    return text_of(answer)


def by_command(settings: Settings, folder: Path, data: bytes) -> tuple[int, str]:
    path = folder / "certificate.pdf"
    path.write_bytes(data)
    answer = CliRunner().invoke(FEATURE.commands[0], ["verify", str(path)], obj=settings)
    return answer.exit_code, answer.output


def twins(files: Sequence[Issued], kind: str) -> list[bytes]:
    forge, _verdict = TWINS[kind]
    return [forge(each, files[number - 1]) for number, each in enumerate(files)]


def test_the_originals_are_accepted(
    files: list[Issued], visitor: PageClient, settings: Settings, tmp_path: Path
) -> None:
    assert len(files) == 3
    for each in files:
        page = by_page(visitor, each.data)
        assert "Genuine and valid" in page
        assert each.number in page
        code, said = by_command(settings, tmp_path, each.data)
        assert (code, "Genuine and valid" in said, "verdict=valid" in said) == (0, True, True)


@pytest.mark.slow
def test_every_kind_of_twin_is_refused_by_page_and_command(
    files: list[Issued], visitor: PageClient, settings: Settings, tmp_path: Path
) -> None:
    for place, (kind, (_forge, verdict)) in enumerate(TWINS.items()):
        twin = twins(files, kind)[place % len(files)]  # `./run drill tamper` forges all three of each kind
        page = by_page(visitor, twin)
        assert TITLES[verdict] in page, kind
        assert "Genuine" not in page, kind
        code, said = by_command(settings, tmp_path, twin)
        assert (code, f"verdict={verdict}" in said) == (1, True), (kind, said)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("signature flipped", "some of its bytes are others"),
        ("page replaced in an update", "it can show other pages"),
        ("signed by somebody else", "carries somebody else's signature"),
        ("truncated", "It ends too early"),
    ],
)
def test_what_was_altered_is_told(kind: str, words: str, files: list[Issued], visitor: PageClient) -> None:
    page = by_page(visitor, twins(files, kind)[0])
    assert words in page
    assert TITLES[TWINS[kind][1]] in page


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_a_viewer_that_calls_the_signature_valid_is_contradicted(
    files: list[Issued], settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "twin.pdf"
    path.write_bytes(twins(files, "page replaced in an update")[0])
    viewer = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in viewer
    found = verifying.verify(path.read_bytes(), authorities=keys.authorities(settings))
    assert found.verdict is Verdict.ALTERED
    assert found.examined is not None
    assert [(each.ours, each.intact, each.whole_file) for each in found.examined.signatures] == [
        (True, True, False)
    ]
    assert found.examined.revisions == 2


def test_a_file_of_our_key_that_the_register_lacks_is_one_for_the_office(
    files: list[Issued], settings: Settings
) -> None:
    lost = files[0]
    with db.transaction() as session:
        row = register.lock_certificate(session, lost.number)
        row.number, row.sequence = "2026-J-000999", 999
        row.code, row.sha256 = "0000000000", "0" * 64
    found = verifying.verify(lost.data, authorities=keys.authorities(settings))
    assert (found.verdict, found.public) == (Verdict.UNREGISTERED, None)


ALIKE = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length %d>>stream
%b
endstream endobj
trailer<</Root 1 0 R>>
"""


def test_a_file_that_only_looks_alike_is_neither_ours_nor_called_false(
    files: list[Issued], settings: Settings
) -> None:
    text = f"BT /F 12 Tf 50 50 Td ({files[0].number}) Tj ET".encode()
    found = verifying.verify(ALIKE % (len(text), text), authorities=keys.authorities(settings))
    assert (found.verdict, found.change, found.public is not None) == (Verdict.UNKNOWN, Change.REMADE, True)
