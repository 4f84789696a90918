"""Two admins at their desks: docs/guide/admin.md."""

import re

from playwright.sync_api import Page, expect

from setup.pictures.album import Journey, Shot, Walk, said, whole
from tests.browser.served import DESK

_JOB_MS = 180_000


def _class_in(page: Page, state: str) -> None:
    """Open the office page of a class session in this state."""
    page.goto(f"/admin/classes/?state={state}")
    page.locator("main tbody a").last.click()
    page.wait_for_url(re.compile(r"/admin/classes/\d"))


def _desk(walk: Walk) -> Shot:
    walk.page.goto("/admin/")
    return Shot()


def _new_class(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "新建班次").click()
    form = page.locator("main form").last
    form.get_by_label("名称").fill("2026 年社区安全与应急班（第 3 期）")
    return Shot((form,))


def _publish(walk: Walk) -> Shot:
    page = walk.page
    _class_in(page, "draft")
    return Shot(press=said(page.locator("main"), "发布"))


def _sitting(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "添加课次").click()
    return Shot(whole(page), said(page.locator("main"), "排进课表"))


def _places(walk: Walk) -> Shot:
    page = walk.page
    _class_in(page, "enrolling")
    said(page.locator("#places"), "名额").click()
    return Shot(whole(page), said(page.locator("main"), "保存"))


def _people(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/admin/people/")
    page.get_by_label("姓名、拼音、手机号或身份证号").fill("zxw")
    said(page.locator("main"), "筛选").click()
    page.wait_for_url("**q=zxw**")
    return Shot(press=said(page.locator("main"), "详情"))


def _person(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "详情").click()
    page.get_by_label("原因").first.fill("本人来电，核对报名信息")
    return Shot(press=said(page.locator("main"), "显示一次"))


def _sites(walk: Walk) -> Shot:
    walk.page.goto("/admin/places/")
    return Shot(press=said(walk.page.locator("main"), "新建场所"))


def _notice(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/admin/")
    said(page.locator("#shortcuts"), "通知").click()
    said(page.locator("main"), "写通知").click()
    page.get_by_label("类别").select_option(label="通知")
    page.get_by_label("标题").fill("社区安全与应急班周二起改在报告厅上课")
    page.get_by_label("正文").fill("202 教室检修。\n\n- 时间不变，还是 09:00\n- 签到也在**报告厅**门口")
    said(page.locator("main"), "看看效果").click()
    page.locator("#preview-body strong").wait_for()
    return Shot(press=said(page.locator("main"), "存为草稿"))


def _notice_publish(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("main"), "存为草稿").click()
    said(page.locator("main"), "发布").click()
    return Shot(press=said(page.locator("dialog"), "发布"))


def _propose(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/admin/")
    said(page.locator("#todo, main").first, "提请签发").click()
    if "/classes/" not in page.url:
        said(page.locator("main"), "查看名单").click()
    press = page.locator("main summary").filter(has_text="提请签发")
    return Shot((page.locator("main h1"), page.locator("#eligible")), press)


def _sign(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/admin/")
    said(page.locator("main"), "去复核").click()
    if "/batches/" not in page.url:
        said(page.locator("main"), "查看").click()
    said(page.locator("main"), "签发").click()
    return Shot(press=said(page.locator("dialog"), "确认签发"))


def _job(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("dialog"), "确认签发").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("[data-job] .tag")).to_have_text("已完成", timeout=_JOB_MS)
    return Shot(whole(page), said(page.locator("[data-job]"), "查看结果"))


def _issued(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("[data-job]"), "查看结果").click()
    return Shot(press=said(page.locator("main"), "下载 ZIP"))


JOURNEYS = (
    Journey("admin", DESK, (
        ("admin-desk", _desk),
        ("admin-new-class", _new_class),
        ("admin-publish", _publish),
        ("admin-sitting", _sitting),
        ("admin-places", _places),
        ("admin-people", _people),
        ("admin-person", _person),
        ("admin-sites", _sites),
        ("admin-notice", _notice),
        ("admin-notice-publish", _notice_publish),
        ("admin-propose", _propose),
    )),
    Journey("admin2", DESK, (
        ("admin-sign", _sign),
        ("admin-job", _job),
        ("admin-issued", _issued),
    )),
)  # fmt: skip
