"""Take a seal's image in: hostile until it is drawn anew by us, dot by dot."""

import re
import struct
from io import BytesIO

from PIL import Image

from academy.ground import storage
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_

MOST_BYTES = 1_000_000
LEAST_SIDE, MOST_SIDE, KEPT_SIDE = 200, 2000, 1000
"""In dots; a seal is 40 mm wide, so that 1,000 dots are more than any printer shows."""

TOO_HEAVY = Reason(
    "seal_too_heavy", N_("The file is larger than 1 MB. Save the seal smaller, then choose it again.")
)
NO_PNG = Reason("seal_no_png", N_("This is no PNG picture. Save the seal as PNG, with a clear ground."))
BROKEN = Reason("seal_broken", N_("The picture is broken and cannot be read. Save it anew, then choose it again."))
TOO_LARGE = Reason(
    "seal_too_large", N_("The picture is %(width)s × %(height)s dots, at most %(most)s × %(most)s are taken.")
)
TOO_SMALL = Reason(
    "seal_too_small",
    N_("The picture is %(width)s × %(height)s dots and would print blurred. Take %(least)s at least."),
)
EMPTY = Reason("seal_empty", N_("Nothing can be seen in the picture."))
GONE = Reason("seal_gone", N_("The picture is no longer kept. Choose it again."))

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZE = struct.Struct(">II")
_SIZE_AT = 16


def keep_seal(data: bytes) -> str:
    """Keep a seal's image as we draw it anew, never as it came, and tell its SHA-256.

    Raises Refused with what stands against it. It touches files, so no transaction may be open.
    """
    return storage.bound().put(redrawn(data), "png")


def redrawn(data: bytes) -> bytes:
    """Draw an uploaded PNG anew: its dots alone, at most 1,000 a side; raises Refused."""
    if reason := _reason_against(data):
        raise Refused(reason)
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as opened:
            opened.verify()  # once WeasyPrint is loaded, Pillow takes half a picture for a whole one
        with Image.open(BytesIO(data), formats=("PNG",)) as opened:
            drawn = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        raise Refused(BROKEN) from error
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    if drawn.getchannel("A").getextrema()[1] == 0:
        raise Refused(EMPTY)
    kept = BytesIO()
    Image.frombytes("RGBA", drawn.size, drawn.tobytes()).save(kept, "PNG", optimize=True)
    if kept.tell() > MOST_BYTES:
        raise Refused(TOO_HEAVY)
    return kept.getvalue()


def _reason_against(data: bytes) -> Reason | None:
    """Judge an upload by its head alone, before anything of it is unpacked."""
    if len(data) > MOST_BYTES:
        return TOO_HEAVY
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < _SIZE_AT + _SIZE.size:
        return NO_PNG
    width, height = _SIZE.unpack_from(data, _SIZE_AT)
    if max(width, height) > MOST_SIDE:
        return TOO_LARGE.about(width=width, height=height, most=MOST_SIDE)
    if min(width, height) < LEAST_SIDE:
        return TOO_SMALL.about(width=width, height=height, least=LEAST_SIDE)
    return None


def expect_kept(digest: str) -> None:
    """See that a seal's image is kept; raises Refused where it is not, or the name is none of ours."""
    if not _DIGEST.fullmatch(digest):
        raise Refused(GONE)
    try:
        storage.bound().get(digest, "png")
    except (FileNotFoundError, ValueError) as error:
        raise Refused(GONE) from error
