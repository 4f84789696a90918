"""Who of a class session can be certified, and the batches in which two people decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.catalogue.models import Programme
from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import answers
from academy.certificates.rules.proposing import CERTIFIABLE, REASONS, Candidate, ClassFacts
from academy.certificates.rules.states import SERIES_NAMES, BatchState, CertificateState, Series
from academy.classes.models import ClassSession
from academy.documents.queries import fonts
from academy.enrolment.queries.showing import roster
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.errors import NotFound, Reason
from academy.ground.keyset import Slice, page
from academy.hours import queries as hours
from academy.hours.models import Completion
from academy.people.models.register import Person

OPEN = (BatchState.PROPOSED, BatchState.SIGNED, BatchState.ISSUING, BatchState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A batch as lists show it: how many people it is for, how many numbers and files there are."""

    id: int
    class_session_id: int
    class_code: str
    class_title: str
    series: Series
    series_name: str
    state: BatchState
    proposer_id: int | None
    proposer_name: str
    proposed_at: datetime
    signer_name: str
    signed_at: datetime | None
    issued_at: datetime | None
    people: int
    numbered: int
    made: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A person as the batch froze them, with the reasons against or the certificate that came of it."""

    person_id: int
    eligible: bool
    name: str
    unit: str
    tenths: int
    required_tenths: int
    reasons: tuple[Reason, ...]
    number: str | None
    certificate: CertificateState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """A concluded class session that has no certificates yet."""

    code: str
    title: str
    concluded_on: datetime
    completed: int


def class_facts(session: Session, code: str) -> ClassFacts:
    """Tell what certificates say of a class session; raises NotFound."""
    return _class_facts(session, ClassSession.code == code)


def class_facts_by_id(session: Session, class_session_id: int) -> ClassFacts:
    """Tell what certificates say of a class session, by its id; raises NotFound."""
    return _class_facts(session, ClassSession.id == class_session_id)


def _class_facts(session: Session, which: ColumnElement[bool]) -> ClassFacts:
    statement = select(ClassSession, Programme.title).join(Programme, Programme.id == ClassSession.programme_id)
    row = session.execute(statement.where(which)).one_or_none()
    if row is None:
        raise NotFound
    found, programme = row
    return ClassFacts(
        id=found.id, code=found.code, title=found.title, programme=programme, programme_id=found.programme_id,
        starts_on=found.starts_on, ends_on=found.ends_on, state=found.state, sample=found.sample,
    )  # fmt: skip


def candidates(session: Session, of: ClassFacts, series: Series = Series.COMPLETION) -> tuple[Candidate, ...]:
    """List everybody who had a place in a class session or completed it, in the order of names."""
    required = required_tenths(session, of)
    units = {row.person_id: row.unit_name for row in roster(session, of.id) if row.state is EnrolmentState.SEATED}
    tenths = hours.tenths_by_person(session, of.id)
    completed = hours.completions(session, of.id)
    attended = tenths.keys() if series is Series.HOURS else set()
    certified = numbers_of_class(session, of.id, series)
    revoked = revoked_of_class(session, of.id, series)
    people = session.execute(
        select(Person.id, Person.name, Person.name_pinyin)
        .where(Person.id.in_(units.keys() | completed.keys() | attended))
        .order_by(Person.name_pinyin, Person.id)
    ).all()
    found = tuple(
        Candidate(
            person_id=person_id, name=name, name_pinyin=spelled, unit=units.get(person_id, ""),
            tenths=completed[person_id].tenths if person_id in completed else tenths.get(person_id, 0),
            required_tenths=required, completed=person_id in completed, certified=certified.get(person_id),
            unprintable=fonts.missing_characters(name), revoked=revoked.get(person_id),
        )
        for person_id, name, spelled in people
    )  # fmt: skip
    return answers.with_checks(session, of, found) if series is Series.COMPLETION else found


def required_tenths(session: Session, of: ClassFacts) -> int:
    """Tell the hours that a class session's programme asks for."""
    return catalogue.programme(session, of.programme_id).required_tenths


