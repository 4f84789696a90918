"""A class on paper: in the order asked for, whole or for pre-printed paper, moved by a tenth of a millimetre."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from academy.certificates.actions import printing
from academy.certificates.queries import sheets
from academy.certificates.rules import designs, proposing
from academy.certificates.rules.printing import Layout, Order, Sheet, in_order
from academy.certificates.rules.states import Series
from academy.classes.models import ClassGroup
from academy.documents.actions import filling, keys, rendering
from academy.documents.actions import printing as documents
from academy.enrolment.models.places import Enrolment
from academy.ground import clock, db
from academy.ground.settings import Settings
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_giving import signed
from tests.certificates.test_pages import issue, run_jobs
from tests.pages import text_of

FROZEN = {
    "name": "王伟", "class_title": "新任网格员岗前培训班", "class_code": "2026-017",
    "programme": "网格员岗前培训方案", "tenths": 400, "starts_on": "2026-11-16", "ends_on": "2026-11-20",
    "sample": False,
    "template": "certificate.html",
}  # fmt: skip


def facts(name: str, turn: int = 1) -> dict[str, object]:
    return proposing.printed_facts(
        FROZEN | {"name": name}, design=designs.DEFAULTS[Series.COMPLETION], number=f"2026-J-{turn:06d}",
        code=f"ABCDE{turn:05d}", issue_date=date(2026, 11, 22), academy_name="南京网格学院",
        base_url="https://academy.example",
    )  # fmt: skip


def file(settings: Settings, name: str, turn: int = 1) -> bytes:
    """A file as the engine makes it."""
    made = filling.fill(
        "certificate.html", facts(name, turn), signer=keys.signer(settings), at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    return made.shared.data + made.personal


def drawn(pdf: bytes, page: int = 0) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=1).to_pil().convert("RGB")
    return picture


def text(pdf: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded())


def differ(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(one, other).getbbox()


def test_sheets_look_as_the_files_they_were(settings: Settings) -> None:
    files = [file(settings, "王伟", 1), file(settings, "张𬭎", 2)]
    made = documents.sheets(files, title="2026-017")
    assert (made.pages, made.whole) == (2, 0)
    for page, one in enumerate(files):
        assert differ(drawn(made.data, page), drawn(one)) is None
    assert "张𬭎" in text(made.data, 1)
    with pikepdf.open(BytesIO(made.data)) as pile:
        assert pile.docinfo["/Title"] == "2026-017"
        assert "/AcroForm" not in pile.Root
        assert pile.check_pdf_syntax() == []


def test_what_sheets_share_is_kept_once(settings: Settings) -> None:
    many = [file(settings, f"学员{chr(0x4E00 + turn)}", turn) for turn in range(1, 31)]
    made = documents.sheets(many)
    one = documents.sheets(many[:1])
    assert (len(made.data) - len(one.data)) / 29 < 10_000  # and so a class of 300 is well below 10 MB
    with pikepdf.open(BytesIO(made.data)) as pile:
        assert len({page.Resources.XObject["/Art"].objgen for page in pile.pages}) == 1


def test_without_border_and_seal_the_words_stay_where_they_are(settings: Settings) -> None:
    whole = documents.sheets([file(settings, "王伟")])
    bare = documents.sheets([file(settings, "王伟")], bare=True)
    assert bare.whole == 0
    assert text(bare.data).split() == text(whole.data).split()
    edge = (0, 0, 842, 60)
    words = (90, 420, 180, 510)  # the QR code
    border = drawn(bare.data).crop(edge)
    assert border.getcolors() == [(842 * 60, (255, 255, 255))]
    assert differ(drawn(bare.data).crop(words), drawn(whole.data).crop(words)) is None


@pytest.mark.parametrize(("right", "down"), [(0.0, 0.0), (0.1, 0.0), (-3.2, 1.7), (20.0, -20.0)])
def test_a_print_is_moved_by_tenths_of_a_millimetre(right: float, down: float, settings: Settings) -> None:
    def place(pdf: bytes) -> tuple[float, ...]:
        page = pypdfium2.PdfDocument(pdf)[0]
        return tuple(page.get_textpage().get_charbox(0))

    still = place(documents.sheets([file(settings, "王伟")]).data)
    moved = place(documents.sheets([file(settings, "王伟")], right=right, down=down).data)
    in_millimetres = [(b - a) * 25.4 / 72 for a, b in zip(still, moved, strict=True)]
    assert in_millimetres == pytest.approx([right, -down, right, -down], abs=0.01)


def test_what_cannot_be_taken_apart_is_printed_whole_and_counted(settings: Settings) -> None:
    older = rendering.render("certificate.html", facts("王伟"))
    made = documents.sheets([older, file(settings, "王伟")], bare=True)
    assert (made.pages, made.whole) == (2, 1)
    assert differ(drawn(made.data, 0), drawn(older)) is None
    assert documents.sheets([older]).whole == 0


def test_a_page_that_names_itself_is_refused() -> None:
    with pikepdf.new() as endless:
        page = endless.add_blank_page()
        form = endless.make_stream(b"")
        form.stream_dict = pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.stream_dict["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Again=form))
        page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Again=form))
        kept = BytesIO()
        endless.save(kept)
    with pytest.raises(ValueError, match="names itself"):
        documents.sheets([kept.getvalue()])


SHEET = Sheet(
    number="2026-J-000001", series=Series.COMPLETION, name="甲", name_pinyin="jia", person_id=1, unit="", group="",
    group_position=None, place=None,
)  # fmt: skip


def test_a_pile_lies_in_the_order_asked_for() -> None:
    pile = [
        replace(SHEET, name="丁", name_pinyin="ding", person_id=4),
        replace(SHEET, number="2026-J-000003", name="乙", name_pinyin="yi", person_id=2, group_position=1),
        replace(SHEET, number="2026-J-000002", name="丙", name_pinyin="bing", person_id=3, group_position=2),
        replace(SHEET, number="2026-J-000004", name="安", name_pinyin="an", person_id=5, group_position=2),
    ]

    def names(order: Order) -> str:
        return "".join(sheet.name for sheet in in_order(pile, order))

    assert names(Order.GROUP) == "乙安丙丁"
    assert names(Order.ROSTER) == "安丙丁乙"
    assert names(Order.NUMBER) == "丁丙乙安"


@pytest.mark.usefixtures("database")
def test_groups_are_those_of_the_class() -> None:
    of = signed(3)
    with db.transaction() as session:
        group = ClassGroup(class_session_id=of.class_id, name="第一组", position=1, leader_id=None)
        session.add(group)
        session.flush()
        person_id = of.people["学员丁"].person_id
        (row,) = [r for r in session.query(Enrolment) if r.person_id == person_id]
        row.group_id = group.id
    with db.reading() as session:
        pile = sheets.sheets(session, of.class_id, series=Series.COMPLETION, order=Order.GROUP)
        assert sheets.sheets(session, of.class_id, series=Series.HOURS, order=Order.GROUP) == ()
        assert sheets.count_series(session, of.class_id) == {Series.COMPLETION: 3}
        assert sheets.last_layout(session, of.admin.person_id, kind=printing.PRINT_JOB) == Layout()
    assert [sheet.group for sheet in pile] == ["第一组", "", ""]
    assert pile[0].name == "学员丁"
    assert all(sheet.place for sheet in pile)


@pytest.mark.slow
def test_the_office_has_a_class_printed(of: Concluded, as_: SignIn, settings: Settings) -> None:
    page = f"/admin/classes/{of.code}/certificates/print?series=J"
    client = as_(of.admin)
    assert "There are no files to print yet." in text_of(client.get(page))
    issue(of, as_, settings)
    client = as_(of.admin)
    assert client.send(page, page, right="20.1", down="0").status_code == 422
    assert client.send(page, page, right="NaN", down="0").status_code == 422
    assert client.send(page, page, right="x", down="0").status_code == 422
    job = str(client.send(page, page, order="roster", bare="y", right="0.3", down="-1.2").location)
    run_jobs(settings)
    place = client.get(job).text.partition("/certificates/prints/")[2].partition('"')[0]
    answer = client.get(f"/admin/classes/{of.code}/certificates/prints/{place}")
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert [("欧阳娜娜" in text(answer.data, 0)), ("张𬭎" in text(answer.data, 1))] == [True, True]
    assert as_(of.people["张𬭎"]).get(f"/admin/classes/{of.code}/certificates/prints/{place}").status_code == 403
    client = as_(of.admin)
    assert client.get(f"/admin/classes/2026-999/certificates/prints/{place}").status_code == 404
    kept = client.get(page).text
    assert 'value="0.3"' in kept
    assert 'value="-1.2"' in kept
    assert printing.forget_old(now=clock.now()) == 0
    assert printing.forget_old(now=clock.now() + timedelta(days=8)) == 1
    assert client.get(f"/admin/classes/{of.code}/certificates/prints/{place}").status_code == 404


def test_the_register_to_sign_lists_whoever_gets_one(of: Concluded, as_: SignIn) -> None:
    page = f"/admin/classes/{of.code}/certificates/register"
    assert "This class has no certificates yet." in text_of(as_(of.admin).get(page))
    issue(of, as_, None)
    client = as_(of.admin)
    for order in Order:
        said = text_of(client.get(f"{page}?order={order}"))
        assert "2026-J-000001" in said
        assert "Signature" in said
        assert ("Group" in said.partition("Certificates to be handed out")[2]) is (order is Order.GROUP)
    assert client.get(f"{page}?order=nonsense").status_code == 200
