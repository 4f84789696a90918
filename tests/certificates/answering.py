"""Answer as a trainee, settle as the office, propose and sign: what tests of answers have in common."""

from datetime import timedelta

import pytest

from academy.certificates.actions import checks as actions
from academy.certificates.actions import deciding
from academy.certificates.queries import batches, checks, proofs
from academy.ground import db
from academy.ground.errors import Refused
from academy.ground.text import name_pinyin
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded

HOURS = {"欧阳娜娜": 380, "张𬭎": 360, "李㛃": 400, "陈堃": 340, "王?": 390}
NAMED = "欧阳娜娜"


def own(of: Concluded, name: str = NAMED) -> checks.Own:
    with db.reading() as session:
        return checks.own(session, of.code, of.people[name].person_id)


def confirm(of: Concluded, name: str = NAMED, *, mark: str | None = None) -> None:
    mark = mark or own(of, name).mark
    with db.transaction() as session:
        actions.confirm(session, actor=of.people[name], code=of.code, mark=mark, now=make.NOW)


def dispute(of: Concluded, name: str = NAMED, wish: str = "名字是欧阳娜") -> None:
    mark = own(of, name).mark
    with db.transaction() as session:
        actions.dispute(session, actor=of.people[name], code=of.code, mark=mark, wish=wish, now=make.NOW)


def settle(of: Concluded, name: str = NAMED, minutes: int = 0) -> None:
    now = make.NOW + timedelta(minutes=minutes)
    who = of.people[name].person_id or 0
    with db.transaction() as session:
        actions.settle(session, actor=of.admin, code=of.code, person_id=who, note="已核对身份证。", now=now)


def rename(of: Concluded, old: str, new: str) -> None:
    with db.transaction() as session:
        person = session.get_one(Person, of.people[old].person_id)
        person.name, person.name_pinyin = new, name_pinyin(new)


def propose(of: Concluded) -> int:
    with db.transaction() as session:
        return deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW + timedelta(minutes=1))


def sign(of: Concluded, batch_id: int) -> None:
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW + timedelta(minutes=9))


def numbers(batch_id: int) -> dict[str, str | None]:
    with db.reading() as session:
        assert list(proofs.wrong_numbers(session)) == []
        assert list(proofs.altered(session)) == []
        return {entry.name: entry.number for entry in batches.entries(session, batch_id)}


def noted(code: str) -> int:
    with db.reading() as session:
        return len([e for e in journal.newest(session, Wanted(code=code), limit=9) if e.code == code])


def codes_of(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]
