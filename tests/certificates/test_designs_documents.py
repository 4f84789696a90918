"""Every series is printed by a document of its own, fast or slowly alike, and the widest design has room in it."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from academy.certificates.actions import seals
from academy.certificates.rules import designs
from academy.certificates.rules.designs import DEFAULTS, EXAMPLE, TEMPLATES, Design
from academy.certificates.rules.proposing import printed_facts
from academy.certificates.rules.states import Series
from academy.documents.actions import filling, keys, rendering, sealing
from academy.documents.queries import fonts
from academy.ground.settings import Settings
from tests import make
from tests.documents.facts import difference, lines_of, qr_of

MOST_DIFFERENT = 32
SIZES = {Series.COMPLETION: (297, 210), Series.EXCELLENT: (297, 210), Series.HOURS: (210, 297)}
LONG_NAME = "阿卜杜热西提·买买提艾力江·吐尔逊江·买合木提"


def facts_of(series: Series, design: Design | None = None, **frozen: object) -> dict[str, Any]:
    return printed_facts(
        {**EXAMPLE, "template": TEMPLATES[series], **frozen}, design=design or DEFAULTS[series],
        number=f"2026-{series}-000001", code="7K2M9QX4TB", issue_date=make.TODAY, academy_name="南京网格学院",
        base_url="http://127.0.0.1:5000",
    )  # fmt: skip


@pytest.fixture(scope="module")
def own_keys(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(env="test", var=tmp_path_factory.mktemp("keys"), sample=False)


def fast(facts: Mapping[str, Any], settings: Settings) -> bytes:
    made = filling.fill(facts["template"], facts, signer=keys.signer(settings), at=make.NOW)
    return made.shared.data + made.personal


@pytest.mark.parametrize("name", ["欧阳娜娜", "张𬭎", LONG_NAME])
@pytest.mark.parametrize("series", list(Series))
def test_both_ways_print_each_series_alike(series: Series, name: str, own_keys: Settings) -> None:
    facts = facts_of(series, name=name)
    quick = fast(facts, own_keys)
    slow = sealing.seal(rendering.render(facts["template"], facts), keys.signer(own_keys))
    assert difference(quick, slow) <= MOST_DIFFERENT
    with pikepdf.open(BytesIO(quick)) as pdf:
        size = tuple(round(float(side) * 25.4 / 72) for side in pdf.pages[0].mediabox[2:])
    assert size == SIZES[series]
    said = "".join(lines_of(quick)).replace(" ", "")
    for words in (facts["title"], facts["body"], facts["printed_number"], *fonts.fit_name(name).lines):
        assert words.replace(" ", "") in said
    assert qr_of(quick) == facts["url"]


def widest(series: Series) -> tuple[Design, dict[str, object]]:
    """The widest design that is let through, and facts as long as it is reckoned with."""
    own = designs.BODY - sum(PLACES.values())
    body = "".join(f"{{{name}}}" for name in PLACES) + "文" * own
    design = replace(
        DEFAULTS[series], title="题" * designs.TITLE, body=body, purpose="章" * designs.SHORT,
        signatory="人" * designs.LONG,
    )  # fmt: skip
    facts: dict[str, object] = {
        "class_title": "班" * 60,
        "programme": "方" * 40,
        "name": LONG_NAME,
        "tenths": 1234,
    }
    return design, facts


PLACES = {name: designs.PLACEHOLDERS[name].longest for name in ("dates", "class_title", "programme", "hours")}


@pytest.mark.parametrize("series", list(Series))
def test_the_widest_design_runs_over_nothing(series: Series) -> None:
    design, facts = widest(series)
    assert designs.problems(design, missing=fonts.missing_characters, width=fonts.width) == ()
    pdf = pypdfium2.PdfDocument(rendering.render(TEMPLATES[series], facts_of(series, design, **facts)))
    try:
        page = pdf[0]
        assert len(pdf) == 1
        text = page.get_textpage()
        boxes = [(text.get_text_range(*span), box) for span, box in _lines(text)]
    finally:
        text.close()
        page.close()
        pdf.close()
    foot = max(box[3] for words, box in boxes if "南京网格学院" in words and box[3] < page_middle(series))
    body = min(box[1] for words, box in boxes if "文文" in words)
    assert body > foot, "the text runs into the academy's name"
    sides = [(box[0], box[2]) for _words, box in boxes]
    assert min(left for left, _right in sides) > 20 * 72 / 25.4
    assert max(right for _left, right in sides) < (SIZES[series][0] - 20) * 72 / 25.4


def page_middle(series: Series) -> float:
    return SIZES[series][1] * 72 / 25.4 / 2


def _lines(text: Any) -> list[tuple[tuple[int, int], tuple[float, float, float, float]]]:
    """List the lines of a page: where each stands among the characters, and its box."""
    found = []
    for place in range(text.count_rects()):
        box = text.get_rect(place)
        words = text.get_text_bounded(*box)
        start = text.get_text_range().find(words.strip())
        found.append(((max(start, 0), len(words.strip())), box))
    return found


BLUE = 180


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("series", list(Series))
def test_an_uploaded_seal_stands_in_the_drawn_ones_place(series: Series, own_keys: Settings) -> None:
    drawn = BytesIO()
    Image.new("RGBA", (400, 400), "#0000ff").save(drawn, "PNG")
    facts = facts_of(series, replace(DEFAULTS[series], seal=seals.keep_seal(drawn.getvalue())))
    slow, quick = rendering.render(facts["template"], facts), fast(facts, own_keys)
    assert difference(slow, quick) <= MOST_DIFFERENT
    page = Image.open(BytesIO(rendering.picture(slow, width=600))).convert("RGB")
    blue = [(x, y) for x in range(page.width) for y in range(page.height) if _is_blue(page.getpixel((x, y)))]
    side = 40 / SIZES[series][0] * page.width
    assert len(blue) == pytest.approx(side * side, rel=0.15)


def _is_blue(dot: Any) -> bool:
    red, green, blue = dot
    return bool(blue > BLUE and red < BLUE and green < BLUE)


@pytest.mark.usefixtures("database")
def test_a_seal_that_is_not_kept_ends_the_printing() -> None:
    facts = facts_of(Series.COMPLETION, replace(DEFAULTS[Series.COMPLETION], seal="b" * 64))
    with pytest.raises(rendering.ForeignAddress):
        rendering.render(facts["template"], facts)
