"""What a trainee is shown of a certificate before it is made; `tallies` has what the office sees of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateCheck
from academy.certificates.models.register import Certificate
from academy.certificates.queries import answers, batches
from academy.certificates.rules import checks
from academy.certificates.rules.checks import Said
from academy.certificates.rules.proposing import CERTIFIABLE, DISPUTED, Candidate, ClassFacts, reasons_against
from academy.certificates.rules.states import Series
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.documents.queries import fonts
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.db import WideInteger
from academy.ground.errors import NotFound, Reason
from academy.hours.models import Completion, HoursEntry
from academy.people.models.register import Person

LOOKED_AT = (ClassState.RUNNING, *CERTIFIABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What one trainee's certificate of a class session will say, and what they said of it."""

    of: ClassFacts
    person: Candidate
    said: Said | None
    moment: checks.Moment

    @property
    def says(self) -> dict[str, Any]:
        """Tell the facts as a proposal would freeze them now."""
        return answers.facts_now(self.of, self.person)

    @property
    def mark(self) -> str:
        """Mark these facts, so that an answer tells what it was given to."""
        return checks.mark_of(self.says)

    @property
    def changed(self) -> tuple[str, ...]:
        """Name the facts that have changed since the answer."""
        return checks.changes(self.said.shown, self.says) if self.said else ()

    @property
    def is_asked(self) -> bool:
        """Tell whether there is an answer to give."""
        return checks.is_asked(self.person.check, changed=bool(self.changed))

    @property
    def hindrances(self) -> tuple[Reason, ...]:
        """Tell everything that stands against a certificate but the person's own dispute.

        Until the class session is concluded nobody has completed it, and enough hours are enough.
        """
        concluded = self.of.state in CERTIFIABLE
        person = self.person if concluded else replace(self.person, completed=self.person.is_due)
        return tuple(reason for reason in reasons_against(person) if reason.code != DISPUTED.code)


def own(session: Session, code: str, person_id: int | None) -> Own:
    """Show what a person's certificate of a class session will say; who was not in it finds nothing."""
    of = batches.class_facts(session, code)
    if person_id is None or of.state not in LOOKED_AT:
        raise NotFound
    return _own(session, of, person_id)


def _own(session: Session, of: ClassFacts, person_id: int) -> Own:
    row = session.execute(_of_one(), {"class_id": of.id, "person_id": person_id}).one_or_none()
    if row is None:
        raise NotFound
    answer, name, spelled, completed, tenths, number, ends_at = row
    said = answers.said(answer) if answer else None
    person = Candidate(
        person_id=person_id, name=name, name_pinyin=spelled, unit="", completed=completed is not None,
        tenths=int(tenths or 0) if completed is None else completed, certified=number,
        required_tenths=batches.required_tenths(session, of), unprintable=fonts.missing_characters(name),
    )  # fmt: skip
    (person,) = answers.judged(of, (person,), {person_id: said} if said else {})
    moment = checks.Moment(class_state=of.state, last_sitting_ends_at=ends_at, certified=number)
    return Own(of=of, person=person, said=said, moment=moment)


@cache
def _of_one() -> Select[*tuple[Any, ...]]:
    """Write once what is asked for one person, of what `batches.candidates` asks for a whole class session."""
    class_id, person_id = bindparam("class_id", type_=WideInteger), bindparam("person_id", type_=WideInteger)
    tenths = select(func.sum(HoursEntry.tenths)).where(
        HoursEntry.class_session_id == class_id, HoursEntry.person_id == person_id
    )
    number = select(func.max(Certificate.number)).where(
        Certificate.class_session_id == class_id, Certificate.person_id == person_id,
        Certificate.series == Series.COMPLETION,
    )  # fmt: skip
    ends_at = select(func.max(Sitting.ends_at)).where(Sitting.class_session_id == class_id)
    seated = exists().where(
        Enrolment.class_session_id == class_id, Enrolment.person_id == person_id,
        Enrolment.state == EnrolmentState.SEATED,
    )  # fmt: skip
    completion = and_(Completion.class_session_id == class_id, Completion.person_id == Person.id)
    answer = and_(CertificateCheck.class_session_id == class_id, CertificateCheck.person_id == Person.id)
    return (
        select(
            CertificateCheck, Person.name, Person.name_pinyin, Completion.tenths, tenths.scalar_subquery(),
            number.scalar_subquery(), ends_at.scalar_subquery(),
        )
        .select_from(Person)
        .outerjoin(Completion, completion)
        .outerjoin(CertificateCheck, answer)
        .where(Person.id == person_id, or_(seated, Completion.id.is_not(None)))
    )  # fmt: skip


def to_look_at(session: Session, person_id: int, *, now: datetime) -> tuple[Own, ...]:
    """List the certificates that a person is going to get, the newest class session first."""
    rows = session.execute(_to_come(), {"person_id": person_id, "now": now}).scalars().all()
    found = (_own(session, batches.class_facts_by_id(session, class_id), person_id) for class_id in rows)
    return tuple(each for each in found if each.person.is_due)


@cache
def _to_come() -> Select[int]:
    """Write once what every trainee's desk asks; for most it finds nothing."""
    me = bindparam("person_id", type_=WideInteger)
    seated = select(Enrolment.class_session_id).where(
        Enrolment.person_id == me, Enrolment.state == EnrolmentState.SEATED
    )
    completed = select(Completion.class_session_id).where(Completion.person_id == me)
    certified = select(Certificate.class_session_id).where(
        Certificate.person_id == me, Certificate.series == Series.COMPLETION
    )
    sitting = exists().where(Sitting.class_session_id == ClassSession.id)
    over = and_(sitting, ~sitting.where(Sitting.ends_at > bindparam("now")))
    return (
        select(ClassSession.id)
        .where(
            or_(
                and_(ClassSession.state.in_(CERTIFIABLE), ClassSession.id.in_(completed)),
                and_(ClassSession.state == ClassState.RUNNING, ClassSession.id.in_(seated), over),
            ),
            ClassSession.id.not_in(certified),
        )
        .order_by(ClassSession.id.desc())
    )
