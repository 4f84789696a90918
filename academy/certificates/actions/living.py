"""What happens to a certificate after its issue: revoke it, put a new one in its place, print its paper again."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate, CertificateReprint
from academy.certificates.queries import living, register
from academy.certificates.rules import living as rules
from academy.certificates.rules.numbers import printed
from academy.certificates.rules.states import (
    CERTIFICATE_TRANSITIONS,
    BatchState,
    CertificateState,
    CertificateStep,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter, post
from academy.people.queries import register as people

REVOKED = Letter(
    "certificate.revoked",
    N_("Your certificate was revoked"),
    N_(
        "Your certificate %(printed)s of “%(title)s” was revoked and is no longer valid. Why: %(reason)s. "
        "If you think this is wrong, tell the academy's office."
    ),
)
REVOKED_IN_UNIT = Letter(
    "certificate.revoked-in-unit",
    N_("A certificate of your unit was revoked"),
    N_(
        "The certificate %(printed)s of “%(title)s”, held by %(name)s of your unit, was revoked and is no longer "
        "valid. Why: %(reason)s."
    ),
)
REPLACED = Letter(
    "certificate.replaced",
    N_("You have a new certificate"),
    N_(
        "Your certificate %(old)s of “%(title)s” is replaced by %(new)s and no longer valid. "
        "The new one stands on your page in a moment; please throw the old paper away."
    ),
)


def revoke(session: Session, *, actor: Actor, number: str, reason: str, now: datetime) -> bool:
    """Revoke a certificate at once and for good; tell its holder and the unit's liaisons.

    One that is revoked already stays as it is, with its first reason; False tells so.
    """
    row = register.lock_certificate(session, number)
    if reasons := rules.reasons_to_refuse_revocation(living.facts_of(session, row)):
        raise Refused(*reasons)
    if row.state is CertificateState.REVOKED:
        return False
    before, row.state = row.state, CERTIFICATE_TRANSITIONS[row.state, CertificateStep.REVOKE]
    row.revoked_at, row.revoked_reason = now, reason
    record(session, actor=actor, what="certificate.revoked", about=row, now=now,
           before={"state": before}, after={"state": row.state, "number": number, "reason": reason})  # fmt: skip
    values = {"printed": printed(number), "title": row.facts["class_title"], "reason": reason.rstrip("。.")}
    _tell(session, REVOKED, row.person_id, values, now=now)
    for person_id in living.liaisons_of(session, row.person_id, on=clock.local_date(now)):
        _tell(session, REVOKED_IN_UNIT, person_id, {**values, "name": row.facts["name"]}, now=now)
    return True


def _tell(session: Session, letter: Letter, person_id: int, values: dict[str, str], *, now: datetime) -> None:
    to = people.recipient(session, person_id)
    if to is not None:
        post(session, letter, to=to, now=now, values=values)


def propose_replacement(session: Session, *, actor: Actor, number: str, reason: str, now: datetime) -> int:
    """Propose a new certificate in the place of one, frozen as things stand today, and tell the batch's id.

    Nothing changes before another admin signs it. Raises Refused with every reason when the rules forbid it.
    """
    register.lock_certificate(session, number)
    found = living.would_replace(session, number)
    if reasons := rules.reasons_to_refuse_replacement(living.replacement_facts(session, found, actor)):
        raise Refused(*reasons)
    batch = CertificateBatch(
        class_session_id=found.of.id, series=found.series, design=found.new.design.as_json(),
        state=BatchState.PROPOSED, proposer_id=actor.person_id, proposer_name=actor.name, proposed_at=now,
        signer_id=None, signed_at=None, started_at=None, issued_at=None, withdrawn_at=None, replaces=number,
        reason=reason, sample=found.of.sample,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(
        BatchEntry(
            batch_id=batch.id,
            person_id=found.person_id,
            eligible=True,
            facts={**found.new.facts, "reasons": []},
        )
    )
    record(session, actor=actor, what="certificate.replacement-proposed", about=batch, now=now,
           after={"replaces": number, "reason": reason})  # fmt: skip
    return batch.id


def step_aside(session: Session, *, batch: CertificateBatch, now: datetime) -> Certificate | None:
    """Let the certificate that a signed batch replaces step aside, before the new one is numbered.

    None where the batch replaces none. A revoked one stays revoked.
    """
    if batch.replaces is None:
        return None
    old = register.lock_certificate(session, batch.replaces)
    reasons = rules.reasons_to_refuse_taking_its_place(
        living.facts_of(session, old), proposed_at=batch.proposed_at
    )
    if reasons:
        raise Refused(*reasons)
    if old.state is not CertificateState.REVOKED:
        old.state, old.replaced_at = CERTIFICATE_TRANSITIONS[old.state, CertificateStep.REPLACE], now
        session.flush()  # before the new one is there: a person has one valid certificate of a class and series
    return old


def note_replaced(session: Session, *, actor: Actor, old: Certificate | None, new: str, now: datetime) -> None:
    """Note which number stands in the place of a certificate that stepped aside, and tell its holder."""
    if old is None:
        return
    record(session, actor=actor, what="certificate.replaced", about=old, now=now,
           after={"state": old.state, "number": old.number, "by": new})  # fmt: skip
    values = {"old": printed(old.number), "new": printed(new), "title": old.facts["class_title"]}
    _tell(session, REPLACED, old.person_id, values, now=now)


def reprint(session: Session, *, actor: Actor, number: str, reason: str, now: datetime) -> int:
    """Note that the paper of a certificate is printed once more, and tell how often it was by now."""
    row = register.lock_certificate(session, number)
    if reasons := rules.reasons_to_refuse_reprint(living.facts_of(session, row)):
        raise Refused(*reasons)
    session.add(
        CertificateReprint(
            certificate_id=row.id, reason=reason, actor_id=actor.person_id, actor_name=actor.name, at=now
        )
    )
    session.flush()
    count = living.count_reprints(session, row.id)
    record(session, actor=actor, what="certificate.reprinted", about=row, now=now,
           after={"number": number, "reason": reason, "times": count})  # fmt: skip
    return count
