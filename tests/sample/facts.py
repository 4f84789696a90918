"""Fill a sample academy, and sum up in one line what it holds; run as a program, it does both with a small one."""

import hashlib
import json
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from academy.app import FEATURES, bind
from academy.certificates.models.batches import BatchEntry
from academy.certificates.models.register import Certificate
from academy.classes.models import ClassGroup, ClassSession, Sitting, SittingGroup
from academy.classes.sample import heads
from academy.enrolment.models.places import Enrolment
from academy.ground import clock, db
from academy.ground.access import operator
from academy.ground.db import Base
from academy.ground.feature import Sample
from academy.ground.settings import Settings
from academy.hours.models import Completion, HoursEntry
from academy.people.models.register import Account, Membership, Person, Phone, RoleGrant
from academy.people.sample import trainees
from academy.sites.models import Place

TODAY = date(2026, 11, 22)
SMALL = (900, 36)
"""Trainees and closed class sessions of a small sample."""


def shrink() -> None:
    """Make the sample small from here on."""
    trainees.COUNT, heads.CLOSED = SMALL


def fill(settings: Settings, today: date = TODAY) -> None:
    """Fill the bound database as `academy demo` does."""
    with db.transaction() as session:
        sample = Sample(
            session=session,
            actor=operator("demo"),
            now=clock.at(today, 8, 30),
            today=today,
            settings=settings,
            progress=_silence,
        )
        for feature in FEATURES:
            for part in feature.sample:
                part(sample)
                db.look_again(session)


def _silence(done: int, total: int, message: str = "") -> None:
    """Nobody watches."""


def _questions() -> dict[str, Select[*tuple[object, ...]]]:
    """Ask for all facts but what is encrypted or hashed with a fresh key each time."""
    return {
        "people": select(Person.id, Person.name, Person.name_pinyin, Person.id_number).order_by(Person.id),
        "phones": select(Phone.person_id, Phone.number, Phone.verified_at).order_by(Phone.id),
        "accounts": select(Account.person_id, Account.name).order_by(Account.id),
        "memberships": select(Membership.person_id, Membership.unit_id, Membership.starts_on)
        .order_by(Membership.id),
        "roles": select(RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id).order_by(RoleGrant.id),
        "places": select(Place.id, Place.slug, Place.wgs84_latitude).order_by(Place.id),
        "classes": select(ClassSession.code, ClassSession.title, ClassSession.starts_on, ClassSession.manager_id)
        .order_by(ClassSession.id),
        "groups": select(ClassGroup.id, ClassGroup.class_session_id, ClassGroup.leader_id).order_by(ClassGroup.id),
        "sittings": select(
            Sitting.class_session_id, Sitting.course_id, Sitting.instructor_id, Sitting.place_id, Sitting.starts_at
        ).order_by(Sitting.id),
        "sitting groups": select(SittingGroup.sitting_id, SittingGroup.group_id)
        .order_by(SittingGroup.sitting_id, SittingGroup.group_id),
        "enrolments": select(
            Enrolment.class_session_id, Enrolment.person_id, Enrolment.state, Enrolment.requested_at,
            Enrolment.group_id,
        ).order_by(Enrolment.id),
        "hours": select(HoursEntry.person_id, HoursEntry.evidence_id, HoursEntry.tenths).order_by(HoursEntry.id),
        "completions": select(Completion.person_id, Completion.class_session_id, Completion.tenths)
        .order_by(Completion.id),
        "batches": select(BatchEntry.batch_id, BatchEntry.person_id)
        .order_by(BatchEntry.batch_id, BatchEntry.person_id),
        "certificates": select(Certificate.number, Certificate.code, Certificate.person_id, Certificate.facts)
        .order_by(Certificate.id),
    }  # fmt: skip


def digests(session: Session) -> dict[str, str]:
    """Sum up each kind of fact, so that a difference says where it is."""
    return {
        name: hashlib.sha256("\n".join(map(str, session.execute(question))).encode()).hexdigest()[:16]
        for name, question in _questions().items()
    }


def main(folder: Path, database_url: str = "") -> None:
    """Fill a small sample in a folder, or in a database and a folder, and print its digests."""
    shrink()
    settings = Settings(env="test", var=folder, database_url=database_url)
    bind(settings)
    Base.metadata.create_all(db.bound().engine)
    fill(settings)
    with db.reading() as session:
        print(json.dumps(digests(session)))  # noqa: T201 - a program's answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