def numbers_of_class(
    session: Session, class_session_id: int, series: Series = Series.COMPLETION
) -> dict[int, str]:
    """Tell who has a valid certificate of a series for a class session, with its number."""
    statement = select(Certificate.person_id, Certificate.number).where(
        Certificate.class_session_id == class_session_id, Certificate.series == series,
        Certificate.state.in_((CertificateState.NUMBERED, CertificateState.ISSUED)),
    )  # fmt: skip
    return dict(session.execute(statement).all())


def revoked_of_class(session: Session, class_session_id: int, series: Series) -> dict[int, str]:
    """Tell whose certificate of a series for a class session was revoked, with nothing in its place."""
    followed = select(Certificate.replaces_id).where(Certificate.replaces_id.is_not(None))
    statement = select(Certificate.person_id, Certificate.number).where(
        Certificate.class_session_id == class_session_id, Certificate.series == series,
        Certificate.state == CertificateState.REVOKED, Certificate.id.not_in(followed),
    )  # fmt: skip
    return dict(session.execute(statement).all())


def open_batch_id(session: Session, class_session_id: int, series: Series = Series.COMPLETION) -> int | None:
    """Find the batch of a series for a class session that is under way; replacements stand beside it."""
    return session.execute(
        select(CertificateBatch.id).where(
            CertificateBatch.class_session_id == class_session_id, CertificateBatch.series == series,
            CertificateBatch.state.in_(OPEN), CertificateBatch.replaces.is_(None),
        )
    ).scalar_one_or_none()  # fmt: skip


def lock_batch(session: Session, batch_id: int) -> CertificateBatch:
    """Lock a batch; raises NotFound."""
    statement = select(CertificateBatch).where(CertificateBatch.id == batch_id).with_for_update()
    batch = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if batch is None:
        raise NotFound
    return batch


def eligible(session: Session, batch_id: int) -> Sequence[BatchEntry]:
    """List whom a batch is for, in the order in which they get their numbers: by name, then id."""
    statement = select(BatchEntry).where(BatchEntry.batch_id == batch_id, BatchEntry.eligible)
    return sorted(session.execute(statement).scalars(), key=lambda row: (row.facts["name_pinyin"], row.person_id))


def entry_facts(session: Session, batch_id: int, person_id: int) -> dict[str, Any]:
    """Give what a batch froze of a person it is for; raises NotFound."""
    statement = select(BatchEntry.facts).where(
        BatchEntry.batch_id == batch_id, BatchEntry.person_id == person_id, BatchEntry.eligible
    )
    facts: dict[str, Any] | None = session.execute(statement).scalar_one_or_none()
    if facts is None:
        raise NotFound
    return facts


def entries(session: Session, batch_id: int) -> tuple[EntryView, ...]:
    """List a batch's people as they were frozen: first those it is for, each group in the order of names."""
    rows = session.execute(
        select(BatchEntry, Certificate.number, Certificate.state)
        .outerjoin(
            Certificate,
            (Certificate.batch_id == BatchEntry.batch_id) & (Certificate.person_id == BatchEntry.person_id),
        )
        .where(BatchEntry.batch_id == batch_id)
    ).all()
    ordered = sorted(rows, key=lambda row: (not row[0].eligible, row[0].facts["name_pinyin"], row[0].person_id))
    return tuple(
        EntryView(
            person_id=entry.person_id, eligible=entry.eligible, name=entry.facts["name"], unit=entry.facts["unit"],
            tenths=entry.facts["tenths"], required_tenths=entry.facts["required_tenths"],
            reasons=tuple(REASONS[code].about(**values) for code, values in entry.facts.get("reasons", ())),
            number=number, certificate=state,
        )
        for entry, number, state in ordered
    )  # fmt: skip


def _batch_rows() -> Select[CertificateBatch, str, str]:
    return select(CertificateBatch, ClassSession.code, ClassSession.title).join(
        ClassSession, ClassSession.id == CertificateBatch.class_session_id
    )


