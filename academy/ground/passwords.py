"""Passwords: hashed by argon2id, slowly on purpose, so never inside a transaction."""

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's floor: enough against guessing, little enough for many sign-ins at once on two cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

# Nobody's password: checked where there is no account, so that an unknown name takes as long as a known one.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$dbENM7dbh/v43EUXgyqMTA$IuibQ1er9Yjwx61RuQ4iAHl8AnFy3A9u1hvG+HPSYQo"


def hash_of(password: str) -> str:
    """Hash a password."""
    return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed; a damaged hash fits nothing."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made with other costs than today's, and should be made anew."""
    return _HASHER.check_needs_rehash(password_hash)
