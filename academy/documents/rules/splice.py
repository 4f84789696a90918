"""A PDF in two parts: what the files of a whole class share, and what one person's file adds to it.

    shared      header, objects 13 … n      borders, seal, text of the class, fonts: the same bytes for all of them
    personal    objects 1 … 12              catalogue, page, name and number, a font of the name, the signature
                table of all objects, trailer

The file is the one after the other. It has one revision: nothing is added to it later, and the signature covers
every byte but the hole in which it stands itself. Numbers and syntax as in ISO 32000-1, 7.3 to 7.5 and 12.8.
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_OFFSET = 10  # digits of an offset in the table of objects, and in the signature's own ranges


class Own(IntEnum):
    """The numbers of the objects that each file has of its own."""

    CATALOGUE = 1
    PAGES = 2
    PAGE = 3
    CONTENT = 4
    INFO = 5
    WIDGET = 6
    FONT = 7
    GLYPHS = 8
    DESCRIPTOR = 9
    FONT_FILE = 10
    TO_UNICODE = 11
    SIGNATURE = 12


FIRST_SHARED = len(Own) + 1


@dataclass(frozen=True, slots=True)
class Shared:
    """The first part of many files."""

    data: bytes
    table: bytes
    """The lines of the table of objects that tell where the shared ones are."""
    begun: "hashlib._Hash"
    """The hash of a file as far as the shared part, to be copied."""

    @property
    def sha256(self) -> str:
        """The hash under which the shared part is kept."""
        return self.begun.hexdigest()

    @property
    def count(self) -> int:
        """How many objects are shared."""
        return len(self.table) // _LINE


_LINE = len(b"0000000000 00000 n \n")


def share(bodies: Sequence[bytes]) -> Shared:
    """Write the objects that files share, numbered from `FIRST_SHARED`."""
    data, table = _objects(_HEADER, 0, dict(enumerate(bodies, FIRST_SHARED)))
    return Shared(data, table, hashlib.sha256(data))


def _objects(data: bytes, start: int, bodies: Mapping[int, bytes]) -> tuple[bytes, bytes]:
    """Append objects to bytes that begin at `start` of a file; give the bytes and the objects' table lines."""
    parts, lines, at = [data], [], start + len(data)
    for number, body in bodies.items():
        written = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        parts.append(written)
        lines.append(b"%010d 00000 n \n" % at)
        at += len(written)
    return b"".join(parts), b"".join(lines)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A personal part with a hole for its signature, `hole` being where `<000…>` stands in it."""

    data: bytes
    hole: slice


def fill(
    shared: Shared, bodies: Mapping[Own, bytes], *, signature: bytes, room: int, identifier: bytes
) -> Unsigned:
    """Write a personal part: every object of its own, the table of all of them, and the trailer.

    `signature` is the inside of the signature's dictionary; `room` is how many bytes a signature may take at most.
    """
    hole = b"<%b>" % (b"0" * (2 * room))
    ranges = b"/ByteRange [0 %b]" % b" ".join([b"0" * _OFFSET] * 3)
    body = b"<<%b%b/Contents %b>>" % (signature, ranges, hole)
    start = len(shared.data)
    data, table = _objects(b"", start, {**dict(sorted(bodies.items())), Own.SIGNATURE: body})
    signed_at = data.rindex(hole)
    xref = start + len(data)
    count = FIRST_SHARED + shared.count
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID [<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        count, Own.CATALOGUE, Own.INFO, identifier, identifier, xref,
    )  # fmt: skip
    free = b"%010d 65535 f \n" % 0
    data = b"%bxref\n0 %d\n%b%b%b%b" % (data, count, free, table, shared.table, trailer)
    after = signed_at + len(hole)
    numbers = (start + signed_at, start + after, len(data) - after)
    told = b"/ByteRange [0 %b]" % b" ".join(b"%010d" % number for number in numbers)
    return Unsigned(data.replace(ranges, told, 1), slice(signed_at, after))


def sign(shared: Shared, unsigned: Unsigned, make: Callable[[bytes], bytes]) -> tuple[bytes, str]:
    """Put a signature into its hole; give the personal part and the SHA-256 of the whole file.

    `make` gets the SHA-256 of all bytes but the hole and gives a CMS that fits into it.
    """
    data, hole = unsigned.data, unsigned.hole
    begun = shared.begun.copy()
    covered = begun.copy()
    covered.update(data[: hole.start])
    covered.update(data[hole.stop :])
    cms = make(covered.digest()).hex().encode()
    room = hole.stop - hole.start - 2
    if len(cms) > room:
        raise ValueError(f"A signature of {len(cms) // 2} bytes does not fit into {room // 2}.")
    signed = b"%b<%b>%b" % (data[: hole.start], cms.ljust(room, b"0"), data[hole.stop :])
    begun.update(signed)
    return signed, begun.hexdigest()


def stream(entries: bytes, data: bytes, *, level: int = 6) -> bytes:
    """Write a compressed stream."""
    packed = zlib.compress(data, level)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (entries, len(packed), packed)


def text(words: str) -> bytes:
    """Write a text string, whatever is in it."""
    return b"<feff%b>" % words.encode("utf-16-be").hex().encode()


def identifier(words: str) -> bytes:
    """Make a file's identifier from what is its own."""
    return hashlib.sha256(words.encode()).hexdigest()[:32].encode()
