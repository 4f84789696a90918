"""A liaison's desk, and an auditor's: docs/guide/liaison.md."""

from sqlalchemy import select

from academy.people.models.register import Membership, Person, Unit
from setup.pictures.album import Journey, Shot, Walk, said, whole
from tests.browser.served import DESK, PHONE, code_shown, looking_into

_UNIT = "梅岭新村街道"
_OTHER_PHONE = "19911110022"


def _sign_in(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/login")
    said(page, "密码登录").click()
    page.get_by_label("登录名或手机号").fill("liaison")
    return Shot(whole(page), said(page.locator("main form"), "登录"))


def _openings(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/unit/")
    openings = page.locator("#openings")
    return Shot((openings,), openings.locator("a.title, li a").first)


def _people(walk: Walk) -> Shot:
    page = walk.page
    page.get_by_label("姓名或拼音").fill("cj")
    said(page.locator("#people"), "筛选").click()
    page.wait_for_url("**q=cj**")
    return Shot((page.locator("#people"),), said(page.locator("#people"), "筛选"))


def _bind(walk: Walk) -> Shot:
    page = walk.page
    said(page.locator("#people"), "详情").click()
    said(page, "绑定手机号").click()
    return Shot(whole(page), said(page, "绑定这个号码"))


def _requests(walk: Walk) -> Shot:
    _ask_for_somebody(walk)
    page = walk.page
    page.goto("/unit/")
    said(page.locator("main"), "去核对").click()
    return Shot(whole(page), page.locator("main .table a").first)


def _ask_for_somebody(walk: Walk) -> None:
    """Register with an ID that is on file already, as somebody with a new phone does."""
    name, id_number = _on_file(walk)
    page = walk.browser.new_context(viewport=PHONE, base_url=walk.academy.url).new_page()
    page.goto("/register")
    page.get_by_label("姓名（与身份证一致）").fill(name)
    page.locator("input[name=phone]").fill(_OTHER_PHONE)
    page.get_by_label("所在单位").select_option(label=_UNIT)
    page.get_by_label("专职网格员").check()
    page.get_by_label("身份证号（选填）").fill(id_number)
    page.get_by_label("我同意学院").check()
    said(page.locator("main"), "发送验证码").click()
    page.locator("input[name=code]").fill(code_shown(page))
    said(page.locator("main"), "下一步").click()
    page.locator("main .flash").wait_for()
    page.context.close()


def _on_file(walk: Walk) -> tuple[str, str]:
    wanted = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.name == _UNIT, Membership.ends_on.is_(None), Person.id_blind.is_not(None))
        .order_by(Person.id.desc())
        .limit(1)
    )
    with looking_into(walk.academy) as session:
        person = session.execute(wanted).scalar_one()
        return person.name, person.id_number or ""


def _audit(walk: Walk) -> Shot:
    page = walk.page
    page.goto("/audit/")
    return Shot(press=said(page.locator("main"), "筛选"))


JOURNEYS = (
    Journey("", DESK, (("liaison-sign-in", _sign_in),)),
    Journey("liaison", DESK, (
        ("liaison-openings", _openings),
        ("liaison-people", _people),
        ("liaison-bind", _bind),
        ("liaison-requests", _requests),
    )),
    Journey("auditor", DESK, (("audit", _audit),)),
)  # fmt: skip
