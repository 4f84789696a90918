"""An instructor and a class manager: docs/guide/instructor.md and docs/guide/manager.md."""

from playwright.sync_api import Page, expect

from setup.pictures.album import Journey, Shot, Walk, said
from tests.browser.served import DESK, PHONE

_OPEN_FOR_ALL = "/admin/classes/?state=enrolling"


def _today(walk: Walk) -> Shot:
    walk.page.goto("/teach/")
    return Shot(press=said(walk.page.locator("main"), "打开班级"))


def _class(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "打开班级").click()
    return Shot(press=said(page.locator("main"), "签到表"))


def _sheet(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "签到表").click()
    return Shot(press=said(page.locator("main"), "打印"))


def _desk(walk: Walk) -> Shot:
    walk.page.goto("/teach/")
    return Shot()


def _conclude_todo(walk: Walk) -> Shot:
    todo = walk.page.locator("#todo")
    return Shot((todo,), said(todo, "去认定"))


def _register(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/teach/")
    if page.locator("#today a").filter(has_text="登记到课").count():
        said(page.locator("#today"), "登记到课").click()
    else:  # before the first sitting of the day has begun: one of the days before
        _managed(page, 0)
        page.locator('main td a[href*="/register/"], main td a[href*="/sittings/"]').first.click()
    page.get_by_role("checkbox").nth(2).uncheck()
    return Shot(press=said(page.locator("main"), "保存登记"))


def _managed(page: Page, position: int) -> None:
    """Open a class in the manager's charge, by its place in the list."""
    page.goto("/teach/")
    page.locator('main a.stat[href^="/teach/classes/"]').nth(position).click()
    page.wait_for_url("**/teach/classes/**")


def _roster(walk: Walk) -> Shot:
    page = walk.page
    _managed(page, -1)
    return Shot((page.locator("#roster"),))


def _groups(walk: Walk) -> Shot:
    page = walk.page
    roster = page.locator("#roster")
    roster.get_by_label("姓名、拼音或单位").fill("鼓楼区")
    said(roster, "筛选").click()
    page.wait_for_url("**q=**")
    for row in (0, 2):
        roster.locator("tbody input[type=checkbox]").nth(row).check()
    return Shot((roster,), roster.locator("form.bulk button").first)


def _conclude(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/teach/")
    said(page.locator("#todo"), "去认定").click()
    if page.locator('form[action$="/conclude"]').count() == 0:
        said(page.locator("main"), "看学时").click()
    expect(page.locator('form[action$="/conclude"]')).to_have_count(1)
    return Shot(press=said(page.locator("main"), "确定结业名单"))


def _conclude_ask(walk: Walk) -> Shot:
    said(walk.page.locator("main"), "确定结业名单").click()
    return Shot(press=said(walk.page.locator("dialog"), "确定"))


def _start(walk: Walk) -> Shot:
    page = walk.page
    page.goto(_OPEN_FOR_ALL)
    address = page.locator("main tbody a").last.get_attribute("href") or ""
    page.goto(address.replace("/admin/", "/teach/"))
    todo = page.locator("#todo")
    return Shot((page.locator("main h1"), todo), said(todo, "开班"))


JOURNEYS = (
    Journey("teacher", DESK, (
        ("instructor-today", _today),
        ("instructor-class", _class),
        ("instructor-sheet", _sheet),
    )),
    Journey("manager", DESK, (
        ("manager-desk", _desk),
        ("manager-conclude-todo", _conclude_todo),
        ("manager-roster", _roster),
        ("manager-groups", _groups),
        ("manager-conclude", _conclude),
        ("manager-conclude-ask", _conclude_ask),
    )),
    Journey("manager", PHONE, (("manager-register", _register),)),
    Journey("admin", DESK, (("manager-start", _start),)),
)  # fmt: skip
