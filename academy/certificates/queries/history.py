"""The course of a certificate's life as pages tell it: to the office all of it, to the public how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate, CertificateReprint
from academy.certificates.queries import living
from academy.certificates.rules.designs import from_json
from academy.certificates.rules.living import Change, Event, EventKind, LifeFacts, Link, Printed, changes
from academy.certificates.rules.numbers import printed
from academy.certificates.rules.states import BatchState, CertificateState, Series
from academy.ground.errors import NotFound
from academy.journal.models import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A certificate as the office sees it: who holds it, how it stands, and all that happened to it."""

    facts: LifeFacts
    series: Series
    batch_id: int
    person_id: int
    events: tuple[Event, ...]
    chain: tuple[Link, ...]
    """From the first to the newest; of itself alone where it neither replaces nor is replaced."""
    reprints: int
    replacement_id: int | None
    """The batch that is to put a new one in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the life of a certificate ended, as far as the public may know from its number alone."""

    on: datetime
    reason: str
    """Of a revocation: words for the public."""
    newest: Link | None
    """What stands in its place now, at the end of the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What a batch puts in the place of a certificate, and what it says otherwise."""

    number: str
    printed: str
    state: CertificateState
    reason: str
    changes: tuple[Change, ...]


def _row(session: Session, number: str) -> Certificate:
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def life(session: Session, number: str) -> Life:
    """Tell the office the life of a certificate; raises NotFound."""
    row = _row(session, number)
    facts = living.facts_of(session, row)
    events = sorted(_events(session, row, facts), key=lambda event: event.at)
    return Life(
        facts=facts, series=row.series, batch_id=row.batch_id, person_id=row.person_id, events=tuple(events),
        chain=_chain(session, row), reprints=sum(event.kind is EventKind.REPRINTED for event in events),
        replacement_id=living.open_replacement(session, number),
    )  # fmt: skip


def _events(session: Session, row: Certificate, facts: LifeFacts) -> Iterator[Event]:
    """Tell what happened to a certificate, in no order but that of equal moments."""
    batch = session.execute(select(CertificateBatch).where(CertificateBatch.id == row.batch_id)).scalar_one()
    yield Event(at=batch.proposed_at, kind=EventKind.PROPOSED, name=batch.proposer_name, reason=batch.reason)
    yield Event(at=row.numbered_at, kind=EventKind.SIGNED, name=batch.signer_name)
    if row.issued_at:
        yield Event(at=row.issued_at, kind=EventKind.ISSUED)
    reprints = select(CertificateReprint).where(CertificateReprint.certificate_id == row.id)
    for each in session.execute(reprints.order_by(CertificateReprint.id)).scalars():
        yield Event(at=each.at, kind=EventKind.REPRINTED, name=each.actor_name, reason=each.reason)
    after = select(CertificateBatch).where(
        CertificateBatch.replaces == row.number, CertificateBatch.state != BatchState.WITHDRAWN
    )
    for later in session.execute(after).scalars():
        yield Event(
            at=later.proposed_at, kind=EventKind.REPLACEMENT_PROPOSED, name=later.proposer_name,
            reason=later.reason,
        )  # fmt: skip
        if later.signed_at and facts.replaced_by:
            yield Event(at=later.signed_at, kind=EventKind.REPLACED, number=facts.replaced_by)
    if row.revoked_at:
        yield Event(
            at=row.revoked_at, kind=EventKind.REVOKED, name=_revoker(session, row.id), reason=row.revoked_reason
        )


def _revoker(session: Session, certificate_id: int) -> str:
    """Tell who revoked a certificate, as the journal has it."""
    statement = select(JournalEntry.actor_name).where(
        JournalEntry.about_kind == Certificate.__tablename__, JournalEntry.about_id == certificate_id,
        JournalEntry.code == "certificate.revoked",
    )  # fmt: skip
    return session.execute(statement.order_by(JournalEntry.id).limit(1)).scalar_one_or_none() or ""


def _link(row: Certificate) -> Link:
    return Link(
        number=row.number, printed=printed(row.number), state=row.state, name=row.facts["name"],
        issue_date=row.issue_date,
    )  # fmt: skip


def _chain(session: Session, row: Certificate) -> tuple[Link, ...]:
    """Follow a certificate back to the first and on to the newest; should a chain be closed, once around it."""
    older, first, seen = list[Link](), row, {row.id}
    while first.replaces_id is not None and first.replaces_id not in seen:
        first = session.execute(select(Certificate).where(Certificate.id == first.replaces_id)).scalar_one()
        seen.add(first.id)
        older.append(_link(first))
    return (*reversed(older), _link(row), *(_link(newer) for newer in _newer(session, row, seen)))


def _newer(session: Session, row: Certificate, seen: set[int]) -> Iterator[Certificate]:
    """Follow a certificate on to the newest."""
    following: Certificate | None = row
    while following is not None:
        statement = select(Certificate).where(
            Certificate.replaces_id == following.id, Certificate.id.not_in(sorted(seen))
        )
        following = session.execute(statement).scalar_one_or_none()
        if following is not None:
            seen.add(following.id)
            yield following


def ending(session: Session, number: str) -> Ending | None:
    """Tell the public how the life of a certificate ended; None while it is valid, or where there is none."""
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar_one_or_none()
    on = (row.revoked_at or row.replaced_at) if row is not None else None
    if row is None or on is None:
        return None
    newer = list(_newer(session, row, {row.id}))
    return Ending(on=on, reason=row.revoked_reason, newest=_link(newer[-1]) if newer else None)


def replacement(session: Session, batch_id: int) -> Replacement | None:
    """Tell what a batch puts in the place of a certificate; None where it replaces none."""
    statement = select(CertificateBatch, BatchEntry.facts).join(
        BatchEntry, BatchEntry.batch_id == CertificateBatch.id
    )
    found = session.execute(
        statement.where(CertificateBatch.id == batch_id, CertificateBatch.replaces.is_not(None))
    ).one_or_none()
    if found is None:
        return None
    batch, facts = found
    old = _row(session, batch.replaces or "")
    new = Printed(facts, from_json(batch.series, batch.design))
    return Replacement(
        number=old.number, printed=printed(old.number), state=old.state, reason=batch.reason,
        changes=changes(living.printed_of(session, old), new),
    )  # fmt: skip
