"""Sign one PDF by pyHanko: for what the fast way cannot make, and where a timestamp server is asked."""

from io import BytesIO
from typing import Any

from academy.documents.actions.signing import Signer
from academy.ground.lazy import LazyModule

keys = LazyModule("asn1crypto.keys")
registry = LazyModule("pyhanko_certvalidator.registry")
signers = LazyModule("pyhanko.sign.signers")
fields = LazyModule("pyhanko.sign.fields")
timestamps = LazyModule("pyhanko.sign.timestamps")
writer = LazyModule("pyhanko.pdf_utils.incremental_writer")
x509 = LazyModule("asn1crypto.x509")
serialization = LazyModule("cryptography.hazmat.primitives.serialization")

_PATIENCE_SECONDS = 20


def seal(pdf: bytes, signer: Signer, *, timestamp_url: str = "") -> bytes:
    """Add a PAdES signature over a whole PDF: B-B, or B-T with a timestamp; no change is allowed after it."""
    der = signer.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    known = registry.SimpleCertificateStore()
    known.register_multiple(map(x509.Certificate.load, signer.chain))
    by = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(signer.certificate), signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=known,
    )  # fmt: skip
    told = signers.PdfSignatureMetadata(
        field_name="signature", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    stamper: Any = timestamps.HTTPTimeStamper(timestamp_url, timeout=_PATIENCE_SECONDS) if timestamp_url else None
    out = BytesIO()
    signers.PdfSigner(told, signer=by, timestamper=stamper).sign_pdf(
        writer.IncrementalPdfFileWriter(BytesIO(pdf)), output=out
    )
    return out.getvalue()
