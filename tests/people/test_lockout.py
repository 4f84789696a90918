"""Strangers who try passwords lock themselves out, and nobody from where they usually sign in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from academy.ground.access import Role
from academy.people.actions import sign_in
from academy.people.models.register import Person
from tests import make
from tests.make import NOW
from tests.people.conftest import PHONE, VISITING


def tries(session: Session, address: str, *, times: int = 1, name: str = "admin") -> list[bool]:
    actor = replace(VISITING, address=address)
    return [
        sign_in.begin_password(session, actor=actor, name=name, now=NOW) is not None for _serial in range(times)
    ]


@pytest.fixture
def admin(session: Session) -> Person:
    """Somebody with an account, which strangers have tried ten times."""
    person = make.person(session, roles=(Role.ADMIN,))
    make.account(session, person, "admin", "$argon2id$…")
    for serial in range(10):
        assert tries(session, f"192.0.2.{serial}") == [True]
    return person


def was_at(session: Session, person: Person, address: str, *, days_ago: int) -> None:
    device = replace(PHONE, address=address)
    sign_in.open_sign_in(session, person_id=person.id, device=device, now=NOW - timedelta(days=days_ago))


@pytest.mark.parametrize("here", ["198.51.100.7", "2001:db8:1:2::9", "::ffff:198.51.100.8"])
def test_a_familiar_network_counts_by_itself(session: Session, admin: Person, here: str) -> None:
    for address in ("198.51.100.7", "2001:db8:1:2:3:4:5:6", "198.51.100.8"):
        was_at(session, admin, address, days_ago=89)
    assert tries(session, "203.0.113.1") == [False]
    assert tries(session, here, times=11) == [True] * 10 + [False]


def test_one_of_long_ago_or_of_somebody_else_is_not_familiar(session: Session, admin: Person) -> None:
    was_at(session, admin, "198.51.100.7", days_ago=91)
    was_at(session, make.person(session, "李建国"), "198.51.100.8", days_ago=1)
    assert tries(session, "198.51.100.7") == tries(session, "198.51.100.8") == [False]


def test_no_address_is_nobodys(session: Session, admin: Person) -> None:
    was_at(session, admin, "", days_ago=1)
    assert tries(session, "") == [False]


def test_an_unknown_name_is_limited_alike(session: Session) -> None:
    assert tries(session, "198.51.100.7", times=11, name="nobody") == [True] * 10 + [False]
