"""Earlier paper certificates: a workbook is looked at, taken in whole, found, and taken out again."""

import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from academy.certificates.actions import filing, waiting
from academy.certificates.models.paper import PaperCertificate, PaperImport
from academy.certificates.queries import paper
from academy.certificates.rules.paper import (
    DIFFERS,
    HAS_PROBLEMS,
    NOT_THE_NEWEST,
    Outcome,
    judged,
    number_key,
    read_rows,
)
from academy.ground import clock, db, storage
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from academy.people.rules.numbers import check_character
from tests.certificates.filed import HEADS, ROWS, TODAY, admin, file, read

# --- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宁网培〔2019〕第0123号", "宁网培[2019] 0123"),
        ("宁网培〔2019〕第0123号", "宁网培（２０１９）第０１２３号"),  # noqa: RUF001 - as phones type them
        ("NJ/2018/007", "nj-2018-007"),
        ("编号：宁网培【2019】12号", "宁网培(2019)第12号"),
    ],
)
def test_a_number_is_one_however_it_is_typed(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


def test_heads_may_be_called_otherwise_and_stand_lower() -> None:
    rows = read_rows(
        [
            ["南京网格学院证书台账"],
            [],
            ["序号", "证号*", "学员姓名（必填）", "颁发日期"],
            [1, "12", "王", "2019.3.1"],
        ],
        today=TODAY,
    )
    assert [(row.row, row.number, row.name, row.issued_on) for row in rows] == [(4, "12", "王", date(2019, 3, 1))]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["a", "b"], ["1", "2"]], "no_heads"),
        ([["编号", "姓名", "名字"], ["1", "2", "3"]], "two_columns"),
        ([["编号", "姓名"], ["", ""]], "no_rows"),
        ([["编号", "姓名"], *[["1", "2"]] * 20_001], "too_many"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_whole(rows: list[list[str]], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_rows(rows, today=TODAY)
    assert [reason.code for reason in refusal.value.reasons] == [code]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (["", "王"], ["missing"]),
        (["1", "　"], ["missing"]),
        (["1", "王", "3201021980"], ["id_shape"]),
        (["1", "王", 3.20102198001011e17], ["rounded"]),
        (["1", "王", "320102800101123"], []),
        (["1", "王", "", "", "2019年3月"], ["no_day"]),
        (["1", "王", "", "", "2030-01-01"], ["day_to_come"]),
        (["1", "王", "1", "班" * 201, "x"], ["too_long", "no_day", "id_shape"]),
        (["1" * 61, "王" * 61], ["too_long", "too_long"]),
    ],
)
def test_all_that_is_wrong_with_a_row_is_told_at_once(row: list[str | float], codes: list[str]) -> None:
    (read_row,) = read_rows([HEADS, row], today=TODAY)
    assert [problem.code for problem in read_row.problems] == codes


def test_the_same_number_and_name_twice_is_found_and_an_id_number_is_never_told() -> None:
    rows = read_rows(
        [["编号", "姓名", "身份证号"], ["1", "王", "12345"], ["第1号", "王"], ["1", "李"]], today=TODAY
    )
    assert [[problem.code for problem in row.problems] for row in rows] == [["id_shape"], ["twice"], []]
    assert "12345" not in repr(rows)


# --- taking in -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("database")
def test_a_workbook_is_taken_in_whole_once_and_found_again() -> None:
    actor, kept = admin(), read([HEADS, *ROWS])
    assert file(kept, actor) == filing.Filed(added=3, known=0)
    assert file(kept, actor) == filing.Filed(added=0, known=3, again=True)
    with db.reading() as session:
        assert [line.rows for line in paper.imports(session)] == [3]
        found = paper.lines(session, words="2019] 0124", cursor=None, size=9)
        assert [(line.name, line.issued_on, line.source_page) for line in found.rows] == [
            ("李建国", date(2019, 3, 1), "14")
        ]
        (entry,) = journal.newest(session, Wanted(code="certificate.paper-imported"), limit=9)
        assert (entry.after or {})["added"] == 3


@pytest.mark.usefixtures("database")
def test_one_wrong_row_keeps_all_of_them_out() -> None:
    actor = admin()
    with pytest.raises(Refused) as refusal:
        file(read([HEADS, *ROWS, ["12", ""]]), actor)
    assert [reason.code for reason in refusal.value.reasons] == [HAS_PROBLEMS.code]
    with db.reading() as session:
        assert paper.imports(session) == ()


@pytest.mark.usefixtures("database")
def test_what_is_there_already_is_left_out_and_what_differs_is_told() -> None:
    actor = admin()
    file(read([HEADS, *ROWS]), actor)
    other = [*ROWS[0][:3], "另一个班", *ROWS[0][4:]]
    more = read([HEADS, ROWS[1], ["99", "赵"]], sha256="b" * 64)
    wrong = read([HEADS, other], sha256="c" * 64)
    with db.reading() as session:
        known = paper.known(session, [row.key for row in (*more.rows, *wrong.rows)])
    assert [outcome for _row, outcome in judged(more.rows, known)] == [Outcome.KNOWN, Outcome.NEW]
    ((row, outcome),) = judged(wrong.rows, known)
    assert (outcome, row.problems) == (Outcome.WRONG, (DIFFERS,))
    assert file(more, actor) == filing.Filed(added=1, known=1)


