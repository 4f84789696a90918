"""What a file is, and how it is said: on the page, in the command, and on paper."""

import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from academy.certificates.feature.plug import FEATURE
from academy.certificates.queries import register, verifying
from academy.certificates.queries.examining import examine
from academy.certificates.rules import verdicts
from academy.certificates.rules.claims import codes_in, numbers_in
from academy.certificates.rules.states import CertificateState
from academy.certificates.rules.verdicts import Change, Examined, Signature, Verdict, difference, of_unregistered
from academy.ground import clock, db, storage
from academy.ground.access import operator
from academy.ground.settings import Settings
from academy.web.limits import limiter
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_pages import certificate, issue
from tests.pages import PageClient, text_of

OURS = Signature(signer="我们", intact=True, whole_file=True, ours=True)
PART = Signature(signer="我们", intact=True, whole_file=False, ours=True)
BROKEN = Signature(signer="我们", intact=False, whole_file=True, ours=True)
STRANGE = Signature(signer="别人", intact=True, whole_file=True, ours=False)
FILE = bytes(range(256)) * 40


def drop(client: PageClient, data: bytes, name: str = "证书.pdf") -> str:
    limiter.reset()
    answer = client.send("/verify/file", "/verify/", file=(BytesIO(data), name))
    assert answer.status_code == 200
    return text_of(answer)


# --- rules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signatures", "change", "verdict"),
    [
        ((), None, Verdict.UNKNOWN),
        ((), Change.REMADE, Verdict.UNKNOWN),
        ((STRANGE,), None, Verdict.UNKNOWN),
        ((STRANGE,), Change.REMADE, Verdict.OTHER_SIGNER),
        ((STRANGE,), Change.BYTES, Verdict.OTHER_SIGNER),
        ((OURS, STRANGE), Change.UPDATED, Verdict.OTHER_SIGNER),
        ((OURS,), None, Verdict.UNREGISTERED),
        ((PART,), None, Verdict.ALTERED),
        ((BROKEN,), None, Verdict.ALTERED),
        ((OURS, OURS), None, Verdict.ALTERED),
        ((OURS,), Change.BYTES, Verdict.ALTERED),
        ((OURS,), Change.REMADE, Verdict.ALTERED),
        ((), Change.TRUNCATED, Verdict.ALTERED),
        ((), Change.APPENDED, Verdict.ALTERED),
    ],
)
def test_a_file_that_the_register_lacks_is_never_called_valid(
    signatures: tuple[Signature, ...], change: Change | None, verdict: Verdict
) -> None:
    assert of_unregistered(Examined(is_pdf=True, signatures=signatures), change) is verdict


def test_what_is_no_pdf_is_said_to_be_none_unless_it_was_ours() -> None:
    assert of_unregistered(Examined(is_pdf=False), None) is Verdict.NOT_A_PDF
    assert of_unregistered(Examined(is_pdf=False), Change.REMADE) is Verdict.NOT_A_PDF
    assert of_unregistered(Examined(is_pdf=False), Change.BYTES) is Verdict.ALTERED


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        (FILE + b"\n", Change.APPENDED),
        (FILE + b"\n9 0 obj<<>>endobj", Change.UPDATED),
        (FILE[:-1], Change.TRUNCATED),
        (b"", Change.TRUNCATED),
        (b"\xff" + FILE[1:], Change.BYTES),
        (FILE[:5000] + b"x" + FILE[5001:], Change.BYTES),
        (FILE[:5000] + b"xyz" + FILE[5000:], Change.PARTS),
        (bytes(len(FILE)), Change.REMADE),
    ],
)
def test_what_was_done_to_a_file_is_told(sent: bytes, change: Change) -> None:
    assert difference(FILE, sent) is change


def test_every_verdict_and_change_has_its_words() -> None:
    assert set(verdicts.TITLES) == set(verdicts.SENTENCES) == set(Verdict)
    assert set(verdicts.CHANGES) == set(Change)
    assert {verdicts.of_registered(state) for state in CertificateState} >= {
        Verdict.VALID, Verdict.REVOKED, Verdict.REPLACED,
    }  # fmt: skip


def test_numbers_and_codes_are_found_in_what_a_file_says() -> None:
    said = "证书编号：宁网院结字〔2026〕第 000012 号 共36学时2026-Y-000001 https://x.cn/v/7KQ2M4XNPD 2026-Z-000001"
    assert numbers_in(said) == ("2026-J-000012", "2026-Y-000001")
    assert codes_in(said) == ("7KQ2M4XNPD",)
    assert numbers_in(" ".join(f"2026-J-{number:06d}" for number in range(1, 9))) == (
        "2026-J-000001", "2026-J-000002", "2026-J-000003",
    )  # fmt: skip


# --- hostile files ---------------------------------------------------------------------------------

BEGIN = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
SIGNED = b"/ByteRange [0 1 2 3]"


def bomb() -> bytes:
    """One page whose content unpacks to two gigabytes of text."""
    packed = zlib.compressobj(9)
    parts = [packed.compress(b"BT (2026-J-000001) Tj ET " * 40_000) for _ in range(2000)]
    drawn = b"".join(parts) + packed.flush()
    page = (
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj"
    )
    return b"%b%b 4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\n%b" % (
        BEGIN, page, len(drawn), drawn, ROOT,
    )  # fmt: skip


