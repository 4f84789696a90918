"""Words that people look for: one way to store them and one way to ask for them, alike on both engines.

A text is stored as tokens between spaces: each Chinese character by itself, so that a phrase of tokens is a part
of the text; then its pinyin and its initials from every character on, so that whoever types the beginning of
either finds it; Latin words in small letters, numbers as they are. Tokens are made of a-z, 0-9 and Chinese
characters only: no engine parses, folds or splits them again, and nothing that a reader types is an operator.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Protocol, TypeVar

from academy.ground.text import is_spelled, readings

Found_co = TypeVar("Found_co", covariant=True)

LONGEST_SPELLED = 24
"""Letters of pinyin that are kept from each character on; a longer word asks for no more of them."""

_MOST_TYPED = 100
_MOST_PHRASES = 12
_HAN = re.compile("[\u3400-\u4db5\u4e00-\u9fa5]")
_APOSTROPHES = frozenset("'\u2018\u2019\u02bc`")  # between the syllables of xi'an; no word ends there


@dataclass(frozen=True, slots=True)
class _Token:
    """A token of a text and the part of the text it was read from."""

    text: str
    start: int
    end: int

    @property
    def is_letters(self) -> bool:
        return self.text.isascii() and self.text.isalpha()

    @property
    def is_number(self) -> bool:
        return self.text.isascii() and self.text.isdecimal()

    def runs_on(self, after: "_Token") -> bool:
        """Tell whether this continues the word or number before it."""
        same = (self.is_letters and after.is_letters) or (self.is_number and after.is_number)
        return same and self.start <= after.end


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that have to stand one after the other; the last may be the beginning of one."""

    tokens: tuple[str, ...]
    prefix: bool


@cache
def _folded(character: str) -> tuple[str, ...]:
    """Write a character as tokens do: half-width, small, without accents; nothing for what is no word."""
    plain = unicodedata.normalize("NFKC", character).casefold().replace("ü", "v")
    bare = [c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c) != "Mn"]
    return tuple(map(_token_text, unicodedata.normalize("NFC", "".join(bare))))


def _token_text(character: str) -> str:
    """Write a letter, number or Chinese character; others by their number, which both engines take for a word."""
    if _HAN.match(character) or (character.isascii() and character.isalnum()):
        return character
    return f"u{ord(character)}" if unicodedata.category(character)[0] in "LN" else ""


def _tokens(text: str) -> Iterator[_Token]:
    """Read a text as tokens, in order."""
    last: _Token | None = None
    for place, character in enumerate(text):
        if character in _APOSTROPHES and last is not None:
            last = _Token(last.text, last.start, place + 1)
            continue
        for folded in filter(None, _folded(character)):
            here = _Token(folded, place, place + 1)
            if last is not None and here.runs_on(last):
                last = _Token(last.text + folded, last.start, place + 1)
                continue
            if last is not None:
                yield last
            last = here
    if last is not None:
        yield last


def _is_spelled(token: _Token, text: str) -> bool:
    return token.end - token.start == 1 and is_spelled(text[token.start])


def _spelled(text: str) -> Iterator[str]:
    """Spell the Chinese of a text from each character on: pinyin, then initials where they say something else."""
    for chinese, run in groupby(_tokens(text), key=lambda token: _is_spelled(token, text)):
        if not chinese:
            continue
        characters = "".join(text[token.start] for token in run)
        for syllables in readings(characters):
            for start in range(len(syllables)):
                yield "".join(syllables[start:])[:LONGEST_SPELLED]
            for start in range(len(syllables) - 1):
                yield "".join(syllable[0] for syllable in syllables[start:])[:LONGEST_SPELLED]


def tokens(*texts: str, unspelled: Iterable[str] = ()) -> str:
    """Write texts as the tokens they are found by; `unspelled` ones are long and not found by their pinyin."""
    stored: list[str] = []
    for text in (unicodedata.normalize("NFC", each) for each in texts):
        stored += (token.text for token in _tokens(text))
        stored += dict.fromkeys(_spelled(text))
    for text in (unicodedata.normalize("NFC", each) for each in unspelled):
        stored += (token.text for token in _tokens(text))
    return " ".join(stored)


def phrases(words: str, *, loose: bool = False) -> tuple[Phrase, ...]:
    """Read what somebody types as phrases that a text must all have; loosely, each character is one by itself."""
    found: list[Phrase] = []
    for word in unicodedata.normalize("NFC", words[:_MOST_TYPED]).split():
        for (letters, number), run in groupby(
            _tokens(word), key=lambda token: (token.is_letters, loose and token.is_number)
        ):
            texts = [token.text for token in run]
            if letters:
                found += (Phrase((text[:LONGEST_SPELLED],), prefix=True) for text in texts)
            elif loose and not number:
                found += (Phrase((text,), prefix=False) for text in texts)
            else:
                found.append(Phrase(tuple(texts), prefix=texts[-1].isdecimal()))
    return tuple(dict.fromkeys(found))[:_MOST_PHRASES]