def _lines(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[BatchLine, ...]:
    """Add to batches how many people, numbers and files they have, two statements for all of them."""
    ids = [row[0].id for row in rows]
    people = dict(
        session.execute(
            select(BatchEntry.batch_id, func.count())
            .where(BatchEntry.batch_id.in_(ids), BatchEntry.eligible)
            .group_by(BatchEntry.batch_id)
        ).all()
    )
    files = {
        batch_id: (numbered, made)
        for batch_id, numbered, made in session.execute(
            select(Certificate.batch_id, func.count(), func.count(Certificate.sha256))
            .where(Certificate.batch_id.in_(ids))
            .group_by(Certificate.batch_id)
        )
    }
    return tuple(
        _line(
            batch, code, title, people=people.get(batch.id, 0),
            numbered=files.get(batch.id, (0, 0))[0], made=files.get(batch.id, (0, 0))[1],
        )
        for batch, code, title, *_keys in rows
    )  # fmt: skip


def _line(batch: CertificateBatch, code: str, title: str, *, people: int, numbered: int, made: int) -> BatchLine:
    return BatchLine(
        id=batch.id, class_session_id=batch.class_session_id, class_code=code, class_title=title,
        series=batch.series, series_name=SERIES_NAMES[batch.series], state=batch.state,
        proposer_id=batch.proposer_id, proposer_name=batch.proposer_name, proposed_at=batch.proposed_at,
        signer_name=batch.signer_name, signed_at=batch.signed_at, issued_at=batch.issued_at,
        people=people, numbered=numbered, made=made,
    )  # fmt: skip


def batch(session: Session, batch_id: int) -> BatchLine:
    """Show one batch; raises NotFound."""
    rows = session.execute(_batch_rows().where(CertificateBatch.id == batch_id)).all()
    if not rows:
        raise NotFound
    return _lines(session, rows)[0]


def waiting(session: Session) -> tuple[BatchLine, ...]:
    """List the batches that wait for a second signature, the oldest first."""
    statement = _batch_rows().where(CertificateBatch.state == BatchState.PROPOSED)
    return _lines(session, session.execute(statement.order_by(CertificateBatch.proposed_at)).all())


def of_class(session: Session, class_session_id: int) -> tuple[BatchLine, ...]:
    """List the batches of a class session, the newest first."""
    statement = _batch_rows().where(CertificateBatch.class_session_id == class_session_id)
    return _lines(session, session.execute(statement.order_by(CertificateBatch.id.desc())).all())


def decided(session: Session, *, words: str, cursor: str | None, size: int) -> Slice[BatchLine]:
    """Give one page of the batches that no longer wait, the newest first, of one class code or title if asked."""
    statement = _batch_rows().where(CertificateBatch.state != BatchState.PROPOSED)
    if words:
        found = ClassSession.title.contains(words, autoescape=True)
        statement = statement.where(found | ClassSession.code.startswith(words, autoescape=True))
    part = page(session, statement, [-CertificateBatch.id], cursor=cursor, size=size)
    return Slice(_lines(session, part.rows), part.after, part.before, part.total)


def classes_without(session: Session, *, limit: int = 100) -> tuple[ClassLine, ...]:
    """List concluded class sessions without certificates of completion that somebody completed, oldest first."""
    certified = select(CertificateBatch.class_session_id).where(
        CertificateBatch.state != BatchState.WITHDRAWN, CertificateBatch.series == Series.COMPLETION
    )
    rows = session.execute(
        select(ClassSession.code, ClassSession.title, ClassSession.concluded_at, func.count())
        .join(Completion, Completion.class_session_id == ClassSession.id)
        .where(ClassSession.state.in_(CERTIFIABLE), ClassSession.id.not_in(certified))
        .group_by(ClassSession.id, ClassSession.code, ClassSession.title, ClassSession.concluded_at)
        .order_by(ClassSession.concluded_at, ClassSession.id)
        .limit(limit)
    )
    return tuple(
        ClassLine(code=code, title=title, concluded_on=concluded_at, completed=completed)
        for code, title, concluded_at, completed in rows
        if concluded_at is not None
    )
