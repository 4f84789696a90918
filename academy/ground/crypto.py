"""Personal data at rest: encrypted columns, and keyed blind indexes to find a whole value again.

A sealed value is version (1 byte), key id (1 byte), nonce (12 bytes), AES-256-GCM ciphertext; table and column
are bound to it as associated data, so that a value copied to another column does not open.
"""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_VERSION = 1
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys for personal data: sealing keys by id (the highest seals), and the key of the blind indexes."""

    sealing: dict[int, bytes]
    index: bytes

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a text for its place, `table.column`."""
        key_id = max(self.sealing)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        data = AESGCM(self.sealing[key_id]).encrypt(nonce, text.encode(), place.encode())
        return bytes((_VERSION, key_id)) + nonce + data

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt what was sealed for this place."""
        version, key_id = sealed[0], sealed[1]
        if version != _VERSION:
            raise ValueError(f"{place} holds a value of version {version}; this program knows {_VERSION}.")
        nonce, data = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
        return AESGCM(self.sealing[key_id]).decrypt(nonce, data, place.encode()).decode()

    def blind(self, text: str, kind: str) -> str:
        """Make the keyed index of a whole value: equal values of a kind have equal indexes."""
        return hmac.digest(self.index, f"{kind}:{text}".encode(), "sha256").hex()[:32]


_bound: list[Vault] = []


def bind(vault: Vault) -> None:
    """Make these the keys in use."""
    _bound[:] = [vault]


def vault() -> Vault:
    """Tell the keys in use."""
    if not _bound:
        raise RuntimeError("No keys are bound. create_app and the command line do it by crypto.bind(...).")
    return _bound[0]


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest and bound to its place, `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else vault().seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else vault().open(bytes(value), self.place)


def vault_of_folder(folder: Path) -> Vault:
    """Read the keys kept in a folder, and make them at the first start (mode 0600)."""
    return Vault(sealing={1: key_file(folder / "personal-data.key")}, index=key_file(folder / "blind-index.key"))


def key_file(path: Path) -> bytes:
    """Read a key of 32 bytes, kept as hex, and make it if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        try:
            path.hardlink_to(fresh)  # fails if another process was first; then its key is the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(path.read_text().strip())
