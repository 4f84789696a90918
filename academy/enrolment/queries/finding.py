"""Find the people of somebody's own class sessions by words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.queries.finding import in_charge
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor, Capability
from academy.ground.feature import Lookup
from academy.ground.search import first_found
from academy.people.models.register import Person
from academy.people.queries.finding import having_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledFound:
    """A person whom words found in a class session of the reader's."""

    name: str
    class_code: str
    class_title: str


def enrolled(session: Session, actor: Actor, lookup: Lookup, *, on: date) -> tuple[EnrolledFound, ...]:
    """List the people whom words find in class sessions that this reader manages or teaches, the latest first.

    The office finds everybody in the register already.
    """
    if actor.may(Capability.PERSON_LIST) or not actor.may(Capability.CLASS_OFFICE):
        return ()
    asked = (
        select(Person.name, ClassSession.code, ClassSession.title)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(in_charge(actor), Enrolment.state != EnrolmentState.WITHDRAWN, Person.anonymised_at.is_(None))
        .order_by(ClassSession.starts_on.desc(), Person.name_pinyin, Person.id)
        .limit(lookup.most)
    )
    having = having_of(session, lookup.words, on=on)
    rows = first_found(lookup.words, lambda *, loose: session.execute(asked.where(having(loose=loose))).all())
    return tuple(EnrolledFound(name=row.name, class_code=row.code, class_title=row.title) for row in rows)
