"""What trainees have answered, row by row; `checks` puts it together with what their certificates will say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch, CertificateCheck
from academy.certificates.rules.checks import Said, shown_of, standing
from academy.certificates.rules.proposing import Candidate, ClassFacts, frozen_facts
from academy.certificates.rules.states import Series
from academy.classes.models import ClassSession
from academy.ground.errors import NotFound


def class_code(session: Session, batch_id: int) -> str:
    """Tell the code of the class session that a batch is for; raises NotFound."""
    of_batch = CertificateBatch.class_session_id == ClassSession.id
    statement = select(ClassSession.code).join(CertificateBatch, of_batch).where(CertificateBatch.id == batch_id)
    code = session.execute(statement).scalar_one_or_none()
    if code is None:
        raise NotFound
    return code


def lock_answer(session: Session, class_session_id: int, person_id: int) -> CertificateCheck | None:
    """Lock what one person answered of the certificate of one class session."""
    statement = select(CertificateCheck).where(
        CertificateCheck.class_session_id == class_session_id, CertificateCheck.person_id == person_id
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(locked).scalar_one_or_none()


def said(row: CertificateCheck) -> Said:
    """Read a row as the rules know it."""
    return Said(
        answer=row.answer, shown=row.shown, wish=row.wish, answered_at=row.answered_at, settled_at=row.settled_at,
        settled_by_name=row.settled_by_name, settled_note=row.settled_note,
    )  # fmt: skip


def of_class(session: Session, class_session_id: int) -> dict[int, Said]:
    """Tell who of a class session answered what."""
    statement = select(CertificateCheck).where(CertificateCheck.class_session_id == class_session_id)
    return {row.person_id: said(row) for row in session.execute(statement).scalars()}


def with_checks(session: Session, of: ClassFacts, people: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Add to people what their answers are worth for what their certificates of completion would say now."""
    return judged(of, people, of_class(session, of.id))


def judged(of: ClassFacts, people: Iterable[Candidate], answers: Mapping[int, Said]) -> tuple[Candidate, ...]:
    """Add to people what these answers of theirs are worth."""
    return tuple(replace(one, check=standing(answers.get(one.person_id), facts_now(of, one))) for one in people)


def facts_now(of: ClassFacts, person: Candidate) -> dict[str, Any]:
    """Tell what a trainee is shown now: what a proposal would freeze."""
    return shown_of(frozen_facts(of, person, Series.COMPLETION))
