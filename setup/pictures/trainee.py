"""A trainee's phone, and a stranger's: docs/guide/trainee.md and the general part of docs/guide/index.md."""

import re

from playwright.sync_api import expect

from setup.pictures.album import Journey, Shot, Walk, said, whole
from tests.browser.served import PHONE, code_shown, sign_in

_NEW_PHONE = "19911110021"
_NUMBER = re.compile(r"宁网院结字〔\d+〕第\d+号")


def _front_large(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/")
    large = page.locator("header").get_by_role("button", name="大字版")
    large.click()
    return Shot(press=page.locator("header").get_by_role("button", name="标准版"))


def _register(walk: Walk) -> Shot:
    page = walk.page
    page.locator("header").get_by_role("button", name="标准版").click()
    said(page.locator("main"), "注册").click()
    page.get_by_label("姓名（与身份证一致）").fill("王小芳")
    page.locator("input[name=phone]").fill(_NEW_PHONE)
    page.get_by_label("所在单位").select_option(label="梅岭新村街道")
    page.get_by_label("专职网格员").check()
    page.get_by_label("我同意学院").check()
    send = said(page, "发送验证码")
    return Shot((page.locator("main form"),), send)


def _sign_in(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/login")
    page.locator("input[name=phone]").fill("19900000000")
    return Shot(press=said(page.locator("main"), "发送验证码"))


def _code(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "发送验证码").click()
    page.get_by_label("短信验证码").fill(code_shown(page))
    page.evaluate("document.querySelector('main .flash').remove()")  # only a sample shows its codes
    return Shot(whole(page), said(page, "下一步"))


def _next(walk: Walk) -> Shot:
    walk.page.goto("/me/")
    return Shot(press=said(walk.page, "怎么去"))


def _openings(walk: Walk) -> Shot:
    openings = walk.page.locator("#openings")
    return Shot((openings,), said(openings, "去报名"))


def _enrol(walk: Walk) -> Shot:
    page = walk.page
    page.locator("#openings a.btn").filter(has_text="去报名").last.click()
    press = page.locator('form[action$="/enrol"] button')
    expect(press).to_have_text("报名")
    return Shot(press=press)


def _enrolled(walk: Walk) -> Shot:
    page = walk.page
    page.locator('form[action$="/enrol"] button').click()
    expect(page.locator("main > .flash")).to_contain_text("您已报上")
    page.evaluate("window.scrollTo(0, 0)")
    return Shot()


def _withdraw(walk: Walk) -> Shot:
    said(walk.page, "退出本班").click()
    return Shot(press=said(walk.page.locator("dialog"), "确认退出"))


def _waiting(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("dialog"), "确认退出").click()
    expect(page.locator('form[action$="/enrol"]')).to_have_count(1)
    page.goto("/classes/")
    page.get_by_role("row").filter(has_text="已满，可候补").locator("a").first.click()
    return Shot(press=said(page, "去候补"))


def _timetable(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/me/")
    said(page.locator("main"), "我的课表").click()
    page.wait_for_url("**/me/timetable")
    return Shot()


def _hours(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/me/")
    said(page, "学时明细").click()
    page.locator("main table").first.wait_for()
    return Shot()


def _certificates(walk: Walk) -> Shot:
    page = walk.page
    page.locator(".tabs-bar").get_by_text("证书").click()
    page.wait_for_url("**/me/certificates")
    return Shot(press=said(page, "查看证书"))


def _show(walk: Walk) -> Shot:
    page = walk.page
    said(page, "查看证书").click()
    page.locator("main figure img").evaluate("(picture) => picture.decode()")
    return Shot()


def _account(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/me/")
    page.locator("details.menu summary").click()
    said(page.locator("details.menu"), "我的账号").click()
    return Shot(press=said(page.locator("main"), "更换手机号"))


def _verify(walk: Walk) -> Shot:
    holder = walk.browser.new_context(base_url=walk.academy.url).new_page()
    sign_in(holder, "trainee")
    holder.goto("/me/certificates")
    number = _NUMBER.findall(holder.inner_text("main"))[0]
    holder.context.close()
    page = walk.page
    page.goto("/verify/")
    page.get_by_label("证书编号").fill(number)
    page.get_by_label("持证人姓名").fill("周晓雯")
    return Shot(whole(page), said(page.locator("main"), "查验"))


def _verified(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "查验").click()
    expect(page.locator("main")).to_contain_text("由南京网格学院发出")
    return Shot(whole(page))


def _search(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/")
    page.locator("header a[href^='/search']").click()
    page.locator("main input[type=search]").fill("mfd")
    page.locator("main input[type=search]").press("Enter")
    page.get_by_text("《民法典》与邻里关系").first.wait_for()
    return Shot(whole(page))


JOURNEYS = (
    Journey("", PHONE, (
        ("large-type", _front_large),
        ("trainee-register", _register),
        ("trainee-sign-in", _sign_in),
        ("trainee-code", _code),
    )),
    Journey("", PHONE, (("verify", _verify), ("verify-found", _verified), ("search", _search))),
    Journey("trainee", PHONE, (
        ("trainee-next", _next),
        ("trainee-openings", _openings),
        ("trainee-enrol", _enrol),
        ("trainee-enrolled", _enrolled),
        ("trainee-withdraw", _withdraw),
        ("trainee-waiting", _waiting),
        ("trainee-timetable", _timetable),
        ("trainee-hours", _hours),
        ("trainee-certificates", _certificates),
        ("trainee-show", _show),
        ("trainee-account", _account),
    )),
)  # fmt: skip
