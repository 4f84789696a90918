"""What must always be true of certificates that stand in the place of others."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import CertificateState

_LIVE = (CertificateState.NUMBERED, CertificateState.ISSUED)


def broken(session: Session) -> Iterator[str]:
    """Name replaced certificates without one later successor, and successors of such as are valid themselves.

    A successor is of the same person, class session and series, and was numbered after the other.
    """
    new, old = aliased(Certificate), aliased(Certificate)
    alone = (
        select(old.number)
        .outerjoin(new, new.replaces_id == old.id)
        .where(old.state == CertificateState.REPLACED)
        .group_by(old.id, old.number)
        .having(func.count(new.id) != 1)
    )
    fits = (
        (new.id > old.id) & (new.numbered_at >= old.numbered_at) & (new.person_id == old.person_id)
        & (new.class_session_id == old.class_session_id) & (new.series == old.series)
        & old.state.not_in(_LIVE)
    )  # fmt: skip
    astray = select(new.number).join(old, old.id == new.replaces_id).where(~fits)
    for statement in (alone, astray):
        yield from (f"certificate {number}" for number in session.execute(statement).scalars())


def closed(session: Session) -> Iterator[str]:
    """Name certificates that come after themselves: those of a chain that never ends."""
    rows = session.execute(
        select(Certificate.id, Certificate.replaces_id).where(Certificate.replaces_id.is_not(None))
    )
    before = dict(rows.all())
    ends: set[int] = set()
    for start in before:
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in ends and at not in way:
            way.append(at)
            at = before.get(at)
        if at is not None and at in way:
            yield f"certificate with id {at}"
        ends.update(way)
