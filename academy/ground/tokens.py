"""Codes that people type or phones scan, and secrets that nobody sees."""

import hashlib
import secrets

# Crockford's alphabet: no I, L, O or U, which paper and people confuse.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans("ILO", "110")


def code(length: int = 10) -> str:
    """Make a random base32 code of this length."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def read_code(text: str) -> str:
    """Read a code as a person types it: any case, with spaces or dashes, O for 0."""
    return text.upper().replace(" ", "").replace("-", "").translate(_CONFUSED)


def digits(length: int = 6) -> str:
    """Make a one-time code of decimal digits."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def secret() -> str:
    """Make a secret of 256 bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(secret_value: str) -> str:
    """Tell the SHA-256 of a random secret, which is all that the database keeps of it."""
    return hashlib.sha256(secret_value.encode()).hexdigest()
