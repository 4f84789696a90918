"""Sign by hash: the CMS of one key is the same for every file but for the digest and the signature in it.

So it is written once by asn1crypto, in a few lengths, and filled. What it is: a detached PAdES B-B signature
(ETSI EN 319 142-1): content type, message digest and the signing certificate are signed, the time stands in the
PDF's dictionary. Signatures are deterministic (RFC 6979 for P-256, PKCS #1 v1.5 for RSA): the same file, the same
bytes, so that a job which is run again makes nothing new.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from academy.ground.lazy import LazyModule

algos = LazyModule("asn1crypto.algos")
cms = LazyModule("asn1crypto.cms")
tsp = LazyModule("asn1crypto.tsp")
x509 = LazyModule("asn1crypto.x509")

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_SHA256 = utils.Prehashed(hashes.SHA256())
_P256_LONGEST = 72  # bytes of the DER of two numbers of 32 bytes


@dataclass(frozen=True)
class Signer:
    """A key, its certificate and those above it (DER, nearest first)."""

    key: PrivateKey
    certificate: bytes
    chain: Sequence[bytes] = ()

    @cached_property
    def room(self) -> int:
        """Tell how many bytes a signature takes at most."""
        longest = self.key.key_size // 8 if isinstance(self.key, rsa.RSAPrivateKey) else _P256_LONGEST
        return len(self._whole(bytes(longest)))

    def sign(self, digest: bytes) -> bytes:
        """Give the CMS over the SHA-256 of a file's bytes."""
        before, after = self._attributes
        told = before + digest + after
        signature = self._sign(hashlib.sha256(told).digest())
        template = self._templates.get(len(signature))
        if template is None:
            template = self._templates[len(signature)] = self._template(len(signature))
        first, middle, last = template
        return b"".join((first, digest, middle, signature, last))

    def _sign(self, digest: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), _SHA256)
        return self.key.sign(digest, ec.ECDSA(_SHA256, deterministic_signing=True))

    @cached_property
    def _templates(self) -> dict[int, tuple[bytes, bytes, bytes]]:
        return {}

    @cached_property
    def _attributes(self) -> tuple[bytes, bytes]:
        """Write what is signed, as the set that RFC 5652, 5.4 has hashed, around the digest's place."""
        before, _mark, after = self._signed_attributes(_DIGEST).dump(force=True).partition(_DIGEST)
        return before, after

    def _template(self, length: int) -> tuple[bytes, bytes, bytes]:
        mark = b"\xa5" * length
        first, _digest, rest = self._whole(mark).partition(_DIGEST)
        middle, _signature, last = rest.partition(mark)
        return first, middle, last

    def _signed_attributes(self, digest: bytes) -> Any:  # noqa: ANN401 - asn1crypto has no types
        bound = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(self.certificate).digest()})
        return cms.CMSAttributes([
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [digest]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [bound]})]},
        ])  # fmt: skip

    def _whole(self, signature: bytes) -> bytes:
        own = x509.Certificate.load(self.certificate)
        by_rsa = isinstance(self.key, rsa.RSAPrivateKey)
        signed = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": self._signed_attributes(_DIGEST),
            "signature_algorithm": {"algorithm": "sha256_rsa" if by_rsa else "sha256_ecdsa"},
            "signature": signature,
        }
        content = {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [own, *map(x509.Certificate.load, self.chain)],
            "signer_infos": [signed],
        }
        whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
        return whole


_DIGEST = hashlib.sha256(b"the place of a digest").digest()
