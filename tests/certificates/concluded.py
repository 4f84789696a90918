"""Builders: a concluded class session, its people with their hours, and the two admins who certify them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from academy.app import FEATURES
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.clockwork.jobs import Worker
from academy.ground import db
from academy.ground.access import Actor, Role
from academy.ground.settings import Settings
from academy.hours.models import Completion, EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind
from academy.people.models.register import Person
from tests import make

REQUIRED = 360
"""Nine tenths of the programme's 40 hours."""


@dataclass(frozen=True, kw_only=True)
class Concluded:
    """What a test of certificates begins with."""

    code: str
    class_id: int
    admin: Actor
    admin2: Actor
    people: Mapping[str, Actor]


def concluded(
    hours: Mapping[str, int],
    *,
    state: ClassState = ClassState.CONCLUDED,
    admins: tuple[Actor, Actor] | None = None,
) -> Concluded:
    """A concluded class session of these people with these tenths of hours; enough of them is a completion."""
    with db.transaction() as session:
        plan = make.programme(session, make.course(session, hours=400), title="网格员岗前培训方案")
        class_ = make.class_session(
            session,
            state=state,
            programme_=plan,
            starts_on=date(2026, 11, 16),
            days=5,
            title="新任网格员岗前培训班",
        )
        pool = make.pool(session, class_, places=len(hours))
        people = {name: make.person(session, name) for name in hours}
        for name, person in people.items():
            make.enrolment(session, pool, person)
            if hours[name]:
                session.add(_hours(class_, person, hours[name]))
            if hours[name] >= REQUIRED:
                session.add(_completion(class_, person, hours[name]))
        first, second = admins or (_admin(session, "教务甲"), _admin(session, "教务乙"))
        return Concluded(
            code=class_.code, class_id=class_.id, admin=first, admin2=second,
            people={name: make.actor(person) for name, person in people.items()},
        )  # fmt: skip


def _admin(session: Session, name: str) -> Actor:
    return make.actor(make.person(session, name, roles=(Role.ADMIN,)), Role.ADMIN)


def _hours(of: ClassSession, person: Person, tenths: int) -> HoursEntry:
    return HoursEntry(
        person_id=person.id, class_session_id=of.id, kind=HoursKind.THEORY, evidence_kind=EvidenceKind.REGISTER,
        evidence_id=of.id, turn=1, year=2026, tenths=tenths, reverses_id=None, entered_at=make.NOW,
        entered_by="班主任",
    )  # fmt: skip


def _completion(of: ClassSession, person: Person, tenths: int) -> Completion:
    return Completion(
        person_id=person.id, class_session_id=of.id, programme_id=of.programme_id, tenths=tenths,
        completed_on=date(2026, 11, 20),
    )  # fmt: skip


def worker(settings: Settings) -> Worker:
    """A worker that runs every kind of job, here and now."""
    return Worker(settings, FEATURES)
