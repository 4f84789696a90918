"""The notice as the office and the liaisons see it, on the page, on paper, and as a form to fill in."""

from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.rules.notices import LONGEST_WORDS
from academy.ground import clock, db, tables
from academy.ground.access import Role
from academy.people.models.register import Person
from academy.people.queries import rosters
from academy.people.rules.roster.reading import first_list, read
from tests import make
from tests.enrolment.noticed import Academy, readers
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements


def on_stage() -> tuple[Academy, Person]:
    with db.transaction() as session:
        return Academy(session), make.person(session, "陈静", roles=(Role.ADMIN,))


def test_the_office_opens_with_its_words_and_sees_who_has_read_them(client: PageClient) -> None:
    academy, admin = on_stage()
    url = f"/admin/classes/{academy.class_.code}/notice"
    sign_in(client, admin)
    before = text_of(client.get(url))
    assert "樱桥街道 5" in before
    assert client.send(url, words="请带工作证。").status_code == 303
    assert client.send(url, words="请带工作证。").status_code == 409
    page = text_of(client.get(url))
    assert "宁网院通〔2026〕1号" in page
    assert "0 / 2" in page
    assert "鲁芳" in page
    assert client.send(f"{url}/remind", url).status_code == 409
    assert client.send(url, words="请带工作证和笔。").status_code == 303
    assert "宁网院通〔2026〕1号" in text_of(client.get(url))
    paper = client.get(f"{url}/2.pdf")
    assert paper.mimetype == "application/pdf"
    assert client.get(f"{url}/9.pdf").status_code == 404
    document = pypdfium2.PdfDocument(paper.data)
    words = "".join(page.get_textpage().get_text_range() for page in document)
    assert "宁网院通〔2026〕1号" in words
    assert "名额分配表" in words
    assert "请带工作证和笔" in words


def test_nobody_is_reminded_of_the_notice_of_a_class_that_has_begun(client: PageClient) -> None:
    academy, admin = on_stage()
    with db.transaction() as session:
        academy.open(session)
        session.get_one(ClassSession, academy.class_.id).state = ClassState.RUNNING
    url = f"/admin/classes/{academy.class_.code}/notice"
    browser = sign_in(client, admin)
    assert f'action="{url}/remind"' not in browser.get(url).text
    assert browser.send_bare(f"{url}/remind").status_code == 409


def test_a_liaison_reads_confirms_prints_and_takes_the_form(client: PageClient) -> None:
    academy, _admin = on_stage()
    with db.transaction() as session:
        notice = academy.open(session)
        session.flush()
    sign_in(client, academy.of_street)
    assert "宁网院通〔2026〕1号" in text_of(client.get("/unit/notices"))
    url = f"/unit/notices/{notice.id}"
    assert client.send(f"{url}/confirm", url).status_code == 303
    with db.reading() as session:
        assert readers(session, notice)[academy.of_street.id] == make.NOW
    assert client.get(f"{url}.pdf").mimetype == "application/pdf"
    form = client.send(f"{url}/form.xlsx", url)
    rows = CalamineWorkbook.from_filelike(BytesIO(form.data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["姓名", "身份证号", "手机", "单位", "岗位类别", "备注"]
    names = {str(row[0]): row for row in rows[2:]}
    assert names["王秀兰"][1:4] == ["", "", "玄武区樱桥街道"]
    assert "方敏" not in names
    sign_in(client, academy.other)
    assert client.get(url).status_code == 404
    assert client.get(f"{url}.pdf").status_code == 404
    assert client.send_bare(f"{url}/confirm").status_code == 404


def test_the_office_is_told_of_notices_that_stay_unread(client: PageClient) -> None:
    academy, admin = on_stage()
    with db.transaction() as session:
        academy.open(session)
    where = f"/admin/classes/{academy.class_.code}/notice#readers"
    sign_in(client, admin)
    assert where not in client.get("/admin/").get_data(as_text=True)
    with clock.stopped(make.NOW + timedelta(days=3)):
        assert where in client.get("/admin/").get_data(as_text=True)


def test_the_desk_tells_of_a_notice_until_it_is_confirmed(client: PageClient) -> None:
    academy, _admin = on_stage()
    with db.transaction() as session:
        notice = academy.open(session)
        session.flush()
    sign_in(client, academy.of_district)
    assert f"/unit/notices/{notice.id}" in client.get("/unit/").get_data(as_text=True)
    client.send(f"/unit/notices/{notice.id}/confirm", f"/unit/notices/{notice.id}")
    assert f"/unit/notices/{notice.id}" not in client.get("/unit/").get_data(as_text=True)


def test_the_form_is_read_again_by_the_import(client: PageClient) -> None:
    academy, _admin = on_stage()
    with db.transaction() as session:
        notice = academy.open(session)
        session.flush()
    sign_in(client, academy.of_street)
    form = client.send(f"/unit/notices/{notice.id}/form.xlsx", f"/unit/notices/{notice.id}")
    with tables.opened(form.data) as grids:
        grid, header = first_list(grids)
    assert header is not None
    with db.reading() as session:
        reading = read(grid.rows, (), header, rosters.places(session, make.TODAY), today=make.TODAY)
    found = [(line.name, line.unit and (line.unit.district, line.unit.name)) for line in reading.lines]
    assert found == [("鲁芳", ("玄武区", "樱桥街道")), ("王秀兰", ("玄武区", "樱桥街道"))]
    assert len(reading.ignored_rows) == 2


@pytest.mark.parametrize("many", [1, 6])
def test_pages_ask_no_more_for_more_notices_and_readers(client: PageClient, many: int) -> None:
    academy, admin = on_stage()
    with db.transaction() as session:
        for _ in range(many):
            make.person(session, roles=(Role.LIAISON,), unit=academy.street)
        academy.open(session)
        for number in range(many):
            academy.issue(session, words=f"第 {number} 次改动。")
    sign_in(client, academy.of_street)
    with statements() as asked:
        assert client.get("/unit/notices").status_code == 200
    assert len(asked) <= 4
    sign_in(client, admin)
    with statements() as asked:
        assert client.get(f"/admin/classes/{academy.class_.code}/notice").status_code == 200
    assert len(asked) <= 18


def test_what_is_typed_stays_text_on_page_and_paper(client: PageClient) -> None:
    academy, admin = on_stage()
    url, hostile = f"/admin/classes/{academy.class_.code}/notice", '<img src="file:///etc/passwd"><b>粗</b>'
    sign_in(client, admin)
    assert client.send(url, words="字" * (LONGEST_WORDS + 1)).status_code == 422
    assert client.send(url, words=hostile).status_code == 303
    assert hostile in text_of(client.get(url))
    document = pypdfium2.PdfDocument(client.get(f"{url}/1.pdf").data)
    assert "<b>粗</b>" in "".join(page.get_textpage().get_text_range() for page in document)


def test_an_older_version_says_that_it_no_longer_holds(client: PageClient) -> None:
    academy, _admin = on_stage()
    with db.transaction() as session:
        first = academy.open(session, words="一")
        second = academy.issue(session, words="二")
        session.flush()
    sign_in(client, academy.of_street)
    page = client.get(f"/unit/notices/{first.id}").get_data(as_text=True)
    assert f'href="/unit/notices/{second.id}"' in page
    assert f"/unit/notices/{first.id}/confirm" not in page
