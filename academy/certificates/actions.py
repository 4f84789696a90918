"""Propose, sign, withdraw; give numbers under the locked counter; note files once their bytes are kept."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.certificates import rules
from academy.certificates.models import BatchEntry, Certificate, CertificateBatch, CertificateCounter
from academy.certificates.queries import batches, register
from academy.certificates.rules import BatchState, BatchStep, CertificateState, Series
from academy.classes.queries.sessions import lock_class_session
from academy.clockwork.actions import enqueue
from academy.ground import clock, tokens
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.ground.errors import NotFound, Refused
from academy.ground.text import name_pinyin
from academy.journal.actions import record

ISSUE_JOB, MAKE_JOB, PACK_JOB = "certificates.issue", "certificates.make", "certificates.pack"


def propose(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """Put the certificates of a class session forward, everybody's facts frozen, and tell the batch's id.

    Raises Refused with every reason when the rules forbid it.
    """
    class_session = lock_class_session(session, code)
    of = batches.class_facts(session, code)
    candidates = batches.candidates(session, of)
    judged = [(person, rules.reasons_against(person)) for person in candidates]
    facts = rules.ProposalFacts(
        class_state=class_session.state,
        has_open_batch=batches.open_batch_id(session, of.id) is not None,
        eligible=sum(not reasons for _person, reasons in judged),
        proposer_id=actor.person_id,
    )
    if reasons := rules.reasons_to_refuse_proposal(facts):
        raise Refused(*reasons)
    batch = CertificateBatch(
        class_session_id=of.id, state=BatchState.PROPOSED, proposer_id=actor.person_id, proposer_name=actor.name,
        proposed_at=now, signer_id=None, signed_at=None, issued_at=None, withdrawn_at=None, sample=of.sample,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add_all(
        BatchEntry(
            batch_id=batch.id, person_id=person.person_id, eligible=not reasons,
            facts=rules.frozen_facts(of, person)
            | {"reasons": [[reason.code, dict(reason.values)] for reason in reasons]},
        )
        for person, reasons in judged
    )  # fmt: skip
    after = {"class": code, "people": facts.eligible, "left_out": len(judged) - facts.eligible}
    record(session, actor=actor, what="certificate.proposed", about=batch, now=now, after=after)
    return batch.id


def withdraw(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> None:
    """Take a proposal back before it is signed."""
    batch = batches.lock_batch(session, batch_id)
    if (batch.state, BatchStep.WITHDRAW) not in rules.TRANSITIONS:
        raise Refused(rules.NOT_WAITING)
    before = batch.state
    batch.state, batch.withdrawn_at = rules.TRANSITIONS[batch.state, BatchStep.WITHDRAW], now
    record(session, actor=actor, what="certificate.withdrawn", about=batch, now=now,
           before={"state": before}, after={"state": batch.state})  # fmt: skip


def sign(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Give everybody of a proposal a number, as its second signature, and tell the id of the job that makes files.

    All numbers of a batch are given here, under the locked counter, or none is.
    """
    batch = batches.lock_batch(session, batch_id)
    reasons = rules.reasons_to_refuse_signature(
        state=batch.state, proposer_id=batch.proposer_id, signer_id=actor.person_id
    )
    if reasons:
        raise Refused(*reasons)
    entries = batches.eligible(session, batch_id)
    numbers = batches.numbers_of_class(session, batch.class_session_id)
    if taken := [numbers[row.person_id] for row in entries if row.person_id in numbers]:
        raise Refused(*(rules.CERTIFIED.about(number=number) for number in taken))
    day = clock.local_date(now)
    first = _take_numbers(session, Series.COMPLETION, day.year, len(entries))
    earned = [(row.person_id, dict(row.facts)) for row in entries]
    session.execute(
        insert(Certificate), _numbered(batch, earned, first=first, day=day, now=now, new_code=tokens.code)
    )
    batch.state = rules.TRANSITIONS[batch.state, BatchStep.SIGN]
    batch.signer_id, batch.signer_name, batch.signed_at = actor.person_id, actor.name, now
    after = {
        "from": rules.number_of(Series.COMPLETION, day.year, first),
        "to": rules.number_of(Series.COMPLETION, day.year, first + len(entries) - 1),
    }
    record(session, actor=actor, what="certificate.signed", about=batch, now=now, after=after)
    return _enqueue_issue(session, actor, batch_id, now)