def query(words: str, dialect: str, *, loose: bool = False) -> str:
    """Write what somebody types as a question to SQLite's FTS5 or to PostgreSQL; empty where it says no word."""
    asked = phrases(words, loose=loose)
    if dialect == "sqlite":
        return " AND ".join(f'"{" ".join(each.tokens)}"{" *" if each.prefix else ""}' for each in asked)
    return " & ".join(
        "(" + " <-> ".join(f"'{token}'" for token in each.tokens) + f"{':*' if each.prefix else ''})"
        for each in asked
    )


def says_a_word(words: str) -> bool:
    """Tell whether there is anything to look for."""
    return bool(phrases(words))


def is_loosened(words: str) -> bool:
    """Tell whether looking for each character by itself asks for less than looking for the words as they stand."""
    return phrases(words) != phrases(words, loose=True)


class Look(Protocol[Found_co]):
    """Looks for words, as they stand or loosely."""

    def __call__(self, *, loose: bool) -> Sequence[Found_co]:
        """Give what has the words."""


def first_found(words: str, look: Look[Found_co]) -> Sequence[Found_co]:
    """Look for words as they stand and, where nothing has them so, for their characters anywhere."""
    return look(loose=False) or (look(loose=True) if is_loosened(words) else ())


Parts = tuple[tuple[str, bool], ...]
"""A text in parts, each with whether words found it."""


def marked(texts: Sequence[str], words: str) -> tuple[Parts, ...]:
    """Divide the texts of something found into parts that the words found and parts between them."""
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    strict = [_found_in(text, phrases(words)) for text in composed]
    if not any(map(any, strict)):
        strict = [_found_in(text, phrases(words, loose=True)) for text in composed]
    return tuple(_parts(text, hit) for text, hit in zip(composed, strict, strict=True))


def is_marked(text: str, words: str) -> bool:
    """Tell whether words find something in this text."""
    return any(hit for _part, hit in marked((text,), words)[0])


def _parts(text: str, hit: Sequence[bool]) -> Parts:
    grouped = groupby(zip(text, hit, strict=True), key=lambda each: each[1])
    return tuple(("".join(character for character, _hit in part), found) for found, part in grouped)


def _found_in(text: str, asked: Sequence[Phrase]) -> list[bool]:
    """Tell of each character of a text whether one of the phrases found it."""
    read = tuple(_tokens(text))
    hit = [False] * len(text)
    for phrase in asked:
        # the J of a number such as 2026-J-000001 is nobody's initial
        spells = len(asked) == 1 or len(phrase.tokens[0]) > 1
        spelled = _where_spelled(text, read, phrase) if spells else []
        for first, last in (*_where(read, phrase), *spelled):
            hit[first.start : last.end] = [True] * (last.end - first.start)
    return hit


def _where(read: Sequence[_Token], phrase: Phrase) -> list[tuple[_Token, _Token]]:
    """Find a phrase among the tokens of a text."""
    size = len(phrase.tokens)
    found = []
    for start in range(len(read) - size + 1):
        *firsts, last = read[start : start + size]
        *wanted, end = phrase.tokens
        fits = last.text.startswith(end) if phrase.prefix else last.text == end
        if fits and [token.text for token in firsts] == wanted:
            found.append((read[start], last))
    return found


def _where_spelled(text: str, read: Sequence[_Token], phrase: Phrase) -> list[tuple[_Token, _Token]]:
    """Find letters as the pinyin or the initials of some of a text's characters."""
    letters = phrase.tokens[0]
    found = []
    for chinese, run in groupby(read, key=lambda token: _is_spelled(token, text)):
        characters = [*run] if chinese and phrase.prefix and letters.isalpha() else []
        for syllables in readings("".join(text[token.start] for token in characters)) if characters else ():
            for start in range(len(syllables)):
                rest = syllables[start:]
                if size := _spelled_by(letters, rest) or _initials_by(letters, rest):
                    found.append((characters[start], characters[start + size - 1]))
    return found


def _spelled_by(letters: str, syllables: Sequence[str]) -> int:
    """Tell how many of these syllables the letters begin to spell; 0 if they spell something else."""
    spelled = ""
    for count, syllable in enumerate(syllables, 1):
        spelled += syllable
        if spelled.startswith(letters):
            return count
        if not letters.startswith(spelled):
            return 0
    return 0


def _initials_by(letters: str, syllables: Sequence[str]) -> int:
    """Tell how many of these syllables the letters are the initials of."""
    firsts = "".join(syllable[0] for syllable in syllables[: len(letters)])
    return len(letters) if firsts == letters else 0
