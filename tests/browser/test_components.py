"""What components do with a script, by keyboard and by mouse, and that they stay open to all in every dress."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import judging
from tests.browser.served import DESK, PHONE, Academy, sign_in

KITCHEN = "/_kitchen"


@pytest.mark.parametrize("width", [PHONE["width"], DESK["width"]])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [KITCHEN, f"{KITCHEN}?problems"])
def test_the_kitchen_is_open_to_all_in_every_dress(
    chromium: Browser, academy: Academy, width: int, scheme: str, address: str
) -> None:
    context = chromium.new_context(
        base_url=academy.url, bypass_csp=True, color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )  # fmt: skip
    page = context.new_page()
    troubles: list[str] = []
    for choice in ("", ".preferences button[name=large_type]", ".preferences button[value=en]"):
        page.goto(address)
        if choice:
            page.locator(f"{choice}:visible").first.click()
            page.wait_for_load_state()
            page.goto(address)
        troubles += judging.broken(page)
        troubles += judging.wider(page, width)
    context.close()
    assert not troubles


@pytest.fixture
def kitchen(desk: Page) -> Page:
    """A desk with every component on it."""
    desk.goto(KITCHEN)
    return desk


def test_a_picker_is_worked_by_keys_alone(kitchen: Page) -> None:
    box = kitchen.get_by_role("combobox", name="授课教师")
    kept = kitchen.locator("select[name=instructor]")
    options = kitchen.locator("[data-value]")
    box.focus()
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    box.fill("阿卜杜")
    expect(options).to_have_count(1)
    box.press("ArrowDown")
    chosen = options.first.get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == chosen
    box.press("Enter")
    expect(box).to_have_value("阿卜杜热西提·买买提艾力江")
    assert kept.input_value() == "阿卜杜热西提·买买提艾力江"
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("没有这个人")
    expect(kitchen.locator("[role=option][aria-disabled]")).to_be_visible()
    box.press("Escape")
    expect(box).to_have_value("阿卜杜热西提·买买提艾力江")
    box.fill("")
    box.press("Tab")
    assert kept.input_value() == ""


def test_a_picker_is_worked_by_mouse(desk: Page) -> None:
    sign_in(desk, "admin")
    desk.goto("/admin/classes/new")
    box = desk.get_by_role("combobox", name="班主任")
    box.click()
    option = desk.locator("[data-value]").nth(2)
    name = option.locator(".name").inner_text()
    option.click()
    expect(box).to_have_value(name)
    assert desk.locator("select[name=manager_id]").input_value() != "0"


def test_without_script_a_picker_is_the_plain_list_and_a_file_a_plain_field(plain: Page) -> None:
    plain.goto(KITCHEN)
    plain.locator("#instructor").select_option("周堃")
    expect(plain.locator("input[type=file]")).to_be_visible()
    expect(plain.locator("[role=combobox]")).to_be_hidden()


def test_a_file_is_named_with_its_size(kitchen: Page) -> None:
    drop = kitchen.locator("[data-drop-words]")
    expect(drop).to_contain_text("拖到这里")
    kitchen.set_input_files("input[type=file]", {"name": "名单.xlsx", "mimeType": "", "buffer": b"x" * 2_400_000})
    expect(drop).to_have_text("已选：名单.xlsx，2.4 MB")


def test_all_of_a_list_is_picked_only_when_all_of_the_page_is(kitchen: Page) -> None:
    bar = kitchen.locator("#people")
    expect(bar).to_contain_text("已选 1 项")
    expect(bar.locator("[name=every]")).to_be_hidden()
    kitchen.get_by_label("全选", exact=True).check()
    expect(bar).to_contain_text("已选 3 项")  # one of the four cannot be picked
    bar.locator("[name=every]").check()
    expect(bar).to_contain_text("已选 15,300 项")
    kitchen.get_by_label("选中王秀兰").uncheck()
    expect(bar).to_contain_text("已选 2 项")
    assert not bar.locator("[name=every]").is_checked()


def test_a_filter_chosen_by_mouse_applies_at_once_and_by_keys_on_enter(desk: Page) -> None:
    sign_in(desk, "admin")
    desk.goto("/admin/classes/")
    state = desk.locator("select[name=state]")
    state.focus()
    state.press("ArrowDown")
    assert "state=" not in desk.url
    state.press("Enter")
    desk.wait_for_url("**state=*")
    desk.locator("select[name=year]").select_option(index=1)
    desk.wait_for_url("**year=2*")


def test_heads_sort_a_list_by_keyboard_too(desk: Page) -> None:
    sign_in(desk, "admin")
    desk.goto("/admin/people/?q=w")
    head = desk.get_by_role("columnheader", name="姓名")
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("link").press("Enter")
    desk.wait_for_url("**sort=-name*")
    assert "q=w" in desk.url
    assert head.get_attribute("aria-sort") == "descending"


def test_a_question_asked_again_at_once_is_whole(kitchen: Page) -> None:
    """Escape and Enter can reach a page before it has told anyone of the first."""
    kitchen.locator("details.confirm > summary").first.click()
    kitchen.evaluate("""() => {
        document.querySelector("dialog[open]").close();
        document.querySelector("details.confirm > summary").click();
    }""")
    asked = kitchen.locator("dialog[open]")
    expect(asked).to_have_count(1)
    expect(asked.locator("form button")).to_have_count(2)
    expect(asked.locator("[data-cancel]")).to_be_focused()
