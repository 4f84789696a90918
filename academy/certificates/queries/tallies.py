"""What the office sees of trainees' answers: disputes, counts, and whom a signature leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import BatchEntry, CertificateBatch, CertificateCheck
from academy.certificates.queries import answers, batches
from academy.certificates.queries.checks import LOOKED_AT
from academy.certificates.rules import checks
from academy.certificates.rules.checks import Group, Said, Standing
from academy.certificates.rules.proposing import CORRECTED, DISPUTED, Candidate, ClassFacts
from academy.certificates.rules.states import BatchState, CheckAnswer, Series
from academy.classes.models import ClassSession, Sitting
from academy.ground.errors import Reason
from academy.ground.keyset import Slice, page
from academy.people.models.register import Person

_ANSWERED = {DISPUTED.code, CORRECTED.code}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A person who says that something is wrong, and what."""

    class_code: str
    class_title: str
    person_id: int
    name: str
    said: Said


def _disputes() -> Select[CertificateCheck, str, str, str]:
    return (
        select(CertificateCheck, ClassSession.code, ClassSession.title, Person.name)
        .join(ClassSession, ClassSession.id == CertificateCheck.class_session_id)
        .join(Person, Person.id == CertificateCheck.person_id)
        .where(CertificateCheck.answer == CheckAnswer.DISPUTED)
    )


def _dispute(row: CertificateCheck, code: str, title: str, name: str) -> Dispute:
    return Dispute(class_code=code, class_title=title, person_id=row.person_id, name=name, said=answers.said(row))


def count_disputes(session: Session) -> int:
    """Count the disputes that wait to be settled."""
    statement = select(func.count()).select_from(CertificateCheck)
    return session.execute(statement.where(CertificateCheck.answer == CheckAnswer.DISPUTED)).scalar_one()


def disputes(session: Session, *, cursor: str | None, size: int) -> Slice[Dispute]:
    """Give one page of the open disputes of all class sessions, the newest class session first."""
    keys = (CertificateCheck.class_session_id, CertificateCheck.person_id)
    part = page(session, _disputes(), keys, cursor=cursor, size=size, descending=True)
    rows = tuple(_dispute(*row[:4]) for row in part.rows)
    return Slice(rows, part.after, part.before, count_disputes(session))


def disputes_of_class(session: Session, class_session_id: int) -> tuple[Dispute, ...]:
    """List the open disputes of one class session, in the order of names."""
    statement = _disputes().where(CertificateCheck.class_session_id == class_session_id)
    rows = session.execute(statement.order_by(Person.name_pinyin, Person.id))
    return tuple(_dispute(*row) for row in rows)


def is_open(session: Session, of: ClassFacts, *, now: datetime) -> bool:
    """Tell whether the trainees of a class session can answer now, as long as they have no certificate."""
    if of.state not in LOOKED_AT:
        return False
    last = select(func.max(Sitting.ends_at)).where(Sitting.class_session_id == of.id)
    ends_at = session.execute(last).scalar_one_or_none()
    moment = checks.Moment(class_state=of.state, last_sitting_ends_at=ends_at, certified=None)
    return not checks.reasons_to_refuse_answer(moment, now=now)


def class_tally(session: Session, of: ClassFacts, *, now: datetime) -> Mapping[Group, int] | None:
    """Count what the people of a class session answered; None while, or once, nobody is asked."""
    if not is_open(session, of, now=now):
        return None
    asked = [one.check for one in batches.candidates(session, of) if is_counted(one)]
    return checks.tally(asked) if asked else None


def is_counted(person: Candidate) -> bool:
    """Tell whether a person's answer matters: they are to get a certificate, or say that something is wrong."""
    return person.certified is None and (person.is_due or person.check is Standing.DISPUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswers:
    """What the people of a batch said of the facts that it froze, and whom a signature would leave out."""

    standings: Mapping[int, Standing]
    kept_out: Mapping[int, Reason]
    counts: Mapping[Group, int]


def of_batch(session: Session, batch_id: int) -> BatchAnswers | None:
    """Tell what the people of a class session's batch of completions said; others have no answers."""
    found = session.execute(
        select(CertificateBatch).where(
            CertificateBatch.id == batch_id, CertificateBatch.series == Series.COMPLETION,
            CertificateBatch.replaces.is_(None),
        )
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        return None
    said = answers.of_class(session, found.class_session_id)
    entries = session.execute(select(BatchEntry).where(BatchEntry.batch_id == batch_id)).scalars().all()
    standings = {
        entry.person_id: checks.standing(said.get(entry.person_id), checks.shown_of(entry.facts))
        for entry in entries
        if entry.eligible
    }
    late = {
        entry.person_id: Standing.DISPUTED
        for entry in entries
        if not entry.eligible and {code for code, _values in entry.facts["reasons"]} & _ANSWERED
    }
    out = kept_out(session, found, entries) if found.state is BatchState.PROPOSED else {}
    counts = checks.tally((standings | late | dict.fromkeys(out, Standing.DISPUTED)).values())
    return BatchAnswers(standings=standings | late, kept_out=out, counts=counts)


def kept_out(session: Session, batch: CertificateBatch, entries: Sequence[BatchEntry]) -> dict[int, Reason]:
    """Tell whom a signature leaves out, and why: those who dispute what they were to get, or had it corrected."""
    if batch.series is not Series.COMPLETION or batch.replaces is not None:
        return {}
    said = answers.of_class(session, batch.class_session_id)
    heard = {
        entry.person_id: (entry.facts, said[entry.person_id])
        for entry in entries
        if entry.eligible and entry.person_id in said
    }
    out = {who: DISPUTED for who, (_facts, one) in heard.items() if one.answer is CheckAnswer.DISPUTED}
    since = {who for who, (_facts, one) in heard.items() if one.last_at > batch.proposed_at} - out.keys()
    if not since:
        return out
    of = batches.class_facts_by_id(session, batch.class_session_id)
    says = {person.person_id: answers.facts_now(of, person) for person in batches.candidates(session, of)}
    for who in since:
        facts, one = heard[who]
        now_says = says.get(who, checks.shown_of(facts))
        if checks.is_outdated(one, frozen=facts, says=now_says, proposed_at=batch.proposed_at):
            out[who] = CORRECTED
    return out
