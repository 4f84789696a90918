"""Propose, sign, withdraw; give numbers under the locked counter."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.certificates.actions import living
from academy.certificates.actions.checks import keep_out
from academy.certificates.actions.making import enqueue_issue
from academy.certificates.actions.numbering import rows_of, take_numbers
from academy.certificates.models.batches import BatchEntry, CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import answers, batches, designs
from academy.certificates.rules import numbers, proposing, states
from academy.certificates.rules.proposing import Candidate, ClassFacts
from academy.certificates.rules.states import BatchState, BatchStep, Series
from academy.classes.queries.sessions import lock_class_session
from academy.ground import clock, tokens
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.journal.actions import record


def propose(
    session: Session, *, actor: Actor, code: str, now: datetime,
    series: Series = Series.COMPLETION, picked: Collection[int] = (),
) -> int:  # fmt: skip
    """Put the certificates of a class session forward, facts and design frozen, and tell the batch's id.

    `picked` are the excellent trainees. Raises Refused with every reason when the rules forbid it.
    """
    class_session = lock_class_session(session, code)
    of = batches.class_facts(session, code)
    judged = [
        (person, proposing.reasons_against(person, series, picked=person.person_id in picked))
        for person in batches.candidates(session, of, series)
    ]
    facts = proposing.ProposalFacts(
        class_state=class_session.state,
        has_open_batch=batches.open_batch_id(session, of.id, series) is not None,
        eligible=sum(not reasons for _person, reasons in judged),
        proposer_id=actor.person_id,
        nobody_picked=series is Series.EXCELLENT and not picked,
    )
    if reasons := proposing.reasons_to_refuse_proposal(facts):
        raise Refused(*reasons)
    batch = CertificateBatch(
        class_session_id=of.id, series=series, design=designs.current(session, series).as_json(),
        state=BatchState.PROPOSED, proposer_id=actor.person_id, proposer_name=actor.name, proposed_at=now,
        signer_id=None, signed_at=None, issued_at=None, withdrawn_at=None, sample=of.sample,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add_all(_entry(batch, of, person, reasons) for person, reasons in judged)
    after = {
        "class": code, "series": series, "people": facts.eligible, "left_out": len(judged) - facts.eligible,
    }  # fmt: skip
    record(session, actor=actor, what="certificate.proposed", about=batch, now=now, after=after)
    return batch.id


def _entry(batch: CertificateBatch, of: ClassFacts, person: Candidate, reasons: Sequence[Reason]) -> BatchEntry:
    """Freeze one person of a proposal, with what stands against them."""
    facts = proposing.frozen_facts(of, person, batch.series)
    told = [[reason.code, dict(reason.values)] for reason in reasons]
    return BatchEntry(
        batch_id=batch.id, person_id=person.person_id, eligible=not reasons, facts=facts | {"reasons": told}
    )


def withdraw(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> None:
    """Take a proposal back before it is signed."""
    batch = batches.lock_batch(session, batch_id)
    if (batch.state, BatchStep.WITHDRAW) not in states.TRANSITIONS:
        raise Refused(proposing.NOT_WAITING)
    before = batch.state
    batch.state, batch.withdrawn_at = states.TRANSITIONS[batch.state, BatchStep.WITHDRAW], now
    record(session, actor=actor, what="certificate.withdrawn", about=batch, now=now,
           before={"state": before}, after={"state": batch.state})  # fmt: skip


def sign(session: Session, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Give everybody of a proposal a number, as its second signature, and tell the id of the job that makes files.

    All numbers of a batch are given here, under the locked counter, or none is. Whoever disputed what was proposed
    for them gets none; whoever disputes it at this very moment waits for the class session, and comes too late.
    """
    lock_class_session(session, answers.class_code(session, batch_id))
    batch = batches.lock_batch(session, batch_id)
    reasons = proposing.reasons_to_refuse_signature(
        state=batch.state, proposer_id=batch.proposer_id, signer_id=actor.person_id
    )
    if reasons:
        raise Refused(*reasons)
    proposed = batches.eligible(session, batch_id)
    entries = keep_out(session, batch, proposed)
    if not entries:
        raise Refused(proposing.NOBODY)
    replaced = living.step_aside(session, batch=batch, now=now)
    held = batches.numbers_of_class(session, batch.class_session_id, batch.series)
    if taken := [held[row.person_id] for row in entries if row.person_id in held]:
        raise Refused(*(proposing.CERTIFIED.about(number=number) for number in taken))
    day = clock.local_date(now)
    first = take_numbers(session, batch.series, day.year, len(entries))
    earned = [(row.person_id, dict(row.facts)) for row in entries]
    session.execute(
        insert(Certificate),
        rows_of(batch, earned, first=first, day=day, now=now, new_code=tokens.code, replaced=replaced),
    )
    batch.state = states.TRANSITIONS[batch.state, BatchStep.SIGN]
    batch.signer_id, batch.signer_name, batch.signed_at = actor.person_id, actor.name, now
    after: dict[str, Any] = {
        "from": numbers.number_of(batch.series, day.year, first),
        "to": numbers.number_of(batch.series, day.year, first + len(entries) - 1),
        "left_out": len(proposed) - len(entries),
    }
    living.note_replaced(session, actor=actor, old=replaced, new=after["from"], now=now)
    record(session, actor=actor, what="certificate.signed", about=batch, now=now, after=after)
    return enqueue_issue(session, actor, batch_id, now)
