"""Builders: certificates with made-up files, and what happens to them."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from academy.certificates.actions import deciding, living, making
from academy.certificates.queries import register
from academy.certificates.rules.states import CertificateState
from academy.ground import db
from academy.ground.access import operator
from academy.ground.errors import Refused
from academy.ground.storage import Place
from academy.outbox.models import Message
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded

LATER = make.NOW + timedelta(days=3)
NUMBER = "2026-J-000001"


def signed(of: Concluded, *, files: bool = True) -> int:
    """Certificates of everybody, and a made-up file for each."""
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    if files:
        give_files(of, batch_id)
    return batch_id


def give_files(of: Concluded, batch_id: int) -> None:
    with db.reading() as session:
        waiting = register.to_make(session, batch_id)
    made = {}
    for one in waiting:
        digest = hashlib.sha256(one.number.encode()).hexdigest()
        made[one.id] = Place(sha256=digest, shared=None, pack=digest)
    with db.transaction() as session:
        making.note_made(session, actor=of.admin, made=made, now=make.NOW)
        making.finish(session, actor=of.admin, batch_id=batch_id, now=make.NOW)


def rename(of: Concluded, name: str, to: str) -> None:
    with db.transaction() as session:
        session.get_one(Person, of.people[name].person_id).name = to


def replaced(of: Concluded, number: str = NUMBER) -> int:
    """Propose a certificate in the place of another, sign it, and give it a file; tell the batch."""
    with db.transaction() as session:
        batch_id = living.propose_replacement(session, actor=of.admin, number=number, reason="姓名更正", now=LATER)
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=LATER)
    give_files(of, batch_id)
    return batch_id


def revoke(of: Concluded, number: str = NUMBER, reason: str = "学时造假") -> bool:
    with db.transaction() as session:
        return living.revoke(session, actor=of.admin, number=number, reason=reason, now=LATER)


def state_of(number: str) -> CertificateState:
    with db.reading() as session:
        return register.held(session, number, operator()).state


def refused(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def sent() -> list[tuple[str, int | None]]:
    with db.reading() as session:
        return [(m.code, m.person_id) for m in session.execute(select(Message).order_by(Message.id)).scalars()]
