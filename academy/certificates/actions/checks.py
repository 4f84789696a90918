"""Let trainees say that their certificate will be right, or what is wrong; settle it; keep out who disputes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.models.batches import BatchEntry, CertificateBatch, CertificateCheck
from academy.certificates.queries import answers, checks, tallies
from academy.certificates.queries.checks import Own
from academy.certificates.rules import checks as rules
from academy.certificates.rules.states import CheckAnswer
from academy.classes.queries.sessions import lock_class_session
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.ground.errors import NotFound, Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter, post
from academy.people.queries import register as people

SETTLED = Letter(
    "certificate.check-settled",
    N_("Your wish about the certificate is settled"),
    N_("“%(title)s” (%(code)s): %(note)s You see what the certificate will say under My certificates."),
)
CHANGED = Letter(
    "certificate.check-changed",
    N_("Your certificate is corrected: please look once more"),
    N_("“%(title)s” (%(code)s): %(note)s Please look at it once more under My certificates, and confirm it."),
)


def confirm(session: Session, *, actor: Actor, code: str, mark: str, now: datetime) -> None:
    """Say that what was shown, told by its mark, is correct; said again it changes nothing."""
    found = _answering(session, actor=actor, code=code, mark=mark, now=now)
    if found.hindrances:
        raise Refused(*found.hindrances)
    _note(session, found, CheckAnswer.CONFIRMED, actor=actor, wish="", now=now)


def dispute(session: Session, *, actor: Actor, code: str, mark: str, wish: str, now: datetime) -> None:
    """Say that something of what was shown is wrong, and what is wished instead."""
    found = _answering(session, actor=actor, code=code, mark=mark, now=now)
    _note(session, found, CheckAnswer.DISPUTED, actor=actor, wish=wish, now=now)


def _answering(session: Session, *, actor: Actor, code: str, mark: str, now: datetime) -> Own:
    """Show the actor's facts under the lock that a signature takes too: it hears this answer, or comes first."""
    lock_class_session(session, code)
    found = checks.own(session, code, actor.person_id)
    if reasons := rules.reasons_to_refuse_answer(found.moment, now=now):
        raise Refused(*reasons)
    if found.mark != mark:
        raise Refused(rules.ALTERED)
    return found


def _note(session: Session, of: Own, answer: CheckAnswer, *, actor: Actor, wish: str, now: datetime) -> None:
    values = {
        "answer": answer, "shown": of.says, "wish": wish, "answered_at": now, "settled_at": None,
        "settled_by_name": "", "settled_note": "",
    }  # fmt: skip
    key = {"class_session_id": of.of.id, "person_id": of.person.person_id}
    insert_once(session, CertificateCheck, **key, **values, sample=of.of.sample)
    row = answers.lock_answer(session, **key)
    if row is None:
        raise NotFound
    if of.said is not None:
        if (row.answer, row.shown, row.wish) == (answer, of.says, wish):
            return
        for name, value in values.items():
            setattr(row, name, value)
    record(session, actor=actor, what=f"certificate.{answer}", about=row, now=now, after={"class": of.of.code})


def settle(session: Session, *, actor: Actor, code: str, person_id: int, note: str, now: datetime) -> None:
    """Note how a dispute was settled, and tell the trainee; where facts have changed they are asked anew."""
    lock_class_session(session, code)
    found = checks.own(session, code, person_id)
    row = answers.lock_answer(session, found.of.id, person_id)
    if row is None or row.answer is not CheckAnswer.DISPUTED:
        raise Refused(rules.NOT_DISPUTED)
    row.answer, row.settled_at, row.settled_by_name, row.settled_note = CheckAnswer.SETTLED, now, actor.name, note
    record(session, actor=actor, what="certificate.settled", about=row, now=now,
           after={"class": code, "person_id": person_id})  # fmt: skip
    recipient = people.recipient(session, person_id)
    if recipient:
        letter = CHANGED if found.changed else SETTLED
        values = {"title": found.of.title, "code": code, "note": note}
        post(session, letter, to=recipient, now=now, values=values)


def keep_out(session: Session, batch: CertificateBatch, entries: Sequence[BatchEntry]) -> list[BatchEntry]:
    """Take whoever said that it is wrong out of a batch that is being signed, and give the rest."""
    out = tallies.kept_out(session, batch, entries)
    for entry in entries:
        if reason := out.get(entry.person_id):
            entry.eligible = False
            entry.facts = {**entry.facts, "reasons": [[reason.code, dict(reason.values)]]}
    return [entry for entry in entries if entry.eligible]
