"""One's own password; and what the office looks at, ends and takes away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.text import has_a_character
from academy.journal.actions import record
from academy.outbox.actions import post
from academy.people.actions import letters
from academy.people.actions.register import set_password
from academy.people.actions.sign_in import end_sign_ins
from academy.people.queries import register, sign_ins
from academy.people.rules.register import REASON_EMPTY, last_day_held


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """A person's numbers in clear, for one look."""

    phone: str
    id_number: str


def change_password(
    session: Session,
    *,
    actor: Actor,
    account_name: str,
    password_hash: str,
    keep_sign_in: int | None,
    now: datetime,
) -> None:
    """Give the actor a new password, sign other devices out, and tell the actor's phone."""
    if actor.person_id is None:
        raise NotFound
    set_password(
        session,
        actor=actor,
        person_id=actor.person_id,
        account_name=account_name,
        password_hash=password_hash,
        now=now,
    )
    end_sign_ins(session, actor=actor, person_id=actor.person_id, keep=keep_sign_in, now=now)
    if to := register.recipient(session, actor.person_id):
        post(session, letters.PASSWORD_SET, to=to, now=now, values={})


def end_staff(session: Session, *, actor: Actor, account_name: str, now: datetime) -> int:
    """End all roles of an account's holder from today on and sign them out everywhere; tell from how many devices.

    What somebody was until yesterday stays on file; a role that began today was never held and goes.
    """
    account = sign_ins.account(session, name=account_name.lower())
    if account is None:
        raise NotFound(f"There is no account {account_name!r}.")
    today = clock.local_date(now)
    person = register.lock_persons(session, [account.person_id])[0]
    grants = register.lock_grants(session, person.id, on=today)
    for grant in grants:
        grant.ends_on = last_day_held(grant.starts_on, today)
        if grant.ends_on is None:
            session.delete(grant)
    if grants:
        before = {"roles": [grant.role for grant in grants]}
        record(session, actor=actor, what="role.ended", about=person, now=now, before=before, after={"roles": []})
    return end_sign_ins(session, actor=actor, person_id=person.id, now=now)


def reveal(session: Session, *, actor: Actor, person_id: int, reason: str, now: datetime) -> Revealed:
    """Show a person's numbers in clear, once, and note who looked and why; no reason raises Refused."""
    found = register.lock_persons(session, [person_id])
    if not found:
        raise NotFound
    if not has_a_character(reason):
        raise Refused(REASON_EMPTY)
    record(session, actor=actor, what="person.revealed", about=found[0], now=now, after={"reason": reason})
    return Revealed(
        phone=register.numbers(session, [person_id]).get(person_id, ""), id_number=found[0].id_number or ""
    )


def note_export(
    session: Session, *, actor: Actor, wanted: Mapping[str, object], count: int, now: datetime
) -> None:
    """Note who took a list of people away, which one, and how long it was; the numbers in it are masked."""
    record(session, actor=actor, what="person.exported", about="person", now=now, after={**wanted, "count": count})
