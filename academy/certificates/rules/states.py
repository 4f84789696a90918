"""The states of batches and certificates, and the series of numbers."""

from enum import StrEnum

from academy.ground.text import N_


class BatchState(StrEnum):
    """The life of a batch."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    ISSUING = "issuing"
    PAUSED = "paused"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class BatchStep(StrEnum):
    """What moves a batch on."""

    SIGN = "sign"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[BatchState, BatchStep], BatchState] = {
    (BatchState.PROPOSED, BatchStep.SIGN): BatchState.SIGNED,
    (BatchState.PROPOSED, BatchStep.WITHDRAW): BatchState.WITHDRAWN,
    (BatchState.SIGNED, BatchStep.START): BatchState.ISSUING,
    (BatchState.ISSUING, BatchStep.PAUSE): BatchState.PAUSED,
    (BatchState.PAUSED, BatchStep.RESUME): BatchState.ISSUING,
    (BatchState.ISSUING, BatchStep.FINISH): BatchState.ISSUED,
}

BATCH_STATE_NAMES: dict[BatchState, str] = {
    BatchState.PROPOSED: N_("Waits for the second signature"),
    BatchState.SIGNED: N_("Signed, files not made yet"),
    BatchState.ISSUING: N_("Files are being made"),
    BatchState.PAUSED: N_("Paused"),
    BatchState.ISSUED: N_("Issued"),
    BatchState.WITHDRAWN: N_("Taken back"),
}


class CertificateState(StrEnum):
    """The life of a certificate."""

    NUMBERED = "numbered"
    ISSUED = "issued"
    REPLACED = "replaced"
    REVOKED = "revoked"


class CertificateStep(StrEnum):
    """What moves a certificate on; neither way leads back."""

    MAKE = "make"
    REPLACE = "replace"
    REVOKE = "revoke"


CERTIFICATE_TRANSITIONS: dict[tuple[CertificateState, CertificateStep], CertificateState] = {
    (CertificateState.NUMBERED, CertificateStep.MAKE): CertificateState.ISSUED,
    (CertificateState.NUMBERED, CertificateStep.REPLACE): CertificateState.REPLACED,
    (CertificateState.NUMBERED, CertificateStep.REVOKE): CertificateState.REVOKED,
    (CertificateState.ISSUED, CertificateStep.REPLACE): CertificateState.REPLACED,
    (CertificateState.ISSUED, CertificateStep.REVOKE): CertificateState.REVOKED,
}

CERTIFICATE_STATE_NAMES: dict[CertificateState, str] = {
    CertificateState.NUMBERED: N_("No file yet"),
    CertificateState.ISSUED: N_("Issued"),
    CertificateState.REPLACED: N_("Replaced"),
    CertificateState.REVOKED: N_("Revoked"),
}


class Series(StrEnum):
    """A series of numbers; each counts from 1 in every local year."""

    COMPLETION = "J"
    EXCELLENT = "Y"
    HOURS = "S"


SERIES_NAMES: dict[Series, str] = {
    Series.COMPLETION: N_("Certificate of completion"),
    Series.EXCELLENT: N_("Certificate of an excellent trainee"),
    Series.HOURS: N_("Statement of hours"),
}


class CheckAnswer(StrEnum):
    """What a trainee said of what their certificate is going to say."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SETTLED = "settled"
