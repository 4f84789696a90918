"""A class session's office in a browser."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from academy.classes.rules import ClassState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Role
from academy.hours import queries as hours
from academy.journal.models import JournalEntry
from academy.office import queries
from academy.people.models.register import Person
from tests import make
from tests.office.stage import EVENING, Stage, stage
from tests.pages import PageClient, parse, text_of
from tests.signing_in import sign_in, statements


def set_up(*, people: int = 3, state: ClassState = ClassState.RUNNING, groups: int = 0) -> tuple[Stage, str]:
    with db.transaction() as session:
        on = stage(session, people=people, state=state)
        for number in range(groups):
            make.group(session, on.class_, f"第{number + 1}组")
        make.enrolment(session, on.pool, make.person(session, "候补人"), state=EnrolmentState.WAITING)
        return on, f"/teach/classes/{on.class_.code}"


def somebody(*roles: Role) -> Person:
    with db.transaction() as session:
        return make.person(session, "孙莉", roles=roles)


def test_the_page_says_what_to_do_and_lists_everybody(client: PageClient) -> None:
    on, url = set_up(people=4, groups=2)
    with clock.stopped(EVENING):
        page = sign_in(client, on.manager).get(url)
    said = text_of(page)
    assert "阿卜杜热西提·买买提艾力江" in said
    assert "候补人" in said
    assert f'href="/people/{on.people[0].id}/phone"' in page.text
    assert f'action="{url}/groups/balance"' in page.text
    assert f"{url}/conclude" in page.text


def test_strangers_find_nothing_and_teachers_may_only_read(client: PageClient) -> None:
    on, url = set_up()
    with db.transaction() as session:
        teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        own = make.sitting(session, on.class_, instructor=teacher, at=make.place(session), hour=19)
    assert sign_in(client, somebody(Role.INSTRUCTOR)).get(url).status_code == 404
    assert sign_in(client, on.people[0]).get(url).status_code == 403
    browser = sign_in(client, teacher)
    page = browser.get(f"{url}/sittings/{own.id}")
    assert page.status_code == 200
    assert f'action="{url}/sittings/{own.id}"' not in page.text
    assert browser.get(f"{url}/sittings/{on.sittings[0].id}").status_code == 403
    roster = browser.get(url)
    assert f"{url}/sittings/{own.id}" in roster.text
    for closed in (f"{url}/sittings/{on.sittings[0].id}", "roster.xlsx", f"/people/{on.people[0].id}/phone"):
        assert closed not in roster.text
    assert browser.get(f"{url}/conclude").status_code == 403
    assert browser.send_bare(f"{url}/roster.xlsx").status_code == 403
    token = browser.get(url).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert browser.post(f"{url}/start", data={"csrf_token": token}).status_code == 403
    assert sign_in(client, somebody(Role.ADMIN)).get(url).status_code == 200


def ticked(page: str) -> set[str]:
    return {
        box.get("value")
        for box in parse(page).iter("input")
        if box.get("name") == "present" and box.get("checked") is not None
    }


def test_a_register_is_taken_corrected_and_sent_again(client: PageClient) -> None:
    on, url = set_up()
    here = f"{url}/sittings/{on.sittings[0].id}"
    browser = sign_in(client, on.manager)
    everybody = {str(who.id) for who in on.people}
    assert ticked(browser.get(here).text) == everybody
    assert ticked(browser.get(f"{here}?ticked=none").text) == set()
    there = [str(who.id) for who in on.people[:2]]
    assert browser.send(here, present=there).status_code == 303
    assert ticked(browser.get(here).text) == set(there)
    assert browser.send(here, present=there).status_code == 303
    with db.reading() as session:
        assert hours.present(session, on.sittings[0].id) == {who.id for who in on.people[:2]}
        assert hours.tenths_by_person(session, on.class_.id)[on.people[0].id] == 40
    assert browser.send(here, present=["999"]).status_code == 422
    assert browser.get(f"{url}/sittings/999").status_code == 404


def test_a_register_with_nobody_in_it_is_taken_too(client: PageClient) -> None:
    on, url = set_up()
    here = f"{url}/sittings/{on.sittings[0].id}"
    browser = sign_in(client, on.manager)
    with db.reading() as session:
        assert on.sittings[0].id not in hours.present_counts(session, [on.class_.id])
    token = browser.token()
    assert browser.post(here, data={"csrf_token": token}).status_code == 303
    with db.reading() as session:
        assert hours.present_counts(session, [on.class_.id])[on.sittings[0].id] == 0
        assert queries.manager_tasks(session, on.manager.id, now=EVENING).unregistered == 2
        assert hours.register_taken(session, on.sittings[0].id)
    assert ticked(browser.get(here).text) == set()
    there = [str(on.people[0].id)]
    assert browser.send(here, present=there).status_code == 303
    with db.reading() as session:
        assert hours.present_counts(session, [on.class_.id])[on.sittings[0].id] == 1


def test_a_register_of_the_future_is_explained_and_refused(client: PageClient) -> None:
    on, url = set_up()
    here = f"{url}/sittings/{on.sittings[2].id}"
    browser = sign_in(client, on.manager)
    page = browser.get(here)
    assert f'action="{here}"' not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(here, data={"csrf_token": token, "present": [on.people[0].id]})
    assert answer.status_code == 409


def test_a_class_is_started_run_and_concluded(client: PageClient) -> None:
    on, url = set_up(state=ClassState.ENROLLING)
    browser = sign_in(client, on.manager)
    assert browser.send(f"{url}/start", page=url).status_code == 303
    with clock.stopped(EVENING):
        for sitting in on.sittings:
            there = [str(who.id) for who in on.people[:2]]
            assert browser.send(f"{url}/sittings/{sitting.id}", present=there).status_code == 303
        before = text_of(browser.get(f"{url}/conclude"))
        assert "10.8" in before
        assert browser.send(f"{url}/conclude").status_code == 303
        assert browser.get(f"{url}/conclude").status_code == 200
        assert browser.get(url).status_code == 200
    with db.reading() as session:
        assert set(hours.completions(session, on.class_.id)) == {who.id for who in on.people[:2]}


def test_the_picked_are_moved_and_one_of_them_leads(client: PageClient) -> None:
    on, url = set_up(groups=2)
    browser = sign_in(client, on.manager)
    page = browser.get(url)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    move = next(b.get("formaction") for b in parse(page.text).iter("button") if b.get("formaction"))
    first = on.people[0].id
    assert browser.post(move, data={"csrf_token": token, "picked": [first]}).status_code == 303
    assert browser.post(f"{url}/groups/leader", data={"csrf_token": token, "picked": [first]}).status_code == 303
    assert browser.post(f"{url}/groups/leader", data={"csrf_token": token}).status_code == 409
    assert browser.send(f"{url}/groups/balance", page=url).status_code == 303
    assert "欧阳建平" not in text_of(browser.get(f"{url}?group=none"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=wxl", "王秀兰"), ("q=ouyangjianping", "欧阳建平"), ("q=热西提", "阿卜杜热西提·买买提艾力江")],
)
def test_the_roster_is_found_by_name_pinyin_and_initials(client: PageClient, query: str, shown: str) -> None:
    on, url = set_up()
    rows = [
        row for row in parse(sign_in(client, on.manager).get(f"{url}?{query}").text).iter("th")
        if row.get("scope") == "row"
    ]  # fmt: skip
    names = {"".join(row.itertext()).strip() for row in rows}
    assert {name for name in names if name in {"王秀兰", "欧阳建平", "阿卜杜热西提·买买提艾力江"}} == {shown}


@pytest.mark.parametrize("key", ["name", "unit", "group", "hours", "state"])
def test_the_roster_is_sorted_by_its_heads(client: PageClient, key: str) -> None:
    on, url = set_up(people=5, groups=2)
    browser = sign_in(client, on.manager)
    rising, falling = (_names(browser.get(f"{url}?sort={sign}{key}&q=&group=").text) for sign in ("", "-"))
    assert sorted(rising) == sorted(falling)
    assert len(rising) == 5
    if key == "name":
        assert rising == falling[::-1]
    page = parse(browser.get(f"{url}?sort=-{key}").text)
    assert [head.get("aria-sort") for head in page.xpath("//th[@aria-sort]")] == ["descending"]


def _names(html: str) -> list[str]:
    roster = next(each for each in parse(html).iter("section") if each.get("id") == "roster")
    return ["".join(row.itertext()).strip() for row in roster.xpath(".//th[@scope='row']")]


def test_the_roster_leaves_as_a_file_and_that_is_noted(client: PageClient) -> None:
    on, url = set_up()
    answer = sign_in(client, on.manager).send(f"{url}/roster.xlsx", page=url)
    assert f"{on.class_.code}%20%E8%8A%B1%E5%90%8D%E5%86%8C.xlsx" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "阿卜杜热西提·买买提艾力江" in words
    assert len(re.findall(r"199\*{4}\d{4}", words)) == 3
    assert not re.search(r"199\d{8}", words)
    with db.reading() as session:
        last = session.execute(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).scalar_one()
    assert (last.code, last.after and last.after["count"]) == ("person.exported", 3)


def test_whole_numbers_are_for_the_admin_with_a_reason(client: PageClient) -> None:
    on, url = set_up()
    browser = sign_in(client, on.manager)
    assert "clear" not in browser.get(url).text
    assert browser.send_bare(f"{url}/roster.csv", clear="1", reason="购买保险").status_code == 403
    admin = sign_in(client, somebody(Role.ADMIN))
    assert admin.send_bare(f"{url}/roster.csv", clear="1", reason=" ").status_code == 409
    assert re.search(r"199\d{8}", admin.send_bare(f"{url}/roster.csv", clear="1", reason="购买保险").text)


def test_the_line_and_the_timetable_leave_as_files(client: PageClient) -> None:
    on, url = set_up(state=ClassState.ENROLLING)
    browser = sign_in(client, on.manager)
    assert browser.send(f"{url}/unsettled.xlsx", page=url).status_code == 200
    line = browser.send_bare(f"{url}/unsettled.csv").data.decode("utf-8-sig")
    assert "候补人" in line
    assert "199****" in line
    assert browser.send_bare(f"{url}/unsettled.csv", clear="1", reason="联系").status_code == 403
    page = browser.get(url).text
    assert f'href="{url}/timetable.xlsx"' in page
    assert "邻里纠纷调解实务" in browser.get(f"{url}/timetable.csv").data.decode("utf-8-sig")
    assert browser.get(f"{url}/timetable.xlsx").status_code == 200
    stranger = sign_in(client, somebody(Role.INSTRUCTOR))
    assert stranger.send_bare(f"{url}/unsettled.csv").status_code == 404
    assert stranger.get(f"{url}/timetable.csv").status_code == 404


def test_the_roster_leaves_as_it_is_narrowed(client: PageClient) -> None:
    on, url = set_up()
    answer = sign_in(client, on.manager).send(f"{url}/roster.xlsx", page=f"{url}?q=wxl")
    assert answer.status_code == 200
    lines = client.post(f"{url}/roster.csv", data={"csrf_token": client.token(), "q": "wxl"})
    said = lines.data.decode("utf-8-sig")
    assert "王秀兰" in said
    assert "欧阳建平" not in said


def test_the_sign_in_sheet_holds_everybody(client: PageClient) -> None:
    on, url = set_up()
    browser = sign_in(client, on.manager)
    page = text_of(browser.get(f"{url}/sign-in-sheet?sitting={on.sittings[0].id}"))
    assert "欧阳建平" in page
    assert "邻里纠纷调解实务" in page
    assert browser.get(f"{url}/sign-in-sheet").status_code == 200
    assert browser.get(f"{url}/sign-in-sheet?sitting=999").status_code == 404


@pytest.mark.parametrize("people", [3, 60])
def test_a_larger_class_asks_no_more(client: PageClient, people: int) -> None:
    on, url = set_up(people=people, groups=3)
    browser = sign_in(client, on.manager)
    with statements() as asked:
        assert browser.get(url).status_code == 200
    assert len(asked) <= 22, "\n".join(asked)


def test_a_manager_finds_the_day_s_work_on_the_desk(client: PageClient) -> None:
    on, url = set_up()
    with clock.stopped(EVENING):
        page = sign_in(client, on.manager).get("/teach/")
    assert f"{url}#timetable" in page.text
    assert f"{url}/conclude" in page.text
