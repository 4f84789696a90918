"""Sign people in and out: by a code to their phone, or by name and password."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from sqlalchemy.orm import Session

from academy.ground import clock, crypto, passwords, tokens
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.ground.network import network
from academy.ground.text import DEFAULT_LOCALE, masked_phone
from academy.journal.actions import record
from academy.people.actions import preferences
from academy.people.actions.codes import note_attempt, try_code
from academy.people.models.register import AttemptKind, SignIn
from academy.people.queries import register, sign_ins
from academy.people.rules.numbers import read_phone
from academy.people.rules.signing_in import (
    FAMILIAR_FOR,
    ONE_DAYS_WORK,
    REMEMBERED,
    TYPING_CODES,
    TYPING_PASSWORDS,
    CodePurpose,
    Entry,
    Tried,
    needs_password,
    read_account_name,
)

ENTRY_OF = {Tried.WRONG: Entry.WRONG, Tried.TOO_MANY: Entry.TOO_MANY}
_AGENT_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The browser that signs in, whether it is its owner's own phone, and what was chosen on it just before."""

    agent: str
    address: str | None
    remembered: bool
    locale: str | None = None
    large_type: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of an attempt; the secret and the actor only where it signed somebody in."""

    entry: Entry
    secret: str = ""
    actor: Actor | None = None
    sign_in_id: int | None = None
    locale: str = DEFAULT_LOCALE
    large_type: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTrial:
    """A password about to be checked, outside any transaction, because checking is slow on purpose."""

    attempt_id: int
    person_id: int | None
    password_hash: str


def by_code(session: Session, *, actor: Actor, phone: str, code: str, device: Device, now: datetime) -> Entered:
    """Sign in whoever the phone belongs to, once its code is right."""
    tried = try_code(session, actor=actor, phone=phone, purpose=CodePurpose.SIGN_IN, code=code, now=now)
    if tried is not Tried.RIGHT:
        return Entered(entry=ENTRY_OF[tried])
    holder_id = sign_ins.holder_id(session, phone)
    if holder_id is not None:
        return open_by_phone(session, person_id=holder_id, device=device, now=now)
    on_file = any(known.has_id for known in sign_ins.imported(session, phone))
    return Entered(entry=Entry.CONFIRM_ID if on_file else Entry.UNKNOWN)


def by_last_six(
    session: Session, *, actor: Actor, phone: str, last_six: str, device: Device, now: datetime
) -> Entered:
    """Sign an imported person in for the first time, whose phone is proved, by the last six of the ID."""
    attempt = note_attempt(
        session,
        actor=actor,
        kind=AttemptKind.CODE,
        limit=TYPING_CODES,
        subject=register.phone_blind(phone),
        succeeded=False,
        now=now,
    )
    if attempt is None:
        return Entered(entry=Entry.TOO_MANY)
    known = [each.person_id for each in sign_ins.imported(session, phone)]
    register.lock_persons(session, known)
    ids = sign_ins.id_numbers(session, known)
    fitting = [person_id for person_id, number in ids.items() if compare_digest(number[-6:], last_six)]
    if not fitting or sign_ins.holder_id(session, phone) is not None:
        return Entered(entry=Entry.WRONG)
    attempt.succeeded = True
    return verify_phone(session, person_id=fitting[0], phone=phone, device=device, now=now)


def verify_phone(session: Session, *, person_id: int, phone: str, device: Device, now: datetime) -> Entered:
    """Let the imported phone of a person sign in from now on, and sign the person in by it."""
    register.lock_persons(session, [person_id])
    actor = _actor(session, person_id, device, now)
    for row in sign_ins.lock_phones(session, person_id):
        if row.number == phone:
            row.verified_at = now
            after = {"phone": masked_phone(phone)}
            record(session, actor=actor, what="phone.verified", about=row, now=now, after=after)
        elif row.verified_at:
            row.ended_at = now
    session.flush()
    return open_by_phone(session, person_id=person_id, device=device, now=now)


def open_by_phone(session: Session, *, person_id: int, device: Device, now: datetime) -> Entered:
    """Sign in whose phone is proved, unless they need a password too, or hold no role any more."""
    actor = _actor(session, person_id, device, now)
    if not actor.roles:
        return Entered(entry=Entry.UNKNOWN)
    has_account = sign_ins.account(session, person_id=person_id) is not None
    if needs_password(actor.roles, has_account=has_account):
        return Entered(entry=Entry.STAFF)
    return open_sign_in(session, person_id=person_id, device=device, now=now)


def open_sign_in(session: Session, *, person_id: int, device: Device, now: datetime) -> Entered:
    """Sign a person in on a device: the browser keeps a secret, the database its fingerprint.

    What was chosen on the device just before is kept with the person; else the device shows what is kept.
    """
    actor = _actor(session, person_id, device, now)
    secret = tokens.secret()
    sign_in = SignIn(
        fingerprint=tokens.fingerprint(secret),
        person_id=person_id,
        agent=device.agent[:_AGENT_CHARACTERS],
        address=(device.address or "")[:64],
        remembered=device.remembered,
        created_at=now,
        seen_at=now,
        expires_at=now + (REMEMBERED if device.remembered else ONE_DAYS_WORK),
    )
    session.add(sign_in)
    record(
        session, actor=actor, what="sign-in.made", about=sign_in, now=now, after={"remembered": device.remembered}
    )
    person = preferences.choose(session, actor=actor, locale=device.locale, large_type=device.large_type, now=now)
    return Entered(
        entry=Entry.SIGNED_IN, secret=secret, actor=actor, sign_in_id=sign_in.id,
        locale=person.locale, large_type=person.large_type,
    )  # fmt: skip


def _actor(session: Session, person_id: int, device: Device, now: datetime) -> Actor:
    actor = register.actor_of(session, person_id, on=clock.local_date(now), address=device.address)
    if actor is None:
        raise NotFound
    return actor


def begin_password(session: Session, *, actor: Actor, name: str, now: datetime) -> PasswordTrial | None:
    """Note that a password is about to be tried for a name or phone, and give what it must fit; None: too many.

    An unknown name gets nobody's hash, so that it takes as long as a known one.
    """
    phone = read_phone(name)
    wanted = phone or read_account_name(name)
    subject = crypto.vault().blind(wanted, "account name")
    holder_id = sign_ins.holder_id(session, phone) if phone else None
    account = None if phone and holder_id is None else sign_ins.account(session, name=wanted, person_id=holder_id)
    attempt = note_attempt(
        session,
        actor=actor,
        kind=AttemptKind.PASSWORD,
        limit=TYPING_PASSWORDS,
        subject=subject,
        succeeded=False,
        now=now,
        familiar=account is not None and _is_familiar(session, account.person_id, actor.address, now),
    )
    if attempt is None:
        return None
    return PasswordTrial(
        attempt_id=attempt.id,
        person_id=account.person_id if account else None,
        password_hash=account.password_hash if account else passwords.NOBODYS,
    )


def _is_familiar(session: Session, person_id: int, address: str | None, now: datetime) -> bool:
    """Tell whether a person has signed in from this network lately."""
    known = sign_ins.addresses(session, person_id, since=now - FAMILIAR_FOR)
    return bool(address) and network(address) in {network(each) for each in known}


def end_password(
    session: Session, *, trial: PasswordTrial, fresh_hash: str | None, device: Device, now: datetime
) -> Entered:
    """Sign in whose password fitted, if they hold a role; `fresh_hash` replaces a hash that was outdated."""
    account = sign_ins.lock_account(session, trial.person_id) if trial.person_id is not None else None
    if account is None or account.password_hash != trial.password_hash:
        return Entered(entry=Entry.WRONG)
    if not _actor(session, account.person_id, device, now).roles:
        return Entered(entry=Entry.WRONG)
    if fresh_hash:
        account.password_hash = fresh_hash
    sign_ins.lock_attempt(session, trial.attempt_id).succeeded = True
    return open_sign_in(session, person_id=account.person_id, device=device, now=now)


def note_right_password(session: Session, trial: PasswordTrial) -> None:
    """Note that a password asked for once more, by somebody signed in, was right."""
    sign_ins.lock_attempt(session, trial.attempt_id).succeeded = True


def end_sign_in(session: Session, *, actor: Actor, sign_in_id: int, now: datetime) -> None:
    """Sign one of the actor's own devices out; another person's is not found."""
    sign_in = sign_ins.lock_sign_in(session, sign_in_id)
    if sign_in is None or sign_in.person_id != actor.person_id:
        raise NotFound
    if sign_in.ended_at is None:
        sign_in.ended_at = now
        record(session, actor=actor, what="sign-in.ended", about=sign_in, now=now)


def end_sign_ins(session: Session, *, actor: Actor, person_id: int, now: datetime, keep: int | None = None) -> int:
    """Sign a person out everywhere, but for the one to keep, and tell on how many devices."""
    ended = [row for row in sign_ins.lock_sign_ins(session, person_id) if row.id != keep]
    for row in ended:
        row.ended_at = now
        record(session, actor=actor, what="sign-in.ended", about=row, now=now)
    return len(ended)


def see(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Note that a signed-in browser was seen."""
    sign_in = sign_ins.lock_sign_in(session, sign_in_id)
    if sign_in is not None and sign_in.seen_at < now:
        sign_in.seen_at = now
