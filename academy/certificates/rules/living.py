"""What may still happen to a certificate that has its number: revoked, replaced, printed once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from academy.certificates.rules.checks import FACT_NAMES
from academy.certificates.rules.designs import Design
from academy.certificates.rules.states import CERTIFICATE_TRANSITIONS, CertificateState, CertificateStep
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.hours.rules import hours_text

REPLACED_BY = Reason("replaced_by", N_("This certificate was replaced by %(number)s. Turn to that one."))
NO_LONGER_VALID = Reason("no_longer_valid", N_("This certificate is no longer valid."))
REPLACEMENT_OPEN = Reason("replacement_open", N_("A new certificate in its place is already proposed."))
NOTHING_DIFFERS = Reason(
    "nothing_differs",
    N_(
        "A new certificate would say the same as this one. "
        "Correct the name first, or change the design, then propose."
    ),
)
HOLDER_ERASED = Reason("holder_erased", N_("The holder's data has been erased. Nothing new is issued to them."))
REVOKED_SINCE = Reason(
    "revoked_since", N_("The certificate was revoked after this was proposed. Take the proposal back.")
)
NO_FILE_YET = Reason("no_file_yet", N_("There is no file to print yet. Have it made first."))


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeFacts:
    """All that the rules need to know of a certificate before something happens to it."""

    state: CertificateState
    has_file: bool
    replaced_by: str | None
    """The number of the one that stands in its place."""
    revoked_at: datetime | None = None


def reasons_to_refuse_revocation(facts: LifeFacts) -> tuple[Reason, ...]:
    """Return every reason against revoking; a certificate already revoked stays so, which is no reason against."""
    known = facts.state is CertificateState.REVOKED
    possible = known or (facts.state, CertificateStep.REVOKE) in CERTIFICATE_TRANSITIONS
    return () if possible else (_stands_instead(facts),)


def reasons_to_refuse_reprint(facts: LifeFacts) -> tuple[Reason, ...]:
    """Return every reason against printing the same paper once more."""
    live = (facts.state, CertificateStep.REVOKE) in CERTIFICATE_TRANSITIONS
    checks = ((not live, _stands_instead(facts)), (live and not facts.has_file, NO_FILE_YET))
    return tuple(reason for applies, reason in checks if applies)


def _stands_instead(facts: LifeFacts) -> Reason:
    return REPLACED_BY.about(number=facts.replaced_by) if facts.replaced_by else NO_LONGER_VALID


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplacementFacts:
    """All that the rules need to know before a certificate in the place of another is proposed."""

    old: LifeFacts
    is_proposed: bool
    differs: bool
    """Whether the new one would say anything else, in facts or design."""
    erased: bool
    against: tuple[Reason, ...]
    """What stands against the person's certificate today, the old one apart."""
    no_account: Reason | None


def reasons_to_refuse_replacement(facts: ReplacementFacts) -> tuple[Reason, ...]:
    """Return every reason against proposing a certificate in the place of another.

    One that was revoked may be followed by another too: a revocation is never undone, it stays in the register.
    """
    revoked = facts.old.state is CertificateState.REVOKED
    gone = facts.old.replaced_by is not None
    checks = (
        (gone, REPLACED_BY.about(number=facts.old.replaced_by)),
        (facts.is_proposed, REPLACEMENT_OPEN),
        (not gone and not revoked and not facts.differs, NOTHING_DIFFERS),
        (facts.erased, HOLDER_ERASED),
    )
    told = tuple(reason for applies, reason in checks if applies)
    return (*told, *facts.against, *([facts.no_account] if facts.no_account else []))


def reasons_to_refuse_taking_its_place(old: LifeFacts, *, proposed_at: datetime) -> tuple[Reason, ...]:
    """Return every reason against signing a replacement, as things stand at the signature."""
    if old.replaced_by:
        return (REPLACED_BY.about(number=old.replaced_by),)
    if old.revoked_at is not None and old.revoked_at >= proposed_at:
        return (REVOKED_SINCE,)
    return ()


# --- what a new one says otherwise -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a certificate says, before and after."""

    label: str
    before: str | date
    after: str | date

    @property
    def differs(self) -> bool:
        """Tell whether it is said otherwise."""
        return self.before != self.after


_DESIGNED: Mapping[str, str] = {
    "title": N_("Heading"), "body": N_("Text"), "purpose": N_("Words of the seal"), "signatory": N_("Signatory"),
    "seal": N_("Image of the seal"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What a certificate is printed from: a person's frozen facts, and the design that its batch froze."""

    facts: Mapping[str, Any]
    design: Design


def changes(old: Printed, new: Printed) -> tuple[Change, ...]:
    """Set side by side what two certificates say; of their designs only what differs."""
    said = [Change(label, _fact(key, old), _fact(key, new)) for key, label in FACT_NAMES.items()]
    drawn = [
        Change(label, getattr(old.design, key) or "", getattr(new.design, key) or "")
        for key, label in _DESIGNED.items()
    ]
    return (*said, *(change for change in drawn if change.differs))


def _fact(key: str, printed: Printed) -> str | date:
    value = printed.facts[key]
    if key in {"starts_on", "ends_on"}:
        return date.fromisoformat(value)
    return hours_text(value) if key == "tenths" else str(value)


def differ(old: Printed, new: Printed) -> bool:
    """Tell whether a new certificate would look other than the old one in anything at all."""
    said_otherwise = any(old.facts[key] != new.facts[key] for key in FACT_NAMES)
    return said_otherwise or not old.design.same_as(new.design)


# --- the course of its life ------------------------------------------------------------------------


class EventKind(StrEnum):
    """What happened to a certificate."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    ISSUED = "issued"
    REPRINTED = "reprinted"
    REPLACEMENT_PROPOSED = "replacement_proposed"
    REPLACED = "replaced"
    REVOKED = "revoked"


EVENT_NAMES: dict[EventKind, str] = {
    EventKind.PROPOSED: N_("Proposed by %(name)s"),
    EventKind.SIGNED: N_("Signed by %(name)s, number given"),
    EventKind.ISSUED: N_("File made and signed electronically"),
    EventKind.REPRINTED: N_("Paper printed once more by %(name)s"),
    EventKind.REPLACEMENT_PROPOSED: N_("A new certificate in its place proposed by %(name)s"),
    EventKind.REPLACED: N_("Replaced by %(number)s"),
    EventKind.REVOKED: N_("Revoked by %(name)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a certificate: when, what, by whom, why."""

    at: datetime
    kind: EventKind
    name: str = ""
    number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One certificate of a chain from an old one to the newest."""

    number: str
    printed: str
    state: CertificateState
    name: str
    issue_date: date
