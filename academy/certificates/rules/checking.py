"""What is said of each row of a list of certificates that somebody has checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from academy.certificates.rules.headings import Cell, find_heads, is_blank, words_of
from academy.certificates.rules.states import CertificateState
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_

MOST_ROWS = 200

NOTHING_TO_CHECK = Reason("nothing_to_check", N_("The first sheet has a head, but no row below it."))
TOO_MANY = Reason("too_many_to_check", N_("A list may have up to %(most)s rows; this one has %(rows)s. Split it."))


class Answer(StrEnum):
    """What the register says of a number together with a name."""

    VALID = "valid"
    NUMBERED = "numbered"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ON_PAPER = "on-paper"
    OTHER_NAME = "other-name"
    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"


WORDS: dict[Answer, str] = {
    Answer.VALID: N_("Valid"),
    Answer.NUMBERED: N_("Valid, in the register"),
    Answer.REVOKED: N_("Revoked: no longer valid"),
    Answer.REPLACED: N_("Replaced by a newer certificate: ask the holder for that one"),
    Answer.ON_PAPER: N_("On the register of earlier paper certificates; no file, no signature"),
    Answer.OTHER_NAME: N_("The number belongs to another name: compare both with the paper"),
    Answer.UNKNOWN: N_("Not on the register, which does not make it false: ask the academy's office"),
    Answer.INCOMPLETE: N_("Not checked: number or name is missing"),
}

KINDS: dict[Answer, str] = {
    Answer.VALID: "ok", Answer.NUMBERED: "ok", Answer.REVOKED: "no", Answer.REPLACED: "late",
    Answer.ON_PAPER: "note", Answer.OTHER_NAME: "late", Answer.UNKNOWN: "plain", Answer.INCOMPLETE: "plain",
}  # fmt: skip

OF_STATE: dict[CertificateState, Answer] = {
    CertificateState.ISSUED: Answer.VALID,
    CertificateState.NUMBERED: Answer.NUMBERED,
    CertificateState.REVOKED: Answer.REVOKED,
    CertificateState.REPLACED: Answer.REPLACED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One row of a list: its place in the sheet, from 0, and what it asks for."""

    place: int
    number: str
    name: str


def read_list(rows: Sequence[Sequence[Cell]]) -> tuple[int, tuple[Asked, ...]]:
    """Tell where the heads of a list stand and what it asks; raises Refused where that cannot be told."""
    heads = find_heads(rows, ("number", "name"))
    places = [place for place in range(heads.row + 1, len(rows)) if not is_blank(rows[place])]
    if not places:
        raise Refused(NOTHING_TO_CHECK)
    if len(places) > MOST_ROWS:
        raise Refused(TOO_MANY.about(most=MOST_ROWS, rows=len(places)))
    number, name = heads.columns["number"], heads.columns["name"]
    return heads.row, tuple(
        Asked(place=place, number=_word(rows[place], number), name=_word(rows[place], name)) for place in places
    )


def _word(row: Sequence[Cell], column: int) -> str:
    return words_of(row[column]) if column < len(row) else ""
