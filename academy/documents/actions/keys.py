"""The academy's own certificate authority, and the keys that sign certificates: make, change, revoke, read.

A folder holds `authority.pem` and `authority.key`, and for every signing key `signer-<serial>.pem` and `.key`;
`current` names the one in use and `revoked.json` those that must no longer be trusted. A key that is changed or
revoked leaves the files it signed as they are: their certificates are inside them, and the register vouches.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from academy.documents.actions.signing import PrivateKey, Signer
from academy.ground import clock
from academy.ground.settings import Settings

_AUTHORITY_LASTS = timedelta(days=365 * 30)
_SIGNER_LASTS = timedelta(days=365 * 10)
_RSA_BITS = 2048
_ONLY_OWNER = 0o600


class NoKeys(RuntimeError):
    """There is no key to sign with; the words say how one is made."""


class KeysExist(RuntimeError):
    """Keys are there already, and are never written over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A signing certificate as lists show it."""

    serial: str
    name: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    current: bool
    revoked_at: str | None
    reason: str


def folder(settings: Settings) -> Path:
    """Tell where the signing keys are."""
    return settings.keys / "signing"


# --- make, change, revoke ---------------------------------------------------------------------------


def init(settings: Settings, *, now: datetime) -> str:
    """Make the authority and the first signing key; raises KeysExist. Tells the key's serial number."""
    place = folder(settings)
    if (place / "authority.pem").exists():
        raise KeysExist(f"There are keys in {place}: `academy keys rotate` makes another signing key.")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _new_key(settings)
    name = _name(settings, f"{settings.academy_name} 证书根 CA {now:%Y}")
    certificate = (
        _builder(name, name, key, now, _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(place / "authority.key", key)
    _write(place / "authority.pem", certificate.public_bytes(serialization.Encoding.PEM))
    return rotate(settings, now=now)


def rotate(settings: Settings, *, now: datetime) -> str:
    """Make another signing key and use it from now on; raises NoKeys. Tells its serial number."""
    place = folder(settings)
    authority, authority_key = _read_pair(place / "authority")
    key = _new_key(settings)
    name = _name(settings, f"{settings.academy_name} 证书签名 {now:%Y-%m-%d}")
    certificate = (
        _builder(name, authority.subject, key, now, min(_SIGNER_LASTS, authority.not_valid_after_utc - now))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    serial = f"{certificate.serial_number:x}"
    _write_key(place / f"signer-{serial}.key", key)
    _write(place / f"signer-{serial}.pem", certificate.public_bytes(serialization.Encoding.PEM))
    _write(place / "current", serial.encode())
    return serial


def revoke(settings: Settings, *, serial: str, reason: str, now: datetime) -> None:
    """Note that a signing key must no longer be trusted, and write the list of such keys; raises NoKeys.

    The key in use cannot be revoked before another one is made: nothing could be signed meanwhile.
    """
    place = folder(settings)
    if not (place / f"signer-{serial}.pem").exists():
        raise NoKeys(f"No signing key has the serial number {serial}: `academy keys list` tells them.")
    if _current(place) == serial:
        raise KeysExist("This key is in use. Run `academy keys rotate` first, then revoke the old one.")
    revoked = {**_revoked(place), serial: {"at": now.isoformat(), "reason": reason}}
    authority, authority_key = _read_pair(place / "authority")
    listed = x509.CertificateRevocationListBuilder().issuer_name(authority.subject).last_update(now)
    listed = listed.next_update(now + _SIGNER_LASTS)
    for number, told in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(int(number, 16))
        listed = listed.add_revoked_certificate(entry.revocation_date(datetime.fromisoformat(told["at"])).build())
    _write(place / "revoked.pem", listed.sign(authority_key, hashes.SHA256()).public_bytes(_PEM))
    _write(place / "revoked.json", json.dumps(revoked, ensure_ascii=False, indent=1).encode())
    (place / f"signer-{serial}.key").unlink(missing_ok=True)


_PEM = serialization.Encoding.PEM


# --- read -------------------------------------------------------------------------------------------


def signer(settings: Settings) -> Signer:
    """Read the key to sign with: a licensed authority's from `signing_pkcs12`, else the academy's own.

    Raises NoKeys; outside production the academy's own are made when they are missing.
    """
    if settings.signing_pkcs12:
        return _licensed(Path(settings.signing_pkcs12), settings.signing_password)
    place = folder(settings)
    if not settings.production and not (place / "current").exists():
        _init_once(settings)
    return _own_signer(place, _current(place))


@cache
def _own_signer(place: Path, serial: str) -> Signer:
    """Read a key once a process; whoever changes keys changes the serial number."""
    certificate, key = _read_pair(place / f"signer-{serial}")
    authority = x509.load_pem_x509_certificate((place / "authority.pem").read_bytes())
    return Signer(key, _der(certificate), (_der(authority),))


def _init_once(settings: Settings) -> None:
    """Make keys for trying things out; of several processes that need them at once one makes them."""
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (place / "current").exists():
            init(settings, now=clock.now())


def authorities(settings: Settings) -> list[bytes]:
    """List the certificates (DER) of the authorities that this academy's signatures go back to."""
    if settings.signing_pkcs12:
        found = _licensed(Path(settings.signing_pkcs12), settings.signing_password)
        return [*found.chain] or [found.certificate]
    place = folder(settings) / "authority.pem"
    return [_der(x509.load_pem_x509_certificate(place.read_bytes()))] if place.exists() else []


def views(settings: Settings) -> list[KeyView]:
    """List the academy's own signing keys, the newest first."""
    place = folder(settings)
    revoked, current = _revoked(place), (place / "current").exists() and _current(place)
    found = []
    for path in place.glob("signer-*.pem"):
        certificate, serial = x509.load_pem_x509_certificate(path.read_bytes()), path.stem.removeprefix("signer-")
        told = revoked.get(serial, {})
        found.append(KeyView(
            serial=serial, name=certificate.subject.rfc4514_string(), starts_at=certificate.not_valid_before_utc,
            kind="RSA" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else "P-256",
            ends_at=certificate.not_valid_after_utc, current=serial == current, revoked_at=told.get("at"),
            reason=told.get("reason", ""),
        ))  # fmt: skip
    return sorted(found, key=lambda view: view.starts_at, reverse=True)


def _licensed(path: Path, password: str) -> Signer:
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError) as error:
        raise NoKeys(f"ACADEMY_SIGNING_PKCS12={path} cannot be read: {error}") from error
    if certificate is None or not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise NoKeys(f"ACADEMY_SIGNING_PKCS12={path} holds no certificate with a P-256 or RSA key.")
    return Signer(key, _der(certificate), tuple(map(_der, chain)))


def _read_pair(stem: Path) -> tuple[x509.Certificate, PrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
        key = serialization.load_pem_private_key(stem.with_suffix(".key").read_bytes(), password=None)
    except FileNotFoundError as error:
        raise NoKeys(f"There is no signing key at {stem}: run `academy keys init`.") from error
    if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise NoKeys(f"The key at {stem} is neither P-256 nor RSA.")
    return certificate, key


def _current(place: Path) -> str:
    try:
        return (place / "current").read_text().strip()
    except FileNotFoundError as error:
        raise NoKeys(f"There is no signing key in {place}: run `academy keys init`.") from error


def _revoked(place: Path) -> Mapping[str, Mapping[str, str]]:
    listed = place / "revoked.json"
    told: Mapping[str, Mapping[str, str]] = json.loads(listed.read_text()) if listed.exists() else {}
    return told


# --- pieces -----------------------------------------------------------------------------------------


def _new_key(settings: Settings) -> PrivateKey:
    if settings.signing_algorithm == "rsa2048":
        return rsa.generate_private_key(65537, _RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def _name(settings: Settings, common: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.academy_name),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])  # fmt: skip


def _builder(
    name: x509.Name, issuer: x509.Name, key: PrivateKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(minutes=5))
    builder = builder.not_valid_after(now + lasts)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _write_key(path: Path, key: PrivateKey) -> None:
    pem = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, pem)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    unfinished = path.with_name(f".{path.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_OWNER)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
