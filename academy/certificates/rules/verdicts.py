"""What is said of a file that somebody was given as a certificate of ours. Closed: each verdict has its words."""

from dataclasses import dataclass
from enum import StrEnum

from academy.certificates.rules.states import CertificateState
from academy.ground.text import N_


class Verdict(StrEnum):
    """What a file is."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ALTERED = "altered"
    OTHER_SIGNER = "other-signer"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"
    NOT_A_PDF = "not-a-pdf"


class Change(StrEnum):
    """How an altered file differs from the one that was issued, as far as can be told."""

    TRUNCATED = "truncated"
    APPENDED = "appended"
    UPDATED = "updated"
    BYTES = "bytes"
    PARTS = "parts"
    REMADE = "remade"


TITLES: dict[Verdict, str] = {
    Verdict.VALID: N_("Genuine and valid"),
    Verdict.REVOKED: N_("Genuine, but revoked"),
    Verdict.REPLACED: N_("Genuine, but replaced by a newer one"),
    Verdict.ALTERED: N_("Altered after it was issued"),
    Verdict.OTHER_SIGNER: N_("Signed by somebody else"),
    Verdict.UNREGISTERED: N_("Signed by the academy, but not on the register"),
    Verdict.UNKNOWN: N_("Not one of the academy's files"),
    Verdict.NOT_A_PDF: N_("Not a PDF"),
}

SENTENCES: dict[Verdict, str] = {
    Verdict.VALID: N_("This is, byte for byte, the file that the academy issued, and the certificate is valid."),
    Verdict.REVOKED: N_(
        "This is, byte for byte, the file that the academy issued, but the certificate was revoked later and is "
        "no longer valid."
    ),
    Verdict.REPLACED: N_(
        "This is, byte for byte, the file that the academy issued, but a newer certificate has taken its place. "
        "Ask the holder for the newer one."
    ),
    Verdict.ALTERED: N_(
        "This is not the file that the academy issued. Do not rely on it, even where a PDF viewer calls a "
        "signature in it valid."
    ),
    Verdict.OTHER_SIGNER: N_(
        "This file names a certificate of the academy, but carries somebody else's signature. The academy did not "
        "issue it like this."
    ),
    Verdict.UNREGISTERED: N_(
        "The signature in this file is the academy's and whole, but the register does not have the file. Let the "
        "academy's office look at it before you decide anything."
    ),
    Verdict.UNKNOWN: N_(
        "The register does not have this file. That does not make a certificate false: it may have been scanned, "
        "printed anew or saved by another program, or be older than this register. Look its number up, or ask the "
        "academy's office."
    ),
    Verdict.NOT_A_PDF: N_(
        "This file is no PDF. A photo or a scan cannot be compared: scan the code on it, or type its number."
    ),
}

CHANGES: dict[Change, str] = {
    Change.TRUNCATED: N_(
        "It ends too early: a part of the issued file is missing. It may not have arrived whole."
    ),
    Change.APPENDED: N_("Something was appended after the end of the issued file."),
    Change.UPDATED: N_(
        "An update was appended to the issued file: it can show other pages, texts or data than were issued."
    ),
    Change.BYTES: N_("It is as long as the issued file, but some of its bytes are others."),
    Change.PARTS: N_("Parts of it are those of the issued file, and parts are not."),
    Change.REMADE: N_(
        "It is another file with the same number: scanned, printed or saved anew, or made to look alike. Ask the "
        "holder for the file as it was downloaded."
    ),
}

_OF_STATE = {
    CertificateState.ISSUED: Verdict.VALID,
    CertificateState.REVOKED: Verdict.REVOKED,
    CertificateState.REPLACED: Verdict.REPLACED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature as it was found in a file."""

    signer: str
    intact: bool
    """What it covers is what was signed."""
    whole_file: bool
    """It covers all of the file, but for itself."""
    ours: bool
    """It is by a certificate of the academy's own authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a file that the register does not have says of itself."""

    is_pdf: bool
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    revisions: int = 0
    signatures: tuple[Signature, ...] = ()


def of_registered(state: CertificateState) -> Verdict:
    """Judge a file whose exact bytes the register has."""
    return _OF_STATE.get(state, Verdict.UNREGISTERED)


def of_unregistered(examined: Examined, change: Change | None) -> Verdict:
    """Judge a file that the register does not have; `change` tells it from the one it claims to be, if any.

    A valid signature of ours proves nothing by itself: an update that replaces a page leaves it valid.
    """
    ours = [each for each in examined.signatures if each.ours]
    alike = change not in {None, Change.REMADE}
    if not examined.is_pdf and not alike:
        return Verdict.NOT_A_PDF
    if change and any(each.intact and not each.ours for each in examined.signatures):
        return Verdict.OTHER_SIGNER
    if alike or (change and ours):
        return Verdict.ALTERED
    if not ours:
        return Verdict.UNKNOWN
    sound = len(examined.signatures) == 1 and ours[0].intact and ours[0].whole_file
    return Verdict.UNREGISTERED if sound else Verdict.ALTERED


_BLOCK = 64
_MOST_BLOCKS = 128
_ALIKE = 0.1


def difference(issued: bytes, sent: bytes) -> Change:
    """Tell how a file that was sent differs from the one that was issued."""
    if sent.startswith(issued):
        tail = sent[len(issued) :]
        return Change.UPDATED if b"obj" in tail or b"xref" in tail else Change.APPENDED
    if issued.startswith(sent):
        return Change.TRUNCATED
    if _share(issued, sent) < _ALIKE:
        return Change.REMADE
    return Change.BYTES if len(sent) == len(issued) else Change.PARTS


def _share(issued: bytes, sent: bytes) -> float:
    """Tell which share of the issued file, of blocks taken evenly, stands anywhere in the other."""
    step = max(_BLOCK, len(issued) // _MOST_BLOCKS)
    blocks = [issued[start : start + _BLOCK] for start in range(0, len(issued), step)]
    return sum(block in sent for block in blocks) / max(len(blocks), 1)