def _take_numbers(session: Session, series: Series, year: int, count: int) -> int:
    """Take `count` numbers in a row and tell the first; whoever comes next waits until these are committed."""
    insert_once(session, CertificateCounter, series=series, year=year, last=0)
    counter = register.lock_counter(session, series, year)
    first = counter.last + 1
    counter.last += count
    return first


def _numbered(
    batch: CertificateBatch, earned: Iterable[tuple[int, dict[str, Any]]], *,
    first: int, day: date, now: datetime, new_code: Callable[[], str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Make the rows of certificates that have their numbers and facts, and no file yet."""
    return [
        {
            "series": Series.COMPLETION, "year": day.year, "sequence": sequence,
            "number": rules.number_of(Series.COMPLETION, day.year, sequence), "code": new_code(),
            "person_id": person_id, "class_session_id": batch.class_session_id, "batch_id": batch.id,
            "state": CertificateState.NUMBERED, "facts": {k: v for k, v in facts.items() if k != "reasons"},
            "issue_date": day, "numbered_at": now, "revoked_reason": "",
        }
        for sequence, (person_id, facts) in enumerate(earned, start=first)
    ]  # fmt: skip


def _enqueue_issue(session: Session, actor: Actor, batch_id: int, now: datetime) -> int:
    return enqueue(session, actor=actor, kind=ISSUE_JOB, arguments={"batch_id": batch_id}, now=now,
                   unique_key=f"{ISSUE_JOB}:{batch_id}")  # fmt: skip


def ask_to_issue(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Have the missing files of a signed batch made, and tell the job's id; asked again it is the same job."""
    batch = batches.lock_batch(session, batch_id)
    if batch.state not in {BatchState.SIGNED, BatchState.ISSUING}:
        raise Refused(rules.NOT_SIGNED)
    record(session, actor=actor, what="certificate.files-asked", about=batch, now=now)
    return _enqueue_issue(session, actor, batch_id, now)


def ask_to_make(session: Session, *, actor: Actor, number: str, now: datetime) -> int:
    """Have the file of one certificate made for its holder or an admin, and tell the job's id."""
    certificate = register.held(session, number, actor)
    if certificate.state is CertificateState.REVOKED:
        raise Refused(rules.REVOKED)
    if certificate.sha256:
        raise Refused(rules.ALREADY_MADE)
    record(
        session, actor=actor, what="certificate.file-asked", about="certificate", now=now, after={"number": number}
    )
    # one job a certificate and asker: a job's page is shown to whoever asked for it, and the work may run twice
    return enqueue(session, actor=actor, kind=MAKE_JOB, arguments={"number": number}, now=now,
                   unique_key=f"{MAKE_JOB}:{number}:{actor.person_id}")  # fmt: skip


def ask_to_pack(session: Session, *, actor: Actor, code: str, batch_id: int | None, now: datetime) -> int:
    """Have the files of a class session, or of one of its batches, packed into a ZIP; tell the job's id."""
    of = batches.class_facts(session, code)
    if batch_id is not None and batches.batch(session, batch_id).class_session_id != of.id:
        raise NotFound
    found = register.files(session, of.id, batch_id)
    if found.unmade:
        raise Refused(rules.NOT_ALL_MADE.about(count=found.unmade))
    if not found.files:
        raise Refused(rules.NOTHING_ISSUED)
    contents = hashlib.sha256(repr(found.files).encode()).hexdigest()[:32]
    record(session, actor=actor, what="certificate.pack-asked", about="class_session", now=now,
           after={"class": code, "batch": batch_id, "files": len(found.files)})  # fmt: skip
    return enqueue(session, actor=actor, kind=PACK_JOB, arguments={"code": code, "batch_id": batch_id}, now=now,
                   unique_key=f"{PACK_JOB}:{of.id}:{contents}")  # fmt: skip


def start(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> None:
    """Note that a batch's files are being made."""
    batch = batches.lock_batch(session, batch_id)
    if (batch.state, BatchStep.START) in rules.TRANSITIONS:
        batch.state = rules.TRANSITIONS[batch.state, BatchStep.START]
        record(session, actor=actor, what="certificate.issuing", about=batch, now=now)


def note_made(session: Session, *, actor: Actor, made: Mapping[int, str], now: datetime) -> int:
    """Note the hashes of files that are safely kept, by certificate id; one that has its file keeps it."""
    fresh: dict[str, str] = {}
    for certificate_id in sorted(made):
        certificate = register.lock_certificate(session, certificate_id)
        if certificate.state is CertificateState.NUMBERED:
            certificate.state, certificate.issued_at = CertificateState.ISSUED, now
            certificate.sha256 = fresh[certificate.number] = made[certificate_id]
    if fresh:
        record(session, actor=actor, what="certificate.issued", about="certificate", now=now, after=fresh)
    return len(fresh)


def finish(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> bool:
    """Close a batch once all its files are there, and tell whether they are."""
    batch = batches.lock_batch(session, batch_id)
    if register.count_unmade(session, batch_id):
        return False
    for step in (BatchStep.START, BatchStep.FINISH):
        batch.state = rules.TRANSITIONS.get((batch.state, step), batch.state)
    if batch.state is BatchState.ISSUED and batch.issued_at is None:
        batch.issued_at = now
        record(session, actor=actor, what="certificate.batch-issued", about=batch, now=now)
    return True


def note_packed(session: Session, *, actor: Actor, code: str, files: int, sha256: str, now: datetime) -> None:
    """Note that certificates left the house as a ZIP."""
    record(session, actor=actor, what="certificate.packed", about="class_session", now=now,
           after={"class": code, "files": files, "sha256": sha256})  # fmt: skip


def note_export(session: Session, *, actor: Actor, batch_id: int | None, rows: int, now: datetime) -> None:
    """Note that a list of batches, or of the people of one, left the house as a file."""
    about = "certificate_batch" if batch_id is None else batches.lock_batch(session, batch_id)
    record(session, actor=actor, what="certificate.list-exported", about=about, now=now, after={"rows": rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """One person of a batch that was decided in the past."""

    person_id: int
    name: str
    unit: str
    tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatch:
    """A batch that two people decided in the past; its certificates are numbered and wait for their files."""

    class_code: str
    proposer: Actor
    signer: Actor
    proposed_at: datetime
    signed_at: datetime
    people: Sequence[Earned]


def number_many(
    session: Session, *, actor: Actor, past: Sequence[PastBatch], new_code: Callable[[], str] = tokens.code
) -> int:
    """Number the certificates of past batches in the order of their signatures, and tell how many there are.

    The batches stay `signed` without a job: a file is made when somebody asks for it.
    """
    total = 0
    for each in sorted(past, key=lambda each: (each.signed_at, each.class_code)):
        of = batches.class_facts(session, each.class_code)
        batch = CertificateBatch(
            class_session_id=of.id, state=BatchState.SIGNED, sample=of.sample,
            proposer_id=each.proposer.person_id, proposer_name=each.proposer.name, proposed_at=each.proposed_at,
            signer_id=each.signer.person_id, signer_name=each.signer.name, signed_at=each.signed_at,
            issued_at=None, withdrawn_at=None,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        required = batches.required_tenths(session, of)
        earned = [
            (person.person_id, rules.frozen_facts(of, _candidate(person, required))) for person in each.people
        ]
        earned.sort(key=lambda one: (one[1]["name_pinyin"], one[0]))
        day = clock.local_date(each.signed_at)
        first = _take_numbers(session, Series.COMPLETION, day.year, len(earned))
        if earned:
            rows = _numbered(batch, earned, first=first, day=day, now=each.signed_at, new_code=new_code)
            session.execute(insert(Certificate), rows)
            session.execute(insert(BatchEntry), [
                {"batch_id": batch.id, "person_id": person_id, "eligible": True, "facts": {**facts, "reasons": []}}
                for person_id, facts in earned
            ])  # fmt: skip
        record(session, actor=actor, what="certificate.numbered", about=batch, now=each.signed_at,
               after={"class": of.code, "people": len(earned)})  # fmt: skip
        total += len(earned)
    return total


def _candidate(person: Earned, required_tenths: int) -> rules.Candidate:
    return rules.Candidate(
        **asdict(person), name_pinyin=name_pinyin(person.name), required_tenths=required_tenths, completed=True,
        certified=None, unprintable="",
    )  # fmt: skip
