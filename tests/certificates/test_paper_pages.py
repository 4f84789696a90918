"""Earlier paper certificates on pages: from the office's workbook to what the public is told."""

from collections.abc import Sequence
from io import BytesIO

from academy.certificates.queries import paper
from academy.ground import db
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.filed import HEADS, ROWS, file, read
from tests.certificates.workbook import Value, book
from tests.pages import PageClient, text_of


def send(client: PageClient, rows: Sequence[Sequence[Value]]) -> str:
    page = "/admin/certificates/paper"
    answer = client.send(page, page, workbook=(BytesIO(book(rows)), "台账.xlsx"))
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location)


def test_from_the_workbook_to_the_register_and_back(of: Concluded, as_: SignIn) -> None:
    client = as_(of.admin)
    assert "Nothing is on this register yet." in text_of(client.get("/admin/certificates/paper"))
    place = send(client, [HEADS, *ROWS])
    dry = text_of(client.get(place))
    assert "Take in 3 entries" in dry
    assert "Nothing is taken in yet." in dry
    assert client.send(f"{place}/import", place).location == "/admin/certificates/paper"
    page = client.get("/admin/certificates/paper")
    assert "3 entries were added to the register." in text_of(page)
    assert "王秀兰" in text_of(page)
    assert "Nothing is found" in text_of(client.get("/admin/certificates/paper?q=没有"))
    again = send(client, [HEADS, *ROWS])
    assert "There is nothing to take in." in text_of(client.get(again))
    client.post(f"{again}/import", data={"csrf_token": client.token()})
    assert "Nothing was changed." in text_of(client.get("/admin/certificates/paper"))
    with db.reading() as session:
        import_id = paper.imports(session)[0].id
    undo = f"/admin/certificates/paper/imports/{import_id}/undo"
    assert client.send(undo, "/admin/certificates/paper").status_code == 303
    assert "3 entries were taken off the register." in text_of(client.get("/admin/certificates/paper"))


def test_all_problems_are_shown_and_nothing_can_be_taken_in(of: Concluded, as_: SignIn) -> None:
    client = as_(of.admin)
    place = send(client, [HEADS, ["", "王", "12"], *ROWS])
    page = client.get(place)
    said = text_of(page)
    assert "Certificate number is missing." in said
    assert "An ID number has 17 digits" in said
    assert "/import" not in page.get_data(as_text=True)
    assert client.post(f"{place}/import", data={"csrf_token": client.token()}).status_code == 409


def test_a_bad_workbook_is_refused_on_the_page(of: Concluded, as_: SignIn) -> None:
    page = "/admin/certificates/paper"
    client = as_(of.admin)
    for data, words in (
        (b"%PDF-1.7", "This is not an Excel workbook"),
        (book([["a"]]), "None of the first ten rows"),
    ):
        answer = client.send(page, page, workbook=(BytesIO(data), "x.xlsx"))
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert client.send(page, page).status_code == 422
    assert client.get(f"{page}/waiting/{'0' * 64}").status_code == 404
    assert client.get(f"{page}/blank.xlsx").data.startswith(b"PK")


def test_the_office_alone_sees_the_register(of: Concluded, as_: SignIn) -> None:
    assert as_(of.people["欧阳娜娜"]).get("/admin/certificates/paper").status_code == 403


def test_the_public_finds_what_is_on_paper(of: Concluded, visitor: PageClient) -> None:
    file(read([HEADS, *ROWS]), of.admin)
    alone = text_of(visitor.get("/verify/宁网培〔2019〕第0123号"))
    assert "On the register of paper" in alone
    assert "no electronic signature" in alone
    assert "2019年第三期" not in alone
    named = text_of(visitor.send("/verify/", number="宁网培[2019]0123号", name="王秀兰"))
    assert "2019年第三期新任网格员培训班" in named
    assert "王秀兰" not in named
    assert "1 March 2019" in named
    other = text_of(visitor.send("/verify/", number="宁网培[2019]0123号", name="李建国"))
    assert "belongs to another name" in other
    assert "2019年第三期" not in other
    assert "On the register of paper" in text_of(visitor.send("/verify/", number="NJ/2018/007", name=""))
    unknown = visitor.send("/verify/", number="NJ/2018/008", name="")
    assert (unknown.status_code, "does not read like" in text_of(unknown)) == (422, True)


def test_an_earlier_number_that_reads_like_one_of_ours_is_found_too(of: Concluded, visitor: PageClient) -> None:
    file(read([["证书编号", "姓名", "班次"], ["宁网院结字（2009）37号", "王秀兰", "第一期"]]), of.admin)
    assert "On the register of paper" in text_of(visitor.get("/verify/宁网院结字(2009)37"))
    assert "第一期" in text_of(visitor.send("/verify/", number="宁网院结字〔2009〕37号", name="王秀兰"))
    more = visitor.send("/verify/宁网院结字(2009)37", "/verify/宁网院结字(2009)37", name="王秀兰")
    assert "第一期" in text_of(more)
    assert visitor.get("/verify/宁网院结字(2009)38").location == "/verify/2009-J-000038"
