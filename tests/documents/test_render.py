"""A document is the same bytes each time, says exactly what it was given, and reads nothing foreign."""

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw

from academy.documents.actions import rendering
from academy.documents.actions.rendering import PackagedOnly, render
from tests.documents.facts import FACTS


@cache
def certificate(**changes: object) -> bytes:
    """Render a certificate once, however many tests read it."""
    return render("certificate.html", FACTS | changes)


def by_pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text: str = document[0].get_textpage().get_text_bounded()
    document.close()
    return text.replace("\r\n", "\n")


def by_pdftotext(pdf: bytes) -> str:
    command = shutil.which("pdftotext")
    if command is None:
        pytest.skip("pdftotext is not installed")
    return subprocess.run([command, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("read", [by_pdfium, by_pdftotext])
@pytest.mark.parametrize(
    "name", ["欧阳娜娜", "阿卜杜热西提·买买提艾力江", "李㛃", "张𬭎", "李堃", "Abdukerim·Abdurehim", "O'Neil"]
)
def test_a_name_stands_exactly_on_one_line(name: str, read: Any) -> None:
    assert name in [line.strip() for line in read(certificate(name=name)).split("\n")]


def sizes(pdf: bytes, name: str) -> list[float]:
    """Tell the size in points of each line that is part of the name."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    said = text.get_text_range()
    lines = [line for line in said.split("\r\n") if line and line in name]
    css_pixels = [raw.FPDFText_GetFontSize(text, said.index(line)) for line in lines]
    return [round(size * 0.75, 1) for size in css_pixels]


@pytest.mark.parametrize(
    ("name", "lines", "least"),
    [("欧阳娜娜", 1, 38), ("阿" * 13, 1, 38), ("阿" * 20, 1, 24), ("阿" * 21, 2, 22), ("阿" * 60, 2, 16)],
)
def test_the_longest_name_can_still_be_read(name: str, lines: int, least: float) -> None:
    found = sizes(certificate(name=name), name)
    assert len(found) == lines
    assert min(found) >= least


def test_all_facts_are_said() -> None:
    said = "".join(by_pdfium(certificate()).split())
    for words in (
        "结业证书", "证书编号：宁网院结字〔2026〕第000001号", "二〇二六年十一月二十二日", "南京网格学院",
        "".join(FACTS["body"].split()), "http://127.0.0.1:5000/v/7K2M9QX4TB",
    ):  # fmt: skip
        assert words in said
    assert "样本" not in said


def test_a_sample_and_a_preview_cannot_pass_for_real() -> None:
    assert "样本·无效：演示数据，不作任何证明" in by_pdfium(certificate(sample=True))
    preview = by_pdfium(certificate(preview=True, printed_number="预览", url="", code=""))
    assert "预览：尚未编号，不作任何证明" in preview
    assert "/v/" not in preview


def test_it_is_one_sound_page_of_a4_across() -> None:
    with pikepdf.open(BytesIO(certificate(body=FACTS["body"] + "很长的班名" * 20, name="阿" * 30))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 1
        width, height = [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]]
        assert (width, height) == (297, 210)
        fonts = [str(font["/BaseFont"]) for font in pdf.pages[0].resources["/Font"].values()]
        assert {name.split("+")[1] for name in fonts} == {"AcademyCommon", "AcademyCommon-Bold"}


def test_the_code_leads_to_the_verify_page() -> None:
    page = pypdfium2.PdfDocument(certificate(sample=True))[0]
    found = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert [code.text for code in found] == [FACTS["url"]]


def test_equal_facts_give_equal_bytes_in_every_process() -> None:
    first = certificate()
    assert render("certificate.html", FACTS) == first
    assert certificate(name="欧阳娜") != first
    program = (
        "import hashlib; from academy.documents.actions.rendering import render; "
        f"print(hashlib.sha256(render('certificate.html', {FACTS!r})).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "http://127.0.0.1:1/x.png", "https://example.org/", "ftp://127.0.0.1/x",
        "data:text/plain,x", "academy:../rendering.py", "academy:fonts/../rules.py", "academy:/etc/passwd",
        "academy:fonts/nothing.ttf", "academy:fonts", "ACADEMY:fonts/NotoSerifSC-Bold.ttf",
    ],
)  # fmt: skip
def test_nothing_foreign_is_fetched(url: str) -> None:
    with pytest.raises(rendering.ForeignAddress):
        PackagedOnly()(url)
    for make in (rendering.pdf_of, rendering.laid_out):
        with pytest.raises(rendering.ForeignAddress):
            make(f'<img src="{url}">')


def test_facts_are_text_and_never_markup() -> None:
    hostile = '<img src="http://127.0.0.1:1/x.png"><b>甲</b>{{ 7*7 }}'
    said = "".join(by_pdfium(certificate(body=hostile)).split())
    assert "".join(hostile.split()) in said
