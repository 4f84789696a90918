"""Pages of lists: send one, see each row, take it back coloured, mend it, import it, undo it."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from academy.ground import db
from academy.ground.access import Role
from academy.ground.tables import Cell
from academy.journal.models import JournalEntry
from academy.people.models.importing import RosterImport
from academy.people.models.register import Person
from tests import make
from tests.conftest import SignInAs
from tests.enrolment.nominated import Scene, scene
from tests.pages import PageClient, text_of
from tests.people.listing import HEAD, id_of, opened, workbook

STREET = "玄武区/梅岭街道"
ROWS: list[list[Cell | None]] = [
    ["玄武区培训名单"], list(HEAD), ["王伟", id_of(1), "19900000001", STREET, "专职"],
    ["李强", "32990019800101", "", STREET],
    ["=1+1", id_of(3), "025-83001234", STREET, "x"], ["合计", "3人"],
]  # fmt: skip


@pytest.fixture
def on(client: PageClient) -> Scene:
    with db.transaction() as session:
        return scene(session, each=3)


def send(browser: PageClient, data: bytes, unit: object = "", **values: object) -> str:
    """Send a list; tells the address of what it comes to."""
    answer = browser.send(
        "/unit/imports", "/unit/imports/new", file=(BytesIO(data), "名单 (最终版2).xlsx"), unit=unit,
        **{"kind": "some", "code": "", **values},
    )  # fmt: skip
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location)


def test_a_liaison_sends_a_list_mends_it_imports_it_and_undoes_it(on: Scene, sign_in: SignInAs) -> None:
    browser = sign_in(on.liaisons[on.street.id])
    assert "还没有上传过名单" in text_of(browser.open("/unit/imports"))
    page = send(browser, workbook(ROWS), on.street.id)
    said = text_of(browser.open(page))
    assert "有 2 行不予导入" in said
    assert "身份证号应为 18 位" in said
    assert id_of(1) not in said
    assert "李强" not in text_of(browser.open(f"{page}?fate=new"))
    marked = browser.send(f"{page}.xlsx", page)
    again = opened(marked.data)
    assert (again.sheet, again.rows[0][0], again.rows[4][0]) == ("名单", "玄武区培训名单", "=1+1")
    assert "身份证号应为 18 位" in str(again.rows[3][5])
    with ZipFile(BytesIO(marked.data)) as parts:
        comments = parts.read("xl/comments1.xml").decode()
    assert '<comment ref="B4"' in comments
    assert '<comment ref="C5"' in comments
    assert "不是 11 位手机号" in comments
    mended = [list(row) for row in again.rows]
    mended[3][1], mended[4][2] = id_of(2), ""
    page = send(browser, workbook(mended), on.street.id)
    assert "不予导入" not in text_of(browser.open(page))
    assert browser.send(f"{page}/import", page).status_code == 303
    assert "名单已导入" in text_of(browser.open(page))
    with db.reading() as session:
        listed = session.execute(select(Person.name).where(Person.id_blind.is_not(None)).order_by(Person.id))
        assert listed.scalars().all() == ["王伟", "李强", "=1+1"]
    assert browser.send(f"{page}/undo", page).status_code == 303
    with db.reading() as session:
        assert session.execute(select(Person.id).where(Person.id_blind.is_not(None))).first() is None
        codes = session.execute(select(JournalEntry.code).order_by(JournalEntry.id)).scalars().all()
    assert [code for code in codes if code.startswith("roster.")] == [
        "roster.checked", "roster.given-back", "roster.checked", "roster.imported", "roster.undone",
    ]  # fmt: skip


def test_the_same_list_says_that_it_was_imported(on: Scene, sign_in: SignInAs) -> None:
    browser, data = sign_in(on.liaisons[on.street.id]), workbook(ROWS)
    first = send(browser, data, on.street.id)
    browser.send(f"{first}/import", first)
    second = send(browser, data, on.street.id)
    assert "同一份名单已于" in text_of(browser.open(second))


def test_a_list_for_a_class_is_put_forward(on: Scene, sign_in: SignInAs) -> None:
    browser = sign_in(on.liaisons[on.street.id])
    assert on.class_.title in text_of(browser.open("/unit/imports/new"))
    page = send(browser, workbook(ROWS), on.street.id, code=on.code)
    assert browser.send(f"{page}/import", page).status_code == 303
    assert on.code in text_of(browser.open(page))


def test_a_file_without_a_list_is_explained_at_the_field(on: Scene, sign_in: SignInAs) -> None:
    browser = sign_in(on.liaisons[on.street.id])
    values = {"unit": on.street.id, "kind": "some", "code": ""}
    for data, words in (
        (b"<html>", "无法把这个文件当作名单读取"), (b"a,b\n1,2\n", "没有找到表头"), (b" \r\n", "文件是空的"),
    ):  # fmt: skip
        answer = browser.send("/unit/imports", "/unit/imports/new", file=(BytesIO(data), "x.xlsx"), **values)
        assert answer.status_code == 422
        assert words in text_of(answer)


def test_lists_of_other_units_do_not_exist(on: Scene, sign_in: SignInAs) -> None:
    page = send(sign_in(on.liaisons[on.street.id]), workbook(ROWS), on.street.id)
    assert sign_in(on.liaisons[on.district.id]).open(page).status_code == 200
    browser = sign_in(on.liaisons[on.streets[2].id])
    assert browser.open(page).status_code == 404
    for deed in ("/import", "/undo", "/look", ".xlsx"):
        assert browser.send_bare(f"{page}{deed}").status_code == 404
    answer = browser.send(
        "/unit/imports", "/unit/imports/new", file=(BytesIO(workbook(ROWS)), "x.xlsx"), unit=on.street.id,
        kind="some", code="",
    )  # fmt: skip
    assert answer.status_code == 422
    with db.reading() as session:
        assert len(session.execute(select(RosterImport.id)).all()) == 1


def test_trainees_and_instructors_send_no_lists(sign_in: SignInAs) -> None:
    for role in (Role.TRAINEE, Role.INSTRUCTOR, Role.AUDITOR):
        with db.transaction() as session:
            holder = make.person(session, roles=(role,))
        assert sign_in(holder).open("/unit/imports").status_code == 403


def test_an_admin_sends_the_academys_own_list(on: Scene, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, roles=(Role.ADMIN,))
    browser = sign_in(admin)
    page = send(browser, workbook(ROWS))
    assert "学院自己的名单" in text_of(browser.open(page))
    assert "名单 (最终版2).xlsx" in text_of(browser.open("/unit/imports"))
    assert sign_in(on.liaisons[on.street.id]).open(page).status_code == 404


def test_the_blank_workbook_is_read_as_an_empty_list(on: Scene, sign_in: SignInAs) -> None:
    browser = sign_in(on.liaisons[on.street.id])
    data = browser.open("/unit/imports/blank.xlsx").data
    page = send(browser, data, on.street.id)
    assert "这份名单里没有人" in text_of(browser.open(page))
