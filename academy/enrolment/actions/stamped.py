"""Take in the scan or photo of a stamped list: told by its first bytes, kept as it came, never opened here."""

from academy.ground import storage
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_, clean_name

KIND = "form"
MOST_BYTES = 5_000_000

TOO_HEAVY = Reason("form_too_heavy", N_("The file is larger than 5 MB. Scan it smaller, then choose it again."))
NO_FORM = Reason(
    "form_unknown", N_("This is neither a PDF nor a JPEG or PNG picture. Scan or photograph the form.")
)
EMPTY = Reason("form_empty", N_("The file is empty. Choose it again."))

_KINDS = (
    (b"%PDF-", "pdf", "application/pdf"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
)
_LONGEST_STEM = 60
_UNFIT = frozenset('/\\:*?"<>|')


def keep_form(data: bytes, name: str) -> tuple[str, str]:
    """Keep a stamped form, and tell its SHA-256 and its name with the ending that it deserves; raises Refused.

    It touches files, so no transaction may be open.
    """
    if not data:
        raise Refused(EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(TOO_HEAVY)
    suffix = next((suffix for begins, suffix, _type in _KINDS if data.startswith(begins)), None)
    if suffix is None:
        raise Refused(NO_FORM)
    stem = clean_name(name.rpartition(".")[0] or name)
    stem = "".join(each for each in stem if each not in _UNFIT).strip(". ")[:_LONGEST_STEM]
    return storage.bound().put(data, KIND), f"{stem or 'form'}.{suffix}"


def read_form(digest: str) -> bytes:
    """Read a kept form."""
    return storage.bound().get(digest, KIND)


def type_of(name: str) -> str:
    """Tell the media type of a kept form by the ending that we gave it."""
    suffix = name.rpartition(".")[2]
    return next((type_ for _begins, each, type_ in _KINDS if each == suffix), "application/octet-stream")
