"""Words: what is stored, what is asked, what is marked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.ground.search import first_found, is_marked, marked, phrases, query, says_a_word, tokens
from academy.ground.text import pypinyin, readings

SAFE = re.compile(r"([a-z]+|[0-9]+|u[0-9]+|[\u3400-\u9fa5])( ([a-z]+|[0-9]+|u[0-9]+|[\u3400-\u9fa5]))*")
ANYTHING = st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("张伟", "张 伟 zhangwei wei zw"),
        ("单芳", "单 芳 shanfang fang sf danfang df"),
        ("尉迟恭", "尉 迟 恭 yuchigong chigong gong ycg cg weichigong wcg"),
        ("调解", "调 解 diaojie jie dj tiaojie tj"),
        ("吕", "吕 lv"),
        ("2026-017", "2026 017"),
        ("GIS平台\uff11期", "gis 平 台 1 期 pingtai tai pt qi"),
        ("José Ünal", "jose vnal"),
        ("买买提·艾力", "买 买 提 艾 力 maimaitiaili maitiaili tiaili aili li mmtal mtal tal al"),
        ("𬭎", "u183118 hong"),
        ("Иван", "u1080 u1074 u1072 u1085"),
        ("😀 （）「」", ""),
    ],
)
def test_a_text_is_stored_as_tokens(text: str, stored: str) -> None:
    assert tokens(text) == stored


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8))
def test_characters_are_spelled_as_the_words_that_they_make(text: str) -> None:
    spelled = pypinyin.pinyin(text, style=pypinyin.Style.NORMAL)
    assert tuple(each[0] for each in spelled) in readings(text)


def test_what_is_long_is_not_spelled() -> None:
    assert tokens("急救", unspelled=("学完能按压",)) == "急 救 jijiu jiu jj 学 完 能 按 压"


@pytest.mark.parametrize(
    ("typed", "sqlite", "postgresql"),
    [
        ("mfd", '"mfd" *', "('mfd':*)"),
        ("张伟", '"张 伟"', "('张' <-> '伟')"),
        ("\uff3ahang\uff37", '"zhangw" *', "('zhangw':*)"),
        ("xi'an", '"xian" *', "('xian':*)"),
        ("wang xiulan", '"wang" * AND "xiulan" *', "('wang':*) & ('xiulan':*)"),
        ("2026-01", '"2026 01" *', "('2026' <-> '01':*)"),
        ("玄武 王", '"玄 武" AND "王"', "('玄' <-> '武') & ('王')"),
        ("张w", '"张" AND "w" *', "('张') & ('w':*)"),
        ('"a" OR b*', '"a" * AND "or" * AND "b" *', "('a':*) & ('or':*) & ('b':*)"),
        ("NEAR(张 伟, 2) -x ^y :z", None, None),
        ("\0", "", ""),
        ("😀' -- ;", "", ""),
        ("*:&|!<->()", "", ""),
    ],
)
def test_what_is_typed_becomes_a_question(typed: str, sqlite: str | None, postgresql: str | None) -> None:
    if sqlite is not None:
        assert (query(typed, "sqlite"), query(typed, "postgresql")) == (sqlite, postgresql)
    assert says_a_word(typed) is bool(query(typed, "sqlite"))


def test_loosely_each_character_is_asked_for_by_itself_and_numbers_stay_whole() -> None:
    assert query("民典 2026-017", "sqlite", loose=True) == '"民" AND "典" AND "2026 017" *'


@given(ANYTHING, ANYTHING)
def test_stored_and_asked_hold_nothing_that_an_engine_reads(text: str, other: str) -> None:
    stored = tokens(text, unspelled=(other,))
    assert not stored or SAFE.fullmatch(stored)
    for phrase in (*phrases(text), *phrases(text, loose=True)):
        assert phrase.tokens
        assert all(SAFE.fullmatch(token) for token in phrase.tokens)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12), st.data())
def test_a_part_of_a_name_is_a_phrase_of_its_tokens(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    stored = f" {tokens(name)} "
    for phrase in phrases(part):
        assert f" {' '.join(phrase.tokens)} " in stored
    assert is_marked(name, part)


def test_ten_thousand_characters_ask_no_more_than_a_few() -> None:
    assert len(phrases("王 " * 5000)) == 1
    assert len(phrases(" ".join(chr(0x4E00 + n) for n in range(10_000)))) == 12
    assert len(query("a" * 10_000, "sqlite")) < 40


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("张伟芳", "伟芳", "张[伟芳]"),
        ("张伟芳", "zwf", "[张伟芳]"),
        ("张伟芳", "weif", "张[伟芳]"),
        ("张伟芳", "张芳", "[张]伟[芳]"),
        ("《民法典》与邻里", "mfd", "《[民法典]》与邻里"),
        ("邻里纠纷调解", "tj", "邻里纠纷[调解]"),
        ("2026-017", "2026-01", "[2026-017]"),
        ("Excel 入门", "exc", "[Excel] 入门"),
        ("张伟芳", "李", "张伟芳"),
    ],
)
def test_what_was_found_is_marked(text: str, words: str, shown: str) -> None:
    parts = marked((text,), words)[0]
    assert "".join(f"[{part}]" if hit else part for part, hit in parts) == shown


def test_of_a_hit_the_whole_words_are_marked_where_one_of_its_texts_has_them() -> None:
    title, detail = marked(("2026 年新任班", "2026-017"), "2026-017")
    assert title == (("2026 年新任班", False),)
    assert detail == (("2026-017", True),)


@given(ANYTHING, ANYTHING)
def test_marking_loses_nothing_and_never_fails(text: str, words: str) -> None:
    parts = marked((text,), words)[0]
    assert [part for part, _hit in marked(("".join(part for part, _hit in parts),), words)[0]] == [
        part for part, _hit in parts
    ]


def test_loose_is_asked_only_where_strict_finds_nothing() -> None:
    asked: list[bool] = []

    def look(*, loose: bool) -> list[str]:
        asked.append(loose)
        return ["张伟芳"] if loose else []

    assert first_found("张芳", look) == ["张伟芳"]
    assert first_found("z", look) == ()
    assert asked == [False, True, False]
