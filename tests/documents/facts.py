"""Facts of a certificate, and how its file is read by programs that are not ours."""

import shutil
import subprocess
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from asn1crypto import x509
from PIL import Image, ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from academy.certificates.rules import designs
from academy.certificates.rules.states import Series

DESIGN = designs.DEFAULTS[Series.COMPLETION].as_json()
FACTS: dict[str, Any] = {
    "academy_name": "南京网格学院", "name": "欧阳娜娜",
    "body": "于2026年3月2日至3月6日参加“新任网格员岗前培训班（第 2 期）”（2026-017）培训，"
    "完成《网格员岗前培训方案》规定的36学时，考核合格，准予结业。",
    "class_title": "新任网格员岗前培训班", "class_code": "2026-017",
    "programme": "网格员岗前培训方案", "hours": "36", "starts_on": "2026-03-02", "ends_on": "2026-03-06",
    "printed_number": "宁网院结字〔2026〕第000001号", "issue_date": "2026-11-22", "code": "7K2M9QX4TB",
    "url": "http://127.0.0.1:5000/v/7K2M9QX4TB", "sample": False, "preview": False,
    **{key: DESIGN[key] for key in ("title", "purpose", "signatory", "colours", "seal")},
}  # fmt: skip
HARD_NAMES = (
    "张𬭎", "李㛃", "王喆堃", "欧阳淼·赟", "阿卜杜热西提·买买提艾力江", "Abdukerim·Abdurehim", "O'Neil", "䶮𠅤",
    "阿卜杜热西提·买买提艾力江·吐尔逊江·买合木提",
)  # fmt: skip


def run(program: str, *arguments: str, data: bytes | None = None) -> str:
    """Let another program read a file."""
    command = shutil.which(program)
    if command is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([command, *arguments], input=data, capture_output=True, check=True).stdout.decode()


def lines_of(pdf: bytes) -> list[str]:
    """Read the lines of a file as pdftotext does."""
    return [line.strip() for line in run("pdftotext", "-", "-", data=pdf).splitlines() if line.strip()]


def drawn(pdf: bytes, *, dpi: int = 150) -> Image.Image:
    """Draw a file as poppler does."""
    command = shutil.which("pdftoppm")
    if command is None:
        pytest.skip("pdftoppm is not installed")
    asked = [command, "-r", str(dpi), "-png", "-singlefile", "-"]
    return Image.open(BytesIO(subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout)).convert(
        "RGB"
    )


def difference(one: bytes, other: bytes) -> int:
    """Tell by how much of 255 the most different pixel of two files differs at 150 dpi."""
    extrema = ImageChops.difference(drawn(one), drawn(other)).getextrema()
    return max(int(high) for _low, high in extrema)  # type: ignore[misc]  # three bands, each a pair


def qr_of(pdf: bytes) -> str:
    """Read the QR code from the drawn page."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=110 / 72).to_pil()
    document.close()
    (found,) = zxingcpp.read_barcodes(page)
    return found.text


def judged(pdf: bytes, authorities: list[bytes]) -> Any:
    """Have pyHanko judge the one signature of a file."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[x509.Certificate.load(der) for der in authorities])
    return validate_pdf_signature(signature, trusted)
