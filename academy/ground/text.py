"""Text as people write it: names, pinyin, masks, and sentences in the reader's language."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from academy.ground.errors import Reason
from academy.ground.lazy import LazyModule

LOCALES = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
_TRANSLATIONS = Path(__file__).parent.parent / "translations"

pypinyin = LazyModule("pypinyin")  # 57 MB of readings, which a process that only draws or reads does without

# Characters read otherwise as a surname than elsewhere; pypinyin gives the common reading.
_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "盖": "ge",
    "朴": "piao", "覃": "qin", "折": "she", "缪": "miao", "冼": "xian", "尹": "yin", "乐": "yue", "繁": "po",
    "员": "yun", "贠": "yun", "宓": "mi", "逄": "pang", "召": "shao", "黑": "he", "种": "chong", "燕": "yan",
}  # fmt: skip
_SHORT = 6  # so few characters are looked up in every way sooner than divided into words
_COMPOUND_SURNAMES = {"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai"}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a sentence for translation and leave it as it is."""
    return message


@cache
def translations(locale: str) -> NullTranslations:
    """Read the catalogue of a locale; English needs none."""
    if locale == "en":
        return NullTranslations()
    return Translations.load(str(_TRANSLATIONS), [locale])


def translate(locale: str, message: str, values: Mapping[str, object] | None = None) -> str:
    """Say a sentence in a language, with its named values, alike for pages, jobs and PDFs."""
    sentence = translations(locale).ugettext(message)
    return sentence % {name: _said(locale, value) for name, value in values.items()} if values else sentence


def _said(locale: str, value: object) -> object:
    """Say a value that is a list of words, such as roles or names, as a language writes it; and a reason in it."""
    if isinstance(value, Reason):
        return translate(locale, value.message, value.values)
    if not isinstance(value, list | tuple):
        return value
    say = translations(locale).ugettext
    return say(N_(", ")).join(say(str(each)) for each in value)


def clean_name(text: str) -> str:
    """Write a person's name one way: NFC, single spaces, one middle dot, no control characters."""
    kept = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf"})
    for dot in "•‧∙⋅・･．":
        kept = kept.replace(dot, "·")
    return " ".join(kept.split())


# Letters that show nothing: the fillers of Korean and the like.
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")


def has_a_character(text: str) -> bool:
    """Tell whether a text says anything: a letter, a Chinese character or a digit that one can see."""
    return any(unicodedata.category(c)[0] in "LN" and c not in _UNSEEN_LETTERS for c in text)


@cache
def _syllable(character: str) -> str:
    return str(pypinyin.pinyin(character, style=pypinyin.Style.NORMAL)[0][0])


def name_pinyin(name: str) -> str:
    """Spell a name for sorting and finding: lower-case syllables with a space between, `ou yang na na`."""
    spelled = ""
    for surname, reading in _COMPOUND_SURNAMES.items():
        if name.startswith(surname):
            spelled, name = f"{reading} ", name[len(surname) :]
    for place, character in enumerate(name.replace("·", " ")):
        syllable = _syllable(character)
        if place == 0 and not spelled:
            syllable = _SURNAME_READINGS.get(character, syllable)
        spelled += syllable if syllable == character else f" {syllable} "
    return " ".join(spelled.lower().split())


def readings(characters: str) -> tuple[tuple[str, ...], ...]:
    """Spell characters syllable by syllable in each way that people may: one by one, as a name, as words.

    `单` alone is dan and as a surname shan; `调` alone is diao and in `调解` tiao.
    """
    alone = tuple(_syllable(character) for character in characters)
    named = (_SURNAME_READINGS.get(characters[0], alone[0]), *alone[1:])
    if compound := _COMPOUND_SURNAMES.get(characters[:2]):
        named = (*compound.split(), *alone[2:])
    return tuple(dict.fromkeys((named, alone, _in_words(characters, alone))))


def _in_words(characters: str, alone: tuple[str, ...]) -> tuple[str, ...]:
    """Spell characters as the words that they make are read; a name that holds no known word, one by one."""
    size = len(characters)
    parts = (characters[start:end] for start in range(size) for end in range(start + 2, size + 1))
    if size <= _SHORT and not any(part in pypinyin.constants.PHRASES_DICT for part in parts):
        return alone
    in_words = tuple(str(each[0]) for each in pypinyin.pinyin(characters, style=pypinyin.Style.NORMAL))
    return in_words if len(in_words) == size else alone


def is_spelled(character: str) -> bool:
    """Tell whether a character has a reading in pinyin."""
    syllable = _syllable(character)
    return syllable != character and syllable.isascii()


def initials(spelled: str) -> str:
    """Take the first letters of a spelled name: `wang xiu lan` → `wxl`."""
    return "".join(part[0] for part in spelled.split())


def masked_name(name: str) -> str:
    """Show a name so that its holder knows it and others do not: the first character, then `*`."""
    return name[0] + "*" * (len(name) - 1)


def masked_phone(phone: str) -> str:
    """Show a phone as `199****0001`."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked_id(id_number: str) -> str:
    """Show an ID number as `3299*************X`: its last four prove who holds the card, so they are kept back."""
    return f"{id_number[:4]}{'*' * (len(id_number) - 5)}{id_number[-1:]}"
