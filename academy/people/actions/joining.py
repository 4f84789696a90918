"""Join by oneself: a new trainee, somebody we know already, or a request to staff to look at the ID card."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.ground.text import DEFAULT_LOCALE, N_, clean_name, masked_phone
from academy.journal.actions import record
from academy.outbox.actions import post
from academy.people.actions import letters, sign_in
from academy.people.actions.codes import try_code
from academy.people.actions.register import NewPerson, add_person
from academy.people.models.register import BindingRequest, BindingState, GridRole
from academy.people.queries import binding, register, sign_ins
from academy.people.rules.joining import Joining, JoiningFacts, Known, decide
from academy.people.rules.register import problem_with_name
from academy.people.rules.signing_in import CodePurpose, Entry, Tried

UNIT_GONE = Reason("unit_gone", N_("This unit is no longer on the list. Choose the one it became."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What somebody says of themselves when joining, with consent to keep it."""

    name: str
    unit_id: int
    grid_role: str
    id_number: str | None
    locale: str = DEFAULT_LOCALE


def join(
    session: Session,
    *,
    actor: Actor,
    phone: str,
    code: str,
    applicant: Applicant,
    device: sign_in.Device,
    now: datetime,
) -> sign_in.Entered:
    """Register somebody whose code is right, or sign in whom we know, or ask staff to bind the phone.

    A name that nobody can read raises Refused.
    """
    tried = try_code(session, actor=actor, phone=phone, purpose=CodePurpose.REGISTER, code=code, now=now)
    if tried is not Tried.RIGHT:
        return sign_in.Entered(entry=sign_in.ENTRY_OF[tried])
    number = applicant.id_number
    facts = JoiningFacts(
        name=clean_name(applicant.name),
        holder=sign_ins.holder(session, phone),
        imported=sign_ins.imported(session, phone),
        owner_of_id=sign_ins.owner_of_id(session, register.id_blind(number)) if number else None,
    )
    if problem := problem_with_name(facts.name):
        raise Refused(problem)
    visitor = replace(actor, name=facts.name)
    decision = decide(facts)
    if decision is Joining.NEW:
        person_id = _enter(session, visitor, phone, applicant, now)
        return sign_in.open_sign_in(session, person_id=person_id, device=device, now=now)
    if decision is Joining.IS_HOLDER and facts.holder:
        return sign_in.open_by_phone(session, person_id=facts.holder.person_id, device=device, now=now)
    if decision is Joining.IS_IMPORTED and facts.owner_of_id:
        owner_id = facts.owner_of_id.person_id
        return sign_in.verify_phone(session, person_id=owner_id, phone=phone, device=device, now=now)
    if decision is Joining.ASK_TO_BIND:
        _ask_to_bind(session, visitor, facts.owner_of_id or _same(facts), phone, now)
        return sign_in.Entered(entry=Entry.ASKED_TO_BIND)
    return sign_in.Entered(entry=Entry.CONFIRM_ID if decision is Joining.CONFIRM_ID else Entry.PHONE_TAKEN)


def _same(facts: JoiningFacts) -> Known:
    return next(known for known in facts.imported if known.name == facts.name)


def _enter(session: Session, visitor: Actor, phone: str, applicant: Applicant, now: datetime) -> int:
    if register.unit(session, applicant.unit_id, clock.local_date(now)) is None:
        raise Refused(UNIT_GONE)
    person = NewPerson(
        name=applicant.name,
        unit_id=applicant.unit_id,
        grid_role=GridRole(applicant.grid_role),
        id_number=applicant.id_number,
        phone=phone,
        phone_verified=True,
        locale=applicant.locale,
    )
    person_id = add_person(session, actor=visitor, person=person, now=now)
    row = register.lock_persons(session, [person_id])[0]
    record(session, actor=visitor, what="person.consented", about=row, now=now, after={"personal_data": True})
    return person_id


def _ask_to_bind(session: Session, visitor: Actor, known: Known, phone: str, now: datetime) -> None:
    """Ask staff to bind a phone after seeing the card, once, and tell the number on file about it."""
    register.lock_persons(session, [known.person_id])
    if any(asked.number == phone for asked in binding.lock_open_requests(session, known.person_id)):
        return
    asked = BindingRequest(
        person_id=known.person_id, number=phone, state=BindingState.OPEN, requested_at=now, decided_by=""
    )
    session.add(asked)
    after = {"phone": masked_phone(phone)}
    record(session, actor=visitor, what="binding.asked", about=asked, now=now, after=after)
    if to := register.recipient(session, known.person_id):
        post(session, letters.BINDING_ASKED, to=to, now=now, values={})