ROOT = b"trailer<</Root 1 0 R>>"
CIRCLE = b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>endobj\n"
TABLE = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 55/Size 999999999>>\nstartxref\n55\n%%EOF"
SCRIPT = b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj 3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"
HOSTILE = {
    "nesting": BEGIN + b"2 0 obj" + b"[" * 500_000 + b"]" * 500_000 + b"endobj\n" + ROOT + SIGNED,
    "pages in a circle": BEGIN + CIRCLE + ROOT + SIGNED,
    "tables in a circle": BEGIN + TABLE + SIGNED,
    "many objects": BEGIN + b"".join(b"%d 0 obj<</A 2 0 R>>endobj\n" % n for n in range(200_000)) + SIGNED,
    "noise": BEGIN + bytes(range(256)) * 20_000 + SIGNED,
    "nothing": b"%PDF-",
    "a script": BEGIN + SCRIPT + b"trailer<</Root 1 0 R/OpenAction 3 0 R>>",
}  # fmt: skip


@pytest.mark.parametrize("kind", [*HOSTILE, "bomb"])
def test_a_hostile_file_is_answered_in_time(kind: str) -> None:
    data = bomb() if kind == "bomb" else HOSTILE[kind]
    began = time.monotonic()
    assert examine(data, authorities=[]).is_pdf
    assert time.monotonic() - began < 25


# --- pages and command -----------------------------------------------------------------------------


def test_a_file_is_told_by_its_state_and_nothing_of_it_is_kept(
    of: Concluded, as_: SignIn, settings: Settings, visitor: PageClient
) -> None:
    held = certificate(issue(of, as_, settings), "张𬭎")
    assert held.place
    data = storage.bound().read(held.place, "pdf")
    kept = {kind: list(storage.bound().keys(kind)) for kind in ("pdf", "pack", "shared", "waiting")}
    page = drop(visitor, data, "张三的证书.pdf")
    for words in (
        "Genuine and valid",
        held.number,
        "张*",
        "张三的证书.pdf",
        "Statement of the certificate",
        "/verify/",
    ):
        assert words in page
    assert "张𬭎" not in page
    with db.transaction() as session:
        row = register.lock_certificate(session, held.number)
        row.state, row.revoked_at, row.revoked_reason = CertificateState.REVOKED, clock.now(), "误发"
    assert "Genuine, but revoked" in drop(visitor, data)
    with db.transaction() as session:
        row = register.lock_certificate(session, held.number)
        row.state, row.revoked_at, row.revoked_reason = CertificateState.REPLACED, None, ""
        row.replaced_at = clock.now()
    assert "Genuine, but replaced" in drop(visitor, data)
    drop(visitor, data + b"x")
    assert {kind: list(storage.bound().keys(kind)) for kind in kept} == kept


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0 a photo", "This file is no PDF."),
        (HOSTILE["nothing"], "That does not make a certificate false"),
        (HOSTILE["a script"], "Not one of the academy's files"),
    ],
)
@pytest.mark.usefixtures("app")
def test_unknown_never_reads_as_false(data: bytes, words: str, visitor: PageClient) -> None:
    page = drop(visitor, data)
    assert words in page
    assert "In doubt ask the office of 南京网格学院." in page


def test_a_file_too_large_or_none_is_told_at_its_field(
    visitor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "LARGEST", 1000)  # the test's own client would leave large files open
    large = visitor.send("/verify/file", "/verify/", file=(BytesIO(bytes(verifying.LARGEST + 1)), "x.pdf"))
    assert (large.status_code, "larger than 10 MB" in text_of(large)) == (422, True)
    none = visitor.send("/verify/file", "/verify/")
    assert (none.status_code, "Choose the file of the certificate." in text_of(none)) == (422, True)
    assert visitor.get("/verify/file").location == "/verify/#file"


def test_how_often_files_are_looked_at_is_limited(visitor: PageClient) -> None:
    token = visitor.token()
    codes = [
        visitor.post("/verify/file", data={"csrf_token": token, "file": (BytesIO(b""), "x.pdf")}).status_code
        for _ in range(8)
    ]
    assert codes[-1] == 429


def test_every_result_is_a_dated_statement(
    of: Concluded, as_: SignIn, settings: Settings, visitor: PageClient
) -> None:
    held = certificate(issue(of, as_, settings), "张𬭎")
    pages = [
        visitor.get(f"/verify/{held.number}"), visitor.get(f"/v/{held.code}"),
        visitor.get("/verify/2026-J-000099"), visitor.send("/verify/", number=held.number, name="张𬭎"),
    ]  # fmt: skip
    for page in pages:
        said = text_of(page)
        assert "Statement of the certificate register of 南京网格学院, asked on" in said
        assert "ask anew at http://127.0.0.1:5000/verify/2026-J-0000" in said


def test_the_command_refuses_what_is_too_large_or_foreign(
    database: db.Database, settings: Settings, tmp_path: Path
) -> None:
    assert database is db.bound()
    path = tmp_path / "x.pdf"
    for data, words in ((bytes(verifying.LARGEST + 1), "larger than 10 MB"), (b"%PDF-1.7", "verdict=unknown")):
        path.write_bytes(data)
        answer = CliRunner().invoke(FEATURE.commands[0], ["verify", str(path)], obj=settings)
        assert (answer.exit_code, words in answer.output) == (1, True)


def test_the_operator_reads_what_the_page_says(of: Concluded, as_: SignIn, settings: Settings) -> None:
    number = certificate(issue(of, as_, settings), "欧阳娜娜").number
    with db.reading() as session:
        place = register.held(session, number, operator()).place
    assert place
    found = verifying.verify(storage.bound().read(place, "pdf")[:-9], authorities=[])
    assert (found.verdict, found.change) == (Verdict.ALTERED, Change.TRUNCATED)
    assert found.public is not None
    assert found.public.number == number
