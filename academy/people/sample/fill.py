"""Make the sample academy's units, people and accounts, and count them again for the audit."""

from collections.abc import Iterator
from random import Random

from sqlalchemy.orm import Session

from academy.ground import passwords
from academy.ground.access import Role
from academy.ground.feature import AlreadyFilled, Finding, Sample
from academy.people.actions import register
from academy.people.actions.register import NewPerson
from academy.people.queries import sample as queries
from academy.people.sample import staff, trainees
from academy.people.sample.units import CITY, STREET_KEYS

_AT_ONCE = 2550
_MESSAGE = "学员 trainees"

Units = dict[tuple[str, ...], int]


def fill(sample: Sample) -> None:
    """Make units and people; raises AlreadyFilled where the academy knows anybody already."""
    if queries.anybody(sample.session):
        raise AlreadyFilled
    units = register.add_units_many(
        sample.session, actor=sample.actor, city=CITY, paths=STREET_KEYS, starts_on=staff.SINCE, now=sample.now,
        sample=True,
    )  # fmt: skip
    ids = _trainees(sample, units)
    accounts = {staff.TRAINEE_ACCOUNT: ids[0]} | _staff(sample, units)
    hashed = passwords.hash_of(staff.PASSWORD)
    for name, _role, _use in staff.SAMPLE_ACCOUNTS:
        register.set_password(
            sample.session, actor=sample.actor, person_id=accounts[name], account_name=name, password_hash=hashed,
            now=sample.now, sample=True,
        )  # fmt: skip


def _trainees(sample: Sample, units: Units) -> list[int]:
    people = list(_as_people(sample, units))
    ids: list[int] = []
    for start in range(0, len(people), _AT_ONCE):
        part = people[start : start + _AT_ONCE]
        ids += register.add_people_many(sample.session, actor=sample.actor, people=part, now=sample.now)
        sample.progress(len(ids), len(people), _MESSAGE)
    return ids


def _as_people(sample: Sample, units: Units) -> Iterator[NewPerson]:
    random = Random(f"{sample.today:%Y-%m-%d} trainees")
    for each in trainees.trainees(random, sample.today):
        yield NewPerson(
            name=each.name, unit_id=units[each.district, each.street], grid_role=each.grid_role,
            role_as_written=each.role_as_written, id_number=each.id_number, id_seen=each.phone_verified,
            phone=each.phone, phone_verified=each.phone_verified, since=each.since, sample=True,
        )  # fmt: skip


def _staff(sample: Sample, units: Units) -> dict[str, int]:
    planned = list(staff.staff(Random(f"{sample.today:%Y-%m-%d} staff")))
    people = [_as_person(each, units) for each in planned]
    ids = register.add_people_many(sample.session, actor=sample.actor, people=people, now=sample.now)
    return {each.account: person_id for each, person_id in zip(planned, ids, strict=True) if each.account}


def _as_person(each: staff.Staff, units: Units) -> NewPerson:
    path = tuple(part for part in (each.district, each.street) if part)
    unit_id = units[path] if path else None
    return NewPerson(
        name=each.name, role=each.role, unit_id=unit_id, phone=each.phone, phone_verified=True, since=staff.SINCE,
        role_unit_id=unit_id if each.role is Role.LIAISON else None, sample=True,
    )  # fmt: skip


def trainees_are_all_there(session: Session) -> Finding | None:
    """Count the trainees the sample was made with."""
    count = queries.count_first_trainees(session)
    return None if count is None else Finding(count=count, expected=trainees.COUNT)
