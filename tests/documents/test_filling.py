"""A certificate made the fast way is the one WeasyPrint would make, is signed whole, and holds nobody else."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.documents.actions import filling, keys, layouts, rendering, sealing
from academy.documents.actions.layouts import Unusual
from academy.documents.actions.signing import Signer
from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.settings import Settings
from tests import make
from tests.documents.facts import FACTS, HARD_NAMES, difference, judged, lines_of, qr_of, run

TEMPLATE = "certificate.html"
MOST_DIFFERENT = 32


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module", params=["p256", "rsa2048"])
def settings(request: pytest.FixtureRequest, var: Path) -> Settings:
    """An academy with keys of each kind."""
    return Settings(env="test", var=var / request.param, signing_algorithm=request.param, sample=False)


def filled(settings: Settings, **changes: object) -> bytes:
    made = filling.fill(TEMPLATE, FACTS | changes, signer=keys.signer(settings), at=make.NOW)
    return made.shared.data + made.personal


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_file_says_exactly_what_it_was_given(settings: Settings, name: str) -> None:
    pdf = filled(settings, name=name)
    lines = lines_of(pdf)
    assert [line for line in lines if line in fonts.fit_name(name).lines] == list(fonts.fit_name(name).lines)
    assert f"证书编号：{FACTS['printed_number']}" in lines
    assert {FACTS["code"], FACTS["url"], FACTS["academy_name"], FACTS["title"]} <= {
        line.replace(" ", "") for line in lines
    }
    assert FACTS["body"].replace(" ", "") in "".join(lines).replace(" ", "")
    assert qr_of(pdf) == FACTS["url"]


def test_programs_that_are_not_ours_find_it_whole_and_signed(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(filled(settings))
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(file))
    told = run("pdfsig", str(file))
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    verdict = judged(file.read_bytes(), keys.authorities(settings))
    assert verdict.bottom_line
    assert verdict.coverage.name == "ENTIRE_FILE"
    with pikepdf.open(file) as pdf:
        assert pdf.docinfo["/Title"] == f"{FACTS['title']} {FACTS['printed_number']}"
        assert str(pdf.Root.Lang) == "zh-CN"


@pytest.mark.parametrize("name", [FACTS["name"], *HARD_NAMES])
def test_the_picture_is_the_one_weasyprint_draws(var: Path, name: str) -> None:
    fast = filled(Settings(env="test", var=var / "p256", sample=False), name=name)
    assert difference(fast, rendering.render(TEMPLATE, FACTS | {"name": name})) <= MOST_DIFFERENT


def printable() -> st.SearchStrategy[str]:
    """Make names of any characters that the font prints, with dots, blanks and apostrophes between them."""
    known = "".join(map(chr, fonts.characters()))
    signs = [c for c in known if unicodedata.category(c) in {"Lo", "Lu", "Ll"}]
    part = st.text(st.sampled_from(signs), min_size=1, max_size=6)
    return st.lists(part, min_size=1, max_size=3).flatmap(lambda parts: st.sampled_from("· '").map(
        lambda between: between.join(parts)
    ))  # fmt: skip


@given(name=printable())
def test_any_name_is_copied_from_the_file_as_it_was_typed_or_takes_the_slow_way(var: Path, name: str) -> None:
    try:
        pdf = filled(Settings(env="test", var=var / "p256", sample=False), name=name)
    except Unusual:
        return
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert all(line in text for line in fonts.fit_name(name).lines)


def test_equal_facts_give_equal_bytes_under_their_own_hash(settings: Settings) -> None:
    made = filling.fill(TEMPLATE, FACTS, signer=keys.signer(settings), at=make.NOW)
    layouts.forget()
    again = filling.fill(TEMPLATE, FACTS, signer=keys.signer(settings), at=make.NOW)
    assert made.personal == again.personal
    assert made.shared.data == again.shared.data
    assert made.sha256 == hashlib.sha256(made.shared.data + made.personal).hexdigest()


def test_a_file_holds_nobody_elses_characters(settings: Settings) -> None:
    filled(settings, name="欧阳娜娜")
    with pikepdf.open(BytesIO(filled(settings, name="李㛃"))) as pdf:
        own = pdf.pages[0].Resources.Font.Own
        told = bytes(own.ToUnicode.read_bytes()).decode()
    assert sorted(told.split("beginbfchar")[1].split("endbfchar")[0].split()[1::2]) == ["<36c3>", "<674e>"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "李  明"}, {"name": " 李明"}, {"name": "李\u3000明"}, {"name": "e\u0301va"}, {"name": "李\ue000"},
        {"name": "李\u200d明"}, {"url": "", "code": ""}, {"url": "http://网格学院.example/v/7K2M9QX4TB"},
    ],
)  # fmt: skip
def test_what_the_fast_way_cannot_do_it_refuses(settings: Settings, changes: dict[str, str]) -> None:
    with pytest.raises(Unusual):
        filled(settings, **changes)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('<p class="code" data-slot="code">', '<p class="code">'),
        ('data-slot="url">', 'data-slot="url"><b>x</b>'),
        (".code, .url { position: absolute;", ".code, .url { letter-spacing: 1pt; position: absolute;"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_laid_out_as_expected_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, was: str, becomes: str
) -> None:
    real: Callable[..., str] = rendering.html

    def other(template: str, facts: Any, *, layer: str = "all") -> str:
        written = real(template, facts, layer=layer)
        assert layer != "slots" or was in written
        return written.replace(was, becomes)

    monkeypatch.setattr(rendering, "html", other)
    layouts.forget()
    with pytest.raises(Unusual):
        filled(settings)
    layouts.forget()


def test_the_slow_way_gives_the_same_picture_and_a_signature_that_holds(settings: Settings) -> None:
    signer = keys.signer(settings)
    slow = sealing.seal(rendering.render(TEMPLATE, FACTS), signer)
    verdict = judged(slow, keys.authorities(settings))
    assert verdict.bottom_line
    assert verdict.coverage.name == "ENTIRE_FILE"
    assert difference(slow, filled(settings)) <= MOST_DIFFERENT


def test_a_signature_that_does_not_fit_is_never_cut_off(settings: Settings) -> None:
    signer = keys.signer(settings)
    longer = Signer(signer.key, signer.certificate, signer.chain)
    longer.__dict__["room"] = 100
    with pytest.raises(ValueError, match="does not fit"):
        filling.fill(TEMPLATE, FACTS, signer=longer, at=clock.now())
    assert replace(signer).room == signer.room
