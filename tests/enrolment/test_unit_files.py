"""A liaison's lists as files, and picking people: who cannot come is told by name and stays picked."""

from io import BytesIO

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from tests import make
from tests.conftest import SignInAs
from tests.enrolment.nominated import Scene, claims, put, scene
from tests.enrolment.noticed import Academy
from tests.enrolment.stage import enrol, stage
from tests.enrolment.test_roster_pages import ROWS, send
from tests.pages import PageClient, parse, text_of
from tests.people.listing import id_of, workbook


def set_up(**wanted: int) -> Scene:
    with db.transaction() as session:
        return scene(session, **wanted)  # type: ignore[arg-type]


def exported() -> list[dict[str, object]]:
    with db.reading() as session:
        rows = session.execute(
            select(JournalEntry.after).where(JournalEntry.code == "person.exported").order_by(JournalEntry.id)
        )
        return [after or {} for after in rows.scalars()]


def boxes(page: str) -> dict[str, tuple[bool, bool]]:
    """Tell of each box of the people to pick whether it is closed, and whether it is ticked."""
    return {
        str(box.get("value")): (box.get("disabled") is not None, box.get("checked") is not None)
        for box in parse(page).iter("input")
        if box.get("name") == "picked"
    }


def test_classes_and_streets_are_taken_away_as_files(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up()
    browser = sign_in(on.liaisons[on.district.id])
    assert f"{on.code},{on.class_.title}" in browser.get("/unit/classes.csv").text
    book = browser.get("/unit/classes.xlsx").data
    assert CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()[1][0] == on.code
    url = f"/unit/classes/{on.code}/{on.district.id}/streets"
    assert "梅岭街道,3,0,0" in browser.get(f"{url}.csv").text
    assert browser.get(f"{url}.xlsx").status_code == 200
    assert sign_in(on.liaisons[on.districts[1].id]).get(f"{url}.csv").status_code == 404


def test_who_comes_is_taken_away_masked_and_noted(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up()
    with db.transaction() as session:
        put(session, on, on.street)
        put(session, on, on.streets[1])
    browser = sign_in(on.liaisons[on.street.id])
    rows = browser.send_bare("/unit/claims/export.csv").text
    assert "梅小0" in rows
    assert "樱小0" not in rows  # of another street
    assert "199****" in rows
    assert len(rows.splitlines()) == 3
    assert exported() == [{"list": "claims", "search": "", "count": 2}]
    assert browser.send("/unit/claims/export.xlsx", "/unit/claims").status_code == 200
    in_clear = browser.send_bare("/unit/claims/export.csv", clear="1", reason="好奇")
    assert in_clear.status_code == 403


def test_notices_are_taken_away_as_a_file(client: PageClient, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        academy = Academy(session)
        academy.open(session)
    assert "宁网院通〔2026〕1号,1" in sign_in(academy.of_street).get("/unit/notices.csv").text
    other = sign_in(academy.other).get("/unit/notices.csv").text
    assert len(other.splitlines()) == 1


def test_lists_and_their_rows_are_taken_away_masked_and_noted(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up()
    browser = sign_in(on.liaisons[on.street.id])
    page = send(browser, workbook(ROWS), on.street.id)
    assert "名单 (最终版2).xlsx" in browser.get("/unit/imports.csv").text
    rows = browser.send_bare(f"{page}/rows.csv").text
    assert "身份证号应为 18 位" in rows
    assert "'=1+1" in rows
    assert id_of(1) not in rows
    fewer = browser.send_bare(f"{page}/rows.csv", fate="new").text
    assert "王伟" in fewer
    assert "李强" not in fewer
    assert [(each["list"], each["count"]) for each in exported()] == [("import-rows", 3), ("import-rows", 1)]
    other = sign_in(on.liaisons[on.districts[1].id])
    assert other.send_bare(f"{page}/rows.csv").status_code == 404
    assert len(other.get("/unit/imports.csv").text.splitlines()) == 1


def test_the_register_leaves_in_clear_for_the_office_and_a_reason_only(
    client: PageClient, sign_in: SignInAs
) -> None:
    on = set_up()
    with db.transaction() as session:
        admin = make.person(session, "贺文清", roles=(Role.ADMIN,))
    url = "/unit/people/export.csv"
    office = sign_in(admin)
    assert "199****" in office.send_bare(url).text
    assert office.send_bare(url, clear="1", reason=" ").status_code == 409
    assert "199****" not in office.send_bare(url, clear="1", reason="电话通知").text
    with db.reading() as session:
        noted = select(JournalEntry.after).where(JournalEntry.code == "person.exported-in-clear")
        assert (session.execute(noted).scalar_one() or {})["reason"] == "电话通知"
    liaison = sign_in(on.liaisons[on.street.id])
    assert liaison.send_bare(url, clear="1", reason="电话通知").status_code == 403


def test_whoever_cannot_come_is_not_to_be_picked(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up()
    busy, free = on.people[on.street.id][:2]
    with db.transaction() as session:
        enrol(session, busy, stage(session, places=5, day=on.class_.starts_on))
    browser = sign_in(on.liaisons[on.street.id])
    page = browser.get(f"/unit/classes/{on.code}")
    assert boxes(page.text)[str(busy.id)] == (True, False)
    assert boxes(page.text)[str(free.id)] == (False, False)
    url = f"/unit/classes/{on.code}/{on.street.id}/places"
    answer = browser.send_bare(url, picked=[busy.id, free.id])
    assert answer.status_code == 303
    assert f"picked={busy.id}" in answer.location
    told = text_of(browser.get(answer.location))
    assert "已推荐 1 人" in told
    assert f"{busy.name}：" in told
    with db.reading() as session:
        assert claims(session, on, on.street) == [EnrolmentState.NOMINATED]


def test_who_is_too_many_stays_picked_for_the_reserve(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up(each=2)
    ids = [person.id for person in on.people[on.street.id][:3]]
    browser = sign_in(on.liaisons[on.street.id])
    url = f"/unit/classes/{on.code}/{on.street.id}"
    answer = browser.send_bare(f"{url}/places", picked=ids, q="梅小", show="lacking")
    page = browser.get(answer.location)
    assert boxes(page.text)[str(ids[2])] == (False, True)
    assert "可以把梅小2列为候补" in text_of(page)
    assert 'value="梅小"' in page.text
    again = browser.send_bare(f"{url}/places", picked=ids[2:])
    assert again.status_code == 409
    assert "可以把梅小2列为候补" in text_of(again)
    assert boxes(again.text)[str(ids[2])] == (False, True)
    assert browser.send_bare(f"{url}/reserve", picked=ids[2:]).status_code == 303
    assert browser.send_bare(f"{url}/places").location.endswith("#people")


def test_a_street_without_places_is_told_so(client: PageClient, sign_in: SignInAs) -> None:
    on = set_up(each=0, of_district=4)
    browser = sign_in(on.liaisons[on.street.id])
    assert "没有给本街道分配" in text_of(browser.get(f"/unit/classes/{on.code}?unit={on.street.id}"))
