"""Bind phones to people: by staff who have seen the ID card, or by their owner who proves a new one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground import clock, crypto
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.text import has_a_character, masked_id, masked_phone
from academy.journal.actions import record
from academy.outbox.actions import Letter, Recipient, post
from academy.outbox.models import Channel
from academy.people.actions import letters
from academy.people.actions.codes import note_attempt
from academy.people.actions.register import phone_values
from academy.people.actions.sign_in import end_sign_ins
from academy.people.models.register import AttemptKind, BindingRequest, BindingState, Person, Phone
from academy.people.queries import binding, register, sign_ins
from academy.people.rules.joining import (
    PHONE_IS_SAME,
    PHONE_TAKEN,
    REQUEST_DECIDED,
    BindingFacts,
    reasons_to_refuse_binding,
)
from academy.people.rules.register import REASON_EMPTY
from academy.people.rules.signing_in import TYPING_ID_DIGITS, Tried


def try_id_digits(session: Session, *, actor: Actor, person_id: int, id_digits: str, now: datetime) -> Tried:
    """Compare what staff read off an ID card with what is on file: wrong ones are counted, so that nobody guesses.

    The whole number, asked for where none is on file, is wrong where it is another person's.
    """
    if binding.bindable(session, actor, person_id, on=clock.local_date(now)) is None:
        raise NotFound
    attempt = note_attempt(
        session, actor=actor, kind=AttemptKind.CODE, limit=TYPING_ID_DIGITS,
        subject=crypto.vault().blind(str(actor.person_id), "binding phones"), succeeded=False, now=now,
    )  # fmt: skip
    if attempt is None:
        return Tried.TOO_MANY
    number = sign_ins.id_numbers(session, [person_id]).get(person_id)
    attempt.succeeded = (
        sign_ins.owner_of_id(session, register.id_blind(id_digits)) is None
        if number is None
        else number[-4:] == id_digits
    )
    return Tried.RIGHT if attempt.succeeded else Tried.WRONG


def bind_phone(
    session: Session, *, actor: Actor, person_id: int, phone: str, id_digits: str, now: datetime
) -> None:
    """Bind a phone after seeing the ID card; the one before it and all its sign-ins end, and both are told.

    `id_digits` are the last four of the card, or the whole number where none is on file yet. Raises Refused
    with every reason.
    """
    if binding.bindable(session, actor, person_id, on=clock.local_date(now)) is None:
        raise NotFound
    person = register.lock_persons(session, [person_id])[0]
    phones = sign_ins.lock_phones(session, person_id)
    facts = _facts(session, person, phones, phone, id_digits)
    if reasons := reasons_to_refuse_binding(facts):
        raise Refused(*reasons)
    if person.id_number is None:
        person.id_number, person.id_blind = id_digits, register.id_blind(id_digits)
        person.id_tail_blind = register.id_tail_blind(id_digits)
    person.id_seen_at = now
    old = _replace(session, person, phones, phone, now)
    end_sign_ins(session, actor=actor, person_id=person_id, now=now)
    for asked in binding.lock_open_requests(session, person_id):
        if asked.number == phone:
            _decide(asked, BindingState.DONE, actor, now)
    after = {"phone": masked_phone(phone), "id_seen": masked_id(person.id_number or "")}
    record(session, actor=actor, what="phone.bound", about=person, now=now, before={"phones": old}, after=after)


def _facts(session: Session, person: Person, phones: Sequence[Phone], phone: str, id_digits: str) -> BindingFacts:
    owner = None if person.id_number else sign_ins.owner_of_id(session, register.id_blind(id_digits))
    holder_id = sign_ins.holder_id(session, phone)
    return BindingFacts(
        id_fits=person.id_number is None or person.id_number[-4:] == id_digits,
        id_taken=owner is not None,
        phone_is_same=any(row.number == phone and row.verified_at for row in phones),
        phone_taken=holder_id is not None and holder_id != person.id,
    )


def _replace(session: Session, person: Person, phones: Sequence[Phone], phone: str, now: datetime) -> list[str]:
    """End a person's phones, let the new one sign in, tell both; give the old ones back, masked."""
    for row in phones:
        row.ended_at = now
        if row.verified_at:
            _tell(session, letters.PHONE_LEFT, row.number, person, now)
    session.flush()  # the old ones end before the new one begins: only one may be current
    session.add(Phone(**phone_values(phone), person_id=person.id, created_at=now, verified_at=now))
    _tell(session, letters.PHONE_BOUND, phone, person, now)
    return [masked_phone(row.number) for row in phones]


def _tell(session: Session, letter: Letter, phone: str, person: Person, now: datetime) -> None:
    post(session, letter, to=Recipient(Channel.SMS, phone, person.id, person.locale), now=now, values={})


def bind_requested(session: Session, *, actor: Actor, request_id: int, id_digits: str, now: datetime) -> None:
    """Bind the phone that somebody asked for, after seeing the ID card."""
    asked = _lock_open(session, request_id)
    bind_phone(session, actor=actor, person_id=asked.person_id, phone=asked.number, id_digits=id_digits, now=now)


def refuse_request(session: Session, *, actor: Actor, request_id: int, now: datetime) -> None:
    """Refuse to bind a phone, and tell whoever asked how to go on."""
    asked = _lock_open(session, request_id)
    if binding.bindable(session, actor, asked.person_id, on=clock.local_date(now)) is None:
        raise NotFound
    _decide(asked, BindingState.REFUSED, actor, now)
    post(session, letters.BINDING_REFUSED, to=Recipient(Channel.SMS, asked.number), now=now, values={})
    after = {"phone": masked_phone(asked.number)}
    record(session, actor=actor, what="binding.refused", about=asked, now=now, after=after)


def _lock_open(session: Session, request_id: int) -> BindingRequest:
    asked = binding.lock_request(session, request_id)
    if asked is None:
        raise NotFound
    if asked.state is not BindingState.OPEN:
        raise Refused(REQUEST_DECIDED)
    return asked


def _decide(asked: BindingRequest, state: BindingState, actor: Actor, now: datetime) -> None:
    asked.state, asked.decided_at, asked.decided_by = state, now, actor.name


def change_own_phone(session: Session, *, actor: Actor, phone: str, now: datetime) -> None:
    """Let another phone, just proved by its code, sign the actor in; the one before it is told and ends."""
    found = register.lock_persons(session, [actor.person_id] if actor.person_id is not None else [])
    if not found:
        raise NotFound
    person = found[0]
    holder_id = sign_ins.holder_id(session, phone)
    if holder_id is not None:
        raise Refused(PHONE_IS_SAME if holder_id == person.id else PHONE_TAKEN)
    old = _replace(session, person, sign_ins.lock_phones(session, person.id), phone, now)
    after = {"phone": masked_phone(phone)}
    record(session, actor=actor, what="phone.changed", about=person, now=now, before={"phones": old}, after=after)


def end_phones(session: Session, *, actor: Actor, person_id: int, reason: str, now: datetime) -> None:
    """Take a person's phones away, such as a number that the provider has given to somebody else."""
    found = register.lock_persons(session, [person_id])
    phones = sign_ins.lock_phones(session, person_id)
    if not found or not phones:
        raise NotFound
    if not has_a_character(reason):
        raise Refused(REASON_EMPTY)
    for row in phones:
        row.ended_at = now
    end_sign_ins(session, actor=actor, person_id=person_id, now=now)
    before = {"phones": [masked_phone(row.number) for row in phones]}
    after = {"reason": reason}
    record(session, actor=actor, what="phone.ended", about=found[0], now=now, before=before, after=after)
