"""A file in two parts: its table points at its objects, and its signature covers all but its own hole."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.documents.rules import splice
from academy.documents.rules.splice import FIRST_SHARED, Own

BODIES = st.lists(st.binary(min_size=1, max_size=300).map(lambda data: splice.stream(b"", data)), max_size=6)
ROOM = 64


def written(shared: splice.Shared, own: dict[Own, bytes]) -> splice.Unsigned:
    identifier = splice.identifier("2026-J-000001")
    return splice.fill(shared, own, signature=b"/Type/Sig", room=ROOM, identifier=identifier)


@given(common=BODIES, own=BODIES)
def test_the_table_points_at_every_object(common: list[bytes], own: list[bytes]) -> None:
    shared = splice.share(common)
    mine = {number: (own[place] if place < len(own) else b"<<>>") for place, number in enumerate(Own)}
    data = shared.data + written(shared, mine).data
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    lines = data[start:].split(b"trailer")[0].splitlines()
    assert lines[1] == b"0 %d" % (FIRST_SHARED + len(common))
    for number, line in enumerate(lines[3:], 1):
        at, _generation, kind = line.split()
        assert kind == b"n"
        assert data[int(at) :].startswith(b"%d 0 obj\n" % number)


@given(common=BODIES, cms=st.binary(min_size=1, max_size=ROOM))
def test_the_signature_covers_every_byte_but_its_hole(common: list[bytes], cms: bytes) -> None:
    shared = splice.share(common)
    seen: list[bytes] = []

    def make(digest: bytes) -> bytes:
        seen.append(digest)
        return cms

    unsigned = written(shared, dict.fromkeys(Own, b"<<>>"))
    personal, sha256 = splice.sign(shared, unsigned, make)
    data = shared.data + personal
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)
    assert found
    first, length, second, rest = map(int, found.groups())
    assert (first, second + rest) == (0, len(data))
    assert data[length:second] == b"<" + cms.hex().encode().ljust(2 * ROOM, b"0") + b">"
    assert seen == [hashlib.sha256(data[:length] + data[second:]).digest()]
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert len(personal) == len(unsigned.data)


def test_a_signature_too_large_for_its_hole_is_refused() -> None:
    shared = splice.share([])
    with pytest.raises(ValueError, match="does not fit"):
        splice.sign(shared, written(shared, dict.fromkeys(Own, b"<<>>")), lambda _digest: bytes(ROOM + 1))


@given(words=st.text(max_size=30))
def test_any_text_is_written_so_that_it_reads_back(words: str) -> None:
    raw = splice.text(words.encode("utf-16-be", "ignore").decode("utf-16-be"))
    assert bytes.fromhex(raw[1:-1].decode())[2:].decode("utf-16-be") == words.encode("utf-16-be", "ignore").decode(
        "utf-16-be"
    )
