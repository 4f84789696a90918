"""The office's list of people, one person's page, and the spreadsheet."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select as choose

from academy.ground import db
from academy.ground.access import Role, operator
from academy.journal.models import JournalEntry
from academy.people.actions import register
from academy.people.actions.register import NewPerson
from academy.people.models.register import GridRole, Person
from academy.people.queries import sign_ins
from tests import make
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs
from tests.people.numbers import id_number

NAMES = ("王秀兰", "欧阳娜娜", "李建国", "阿卜杜热西提·买买提艾力江", "王建国")


def fill(count: int = len(NAMES)) -> list[int]:
    with db.transaction() as session:
        paths = [("玄武区", "樱桥街道"), ("江宁区", "新桥街道")]
        units = register.add_units_many(session, actor=operator(), paths=paths, starts_on=make.TODAY, now=make.NOW)
        people = [
            NewPerson(
                name=NAMES[serial % len(NAMES)],
                unit_id=units[paths[serial % 2]],
                grid_role=GridRole.GRID_LEAD,
                id_number=id_number(serial),
                phone=f"1390000{serial:04d}",
                phone_verified=True,
            )
            for serial in range(count)
        ]
        return register.add_people_many(session, actor=operator(), people=people, now=make.NOW)


@pytest.fixture
def office(sign_in: SignInAs) -> PageClient:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,), phone="13911110000")
    return sign_in(admin)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", set(NAMES)),
        ("q=建国", {"李建国", "王建国"}),
        ("q=wxl", {"王秀兰"}),
        ("q=ouyang", {"欧阳娜娜"}),
        ("q=Wang+Jian", {"王建国"}),
        ("q=139+0000+0001", {"欧阳娜娜"}),
        ("q=0002", {"李建国"}),
        (f"q={id_number(3)}", {"阿卜杜热西提·买买提艾力江"}),
        (f"q={id_number(3)[-4:].lower()}", {"阿卜杜热西提·买买提艾力江"}),
        ("q=nobody", set()),
        ("q=%25", set()),
        ("role=admin", {"陶思源"}),
        ("role=everybody", {*NAMES, "陶思源"}),
        ("role=liaison", set()),
        ("role=nonsense&q=wxl", {"王秀兰"}),
        ("unit=2", {"王秀兰", "李建国", "王建国"}),
        ("unit=1", {"王秀兰", "李建国", "王建国"}),
        ("unit=4&q=oynn", {"欧阳娜娜"}),
        ("unit=x", set(NAMES)),
    ],
)
def test_people_are_found(office: PageClient, query: str, found: set[str]) -> None:
    fill()
    page = office.get(f"/admin/people/?{query}")
    assert {name for name in (*NAMES, "陶思源") if f'<span class="name">{name}<' in page.text} == found
    assert "13900000001" not in page.text.replace("139+0000+0001", "")
    assert id_number(1) not in page.text


def test_a_list_of_hundreds_is_read_page_by_page_in_order(office: PageClient, statements: list[str]) -> None:
    fill(95)
    statements.clear()
    page = office.get("/admin/people/")
    asked = len(statements)
    assert asked <= 7
    rows, url = 0, "/admin/people/"
    names: list[str] = []
    while url:
        page = office.get(url)
        part = [line.split("<")[0] for line in page.text.split('class="name">')[1:]]
        names += part[-(page.text.count("<tr>") - 1) :]
        rows += page.text.count("<tr>") - 1
        following = page.text.split('rel="next"')[0].rsplit('href="', 1)
        url = following[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page.text else ""
    assert rows == 95
    with db.reading() as session:
        wanted = session.execute(
            choose(Person.name).where(Person.name != "陶思源").order_by(Person.name_pinyin, Person.id)
        ).scalars()
        assert names == list(wanted)


def test_who_came_on_file_last_is_listed_first_when_asked(office: PageClient) -> None:
    ids = fill(40)
    page = office.get("/admin/people/?sort=-filed")
    shown = [int(part.split('"')[0]) for part in page.text.split('href="/admin/people/')[1:] if part[0].isdigit()]
    assert shown == sorted(ids, reverse=True)[:30]
    assert "sort=-filed" in page.text.split('rel="next"')[0].rsplit('href="', 1)[1]


def test_the_list_asks_no_more_where_there_is_more(office: PageClient, statements: list[str]) -> None:
    fill(3)
    statements.clear()
    office.get("/admin/people/?unit=1")
    few = len(statements)
    with db.transaction() as session:
        people = [
            NewPerson(name="李建国", unit_id=2, phone=f"1880000{n:04d}", phone_verified=True) for n in range(200)
        ]
        register.add_people_many(session, actor=operator(), people=people, now=make.NOW)
    statements.clear()
    office.get("/admin/people/?unit=1")
    assert len(statements) == few


def test_one_person_is_shown_masked_and_in_clear_once_for_a_reason(office: PageClient) -> None:
    person_id = fill()[1]
    url = f"/admin/people/{person_id}"
    page = office.get(url)
    assert "139****0001" in text_of(page)
    assert "13900000001" not in page.text
    assert office.send(f"{url}/reveal", url).status_code == 422
    seen = office.send(f"{url}/reveal", url, reason="核对证书姓名")
    assert (seen.status_code, "13900000001" in seen.text, id_number(1) in seen.text) == (200, True, True)
    assert seen.headers["Cache-Control"] == "no-store"
    assert "13900000001" not in office.get(url).text
    with db.reading() as session:
        noted = session.execute(choose(JournalEntry).where(JournalEntry.code == "person.revealed")).scalars().all()
    assert [(row.actor_name, row.about_id, row.after) for row in noted] == [
        ("陶思源", person_id, {"reason": "核对证书姓名"})
    ]


def test_a_phone_is_taken_away_for_a_reason(office: PageClient) -> None:
    person_id = fill()[1]
    url = f"/admin/people/{person_id}/end-phones"
    assert office.send(url).status_code == 422
    assert office.send(url, reason="号码已转给他人").location == f"/admin/people/{person_id}"
    with db.reading() as session:
        assert sign_ins.holder_id(session, "13900000001") is None


def test_nobody_is_not_found(office: PageClient) -> None:
    assert office.get("/admin/people/9999").status_code == 404
    assert office.get("/admin/people/9999/end-phones").status_code == 404


def test_the_spreadsheet_is_masked_typed_and_noted(office: PageClient) -> None:
    with db.transaction() as session:
        formula = NewPerson(name='=HYPERLINK("http://evil.example")', phone="19900009999", phone_verified=True)
        register.add_people_many(session, actor=operator(), people=[formula], now=make.NOW)
    fill()
    answer = office.send("/admin/people/export.xlsx", "/admin/people/")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = ZipFile(BytesIO(answer.data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 7
    assert "<f>" not in sheet
    assert "<autoFilter" in sheet
    assert "139****0001" in sheet
    assert "13900000001" not in sheet
    with db.reading() as session:
        noted = session.execute(
            choose(JournalEntry.after).where(JournalEntry.code == "person.exported")
        ).scalar_one()
    assert noted == {"search": "nothing", "unit_id": None, "role": "trainee", "count": 6}


def test_lines_for_other_programs_are_masked_too(office: PageClient) -> None:
    fill()
    answer = office.post("/admin/people/export.csv", data={"csrf_token": office.token()})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    said = answer.data.decode("utf-8-sig")
    assert "139****0001" in said
    assert "13900000001" not in said


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.LIAISON, Role.INSTRUCTOR, Role.AUDITOR, Role.SECURITY])
def test_the_list_is_the_offices_alone(sign_in: SignInAs, role: Role) -> None:
    with db.transaction() as session:
        person = make.person(session, roles=(role,), unit=make.unit(session))
    client = sign_in(person)
    assert client.get("/admin/people/").status_code == 403
    assert client.get(f"/admin/people/{person.id}").status_code == 403
