"""One-time codes: sent to a phone, tried, and both limited in the database.

An attempt is its own trace. What becomes of it is given back as a value, so that a wrong one is committed too.
"""

from datetime import datetime
from hmac import compare_digest

from sqlalchemy.orm import Session

from academy.ground import crypto, tokens
from academy.ground.access import Actor
from academy.ground.network import network
from academy.outbox.actions import Recipient, post
from academy.outbox.models import Channel
from academy.people.actions import letters
from academy.people.models.register import Attempt, AttemptKind, OneTimeCode
from academy.people.queries import register, sign_ins
from academy.people.rules.signing_in import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    SENDING,
    TYPING_CODES,
    CodePurpose,
    Limit,
    Tried,
)


def note_attempt(
    session: Session,
    *,
    actor: Actor,
    kind: AttemptKind,
    limit: Limit,
    subject: str,
    succeeded: bool,
    now: datetime,
    familiar: bool = False,
) -> Attempt | None:
    """Note an attempt, or give None where it would be one too many and nothing may be tried.

    It is noted before it is tried, so that many at once cannot slip past the limit together. Where the address
    is familiar to the subject, only the attempts from there count, so that strangers cannot lock anybody out.
    """
    address = network(actor.address)
    sign_ins.take_turns(session, subject)
    by_subject, by_address = sign_ins.attempts(
        session, kind, subject=subject, address=address, since=now - limit.within, failed_only=not succeeded,
        from_here_only=familiar,
    )  # fmt: skip
    if limit.reached(by_subject=by_subject, by_address=by_address):
        return None
    attempt = Attempt(kind=kind, subject=subject, address=address, succeeded=succeeded, at=now)
    session.add(attempt)
    session.flush()
    return attempt


def send_code(
    session: Session, *, actor: Actor, phone: str, purpose: CodePurpose, locale: str, now: datetime
) -> str | None:
    """Send a code to a phone, known to us or not, and give it back for the sample academy to show; None: too many.

    Every number is treated alike: whether we know it is told only to whoever has proved to hold it.
    """
    subject = register.phone_blind(phone)
    if not note_attempt(
        session, actor=actor, kind=AttemptKind.CODE_SENT, limit=SENDING, subject=subject, succeeded=True, now=now
    ):
        return None
    code = tokens.digits(CODE_DIGITS)
    session.add(
        OneTimeCode(
            purpose=purpose,
            phone_blind=subject,
            code_blind=_code_blind(code, purpose, subject),
            address=network(actor.address),
            created_at=now,
            expires_at=now + CODE_LIFE,
            tries=0,
        )
    )
    to = Recipient(Channel.SMS, phone, None, locale)
    post(session, letters.CODE, to=to, now=now, values={"code": code})
    return code


def try_code(
    session: Session, *, actor: Actor, phone: str, purpose: CodePurpose, code: str, now: datetime
) -> Tried:
    """Try a code: only the newest counts, once, within five minutes and five tries."""
    subject = register.phone_blind(phone)
    attempt = note_attempt(
        session, actor=actor, kind=AttemptKind.CODE, limit=TYPING_CODES, subject=subject, succeeded=False, now=now
    )
    if attempt is None:
        return Tried.TOO_MANY
    sent = sign_ins.lock_code(session, purpose, subject)
    if sent is None or sent.used_at or sent.expires_at <= now or sent.tries >= CODE_TRIES:
        return Tried.WRONG
    sent.tries += 1
    if not compare_digest(sent.code_blind, _code_blind(code, purpose, subject)):
        return Tried.WRONG
    sent.used_at, attempt.succeeded = now, True
    return Tried.RIGHT


def _code_blind(code: str, purpose: CodePurpose, subject: str) -> str:
    """Bind a code to its phone and purpose, so that it is worth nothing elsewhere."""
    return crypto.vault().blind(code, f"code:{purpose}:{subject}")