@pytest.mark.usefixtures("database")
def test_the_newest_import_is_undone_and_no_other() -> None:
    actor = admin()
    file(read([HEADS, *ROWS]), actor)
    file(read([HEADS, ROWS[1], ["99", "赵"]], sha256="b" * 64), actor)
    with db.reading() as session:
        newer, older = paper.imports(session)
    with pytest.raises(Refused) as refusal, db.transaction() as session:
        filing.take_out(session, actor=actor, import_id=older.id, now=clock.now())
    assert [reason.code for reason in refusal.value.reasons] == [NOT_THE_NEWEST.code]
    with db.transaction() as session:
        assert filing.take_out(session, actor=actor, import_id=newer.id, now=clock.now()) == 1
    with db.transaction() as session:
        assert filing.take_out(session, actor=actor, import_id=older.id, now=clock.now()) == 3
    with pytest.raises(NotFound), db.transaction() as session:
        filing.take_out(session, actor=actor, import_id=older.id, now=clock.now())
    assert file(read([HEADS, *ROWS]), actor).added == 3


@pytest.mark.usefixtures("database")
def test_an_id_number_is_sealed_found_whole_and_masked() -> None:
    id_number = "32010219800101123" + check_character("32010219800101123")
    kept = read([HEADS, ["12", "王", id_number]])
    assert kept.rows[0].problems == ()
    file(kept, admin())
    with db.reading() as session:
        assert (
            id_number.encode() not in session.execute(text("SELECT id_number FROM paper_certificate")).scalar_one()
        )
        assert session.execute(select(PaperCertificate.id_number)).scalar_one() == id_number
        for words in (id_number, " ".join(id_number)):
            (line,) = paper.lines(session, words=words, cursor=None, size=9).rows
            assert (line.masked_id, line.name) == (f"3201*************{id_number[-1]}", "王")
        assert not paper.lines(
            session, words="32010219800101124" + check_character("32010219800101124"), cursor=None, size=9
        ).rows


@pytest.mark.usefixtures("database")
def test_what_waits_is_sealed_and_forgotten_after_a_day() -> None:
    kept = read([HEADS, *ROWS, ["", ""], ["5", "", "1"]])
    name = waiting.keep(kept)
    assert waiting.read(name) == kept
    assert "王秀兰".encode() not in storage.bound().get(name, "waiting")
    assert waiting.forget_old(clock.now()) == 0
    assert waiting.forget_old(clock.now() + timedelta(hours=25)) == 1
    with pytest.raises(NotFound):
        waiting.read(name)


# --- two at once -----------------------------------------------------------------------------------


def import_and_undo(actor: Actor) -> tuple[list[object], list[str]]:
    """Take in what builds on the only import while somebody undoes that one; tell what came of it."""
    first = read([HEADS, *ROWS])
    file(first, actor)
    with db.reading() as session:
        import_id = paper.imports(session)[0].id
    told: list[object] = []
    ready = threading.Barrier(2, timeout=20)

    def later() -> None:
        ready.wait()
        told.append(file(read([HEADS, *ROWS, ["99", "赵"]], sha256="b" * 64), actor))

    def undo() -> None:
        ready.wait()
        try:
            with db.transaction() as session:
                told.append(filing.take_out(session, actor=actor, import_id=import_id, now=clock.now()))
        except Refused as refusal:
            told.append(refusal.reasons[0].code)

    threads = [threading.Thread(target=each) for each in (later, undo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        return told, [line.name for line in paper.lines(session, words="", cursor=None, size=99).rows]


@pytest.mark.usefixtures("database")
def test_an_import_and_an_undo_at_once_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `lock_register` taken out only the row of 赵 is left on PostgreSQL."""

    def slowly(*asked: Any) -> Any:
        told = judged(*asked)
        time.sleep(0.4)
        return told

    monkeypatch.setattr(filing, "judged", slowly)
    told, names = import_and_undo(admin())
    assert len(names) == 4, told


@pytest.mark.usefixtures("database")
def test_the_same_workbook_twice_at_once_is_taken_in_once() -> None:
    actor, kept = admin(), read([HEADS, *ROWS])
    told: list[filing.Filed] = []
    ready = threading.Barrier(4, timeout=20)

    def act() -> None:
        ready.wait()
        told.append(file(kept, actor))

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.added, each.again) for each in told) == [(0, True)] * 3 + [(3, False)]
    with db.reading() as session:
        assert len(session.execute(select(PaperImport.id)).all()) == 1
