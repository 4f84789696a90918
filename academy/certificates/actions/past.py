"""Take in batches that two people decided in the past: numbered in the order of their signatures."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.certificates.actions.making import enqueue_issue
from academy.certificates.actions.numbering import rows_of, take_numbers
from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import batches, designs
from academy.certificates.rules import proposing
from academy.certificates.rules.proposing import Candidate
from academy.certificates.rules.states import BatchState, Series
from academy.ground import clock, tokens
from academy.ground.access import Actor
from academy.ground.text import name_pinyin
from academy.journal.actions import record


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
    session: Session, *, actor: Actor, past: Sequence[PastBatch], now: datetime,
    new_code: Callable[[], str] = tokens.code,
) -> int:  # fmt: skip
    """Number the certificates of past batches in the order of their signatures, and tell how many there are.

    Their files are made as any others are, by a job each.
    """
    design = designs.current(session, Series.COMPLETION).as_json()
    return sum(
        _number(session, actor, each, design=design, now=now, new_code=new_code)
        for each in sorted(past, key=lambda each: (each.signed_at, each.class_code))
    )


def _number(
    session: Session, actor: Actor, past: PastBatch, *, design: dict[str, Any], now: datetime,
    new_code: Callable[[], str],
) -> int:  # fmt: skip
    of = batches.class_facts(session, past.class_code)
    batch = CertificateBatch(
        class_session_id=of.id, series=Series.COMPLETION, design=design, state=BatchState.SIGNED, sample=of.sample,
        proposer_id=past.proposer.person_id, proposer_name=past.proposer.name, proposed_at=past.proposed_at,
        signer_id=past.signer.person_id, signer_name=past.signer.name, signed_at=past.signed_at,
        issued_at=None, withdrawn_at=None,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    required = batches.required_tenths(session, of)
    earned = [
        (person.person_id, proposing.frozen_facts(of, _candidate(person, required), batch.series))
        for person in past.people
    ]
    earned.sort(key=lambda one: (one[1]["name_pinyin"], one[0]))
    day = clock.local_date(past.signed_at)
    first = take_numbers(session, batch.series, day.year, len(earned))
    if earned:
        rows = rows_of(batch, earned, first=first, day=day, now=past.signed_at, new_code=new_code)
        session.execute(insert(Certificate), rows)
        session.execute(insert(BatchEntry), [
            {"batch_id": batch.id, "person_id": person_id, "eligible": True, "facts": {**facts, "reasons": []}}
            for person_id, facts in earned
        ])  # fmt: skip
    record(session, actor=actor, what="certificate.numbered", about=batch, now=past.signed_at,
           after={"class": of.code, "people": len(earned)})  # fmt: skip
    enqueue_issue(session, past.signer, batch.id, now)
    return len(earned)


def _candidate(person: Earned, required_tenths: int) -> Candidate:
    return Candidate(
        **asdict(person), name_pinyin=name_pinyin(person.name), required_tenths=required_tenths, completed=True,
        certified=None, unprintable="",
    )  # fmt: skip
