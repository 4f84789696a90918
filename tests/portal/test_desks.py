"""Each desk says what to do now: with much to do, with nothing at all, and to nobody else."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Role
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from academy.people.models.register import Person, Unit
from tests import make
from tests.conftest import SignInAs
from tests.pages import text_of
from tests.portal.stage import YESTERDAY, present, running

# --- the trainee -----------------------------------------------------------------------------------


def test_a_trainee_learns_how_much_may_still_be_missed(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who, other = make.person(session), make.person(session, "欧阳建平")
        _of, sittings = running(session, who, other)
        present(session, sittings[0], who)
    page = text_of(sign_in(who).get("/me/"))
    assert re.search(r"再修 3.2 ?学时就能结业。 ?已有 4，要求 7.2 · 后面的课还有 8，最多可缺 4.8", page)
    assert "再下一次：明天 14:00" in page
    assert "还差 28，可以再报一个班" in page


def test_a_trainee_who_missed_too_much_is_sent_to_the_class_manager(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who, other = make.person(session), make.person(session, "欧阳建平")
        chief = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
        _of, sittings = running(session, who, other, manager=chief)
        present(session, sittings[0], other)
        present(session, sittings[1], other)
        for each in sittings[:2]:
            each.starts_at, each.ends_at = (
                moment - timedelta(days=1) for moment in (each.starts_at, each.ends_at)
            )
        _of.starts_on -= timedelta(days=1)
    page = text_of(sign_in(who).get("/me/"))
    assert "后面的课全到也不够了，请找班主任陈敏" in page
    assert "学时已不够" in page


def test_a_trainee_who_waits_is_told_their_number_and_what_comes_next(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who, first = make.person(session), make.person(session, "欧阳建平")
        pool = make.pool(session, make.class_session(session), places=0)
        make.enrolment(session, pool, first, state=EnrolmentState.WAITING, at=make.NOW - timedelta(hours=1))
        make.enrolment(session, pool, who, state=EnrolmentState.WAITING)
    page = text_of(sign_in(who).get("/me/"))
    assert "候补第 2 位" in page
    assert "一有空出的名额就自动递补" in page


def test_a_new_trainee_is_offered_classes_first(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session)
        make.pool(session, make.class_session(session, title="社区消防与燃气安全骨干班"))
    page = text_of(sign_in(who).get("/me/"))
    assert page.index("选第一个培训班") < page.index("社区消防与燃气安全骨干班") < page.index("今年学时")


def test_a_new_trainee_of_an_empty_academy_is_told_where_to_look(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session)
    answer = sign_in(who).get("/me/")
    assert "新的班会公布在培训班列表里" in text_of(answer)
    assert answer.text.count('href="/classes/"') >= 2


def test_a_trainees_desk_asks_as_much_for_many_classes_as_for_one(
    sign_in: SignInAs, statements: list[str]
) -> None:
    counts = []
    with db.transaction() as session:
        who = make.person(session)
        running(session, who)
    client = sign_in(who)
    client.get("/me/")
    for _ in range(2):
        statements.clear()
        client.get("/me/")
        counts.append(len(statements))
        with db.transaction() as session:
            for _each in range(3):
                running(session, who)
                make.pool(session, make.class_session(session))
    assert counts[0] == counts[1] <= 11


# --- the instructor and class manager --------------------------------------------------------------


def at_risk(session: Session) -> tuple[Person, str]:
    """A class where one person cannot miss another sitting, and another has lost too much already."""
    chief = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
    good, edge, lost = (make.person(session, name) for name in ("王秀兰", "欧阳建平", "阿卜杜热西提·买买艾力江"))
    of, sittings = running(session, good, edge, lost, manager=chief)
    extra = make.sitting(
        session, of, instructor=chief, at=make.place(session, "203 教室"), day=YESTERDAY, hour=9, hours=20
    )
    present(session, extra, good, edge)
    present(session, sittings[0], good)
    sittings[1].hours = sittings[2].hours = 30
    session.flush()
    return chief, of.code


def test_a_manager_is_told_who_may_not_complete(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        chief, code = at_risk(session)
    answer = sign_in(chief).get("/teach/")
    page = text_of(answer)
    assert re.search(r"1 ?人再缺一次课，就不能结业 ?" + code + " · 欧阳建平", page)
    assert re.search(r"1 ?人已不可能结业 ?" + code + " · 阿卜杜热西提·买买艾力江", page)
    assert f'href="/teach/classes/{code}?standing=missed#roster"' in answer.text
    assert page.index("现在要做的") < page.index("今天") < page.index("我负责的班级")
    assert "打印签到表" in page
    assert "到课率 50%，已登记 2 / 4 次课" in page


def test_what_is_over_today_is_marked_and_what_comes_next_is_told(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        chief, _code = at_risk(session)
    with clock.stopped(make.NOW + timedelta(hours=11)):
        answer = sign_in(chief).get("/teach/")
    page = text_of(answer)
    assert "已结束" in page
    assert answer.text.count('<li class="past">') == 1
    assert "11月22日 星期日 · 下一次课：明天 14:00，" in page
    assert re.search(r"今天的课都上完了。 ?您下一次讲课：11月23日 星期一 14:00《", page)
    assert "未来两周我上的课" in page


def test_a_manager_is_told_nothing_of_a_strangers_class(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        _chief, code = at_risk(session)
        other = make.person(session, "周堃", roles=(Role.INSTRUCTOR,))
    client = sign_in(other)
    for url in ("/teach/", "/teach/timetable"):
        page = text_of(client.get(url))
        assert code not in page
        assert "欧阳建平" not in page


def test_an_instructor_without_classes_is_told_who_gives_them(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session, "周堃", roles=(Role.INSTRUCTOR,))
    client = sign_in(who)
    page = text_of(client.get("/teach/"))
    assert "今天没有课，未来两周也没有您的课" in page
    assert "班主任和授课安排由教务录入" in page
    assert "现在要做的" not in page
    assert "这个月没有您的课" in text_of(client.get("/teach/timetable"))


def test_a_managers_desk_asks_as_much_for_many_people_as_for_few(sign_in: SignInAs, statements: list[str]) -> None:
    with db.transaction() as session:
        chief, _code = at_risk(session)
    client, counts = sign_in(chief), []
    client.get("/teach/")
    for _ in range(2):
        statements.clear()
        client.get("/teach/")
        counts.append(len(statements))
        with db.transaction() as session:
            running(session, *(make.person(session, f"学员{number}") for number in range(9)), manager=chief)
    assert counts[0] == counts[1] <= 15


# --- the liaison -----------------------------------------------------------------------------------


def street_of_two(session: Session) -> tuple[Person, Unit]:
    """A street with its liaison, one person without hours and one who has reached the target."""
    street = make.unit(session, "梅岭新村街道", parent=make.unit(session, "玄武区"))
    make.person(session, "王秀兰", unit=street)
    busy = make.person(session, "欧阳建平", unit=street)
    of = make.class_session(session, title="社区消防与燃气安全骨干班", capacity=9)
    claim = make.enrolment(session, make.pool(session, of), busy)
    claim.unit_id = street.id
    past = make.class_session(session, state=ClassState.CLOSED)
    sitting = make.sitting(
        session, past, instructor=busy, at=make.place(session), day=YESTERDAY, hours=400
    )  # fmt: skip
    present(session, sitting, busy)
    return make.person(session, "周堃", roles=(Role.LIAISON,), unit=street), street


def test_a_liaison_sees_places_to_fill_and_who_lacks_hours(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        liaison, _street = street_of_two(session)
    client = sign_in(liaison)
    page = text_of(client.get("/unit/"))
    assert re.search(r"8 ?个名额空着，在 1 个正在报名的班次里", page)
    assert "“社区消防与燃气安全骨干班”最先截止：11月29日 星期日 09:00" in page
    assert "本单位已报 1 人" in page
    assert re.search(r"2 ?人今年学时还不够 ?其中 2 人今年还没有学时", page)  # the liaison is one of them
    lacking = text_of(client.get("/unit/?show=lacking"))
    assert "王秀兰" in lacking
    assert "欧阳建平" not in lacking
    enrolled = text_of(client.get("/unit/?show=enrolled"))
    assert "王秀兰" not in enrolled
    assert "欧阳建平" in enrolled
    assert client.get("/unit/?show=nonsense&unit=x").status_code == 200


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_liaison_takes_the_own_list_and_no_other_away(sign_in: SignInAs, suffix: str) -> None:
    with db.transaction() as session:
        liaison, _street = street_of_two(session)
        make.person(session, "史景涛", unit=make.unit(session, "六合区"))
    client = sign_in(liaison)
    answer = client.send_bare(f"/unit/export.{suffix}", show="lacking")
    assert answer.status_code == 200
    text = answer.data.decode("utf-8-sig") if suffix == "csv" else _cells(answer.data)
    assert "王秀兰" in text
    assert "欧阳建平" not in text
    assert "史景涛" not in text
    with db.reading() as session:
        (entry,) = journal.newest(session, Wanted(code="person.exported"), limit=5)
    assert entry.after["count"] == 2


def _cells(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_a_unit_without_anybody_says_so(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street = make.unit(session, "梅岭新村街道", parent=district)
        liaison = make.person(session, "周堃", roles=(Role.LIAISON,), unit=street)
    page = text_of(sign_in(liaison).get("/unit/"))
    assert "目前没有正在报名的培训班" in page or "没有正在报名" in page


# --- the office ------------------------------------------------------------------------------------


def test_the_office_sees_which_step_was_forgotten_and_is_led_there(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
        old = make.class_session(
            session, state=ClassState.RUNNING, starts_on=make.TODAY - timedelta(days=9), title="上完没结的班"
        )
        make.sitting(session, old, instructor=admin, at=make.place(session))
        make.class_session(session, starts_on=YESTERDAY, title="该开没开的班")
        make.class_session(session, state=ClassState.DRAFT, starts_on=YESTERDAY)
        make.class_session(session, title="还没到日子的班")
    client = sign_in(admin)
    answer = client.get("/admin/")
    page = text_of(answer)
    for said in ("个班次已过结束日期", "个班次已过开班日期", "个草稿已过开班日期", "次课过了两天还没有登记到课"):
        assert said in page
    assert "个班次已到报名时间" not in page
    assert 'href="/admin/classes/?state=running&amp;late=1"' in answer.text
    assert "最早的一次在 " + old.code in page
    listed = text_of(client.get("/admin/classes/?late=1"))
    assert "上完没结的班" in listed
    assert "该开没开的班" in listed
    assert "还没到日子的班" not in listed


def test_an_empty_academy_has_nothing_stuck(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
    page = text_of(sign_in(admin).get("/admin/"))
    assert "没有要办的事，也没有卡住的" in page
    assert "今年还没有人结业" in page


def test_the_offices_menu_is_short_and_marks_where_one_is(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
    client = sign_in(admin)
    for url, marked in (
        ("/admin/", "工作台"), ("/admin/classes/", "班次"), ("/admin/places/", "班次"),
        ("/admin/certificates/", "证书"), ("/admin/people/", "人员"),
    ):  # fmt: skip
        page = client.get(url).text
        bar = page[page.index('class="bar-nav"') : page.index("</nav>")]
        entries = re.findall(r"<a href=[^>]*>([^<]*)</a>", bar)
        assert entries == ["工作台", "班次", "人员", "证书"]
        assert re.findall(r'aria-current="page">([^<]*)<', bar) == [marked]
