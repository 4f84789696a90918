"""Who may be certified, by whom, and how numbers read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from academy.classes.rules import ClassState
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.hours.rules import hours_text


class BatchState(StrEnum):
    """The life of a batch."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    ISSUING = "issuing"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class BatchStep(StrEnum):
    """What moves a batch on."""

    SIGN = "sign"
    START = "start"
    FINISH = "finish"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[BatchState, BatchStep], BatchState] = {
    (BatchState.PROPOSED, BatchStep.SIGN): BatchState.SIGNED,
    (BatchState.PROPOSED, BatchStep.WITHDRAW): BatchState.WITHDRAWN,
    (BatchState.SIGNED, BatchStep.START): BatchState.ISSUING,
    (BatchState.ISSUING, BatchStep.FINISH): BatchState.ISSUED,
}

BATCH_STATE_NAMES: dict[BatchState, str] = {
    BatchState.PROPOSED: N_("Waits for the second signature"),
    BatchState.SIGNED: N_("Signed, files not made yet"),
    BatchState.ISSUING: N_("Files are being made"),
    BatchState.ISSUED: N_("Issued"),
    BatchState.WITHDRAWN: N_("Taken back"),
}


class CertificateState(StrEnum):
    """The life of a certificate."""

    NUMBERED = "numbered"
    ISSUED = "issued"
    REVOKED = "revoked"


CERTIFICATE_STATE_NAMES: dict[CertificateState, str] = {
    CertificateState.NUMBERED: N_("No file yet"),
    CertificateState.ISSUED: N_("Issued"),
    CertificateState.REVOKED: N_("Revoked"),
}


class Series(StrEnum):
    """A series of numbers; each counts from 1 in every local year."""

    COMPLETION = "J"


# --- numbers ---------------------------------------------------------------------------------------

_PRINTED = {Series.COMPLETION: "宁网院结字"}
_ASCII_NUMBER = re.compile(r"([0-9]{4})-?([A-Z])-?([0-9]{1,9})")
_PRINTED_NUMBER = re.compile(r"(\w+?)[〔〈\[(【{]([0-9]{4})[〕〉\])】}]第?([0-9]{1,9})号?")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


def number_of(series: Series, year: int, sequence: int) -> str:
    """Write a number as URLs have it: `2026-J-000001`."""
    return f"{year}-{series}-{sequence:06d}"


def printed(number: str) -> str:
    """Write a number as certificates show it: `宁网院结字〔2026〕第000001号`."""
    year, series, sequence = number.split("-")
    return f"{_PRINTED[Series(series)]}〔{year}〕第{sequence}号"


def read_number(text: str) -> str | None:
    """Read a number in either form as people type it: any width, brackets, spaces; None if it is no number."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).upper()
    if found := _ASCII_NUMBER.fullmatch(plain):
        year, letter, digits = found.groups()
    elif found := _PRINTED_NUMBER.fullmatch(plain):
        words, year, digits = found.groups()
        letter = next((series for series, name in _PRINTED.items() if name == words), "")
    else:
        return None
    if letter not in set(Series) or int(digits) == 0:
        return None
    return number_of(Series(letter), int(year), int(digits))


_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def file_name(number: str, name: str, class_code: str) -> str:
    """Name a certificate's file such that every file system takes it and no two are alike."""
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "_"
    return f"{number}-{safe}-{class_code}.pdf"


# --- who has earned one ----------------------------------------------------------------------------

