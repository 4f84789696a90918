"""Timetables: the month, the days, and what the register says of each sitting."""

from datetime import timedelta

import pytest

from academy.ground import clock, db
from academy.ground.access import Role
from tests import make
from tests.conftest import SignInAs
from tests.pages import text_of
from tests.portal.stage import present, running


def test_a_timetable_shows_the_month_and_what_the_register_says(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who, other = make.person(session), make.person(session, "欧阳建平")
        _of, sittings = running(session, who, other)
        present(session, sittings[0], other)
    client = sign_in(who)
    answer = client.get("/me/timetable")
    page = text_of(answer)
    page = page[page.index("接下来") :]
    assert page.index("11月22日 星期日") < page.index("11月23日 星期一")
    assert page.index("本月已过的课") < page.index("11月21日 星期六") < page.index("缺课")
    assert 'id="d-2026-11-22"' in answer.text
    assert 'href="#d-2026-11-22"' in answer.text
    assert answer.text.count('aria-current="date"') == 1
    assert 'href="/me/timetable?month=2026-12"' in answer.text
    assert "hx-" not in answer.text[answer.text.index("<main") : answer.text.index("</main>")]


def test_what_is_over_today_is_not_to_come(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session)
        of, sittings = running(session, who)
        room = make.place(session, "203 教室")
        soon = make.sitting(session, of, instructor=make.person(session), at=room, day=make.TODAY, hour=17)
        early = clock.at(make.TODAY, 6)
        sittings[1].starts_at, sittings[1].ends_at = early, early + timedelta(hours=1)
        assert soon.ends_at > clock.now() > sittings[1].ends_at
    answer = sign_in(who).get("/me/timetable").text
    ahead, past = answer[answer.index('id="ahead"') :].split('id="past"')
    assert "06:00" not in ahead
    assert "17:00" in ahead
    assert "06:00" in past
    assert answer.count('id="d-2026-11-22"') == answer.count('id="d-2026-11-22-over"') == 1


@pytest.mark.parametrize(("month", "way"), [("2000-01", "prev"), ("2099-12", "next")])
def test_no_link_leads_past_the_months_that_may_be_asked_for(sign_in: SignInAs, month: str, way: str) -> None:
    with db.transaction() as session:
        who = make.person(session)
    page = sign_in(who).get("/me/timetable", query_string={"month": month}).text
    assert [each for each in ("prev", "next") if f'rel="{each}"' not in page] == [way]


@pytest.mark.parametrize("month", ["2026-12", "2026-10", "1999-01", "abc", "2026-13", ""])
def test_any_month_can_be_asked_for(sign_in: SignInAs, month: str) -> None:
    with db.transaction() as session:
        who = make.person(session)
        running(session, who)
    answer = sign_in(who).get("/me/timetable", query_string={"month": month})
    assert answer.status_code == 200
    shown = {"2026-12": "2026年12月", "2026-10": "2026年10月"}.get(month, "2026年11月")
    assert shown in text_of(answer)


def test_an_empty_month_leads_to_the_next_sitting(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who, teacher = make.person(session), make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        later = make.class_session(session, starts_on=make.TODAY + timedelta(days=20))
        make.sitting(session, later, instructor=teacher, at=make.place(session))
        make.enrolment(session, make.pool(session, later), who)
    answer = sign_in(who).get("/me/timetable")
    assert "这个月没有课" in text_of(answer)
    assert "下一次课：12月12日 星期六" in text_of(answer)
    client = sign_in(teacher)
    assert 'href="/teach/timetable?month=2026-12"' in client.get("/teach/timetable").text
    december = client.get("/teach/timetable?month=2026-12&only=taught")
    assert "12月12日 星期六" in text_of(december)


def test_whoever_has_no_group_yet_is_expected_once_at_a_time(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        who = make.person(session)
        of, sittings = running(session, who)
        make.sitting(
            session, of, instructor=make.person(session), at=make.place(session, "203 教室"),
            day=clock.local_date(sittings[2].starts_at), hour=14,
        )  # fmt: skip
    assert "后面的课还有 12，" in text_of(sign_in(who).get("/me/"))
