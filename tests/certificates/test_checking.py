"""A unit's list of certificates comes back as it was, coloured, with what the register says of each row."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from academy.certificates.queries import batches, checking
from academy.certificates.rules.checking import MOST_ROWS, Answer, read_list
from academy.ground import clock, db, workbooks
from academy.ground.access import Actor, Role
from academy.ground.errors import Refused
from academy.ground.settings import Settings
from academy.ground.spreadsheet import XLSX
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from tests import make
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.filed import HEADS, ROWS, file, read
from tests.certificates.test_pages import issue
from tests.certificates.workbook import Value, book
from tests.pages import PageClient, text_of


def liaison() -> Actor:
    with db.transaction() as session:
        unit = make.unit(session)
        holder = make.person(session, "联络员", roles=(Role.LIAISON,), unit=unit)
        return make.actor(holder, Role.LIAISON, units=(unit,))


def send(client: PageClient, data: bytes) -> bytes:
    answer = client.send("/unit/verify", "/unit/verify", workbook=(BytesIO(data), "名单.xlsx"))
    assert answer.status_code == 200, text_of(answer)
    assert answer.mimetype == XLSX
    return bytes(answer.data)


def test_each_row_is_answered(of: Concluded, as_: SignIn, settings: Settings) -> None:
    batch_id = issue(of, as_, settings)
    file(read([HEADS, *ROWS]), of.admin)
    with db.reading() as session:
        numbers = {entry.name: entry.number for entry in batches.entries(session, batch_id)}
        _head, asked = read_list([
            ["姓名", "证书编号", "备注"],
            ["欧阳娜娜", numbers["欧阳娜娜"] or "", ""],
            ["欧阳 娜娜", "宁网院结字[2026]第000001号", ""],
            ["张三", numbers["欧阳娜娜"] or "", ""],
            ["王秀兰", "宁网培（2019）第0123号", ""],
            ["李建国", "宁网培（2019）第0123号", ""],
            ["王", "2026-J-000999", ""],
            ["王", "", ""],
        ])  # fmt: skip
        answers = checking.answers(session, asked)
    assert answers[0] is Answer.VALID
    assert answers[1] in {Answer.VALID, Answer.OTHER_NAME}  # whichever of the two has number 1
    assert answers[2:] == (
        Answer.OTHER_NAME, Answer.ON_PAPER, Answer.OTHER_NAME, Answer.UNKNOWN, Answer.INCOMPLETE,
    )  # fmt: skip


def test_the_workbook_comes_back_with_its_rows_columns_and_sheet(
    of: Concluded, as_: SignIn, settings: Settings
) -> None:
    issue(of, as_, settings)
    day = clock.local_date(clock.now())
    rows: list[list[Value]] = [
        ["某单位名单"],
        [],
        ["编号", "姓名", "入职"],
        ["2026-J-000001", "=1+1", day],
        ["不知道", "李", 12],
    ]
    back = send(as_(liaison()), book(rows, "我们的人"))
    sheet = workbooks.read(back, rows=99, columns=9)
    assert sheet.name == "我们的人"
    told = [list(row) for row in sheet.rows]
    assert [row[:3] for row in told] == [
        ["某单位名单", "", ""], ["", "", ""], ["编号", "姓名", "入职"], ["2026-J-000001", "=1+1", day],
        ["不知道", "李", 12],
    ]  # fmt: skip
    assert str(told[2][3]).startswith("What the register of 南京网格学院 says")
    assert str(told[3][3]).startswith("The number belongs to another name")
    assert "does not make it false: ask the academy's office" in str(told[4][3])
    parts = ZipFile(BytesIO(back))
    assert b"FFF0CC" in parts.read("xl/styles.xml")
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    with db.reading() as session:
        (entry,) = journal.newest(session, Wanted(code="certificate.list-checked"), limit=9)
    assert entry.after == {"rows": 2, "other-name": 1, "unknown": 1}


def test_a_long_or_strange_list_is_refused_in_words(of: Concluded, as_: SignIn) -> None:
    client = as_(liaison())
    long = [["编号", "姓名"], *[["2026-J-000001", "王"]] * (MOST_ROWS + 1)]
    for data, words in ((book(long), "this one has 201"), (b"x", "This is not an Excel workbook")):
        answer = client.send("/unit/verify", "/unit/verify", workbook=(BytesIO(data), "x.xlsx"))
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert client.get("/unit/verify/blank.xlsx").data.startswith(b"PK")


def test_a_list_of_two_hundred_costs_as_many_questions_as_one_of_two(
    of: Concluded, as_: SignIn, statements: list[str]
) -> None:
    def asked(rows: int) -> int:
        statements.clear()
        listed = [["编号", "姓名"], *([f"2026-J-{number:06d}", "王"] for number in range(1, rows + 1))]
        with db.reading() as session:
            checking.answers(session, read_list(listed)[1])
        return len(statements)

    assert asked(200) == asked(2)


def test_whoever_has_a_unit_may_have_a_list_checked_and_nobody_else(of: Concluded, as_: SignIn) -> None:
    with db.transaction() as session:
        auditor = make.actor(make.person(session, "审计", roles=(Role.AUDITOR,)), Role.AUDITOR)
        trainee = make.actor(make.person(session, "学员", unit=make.unit(session)))
    assert as_(auditor).get("/unit/verify").status_code == 403
    assert as_(of.people["欧阳娜娜"]).get("/unit/verify").status_code == 403
    for actor in (trainee, of.admin):
        assert "Check a list of certificates" in text_of(as_(actor).get("/unit/verify"))


@pytest.mark.parametrize(
    ("rows", "code"), [([["编号", "姓名"], ["", ""]], "nothing_to_check"), ([["编号"], ["1"]], "no_heads")]
)
def test_a_list_without_heads_or_rows_is_refused(rows: list[list[str]], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_list(rows)
    assert refusal.value.reasons[0].code == code