HOURS_SHORT = Reason("hours_short", N_("%(done)s of the %(required)s hours needed."))
NOT_COMPLETED = Reason("not_completed", N_("Not noted as completed when the class was concluded."))
CERTIFIED = Reason("certified", N_("Already has the certificate %(number)s of this class."))
UNPRINTABLE = Reason(
    "unprintable", N_("The name has signs that cannot be printed: %(characters)s. Correct it first.")
)
REASONS: dict[str, Reason] = {
    reason.code: reason for reason in (HOURS_SHORT, NOT_COMPLETED, CERTIFIED, UNPRINTABLE)
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """All that the rules need to know about one person of a class session."""

    person_id: int
    name: str
    name_pinyin: str
    unit: str
    tenths: int
    required_tenths: int
    completed: bool
    certified: str | None
    """The number of the certificate that the person already has for this class session."""
    unprintable: str
    """Characters of the name that the font lacks."""


def reasons_against(person: Candidate) -> tuple[Reason, ...]:
    """Return every reason against a certificate for this person."""
    short = person.tenths < person.required_tenths
    hours = HOURS_SHORT.about(done=hours_text(person.tenths), required=hours_text(person.required_tenths))
    checks = (
        (not person.completed and short, hours),
        (not person.completed and not short, NOT_COMPLETED),
        (person.certified is not None, CERTIFIED.about(number=person.certified)),
        (bool(person.unprintable), UNPRINTABLE.about(characters=" ".join(person.unprintable))),
    )
    return tuple(reason for applies, reason in checks if applies)


# --- proposing and signing -------------------------------------------------------------------------

NOT_CONCLUDED = Reason("not_concluded", N_("The class is not concluded yet. Conclude it first."))
OPEN_BATCH = Reason("open_batch", N_("Certificates of this class are already proposed or being made."))
NOBODY = Reason("nobody", N_("Nobody in this class can be certified now."))
NO_ACCOUNT = Reason("no_account", N_("Two people answer for certificates by name. Sign in with your own account."))
NOT_WAITING = Reason("not_waiting", N_("This proposal no longer waits for a signature."))
SAME_PERSON = Reason("same_person", N_("You proposed these certificates yourself. Another admin signs them."))
ALREADY_MADE = Reason("already_made", N_("The file is already there."))
REVOKED = Reason("revoked", N_("This certificate has been revoked. No file is made of it."))
NOT_SIGNED = Reason("not_signed", N_("Files are made of signed proposals only."))
NOTHING_ISSUED = Reason("nothing_issued", N_("There are no certificates to pack yet."))
NOT_ALL_MADE = Reason("not_all_made", N_("Files still to be made: %(count)s. Pack them when all are there."))

CERTIFIABLE = (ClassState.CONCLUDED, ClassState.CLOSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalFacts:
    """All that the rules need to know before a batch is proposed."""

    class_state: ClassState
    has_open_batch: bool
    eligible: int
    proposer_id: int | None


def reasons_to_refuse_proposal(facts: ProposalFacts) -> tuple[Reason, ...]:
    """Return every reason against proposing the certificates of a class session."""
    concluded = facts.class_state in CERTIFIABLE
    checks = (
        (not concluded, NOT_CONCLUDED),
        (facts.has_open_batch, OPEN_BATCH),
        (concluded and not facts.has_open_batch and facts.eligible == 0, NOBODY),
        (facts.proposer_id is None, NO_ACCOUNT),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_signature(
    *, state: BatchState, proposer_id: int | None, signer_id: int | None
) -> tuple[Reason, ...]:
    """Return every reason against this person's signature under a batch."""
    checks = (
        ((state, BatchStep.SIGN) not in TRANSITIONS, NOT_WAITING),
        (signer_id is None, NO_ACCOUNT),
        (signer_id is not None and signer_id == proposer_id, SAME_PERSON),
    )
    return tuple(reason for applies, reason in checks if applies)


# --- facts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFacts:
    """What a certificate says of its class session."""

    id: int
    code: str
    title: str
    programme: str
    programme_id: int
    starts_on: date
    ends_on: date
    state: ClassState
    sample: bool


def frozen_facts(of: ClassFacts, person: Candidate) -> dict[str, Any]:
    """Freeze all that the certificate will say when it is proposed: what was signed is what is printed."""
    return {
        "name": person.name, "name_pinyin": person.name_pinyin, "unit": person.unit,
        "tenths": person.tenths, "required_tenths": person.required_tenths,
        "class_code": of.code, "class_title": of.title, "programme": of.programme,
        "starts_on": of.starts_on.isoformat(), "ends_on": of.ends_on.isoformat(),
        "template": "certificate.html", "sample": of.sample,
    }  # fmt: skip


def printed_facts(
    frozen: Mapping[str, Any], *, number: str | None, code: str, issue_date: date, academy_name: str, base_url: str
) -> dict[str, Any]:
    """Tell what the document shows; without a number it is a preview, and says so."""
    return {
        "name": frozen["name"], "class_title": frozen["class_title"], "class_code": frozen["class_code"],
        "programme": frozen["programme"], "hours": hours_text(frozen["tenths"]),
        "starts_on": frozen["starts_on"], "ends_on": frozen["ends_on"], "sample": frozen["sample"],
        "printed_number": printed(number) if number else "预览", "issue_date": issue_date.isoformat(),
        "code": code, "url": f"{base_url.rstrip('/')}/v/{code}" if code else "",
        "academy_name": academy_name, "preview": number is None,
    }  # fmt: skip
