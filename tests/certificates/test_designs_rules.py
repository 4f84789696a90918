"""What a design may say, all that stands against it at once, and how its text is filled."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.certificates.rules import designs
from academy.certificates.rules.designs import DEFAULTS, EXAMPLE, PLACEHOLDERS, Design, body_of, clean, problems
from academy.certificates.rules.states import Series
from academy.documents.queries import fonts

PLAIN = DEFAULTS[Series.COMPLETION]


def codes_of(design: Design) -> list[tuple[str, str]]:
    found = problems(design, missing=fonts.missing_characters, width=fonts.width)
    return [(field, reason.code) for field, reason in found]


@pytest.mark.parametrize("series", list(Series))
def test_the_packaged_designs_can_be_printed_and_kept(series: Series) -> None:
    design = DEFAULTS[series]
    assert codes_of(design) == []
    assert designs.from_json(series, design.as_json()) == design
    assert designs.from_json(series, {}) == design


def test_the_completion_says_what_it_always_said() -> None:
    assert body_of(PLAIN, EXAMPLE) == (
        "于2026年11月16日至11月20日参加“新任网格员岗前培训班（第17期）”（2026-017）培训，"
        "完成《网格员岗前培训方案》规定的38学时，考核合格，准予结业。"
    )
    assert (PLAIN.title, PLAIN.purpose, PLAIN.signatory, PLAIN.seal) == ("结业证书", "结业证书专用章", "", None)
    assert (PLAIN.ink, PLAIN.accent, PLAIN.gold) == ("#221d18", "#a32a1f", "#b3873c")


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"title": "", "body": "", "purpose": "", "signatory": ""},
         [("title", "needed"), ("purpose", "needed"), ("body", "needed")]),
        ({"body": "完成{学时}学时，{hours.__class__}"}, [("body", "no_placeholder"), ("body", "no_placeholder")]),
        ({"body": "兹有{name}，准予结业。"}, [("body", "name_has_its_line")]),
        ({"body": "完成{hours学时"}, [("body", "lonely_brace")]),
        ({"body": "完成hours}学时{{hours}}"}, [("body", "lonely_brace")]),
        ({"body": "{}"}, [("body", "no_placeholder")]),
        ({"body": "甲" * 221}, [("body", "body_too_long")]),
        ({"body": "甲" * 10 + "{class_title}" * 4}, [("body", "body_too_long")]),
        ({"title": "十个汉字的证书的标题"}, [("title", "too_long")]),
        ({"purpose": "一二三四五六七八九十一二三"}, [("purpose", "too_long")]),
        ({"signatory": "院" * 21}, [("signatory", "too_long")]),
        ({"title": "证书\U0001f389", "body": "好\ue000"},
         [("title", "unprintable_text"), ("body", "unprintable_text")]),
        ({"ink": "red", "accent": "#a32a1", "gold": "#b3873c;}"},
         [("ink", "no_colour"), ("accent", "no_colour"), ("gold", "no_colour")]),
        ({"ink": "#777777", "accent": "#ff8888", "gold": "#ffffff"},
         [("ink", "too_pale"), ("accent", "too_pale"), ("gold", "too_pale")]),
        ({"title": "<b>证书</b>"}, []),
    ],
)  # fmt: skip
def test_everything_against_a_design_is_told_at_once(values: dict[str, Any], codes: list[tuple[str, str]]) -> None:
    assert codes_of(replace(PLAIN, **values)) == codes


def test_an_unknown_placeholder_is_named_with_those_there_are() -> None:
    (found,) = problems(replace(PLAIN, body="{dauer}"), missing=fonts.missing_characters, width=fonts.width)
    assert found[1].values["name"] == "dauer"
    assert "{hours}" in found[1].values["known"]
    assert "{name}" not in found[1].values["known"]


def test_what_stands_in_a_fact_is_no_placeholder() -> None:
    facts = EXAMPLE | {"class_title": "{hours}{programme}", "programme": "{class_title}"}
    body = body_of(replace(PLAIN, body="{class_title}与{programme}，{没有}"), facts)
    assert body == "{hours}{programme}与{class_title}，{没有}"


@given(st.text())
def test_any_text_can_be_judged_filled_and_shown(text: str) -> None:
    design = replace(PLAIN, title=text, body=clean(text), ink=text)
    problems(design, missing=fonts.missing_characters, width=fonts.width)
    body_of(design, EXAMPLE)
    shown = designs.showable(design, PLAIN)
    assert designs.contrast_on_white(shown.ink) > 1


def test_texts_are_cleaned_as_they_are_typed() -> None:
    assert clean("  完成\r\n\u3000\uff5bhours\uff5d\u200b学时\x00 ") == "完成 {hours}学时"


def test_every_placeholder_has_an_example_that_fits() -> None:
    for name, placeholder in PLACEHOLDERS.items():
        assert placeholder.example, name
        assert fonts.width(placeholder.example) <= placeholder.longest, name


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert designs.contrast_on_white("#000000") == pytest.approx(21)
    assert designs.contrast_on_white("#ffffff") == pytest.approx(1)
    assert designs.contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_versions_apart_two_designs_are_the_same() -> None:
    assert PLAIN.same_as(replace(PLAIN, version=7))
    assert not PLAIN.same_as(replace(PLAIN, seal="a" * 64))
