"""A seal's image is hostile until it is drawn anew."""

import struct
import tracemalloc
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from academy.certificates.actions import seals
from academy.ground import storage
from academy.ground.errors import Refused


def png(size: tuple[int, int] = (400, 400), mode: str = "RGBA", **options: object) -> bytes:
    kept = BytesIO()
    image = Image.new(mode, size)
    image.paste(Image.new(mode, (size[0] // 2, size[1] // 2), "red" if mode != "L" else 128))
    image.save(kept, "PNG", **options)
    return kept.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def declared(width: int, height: int, lines: bytes = b"") -> bytes:
    """A PNG that says how large it is, and holds what it is told to."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def code_of(data: bytes) -> str:
    with pytest.raises(Refused) as error:
        seals.redrawn(data)
    (reason,) = error.value.reasons
    return reason.code


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "seal_no_png"),
        (b"\x89PNG\r\n\x1a\n", "seal_no_png"),
        (SVG, "seal_no_png"),
        (b"\xff\xd8\xff\xe0" + bytes(600), "seal_no_png"),
        (b"GIF89a" + bytes(600), "seal_no_png"),
        (bytes(seals.MOST_BYTES + 1), "seal_too_heavy"),
        (png() + bytes(seals.MOST_BYTES), "seal_too_heavy"),
        (declared(30_000, 30_000), "seal_too_large"),
        (declared(2**31 - 1, 2**31 - 1), "seal_too_large"),
        (declared(2001, 400), "seal_too_large"),
        (declared(0, 0), "seal_too_small"),
        (png((199, 400)), "seal_too_small"),
        (png()[:300], "seal_broken"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 400, 400) + SVG, "seal_broken"),
        (png().replace(b"IDAT", b"IDAX"), "seal_broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_seal_is_refused_in_words(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_picture_with_nothing_on_it_is_refused() -> None:
    kept = BytesIO()
    Image.new("RGBA", (400, 400)).save(kept, "PNG")
    assert code_of(kept.getvalue()) == "seal_empty"


@pytest.mark.parametrize("lines", [b"", bytes(100)])
def test_a_picture_that_ends_too_early_is_refused(lines: bytes) -> None:
    assert code_of(declared(400, 400, lines)) in {"seal_broken", "seal_empty"}


def test_packed_text_is_never_unpacked_beyond_reason() -> None:
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9))
    good = png()
    tracemalloc.start()
    with suppress(Refused):
        assert seals.redrawn(good[:33] + bomb + good[33:]) == seals.redrawn(good)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "L", "LA", "1", "I;16"])
def test_every_kind_of_png_becomes_one_kind(mode: str) -> None:
    kept = BytesIO()
    drawn = Image.new("RGB", (300, 260), "#a32a1f").convert("L" if mode == "I;16" else mode)
    (drawn if mode != "I;16" else drawn.convert("I;16")).save(kept, "PNG")
    with Image.open(BytesIO(seals.redrawn(kept.getvalue()))) as opened:
        assert (opened.format, opened.mode, opened.size) == ("PNG", "RGBA", (300, 260))


def test_nothing_but_the_dots_is_kept() -> None:
    said = PngInfo()
    said.add_text("Author", "somebody private")
    data = png((1600, 800), pnginfo=said, icc_profile=b"no profile at all", exif=b"Exif\x00\x00II*\x00")
    kept = seals.redrawn(data + b"something appended")
    assert b"private" not in kept
    assert b"profile" not in kept
    assert b"appended" not in kept
    with Image.open(BytesIO(kept)) as opened:
        opened.load()
        assert opened.size == (1000, 500)
        assert not opened.info


@pytest.mark.usefixtures("database")
def test_a_kept_seal_is_found_again_and_nothing_else_is() -> None:
    digest = seals.keep_seal(png())
    assert storage.bound().get(digest, "png").startswith(b"\x89PNG")
    assert seals.keep_seal(png()) == digest
    seals.expect_kept(digest)
    for other in ("a" * 64, "../../etc/passwd", "", digest.upper()):
        with pytest.raises(Refused):
            seals.expect_kept(other)
