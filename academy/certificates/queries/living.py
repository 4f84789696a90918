"""What the rules and the actions need to know of a certificate that is revoked, replaced or printed anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate, CertificateReprint
from academy.certificates.queries import batches, designs
from academy.certificates.rules import proposing
from academy.certificates.rules.checks import Standing
from academy.certificates.rules.designs import from_json
from academy.certificates.rules.living import LifeFacts, Printed, ReplacementFacts, differ
from academy.certificates.rules.proposing import Candidate, ClassFacts
from academy.certificates.rules.states import BatchState, Series
from academy.ground.access import Actor, Role
from academy.ground.errors import NotFound, Reason
from academy.people.models.register import Person, RoleGrant, Unit
from academy.people.queries import register as people
from academy.people.queries.register import held_on

_UNDER_WAY = (BatchState.PROPOSED, BatchState.SIGNED, BatchState.ISSUING, BatchState.PAUSED)


def facts_of(session: Session, row: Certificate) -> LifeFacts:
    """Tell how a certificate stands."""
    return LifeFacts(
        state=row.state, has_file=row.sha256 is not None, replaced_by=successor(session, row.id),
        revoked_at=row.revoked_at,
    )  # fmt: skip


def successor(session: Session, certificate_id: int) -> str | None:
    """Tell the number of the certificate that stands in the place of another."""
    statement = select(Certificate.number).where(Certificate.replaces_id == certificate_id)
    return session.execute(statement).scalar_one_or_none()


def open_replacement(session: Session, number: str) -> int | None:
    """Find the batch that is to put a new certificate in the place of one, from its proposal to its file."""
    statement = select(CertificateBatch.id).where(
        CertificateBatch.replaces == number, CertificateBatch.state.in_(_UNDER_WAY)
    )
    return session.execute(statement).scalar_one_or_none()


def printed_of(session: Session, row: Certificate) -> Printed:
    """Tell what a certificate was printed from."""
    statement = select(CertificateBatch.design).where(CertificateBatch.id == row.batch_id)
    return Printed(row.facts, from_json(row.series, session.execute(statement).scalar_one()))


def _today_of(session: Session, of: ClassFacts, person_id: int, series: Series) -> Candidate | None:
    """Tell what holds of one person of a class session today, as if they had no certificate of it."""
    found = (each for each in batches.candidates(session, of, series) if each.person_id == person_id)
    person = next(found, None)
    return replace(person, certified=None, revoked=None, check=Standing.SILENT) if person else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a new certificate in the place of one would be printed from, as things stand today."""

    number: str
    old: Printed
    new: Printed
    of: ClassFacts
    life: LifeFacts
    person_id: int
    series: Series
    against: tuple[Reason, ...]
    """What stands against the person's certificate today, the old one apart."""


def would_replace(session: Session, number: str) -> Proposed:
    """Tell what a certificate would be printed from if it were made anew today; raises NotFound."""
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar_one_or_none()
    if row is None:
        raise NotFound
    of = batches.class_facts_by_id(session, row.class_session_id)
    person = _today_of(session, of, row.person_id, row.series)
    frozen = proposing.frozen_facts(of, person, row.series) if person else dict(row.facts)
    return Proposed(
        number=number, old=printed_of(session, row), new=Printed(frozen, designs.current(session, row.series)),
        of=of, life=facts_of(session, row), person_id=row.person_id, series=row.series,
        against=proposing.reasons_against(person, row.series) if person else (proposing.NOT_COMPLETED,),
    )  # fmt: skip


def replacement_facts(session: Session, found: Proposed, actor: Actor) -> ReplacementFacts:
    """Tell all that may stand against proposing this."""
    return ReplacementFacts(
        old=found.life, is_proposed=open_replacement(session, found.number) is not None,
        differs=differ(found.old, found.new), erased=_is_erased(session, found.person_id), against=found.against,
        no_account=None if actor.person_id else proposing.NO_ACCOUNT,
    )  # fmt: skip


def _is_erased(session: Session, person_id: int) -> bool:
    """Tell whether somebody's data has been erased."""
    statement = select(Person.anonymised_at.is_not(None)).where(Person.id == person_id)
    return session.execute(statement).scalar_one()


def count_reprints(session: Session, certificate_id: int) -> int:
    """Count how often the paper of a certificate was printed once more."""
    statement = select(func.count()).select_from(CertificateReprint)
    return session.execute(statement.where(CertificateReprint.certificate_id == certificate_id)).scalar_one()


def liaisons_of(session: Session, person_id: int, *, on: date) -> Sequence[int]:
    """List who are the liaisons of a person's unit on a day; where it has none, those of the unit above."""
    unit = people.unit_of(session, person_id, on)
    unit_id = unit.id if unit else None
    while unit_id is not None:
        holds = select(RoleGrant.person_id).where(
            RoleGrant.role == Role.LIAISON, RoleGrant.unit_id == unit_id, held_on(RoleGrant, on)
        )
        if found := session.execute(holds.distinct().order_by(RoleGrant.person_id)).scalars().all():
            return found
        unit_id = session.execute(select(Unit.parent_id).where(Unit.id == unit_id)).scalar_one()
    return ()
