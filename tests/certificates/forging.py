"""Altered twins of an issued certificate, in the fourteen ways in which people and accidents make them."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from academy.certificates.rules.verdicts import Verdict
from academy.documents.actions.signing import Signer
from academy.documents.rules.splice import Own
from academy.ground.storage import Place, Storage


@dataclass(frozen=True)
class Issued:
    """A file as it was issued, and where its own part begins."""

    number: str
    data: bytes
    own_from: int

    def body(self, of: Own) -> slice:
        """Tell where an object of the personal part stands."""
        begins = self.data.index(b"%d 0 obj\n" % of, self.own_from)
        return slice(begins, self.data.index(b"\nendobj\n", begins))

    def stream(self, of: Own) -> slice:
        """Tell where the bytes of an object's stream stand."""
        begins = self.data.index(b"stream\n", self.body(of).start) + len(b"stream\n")
        return slice(begins, self.data.index(b"\nendstream", begins))


def issued(number: str, place: Place, store: Storage) -> Issued:
    """Read a file that the register has."""
    data = store.read(place, "pdf")
    return Issued(number, data, len(data) - (place.length or 0))


def _put(data: bytes, where: slice, new: bytes) -> bytes:
    return data[: where.start] + new + data[where.stop :]


def _flipped(data: bytes, at: int) -> bytes:
    """Change one bit, and no byte's place."""
    return _put(data, slice(at, at + 1), bytes([data[at] ^ 1]))


def _middle(part: slice) -> int:
    return int(part.start + part.stop) // 2


# --- bytes of each part ----------------------------------------------------------------------------


def header(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, of.data.index(b"%PDF-1") + 5)


def shared_part(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, of.own_from // 2)


def personal_content(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, _middle(of.stream(Own.CONTENT)))


def font(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, _middle(of.stream(Own.FONT_FILE)))


def qr_code(of: Issued, _other: Issued) -> bytes:
    """Draw another QR code: a third of its modules are left out, and the page is as whole as before."""
    where = of.stream(Own.CONTENT)
    drawn = zlib.decompress(of.data[where])
    modules = re.findall(rb"\d+ \d+ \d+ 1 re ", drawn)
    packed = zlib.compress(drawn.replace(b"".join(modules[: len(modules) // 3]), b"", 1), 9)
    return _put(of.data, where, packed.ljust(where.stop - where.start, b"\0"))


def table_of_objects(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, of.data.rindex(b" 00000 n") - 1)


def signature_dictionary(of: Issued, _other: Issued) -> bytes:
    return _flipped(of.data, of.data.index(b"/M (D:", of.own_from) + len(b"/M (D:2"))


def cms(of: Issued, _other: Issued) -> bytes:
    hole = _hole(of)
    digit = of.data[hole][400:401]
    return _put(of.data, slice(hole.start + 400, hole.start + 401), b"0" if digit != b"0" else b"1")


# --- what is put beside, or instead ----------------------------------------------------------------


def replaced_page(of: Issued, _other: Issued) -> bytes:
    """Append an update in which the only page shows something else; the signature over the rest stays intact."""
    writer = IncrementalPdfFileWriter(BytesIO(of.data), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"BT /Plain 40 Tf 100 300 Td <0001> Tj ET")
    )
    writer.update_container(page)
    target = BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call]  # pyHanko's own
    return target.getvalue()


def appended(of: Issued, _other: Issued) -> bytes:
    return of.data + b"\n% kept by the archive\n"


def metadata(of: Issued, _other: Issued) -> bytes:
    at = of.data.index(b"/CreationDate (D:", of.own_from) + len(b"/CreationDate (D:20")
    return _put(of.data, slice(at, at + 2), b"19")


def other_signer(of: Issued, _other: Issued) -> bytes:
    """Put a stranger's signature over the very same bytes in the place of ours: valid in itself, in our name."""
    hole = _hole(of)
    digest = sha256(of.data[: hole.start] + of.data[hole.stop :]).digest()
    signature = STRANGER.sign(digest).hex().encode()
    return _put(of.data, hole, b"<%b>" % signature.ljust(hole.stop - hole.start - 2, b"0"))


def others_part(of: Issued, other: Issued) -> bytes:
    """Show another person's name, number and code in this file: their content and font in the place of its own."""
    first, last = of.body(Own.CONTENT), of.body(Own.FONT_FILE)
    theirs = slice(other.body(Own.CONTENT).start, other.body(Own.FONT_FILE).stop)
    return _put(of.data, slice(first.start, last.stop), other.data[theirs])


def truncated(of: Issued, _other: Issued) -> bytes:
    return of.data[: of.data.rindex(b"trailer")]


def _hole(of: Issued) -> slice:
    begins = of.data.index(b"/Contents <", of.body(Own.SIGNATURE).start) + len(b"/Contents ")
    return slice(begins, of.data.index(b">", begins) + 1)


def _stranger() -> Signer:
    """Make a key and a certificate that calls itself the academy's, and is by nobody we know."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "南京网格学院 证书签名")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(begins + timedelta(days=3650))
    return Signer(key, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


STRANGER = _stranger()

TWINS: dict[str, tuple[Callable[[Issued, Issued], bytes], Verdict]] = {
    "header flipped": (header, Verdict.ALTERED),
    "shared part flipped": (shared_part, Verdict.ALTERED),
    "personal content flipped": (personal_content, Verdict.ALTERED),
    "font flipped": (font, Verdict.ALTERED),
    "QR code redrawn": (qr_code, Verdict.ALTERED),
    "table of objects flipped": (table_of_objects, Verdict.ALTERED),
    "signature dictionary flipped": (signature_dictionary, Verdict.ALTERED),
    "signature flipped": (cms, Verdict.ALTERED),
    "page replaced in an update": (replaced_page, Verdict.ALTERED),
    "bytes appended": (appended, Verdict.ALTERED),
    "metadata changed": (metadata, Verdict.ALTERED),
    "signed by somebody else": (other_signer, Verdict.OTHER_SIGNER),
    "another's part spliced in": (others_part, Verdict.ALTERED),
    "truncated": (truncated, Verdict.ALTERED),
}
"""Each way, and what is to be said of the file."""
