"""Look into a PDF that the register does not have, in a process apart: it may have been made to hurt its reader.

Run as a program this module is that process. No form, script or attachment of the file is ever opened, no address
in it fetched; from what it says only numbers and codes of ours come out, and what its signatures are worth.
"""

import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

from academy.certificates.rules.claims import codes_in, numbers_in
from academy.certificates.rules.verdicts import Examined, Signature
from academy.ground import confined
from academy.ground.lazy import LazyModule

pdfium = LazyModule("pypdfium2")
x509 = LazyModule("asn1crypto.x509")
pem = LazyModule("asn1crypto.pem")
pdf_reader = LazyModule("pyhanko.pdf_utils.reader")
validation = LazyModule("pyhanko.sign.validation")
settings = LazyModule("pyhanko.sign.validation.settings")
trust = LazyModule("pyhanko_certvalidator")

_SECONDS, _OF_THE_PROCESSOR, _MEMORY_MEGABYTES = 20, 6, 900
_HEADER_WITHIN = 1024
_MOST_PAGES, _MOST_TEXT = 3, 20_000
_MOST_SIGNATURES, _LONGEST_SIGNER = 5, 100
_MOST_TITLES = 20
_HEX_TITLE = re.compile(rb"<[fF][eE][fF][fF]([0-9a-fA-F]{8,800})>")
_WIDE_TITLE = re.compile(rb"\xfe\xff((?s:.){8,400})")


def examine(data: bytes, *, authorities: Sequence[bytes]) -> Examined:
    """Tell what a file says of itself; of one that its reader cannot bear, only whether it begins as a PDF."""
    question = json.dumps([b64encode(each).decode() for each in authorities]).encode() + b"\n"
    try:
        answer = json.loads(confined.read(__name__, question + data, seconds=_SECONDS))
    except (confined.Overwhelmed, ValueError):
        plain = _named_openly(data)
        return Examined(is_pdf=begins_as_pdf(data), numbers=numbers_in(plain), codes=codes_in(plain))
    return Examined(
        is_pdf=answer["is_pdf"], numbers=tuple(answer["numbers"]), codes=tuple(answer["codes"]),
        revisions=answer["revisions"], signatures=tuple(Signature(**each) for each in answer["signatures"]),
    )  # fmt: skip


def begins_as_pdf(data: bytes) -> bool:
    """Tell whether a file has the first line of a PDF where readers look for it."""
    return b"%PDF-" in data[:_HEADER_WITHIN]


def _named_openly(data: bytes) -> str:
    """Collect what bytes say without being read as a PDF: plain text, and titles in two bytes a character."""
    wide = [
        bytes.fromhex(found.decode()) for found in _HEX_TITLE.findall(data)[:_MOST_TITLES] if not len(found) % 2
    ]
    wide += _WIDE_TITLE.findall(data)[:_MOST_TITLES]
    titles = " ".join(each.decode("utf-16-be", "ignore") for each in wide)
    addresses = " ".join(found.decode() for found in re.findall(rb"/v/[0-9A-Z]{10}\b", data)[:_MOST_TITLES])
    numbers = " ".join(found.decode() for found in re.findall(rb"[0-9]{4}-[A-Z]-[0-9]{6}", data)[:_MOST_TITLES])
    return f"{titles} {addresses} {numbers}"


# --- the process apart -----------------------------------------------------------------------------


def main() -> None:
    """Answer with what the file on standard input says of itself."""
    question, _newline, data = sys.stdin.buffer.read().partition(b"\n")
    confined.confine(seconds=_OF_THE_PROCESSOR, megabytes=_MEMORY_MEGABYTES)
    authorities = [b64decode(each) for each in json.loads(question)]
    said = " ".join((*_said(data), _named_openly(data)))
    revisions, signatures = _signatures(data, authorities) if b"/ByteRange" in data else (0, [])
    examined = Examined(
        is_pdf=begins_as_pdf(data), numbers=numbers_in(said), codes=codes_in(said), revisions=revisions,
        signatures=tuple(signatures),
    )  # fmt: skip
    sys.stdout.write(json.dumps(asdict(examined)))


def _said(data: bytes) -> Iterator[str]:
    """Read a PDF's title and the text of its first pages; what cannot be opened says nothing."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return
    yield document.get_metadata_value("Title")[:_MOST_TEXT]
    for number in range(min(len(document), _MOST_PAGES)):
        try:
            text: str = document[number].get_textpage().get_text_bounded()
        except pdfium.PdfiumError:
            continue
        yield text[:_MOST_TEXT]


def _signatures(data: bytes, authorities: Sequence[bytes]) -> tuple[int, list[Signature]]:
    """Count a file's revisions and judge its signatures; a structure that cannot be followed has none."""
    try:
        reader = pdf_reader.PdfFileReader(BytesIO(data), strict=False)
        found = list(reader.embedded_regular_signatures)[:_MOST_SIGNATURES]
        revisions = int(reader.xrefs.total_revisions)
    except Exception:  # noqa: BLE001 - whatever a broken file makes the library raise means the same
        return 0, []
    roots = [_certificate(each) for each in authorities]
    return revisions, [_signature(each, roots) for each in found]


def _certificate(data: bytes) -> Any:  # noqa: ANN401 - asn1crypto's, by a lazy module
    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def _signature(embedded: Any, roots: Sequence[Any]) -> Signature:  # noqa: ANN401 - pyHanko's own
    """Judge one signature; a certificate is judged as of its first day, because old files outlive it."""
    try:
        certificate = embedded.signer_cert
        signer = str(certificate.subject.native.get("common_name", ""))[:_LONGEST_SIGNER]
        context = trust.ValidationContext(
            trust_roots=list(roots), allow_fetching=False, moment=certificate.not_valid_before,
        )  # fmt: skip
        status = validation.validate_pdf_signature(
            embedded, context, key_usage_settings=settings.KeyUsageConstraints(key_usage=set()), skip_diff=True
        )
    except Exception:  # noqa: BLE001 - a signature that cannot be followed is not intact, whatever the reason
        return Signature(signer="", intact=False, whole_file=False, ours=False)
    covers = status.coverage == validation.SignatureCoverageLevel.ENTIRE_FILE
    ours = bool(roots) and bool(status.trusted)
    return Signature(signer=signer, intact=bool(status.intact and status.valid), whole_file=covers, ours=ours)


if __name__ == "__main__":
    main()
