"""Class sessions as visitors and trainees see them, and what they can do there."""

from datetime import timedelta

import pytest

from academy.catalogue.models import Programme
from academy.classes.rules import ClassState
from academy.enrolment.queries import standing
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Role
from academy.people.models.register import Person
from tests import make, ties
from tests.enrolment.nominated import PLAN, scene, without
from tests.enrolment.stage import Stage, counts, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements


def set_up(*, places: int = 2, waiting: int = 0, title: str = "新任网格员培训班") -> tuple[Stage, Person]:
    """An open class session, with a line if asked, and a trainee who is not in it."""
    with db.transaction() as session:
        on = stage(session, places=places, title=title)
        for number in range(waiting):
            make.enrolment(
                session, on.pool, make.person(session, f"候补{number}"), state=EnrolmentState.WAITING,
                at=make.NOW - timedelta(hours=waiting - number),
            )  # fmt: skip
        if waiting:
            on.pool.taken = 0
            for _ in range(places):
                make.enrolment(session, on.pool, make.person(session))
        return on, make.person(session)


def test_the_list_shows_what_can_be_joined_first(client: PageClient) -> None:
    set_up(title="社区消防骨干班")
    with db.transaction() as session:
        make.class_session(session, state=ClassState.DRAFT, title="还没公布的班")
        make.class_session(session, state=ClassState.CLOSED, title="去年的班")
    page = text_of(client.get("/classes/"))
    assert "社区消防骨干班" in page
    assert "还没公布的班" not in page
    assert "去年的班" not in page
    assert "去年的班" in text_of(client.get("/classes/?show=past"))
    assert "社区消防骨干班" not in text_of(client.get("/classes/?q=急救"))
    assert "社区消防骨干班" in text_of(client.get("/classes/?q=消防&show=nonsense"))


@pytest.mark.parametrize("many", [2, 25])
def test_the_list_asks_no_more_for_more_rows(client: PageClient, many: int) -> None:
    with db.transaction() as session:
        for _ in range(many):
            make.pool(session, make.class_session(session))
    with statements() as asked:
        assert client.get("/classes/").status_code == 200
    assert len(asked) <= 8


def test_the_list_leads_on_page_by_page(client: PageClient) -> None:
    with db.transaction() as session:
        codes = {make.class_session(session).code for _ in range(23)}
    first = client.get("/classes/")
    assert sum(code in first.text for code in codes) == 20
    following = next(part for part in first.text.split('"') if part.startswith("/classes/?at="))
    assert sum(code in client.get(following.replace("&amp;", "&")).text for code in codes) == 3


def test_a_visitor_is_led_to_sign_in_and_back(client: PageClient) -> None:
    on, _who = set_up()
    page = client.get(f"/classes/{on.class_.code}")
    assert f"/login?next=/classes/{on.class_.code}" in page.text.replace("%2F", "/")
    assert "李建国" in text_of(page)


@pytest.mark.parametrize("code", ["2026-999", "draft"])
def test_an_unknown_class_and_a_draft_are_not_found(client: PageClient, code: str) -> None:
    with db.transaction() as session:
        draft = make.class_session(session, state=ClassState.DRAFT)
    assert client.get(f"/classes/{draft.code if code == 'draft' else code}").status_code == 404


def test_a_trainee_takes_a_place_and_gives_it_up(client: PageClient) -> None:
    on, who = set_up()
    url = f"/classes/{on.class_.code}"
    browser = sign_in(client, who)
    assert browser.send(f"{url}/enrol", page=url).status_code == 303
    with db.reading() as session:
        assert counts(session, on) == (1, 1)
    page = browser.get(url)
    assert f'action="{url}/withdraw"' in page.text
    assert f'action="{url}/enrol"' not in page.text
    assert browser.send(f"{url}/withdraw", page=url).status_code == 303
    with db.reading() as session:
        assert counts(session, on) == (0, 0)
    assert f'action="{url}/enrol"' in browser.get(url).text


def test_the_same_form_sent_twice_does_it_once(client: PageClient) -> None:
    on, who = set_up()
    url = f"/classes/{on.class_.code}"
    browser = sign_in(client, who)
    form = {"act_id": "6b0f7d3e-58a4-4a55-9c8e-1f3d8c4b7a01", "csrf_token": token(browser, url)}
    for _time in range(2):
        answer = browser.post(f"{url}/enrol", data=form)
        assert (answer.status_code, answer.location) == (303, url)
    with db.reading() as session:
        assert counts(session, on) == (1, 1)


def token(browser: PageClient, url: str) -> str:
    """Read a page's CSRF token."""
    return browser.get(url).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_when_all_places_are_taken_the_page_tells_the_number_in_line(client: PageClient) -> None:
    on, who = set_up(places=1, waiting=2)
    url = f"/classes/{on.class_.code}"
    browser = sign_in(client, who)
    assert "3" in text_of(browser.get(url))
    assert browser.send(f"{url}/enrol", page=url).status_code == 303
    assert f'action="{url}/withdraw"' in browser.get(url).text


