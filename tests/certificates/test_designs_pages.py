"""The designs page by page: looked at before they are kept, kept as versions, hostile uploads told in words."""

import base64
import re
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from werkzeug.test import TestResponse

from academy.certificates.queries import batches, designs
from academy.certificates.rules.designs import DEFAULTS, Design
from academy.certificates.rules.states import Series
from academy.ground import db
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_designs_seals import SVG, declared, png
from tests.pages import PageClient, text_of

OFFICE = "/admin/certificates/designs/"
EDITOR = f"{OFFICE}J"


def in_use(series: Series = Series.COMPLETION) -> Design:
    with db.reading() as session:
        return designs.current(session, series)


def sent(office: PageClient, **values: object) -> TestResponse:
    return office.send(EDITOR, EDITOR, **values)


def shown(answer: TestResponse) -> Image.Image:
    """Open the picture that stands in a page."""
    found = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", answer.get_data(as_text=True))
    assert found
    return Image.open(BytesIO(base64.b64decode(found[1])))


@pytest.fixture
def office(of: Concluded, as_: SignIn) -> PageClient:
    return as_(of.admin)


def test_the_office_leads_to_each_design_and_its_picture(office: PageClient) -> None:
    assert f'href="{OFFICE}"' in office.get("/admin/certificates/").get_data(as_text=True)
    page = office.get(OFFICE)
    for series in Series:
        assert f'href="{OFFICE}{series}"' in page.get_data(as_text=True)
        picture = office.get(f"{OFFICE}{series}/0.png")
        assert picture.data.startswith(b"\x89PNG")
        assert picture.headers["Cache-Control"].startswith("private")
    assert text_of(page).count("The design that came with the program") == 3
    for nowhere in ("X", "j", "J/1", "J/1.png", "JY"):
        assert office.get(f"{OFFICE}{nowhere}").status_code == 404


def test_only_the_office_may_look_at_designs(of: Concluded, as_: SignIn) -> None:
    trainee = as_(of.people["欧阳娜娜"])
    for page in (OFFICE, EDITOR, f"{EDITOR}/0", f"{EDITOR}/0.png"):
        assert trainee.get(page).status_code == 403
    assert trainee.send_bare(EDITOR, title="mine").status_code == 403
    assert trainee.send_bare(f"{EDITOR}/preview", title="mine").status_code == 403
    assert trainee.send_bare(f"{EDITOR}/0/use").status_code == 403


def test_a_design_is_saved_looked_at_and_taken_back(office: PageClient) -> None:
    answer = sent(office, title="结业证", signatory="院长 张三")
    assert (answer.status_code, answer.location) == (303, EDITOR)
    page = text_of(office.get(EDITOR))
    assert "Version 1 is in use now" in page
    assert "1, in use" in page
    old = f"{EDITOR}/0"
    assert office.send(f"{old}/use", old).location == EDITOR
    assert in_use().title == "结业证书"
    assert in_use().version == 2
    assert "Use this version again" not in text_of(office.get(old))
    assert "Use this version again" in text_of(office.get(f"{EDITOR}/1"))


def test_saving_what_is_in_use_says_so(office: PageClient) -> None:
    sent(office)
    assert "Nothing was changed" in text_of(office.get(EDITOR))
    assert in_use().version == 0


def test_everything_wrong_stands_at_its_field(office: PageClient) -> None:
    answer = sent(office, title="", body="{nobody} {name}", gold="#fefefe")
    page = text_of(answer)
    assert answer.status_code == 422
    for words in ("Write something here.", "There is no placeholder {nobody}.", "Take {name} out", "Too pale"):
        assert words in page
    assert in_use().version == 0


def test_a_design_is_looked_at_without_a_script_and_not_kept(office: PageClient) -> None:
    answer = sent(office, title="甲乙丙", preview="1")
    assert answer.status_code == 200
    assert 'value="甲乙丙"' in answer.get_data(as_text=True)
    assert shown(answer).size[0] == 1000
    assert in_use().version == 0


def live(office: PageClient, **values: object) -> TestResponse:
    """Ask for a picture as the page's script does."""
    head = {"HX-Request": "true", "X-CSRFToken": office.token()}
    return office.post(f"{EDITOR}/preview", data=values, headers=head)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": "</style><script>alert(1)</script>", "body": "<img src=x onerror=alert(1)>{hours}"},
        {"body": "{hours.__class__.__mro__} {{7*7}} {% raise %} {hours", "title": "{{ settings }}"},
        {"ink": "red;} @import url(file:///etc/passwd); {", "accent": "url(http://example.com/)", "gold": ""},
        {"title": "题" * 5000, "body": "文" * 50_000, "purpose": "章" * 5000, "signatory": "人" * 5000},
        {"title": "\x01\x1b\ufffe\U0010ffff", "body": "\u202e\u200b\ud7ff", "purpose": "\U0001f389"},
        {"seal": "a" * 64},
        {"seal": "../../../etc/passwd"},
    ],
    ids=range(8),
)
def test_whatever_is_typed_can_be_looked_at(office: PageClient, wrong: dict[str, str]) -> None:
    typed = {"title": "证", "body": "文", "purpose": "章", "signatory": "", "ink": "#000000", **wrong}
    answer = live(office, **typed)
    assert answer.status_code == 200
    assert shown(answer).size[0] == 1000
    assert "<script>" not in answer.get_data(as_text=True)


