"""A certificate as a file and as paper: told from its altered twins, printed again, taken home by the class."""

import subprocess
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import func, select

from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import CertificateState
from academy.classes.models import ClassSession
from tests.browser.certifying import SEND, Sit, file_of, follow, path_of, see_the_job_through
from tests.browser.keyboard import say
from tests.browser.served import Academy, looking_into
from tests.browser.walking import Walk

# --- a file that somebody was given ----------------------------------------------------------------


def test_a_dropped_file_is_told_from_its_altered_twins(here: Academy, sit: Sit, tmp_path: Path) -> None:
    number = settled_certificate(here)
    with sit("admin") as office:
        file = file_of(office, number)
    middle = len(file) // 2
    flipped = file[:middle] + bytes([file[middle] ^ 1]) + file[middle + 1 :]
    genuine = say("Genuine and valid")
    altered = say("Altered after it was issued")
    for small, twin, told in ((True, flipped, "Its bytes"), (False, file + b"\n% more", "appended")):
        with sit("visitor", small=small) as walk:
            assert drop(walk, file, tmp_path, by_hand=not small) == genuine
            prints(walk, genuine, number)
            assert drop(walk, twin, tmp_path, by_hand=not small) == altered, told
            prints(walk, altered, "")


def settled_certificate(academy: Academy) -> str:
    """Give the number of a valid certificate that no other journey changes."""
    statement = select(func.min(Certificate.number)).where(Certificate.state == CertificateState.ISSUED)
    with looking_into(academy) as session:
        return str(session.execute(statement).scalar_one())


def drop(walk: Walk, file: bytes, folder: Path, *, by_hand: bool) -> str:
    """Put a file on /verify/, drawn there by hand or chosen on a phone; gives the verdict."""
    walk.meet("/verify/")
    if by_hand:
        path = folder / "证书 拖放.pdf"
        path.write_bytes(file)
        drag_to(walk.page, "[data-drop] input", path)
    else:
        chosen = FilePayload(name="证书.pdf", mimeType="application/pdf", buffer=file)
        walk.page.set_input_files("[data-drop] input", chosen)
    expect(walk.page.locator("[data-drop-words]")).to_contain_text("证书")
    walk.press('form[action="/verify/file"] button', "/verify/file")
    return walk.page.inner_text("#answer .tag")


def drag_to(page: Page, selector: str, path: Path) -> None:
    """Draw a file from outside the browser over something, and let go."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    wire = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        wire.send("Input.dispatchDragEvent", {"type": kind, "data": data, **at})


def prints(walk: Walk, verdict: str, number: str) -> None:
    """Print a result: one sheet that says what, of which certificate, and who says so when; nothing to press."""
    sheet = walk.page.pdf(format="A4")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=sheet, capture_output=True, check=True)
    said = read.stdout.decode()
    with closing(pypdfium2.PdfDocument(sheet)) as printed:
        assert len(printed) == 1
    assert verdict in said
    assert number in said
    assert "/verify/" in said
    assert say("Check another file") not in said


# --- paper -----------------------------------------------------------------------------------------


def small_class(academy: Academy) -> tuple[str, list[str]]:
    """Find the class with the fewest certificates: its code, and their numbers in order."""
    with looking_into(academy) as session:
        class_id, code = session.execute(
            select(ClassSession.id, ClassSession.code)
            .join(Certificate, Certificate.class_session_id == ClassSession.id)
            .where(Certificate.state == CertificateState.ISSUED)
            .group_by(ClassSession.id, ClassSession.code)
            .order_by(func.count(Certificate.id), ClassSession.id)
            .limit(1)
        ).one()
        numbers = select(Certificate.number).where(Certificate.class_session_id == class_id)
        return code, list(session.execute(numbers.order_by(Certificate.number)).scalars())


def test_lost_paper_is_printed_again_and_counted(here: Academy, sit: Sit, tmp_path: Path) -> None:
    number = small_class(here)[1][0]
    with sit("admin") as office:
        page = office.page
        file = file_of(office, number)
        office.meet(f"/admin/certificates/{number}")
        follow(office, f'a[href="/admin/certificates/{number}/reprint"]')
        page.fill("[name=reason]", "搬家遗失")
        with page.expect_download() as begun:
            page.click(SEND)
        begun.value.save_as(tmp_path / "again.pdf")
        assert (tmp_path / "again.pdf").read_bytes() == file
        office.meet(f"/admin/certificates/{number}")
        assert "搬家遗失" in page.inner_text("#life")
        assert "1" in page.locator("#facts").inner_text().split(say("Printed again"))[1].split()[0]


def test_a_class_is_taken_home_as_files_as_one_print_and_as_a_register(
    here: Academy, sit: Sit, tmp_path: Path
) -> None:
    code, numbers = small_class(here)
    with sit("admin") as office:
        page = office.page
        office.meet(f"/admin/classes/{code}/certificates")
        with page.expect_download() as begun:
            page.click(f'form[action="/admin/classes/{code}/certificates/zip"] button')
        begun.value.save_as(tmp_path / "class.zip")
        holds_the_files(tmp_path / "class.zip", numbers, code)

        follow(office, f'a[href^="/admin/classes/{code}/certificates/register"]')
        lines = page.locator("table tbody tr")
        assert [numbers[at] in lines.nth(at).inner_text() for at in range(len(numbers))] == [True] * len(numbers)

        office.meet(f"/admin/classes/{code}/certificates")
        follow(office, f'a[href^="/admin/classes/{code}/certificates/print"]')
        plain = one_file(office, code, bare=False, right="0.0")
        moved = one_file(office, code, bare=True, right="0.3")
        assert plain.sheets == moved.sheets == len(numbers)
        assert moved.left_mm - plain.left_mm == pytest.approx(0.3, abs=0.02)
        assert moved.red < plain.red / 5


def holds_the_files(path: Path, numbers: list[str], code: str) -> None:
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        names = [entry.filename for entry in packed.infolist()]
        assert [name[: len("2026-J-000001")] for name in names] == numbers
        assert all(name.endswith(f"-{code}.pdf") for name in names)
        assert all(packed.read(name).startswith(b"%PDF-") for name in names)


@dataclass(frozen=True)
class Print:
    """A file for the printer: how many sheets, and of the first where words begin and how red it is."""

    sheets: int
    left_mm: float
    red: int


def looked_at(data: bytes, words: str) -> Print:
    """Look at a file for the printer; nearly all that is red on it is border and seal."""
    sheets = pypdfium2.PdfDocument(data)
    text = sheets[0].get_textpage()
    found = text.search(words).get_next()
    assert found
    left = text.get_charbox(found[0])[0] / 72 * 25.4
    colours = sheets[0].render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
    red = sum(count for count, (r, g, _b) in colours if r > 150 and g < 110)
    count = len(sheets)
    sheets.close()
    return Print(count, left, red)


def one_file(office: Walk, code: str, *, bare: bool, right: str) -> Print:
    """Have the class put into one file, so far to the right and with or without what pre-printed paper has."""
    page = office.page
    asked = path_of(page)
    page.set_checked("[name=bare]", bare)
    page.fill("[name=right]", right)
    office.press(SEND, "/jobs/1")
    see_the_job_through(office)
    made = page.request.get(str(page.locator("[data-job] a.btn").get_attribute("href")))
    assert made.headers["content-type"] == "application/pdf"
    office.meet(asked)
    assert page.is_checked("[name=bare]") == bare  # kept for the next time
    assert page.input_value("[name=right]") == right
    return looked_at(made.body(), code)