def test_every_reason_stands_on_the_page_before_it_is_asked_and_the_act_refuses(client: PageClient) -> None:
    on, who = set_up()
    with db.transaction() as session:
        other = stage(session, hour=10, title="同一时间的班")
        make.enrolment(session, other.pool, who)
        basics, advanced = make.course(session, "急救基础"), make.course(session, "急救提高")
        ties.needs(session, advanced, basics)
        on.class_.programme_id = make.programme(session, advanced).id
        session.merge(on.class_)
    url = f"/classes/{on.class_.code}"
    browser = sign_in(client, who)
    page = browser.get(url)
    assert "急救基础" in text_of(page)
    assert "同一时间的班" in text_of(page)
    assert f'action="{url}/enrol"' not in page.text
    answer = browser.post(f"{url}/enrol", data={"csrf_token": token(browser, url)})
    assert answer.status_code == 409
    assert "急救基础" in text_of(answer)
    assert "同一时间的班" in text_of(answer)


def test_staff_see_no_button_and_may_not_claim(client: PageClient) -> None:
    on, _who = set_up()
    with db.transaction() as session:
        teacher = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
    url = f"/classes/{on.class_.code}"
    browser = sign_in(client, teacher)
    assert f'action="{url}/enrol"' not in browser.get(url).text
    assert browser.post(f"{url}/enrol", data={"csrf_token": token(browser, url)}).status_code == 403


def test_the_office_opens_enrolment_and_changes_the_places(client: PageClient) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陈敏", roles=(Role.ADMIN,))
        class_ = make.class_session(session, state=ClassState.PUBLISHED, capacity=5)
    browser = sign_in(client, admin)
    url = f"/admin/classes/{class_.code}"
    opened = browser.send(f"{url}/open-enrolment", page=f"/teach/classes/{class_.code}")
    assert (opened.status_code, opened.location) == (303, url)
    assert browser.send(f"{url}/places", places="0").status_code == 422
    assert browser.send(f"{url}/places", places="7").status_code == 303
    assert "7" in text_of(browser.get(f"{url}/places"))
    assert browser.get("/admin/classes/2026-999/places").status_code == 404


def test_a_cancelled_class_is_shown_to_those_who_had_a_place(client: PageClient) -> None:
    on, who = set_up()
    with db.transaction() as session:
        make.enrolment(session, session.merge(on.pool), who)
        on.class_.state, on.class_.cancelled_at = ClassState.CANCELLED, make.NOW
        session.merge(on.class_)
    url = f"/classes/{on.class_.code}"
    assert client.get(url).status_code == 404
    assert sign_in(client, who).get(url).status_code == 200


def test_whoever_attends_a_running_class_sees_what_comes_next_first(client: PageClient) -> None:
    with db.transaction() as session:
        teacher, who = make.person(session, "李建国", roles=(Role.INSTRUCTOR,)), make.person(session)
        class_ = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY - timedelta(days=1))
        for days in (-1, 1):
            day = make.TODAY + timedelta(days=days)
            make.sitting(session, class_, instructor=teacher, at=make.place(session), day=day)
        make.enrolment(session, make.pool(session, class_), who)
        code = class_.code
    visited = client.get(f"/classes/{code}").text
    assert visited.index('id="facts"') < visited.index('id="timetable"')
    assert "今天以前的课" not in visited
    page = sign_in(client, who).get(f"/classes/{code}").text
    order = [page.index(each) for each in ("您已报上名", 'id="timetable"', "今天以前的课", 'id="facts"')]
    assert order == sorted(order)
    assert "act-bar" not in page


def test_an_empty_list_leads_on_only_from_a_filter(client: PageClient) -> None:
    assert "看全部培训班" not in text_of(client.get("/classes/"))
    assert "看全部培训班" in text_of(client.get("/classes/?q=急救"))


def test_where_units_put_people_forward_only_what_is_open_to_all_counts(client: PageClient) -> None:
    with db.transaction() as session:
        on = scene(session, places=20, each=3, plan=without(PLAN, open_road=True))  # 12 of units, 2 kept back
        make.class_session(session, programme_=session.get_one(Programme, on.class_.programme_id))
    assert "余 6 个名额" in text_of(client.get("/classes/"))
    page = text_of(client.get(f"/classes/{on.code}"))
    assert "余 6 个名额" in page
    assert "余 20 / 20" in page
    with db.reading() as session:
        (told,) = standing.alternatives(session, on.class_.id + 1, now=make.NOW)
    assert (told.code, told.left) == (on.code, 6)