def test_a_live_picture_asks_for_the_token(office: PageClient) -> None:
    assert office.post(f"{EDITOR}/preview", data={"title": "证"}).status_code == 400


def test_markup_in_texts_is_words(office: PageClient) -> None:
    sent(office, signatory="<b>院长</b>", title="<i>证")
    page = office.get(f"{EDITOR}/1").get_data(as_text=True)
    assert "&lt;b&gt;院长&lt;/b&gt;" in page
    assert office.get(f"{EDITOR}/1.png").data.startswith(b"\x89PNG")


def upload(data: bytes, name: str = "seal.png") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def test_a_seal_is_looked_at_kept_and_taken_away_again(office: PageClient) -> None:
    drawn = shown(sent(office, preview="1"))
    looked = sent(office, image=upload(png()), preview="1")
    assert looked.status_code == 200
    apart = ImageChops.difference(shown(looked).convert("L"), drawn.convert("L"))
    changed = apart.point(lambda by: 255 * (by > 60)).getbbox()
    assert changed
    assert changed[0] > 600, "only the seal differs, at the lower right"
    assert changed[1] > 400
    found = re.search(r'name="seal"[^>]*value="([0-9a-f]{64})"', looked.get_data(as_text=True))
    assert found
    assert sent(office, seal=found[1]).status_code == 303
    assert in_use().seal == found[1]
    assert office.get(f"{EDITOR}/1.png").status_code == 200
    assert sent(office, drawn="y").status_code == 303
    assert in_use().same_as(DEFAULTS[Series.COMPLETION])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (upload(SVG), "This is no PNG picture."),
        (upload(b"%PDF-1.7", "seal.pdf"), "This is no PNG picture."),
        (upload(declared(30_000, 30_000)), "at most 2000 × 2000 are taken."),
        (upload(png()[:300]), "The picture is broken"),
    ],
    ids=["svg", "pdf", "bomb", "broken"],
)
def test_a_hostile_seal_is_refused_in_words(office: PageClient, file: tuple[BytesIO, str], words: str) -> None:
    answer = sent(office, image=(BytesIO(file[0].getvalue()), file[1]))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert in_use().version == 0


def test_a_seal_that_was_never_kept_is_not_printed(office: PageClient) -> None:
    answer = sent(office, seal="a" * 64)
    assert answer.status_code == 422
    assert "no longer kept" in text_of(answer)


def test_what_came_meanwhile_is_told_with_what_was_typed(office: PageClient) -> None:
    standing = office.get(EDITOR).get_data(as_text=True)
    assert 'name="version"' in standing
    sent(office, title="别人的")
    answer = sent(office, version="0", title="我的")
    assert answer.status_code == 409
    assert "Somebody saved version 1" in text_of(answer)
    assert 'value="我的"' in answer.get_data(as_text=True)
    assert in_use().title == "别人的"


def test_each_series_is_proposed_from_its_own_tab(of: Concluded, office: PageClient) -> None:
    page = f"/admin/classes/{of.code}/certificates"
    issue = f"{page}/issue"
    looked = office.get(f"{page}?series=Y")
    assert "As a rule of thumb 15 % are excellent: 1 person here." in text_of(looked)
    assert office.send(issue, f"{page}?series=Y").status_code == 409
    person = of.people["张𬭎"].person_id
    batch = office.send(issue, f"{page}?series=Y", picked=str(person)).location
    assert "Certificate of an excellent trainee" in text_of(office.get(str(batch)))
    with db.reading() as session:
        (line,) = batches.of_class(session, of.class_id)
        assert (line.series, line.people) == (Series.EXCELLENT, 1)
    hours = office.send(issue, f"{page}?series=S")
    assert "Statement of hours" in text_of(office.get(str(hours.location)))
    preview = office.get(f"{hours.location}/preview/{person}.pdf")
    assert preview.data.startswith(b"%PDF-")
    assert "already proposed" in text_of(office.get(f"{page}?series=S"))
    assert office.send_bare(issue, series="X").status_code == 404
    assert office.send_bare(issue).location.startswith("/admin/batches/")
