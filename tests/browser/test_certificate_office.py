"""The office's further work with certificates: what they look like, earlier paper ones, lists to be checked."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from academy.certificates.models.register import Certificate
from academy.certificates.rules.checking import WORDS, Answer
from academy.ground import workbooks
from academy.ground.spreadsheet import XLSX
from tests.browser.certifying import SEND, Sit, follow, path_of, place_of_form, say_yes
from tests.browser.keyboard import say
from tests.browser.served import Academy, looking_into
from tests.certificates.workbook import book

DESIGNS = "/admin/certificates/designs/"
PAPER = "/admin/certificates/paper"
ON_PAPER = "宁网院结字（2009）37号"
SIGNATORY = "院长 丁一"


def give(page: Page, name: str, rows: list[list[str]]) -> None:
    """Choose a workbook of these rows."""
    page.set_input_files("input[type=file]", FilePayload(name=name, mimeType=XLSX, buffer=book(rows)))
    expect(page.locator("[data-drop-words]")).to_contain_text(name)


def test_a_design_is_changed_beside_its_picture_and_taken_back(sit: Sit) -> None:
    with sit("admin") as office:
        page = office.page
        office.meet(DESIGNS)
        follow(office, f'a.btn[href="{DESIGNS}Y"]')
        with page.expect_response("**/preview") as drawn:
            page.fill("[name=signatory]", SIGNATORY)
        assert drawn.value.ok
        expect(page.locator("#preview-body img")).to_have_attribute("src", re.compile("^data:"))
        office.look_closely(f"{DESIGNS}Y while typing")
        page.fill("[name=body]", "兹证明{nobody}表现优秀。")
        office.press(SEND, f"{DESIGNS}Y with an unknown word", 422)
        page.fill("[name=body]", "在{class_title}中表现优秀，特发此证。")
        office.press(SEND, f"{DESIGNS}Y, saved")
        assert page.input_value("[name=signatory]") == SIGNATORY
        follow(office, f'#versions a[href="{DESIGNS}Y/0"]')
        say_yes(office, "/0/use", f"{DESIGNS}Y, gone back")
        assert page.input_value("[name=signatory]") == ""
        assert page.locator("#versions tbody tr").count() == 3


def test_earlier_paper_is_taken_in_told_and_taken_off_again(sit: Sit) -> None:
    heads = ["证书编号", "姓名", "班次", "发证日期"]
    with sit("admin") as office:
        office.meet(PAPER)
        give(office.page, "台账.xlsx", [heads, [ON_PAPER, "", "第一期", "不知道"]])
        office.press("#import button.btn-primary", f"{PAPER}/waiting/wrong")
        office.meet(path_of(office.page))
        assert office.page.locator('main form[action$="/import"]').count() == 0
        office.meet(PAPER)
        give(office.page, "台账.xlsx", [heads, [ON_PAPER, "钱多多", "第一期", "2009-06-01"]])
        office.press("#import button.btn-primary", f"{PAPER}/waiting/right")
        office.press('main form[action$="/import"] button', f"{PAPER}, taken in")
        assert ON_PAPER in office.page.inner_text("#register")

    with sit("visitor", small=True) as walk:
        walk.meet("/verify/")
        walk.page.fill("[name=number]", ON_PAPER)
        walk.press("#number-sheet button.btn-primary", "/verify/, of paper")
        assert walk.page.inner_text("#answer .tag") == say("On the register of paper")
        walk.page.fill("#more [name=name]", "钱多多")
        walk.press("#more button.btn-primary", "/verify/, of paper with the name")
        assert "第一期" in walk.page.inner_text("#answer")

    with sit("admin") as office:
        office.meet(PAPER)
        say_yes(office, "/undo", f"{PAPER}, undone")
        assert ON_PAPER not in office.page.inner_text("#register")


def test_a_liaison_gets_a_list_back_with_an_answer_beside_each_row(
    here: Academy, sit: Sit, tmp_path: Path
) -> None:
    with looking_into(here) as session:
        number, facts = session.execute(select(Certificate.number, Certificate.facts).limit(1)).one()
    with sit("liaison", small=True) as walk:
        walk.meet("/unit/verify")
        walk.send_empty("/unit/verify", place_of_form(walk.page, "/unit/verify"), "/unit/verify")
        walk.meet("/unit/verify")
        give(walk.page, "名单.xlsx", [["证书编号", "姓名"], [number, facts["name"]], ["2026-J-999999", "某某"]])
        with walk.page.expect_download() as begun:
            walk.page.click(SEND)
        begun.value.save_as(tmp_path / "back.xlsx")
    back = workbooks.read((tmp_path / "back.xlsx").read_bytes(), rows=10, columns=10).rows
    assert say(WORDS[Answer.VALID]) in str(back[1])
    assert say(WORDS[Answer.UNKNOWN]) in str(back[2])
