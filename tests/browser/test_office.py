"""From register to paper: a class is concluded, two admins issue, a trainee downloads, a stranger verifies."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from academy.classes.models import ClassSession
from academy.enrolment.models.places import Enrolment
from academy.ground.text import masked_name
from academy.people.models.register import Person, Phone
from tests.browser.served import DESK, PHONE, Academy, ask_for_code, looking_into, sign_in

FEW = 12  # files of 300 would take minutes: bulk issuing is another chapter


@contextmanager
def somebody(chromium: Browser, academy: Academy, name: str) -> Iterator[Page]:
    """Sit down at another PC as a named account."""
    context = chromium.new_context(viewport=DESK, base_url=academy.url)
    page = context.new_page()
    sign_in(page, name)
    yield page
    context.close()


def class_to_conclude(page: Page) -> str:
    """Follow the desk to the class whose sittings are over; gives its code."""
    page.locator('#todo a.btn[href^="/teach/classes/"]').filter(has_text="认定").click()
    page.wait_for_url("**/teach/classes/**")
    return str(re.findall(r"/teach/classes/(\d+-\d+)", page.url)[0])


def registers_of_everybody(page: Page, code: str) -> list[str]:
    """List the registers of sittings for the whole class."""
    page.goto(f"/teach/classes/{code}")
    rows = page.locator("#timetable tbody tr").filter(has_text="全班")
    return [str(link.get_attribute("href")) for link in rows.locator("a").all()]


def keep_only(page: Page, register: str, count: int) -> list[str]:
    """Correct a register, such that only its first people were there; gives their names."""
    page.goto(f"{register}?ticked=none")
    lines = page.locator("#register .option")
    names = [lines.nth(i).inner_text().split(" · ")[0].strip() for i in range(count)]
    for i in range(count):
        lines.nth(i).locator("input").check()
    page.click("#register form button")
    expect(page.locator("main > .flash")).to_contain_text(str(count))
    return names


def phone_of(academy: Academy, code: str, names: list[str]) -> tuple[str, str]:
    """Find one of these people of the class who has a proved phone and no namesake in it: name and number."""
    proved = (
        select(Person.name, Phone)
        .join(Phone, Phone.person_id == Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(ClassSession.code == code, Phone.verified_at.is_not(None), Phone.ended_at.is_(None))
    )
    with looking_into(academy) as session:
        held = [(name, phone.number) for name, phone in session.execute(proved)]
    shared = Counter(name for name, _number in held)
    return next((name, number) for name, number in held if name in names and shared[name] == 1)


def confirm(page: Page, act: str) -> None:
    """Press a button that asks back, and say yes."""
    page.locator("details.confirm", has=page.locator(f'form[action$="{act}"]')).locator("summary").click()
    page.click(f'dialog form[action$="{act}"] .confirm-acts button:not([data-cancel])')


def test_a_class_is_concluded_and_its_certificates_issued_and_verified(
    desk: Page, chromium: Browser, academy: Academy, tmp_path: Path
) -> None:
    code, complete, names = conclude(desk)

    with somebody(chromium, academy, "admin") as page:
        page.goto(f"/admin/classes/{code}/certificates")
        assert page.locator("#eligible tbody tr").count() == complete
        names = [name for name in names if name in page.inner_text("#eligible")]
        confirm(page, "/certificates/issue")
        page.wait_for_url("**/admin/batches/*")
        batch = page.url.removeprefix(academy.url)
        assert page.locator('form[action$="/sign"]').count() == 0
        expect(page.locator("#state .flash")).to_contain_text("另一位")
        token = page.locator("input[name=csrf_token]").first.input_value()
        alone = page.request.post(f"{batch}/sign", form={"csrf_token": token})
        assert alone.status == 409

    with somebody(chromium, academy, "admin2") as page:
        page.goto(batch)
        confirm(page, "/sign")
        page.wait_for_url("**/jobs/*")
        expect(page.locator("[data-job] .tag")).to_have_text("已完成", timeout=120_000)
        page.click(f'[data-job] a[href="{batch}"]')
        expect(page.locator("#state .now, #state .done")).to_have_count(4)

    name, number = phone_of(academy, code, names)
    certificate = download(chromium, academy, number, code, tmp_path)
    says_it_is_a_sample_for(certificate, name)
    verifies(desk, code_of(certificate, academy), name)


def conclude(desk: Page) -> tuple[str, int, list[str]]:
    """Conclude the manager's class by the numbers shown; give its code, how many complete, and who may."""
    sign_in(desk, "manager")
    code, names = class_to_conclude(desk), list[str]()
    for register in registers_of_everybody(desk, code)[:3]:
        names = keep_only(desk, register, FEW)

    desk.goto(f"/teach/classes/{code}/conclude")
    complete, missed = (int(each) for each in desk.locator(".stat .number").all_inner_texts())
    assert 0 < complete <= FEW
    assert complete + missed > FEW
    assert desk.locator("#completing tbody tr").count() == complete
    assert desk.locator("#failing tbody tr").count() == missed
    confirm(desk, "/conclude")
    expect(desk.locator("main > .flash")).to_contain_text(re.compile(rf"\b{complete} .*\b{missed} "))
    return code, complete, names


def download(chromium: Browser, academy: Academy, number: str, code: str, folder: Path) -> Path:
    """Sign in on a phone by a code and take the certificate of that class home."""
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True, base_url=academy.url)
    page = context.new_page()
    shown = ask_for_code(page, number)
    page.fill("input[name=code]", shown)
    page.click('form[action="/login/code"] button')
    page.wait_for_url("**/me/")
    page.goto("/me/certificates")
    mine = page.locator(".sheet", has_text=code)
    with page.expect_download() as begun:
        mine.locator('a[href$=".pdf"]').click()
    path = folder / "certificate.pdf"
    begun.value.save_as(path)
    context.close()
    return path


def says_it_is_a_sample_for(certificate: Path, name: str) -> None:
    assert certificate.read_bytes().startswith(b"%PDF-")
    said = subprocess.run(["pdftotext", certificate, "-"], capture_output=True, check=True).stdout.decode()
    assert name in [line.strip() for line in said.splitlines()]
    assert "样本·无效" in said
    subprocess.run(["qpdf", "--check", certificate], capture_output=True, check=True)


def code_of(certificate: Path, academy: Academy) -> str:
    """Read the square code off the paper; gives the path that it leads to."""
    document = pypdfium2.PdfDocument(certificate)
    found = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    document.close()
    assert [code.text.rpartition("/")[0] for code in found] == [f"{academy.url}/v"]
    return found[0].text.removeprefix(academy.url)


def verifies(page: Page, path: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(path)
    assert page.inner_text("#answer .tag") == "有效"
    assert masked_name(name) in page.inner_text("#answer")
    assert name not in page.inner_text("body")
    assert "样本·无效" in page.inner_text("main > .flash")
