"""Who claims a place: locked, with unit and number in one question."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from academy.people.models.register import Membership, UnitKind
from academy.people.queries.claimant import lock_claimant
from academy.people.queries.register import recipient, unit_of
from tests import make


def test_a_claimant_is_told_as_the_register_tells_them(session: Session) -> None:
    district = make.unit(session, "玄武区", kind=UnitKind.DISTRICT)
    street = make.unit(session, "樱桥街道", parent=district)
    who = make.person(session, unit=street, phone="19900000001")
    found = lock_claimant(session, who.id, on=make.TODAY)
    assert found.unit == unit_of(session, who.id, make.TODAY)
    assert found.unit is not None
    assert found.unit.full_name == "玄武区 · 樱桥街道"
    assert found.recipient == recipient(session, who.id)
    assert found.recipient is not None
    assert found.recipient.address == "19900000001"


def test_of_two_units_the_latest_counts_and_one_that_is_over_does_not(session: Session) -> None:
    earlier, later, past = (make.unit(session) for _ in range(3))
    who = make.person(session, unit=earlier)
    session.add_all([
        Membership(person_id=who.id, unit_id=later.id, role_as_written="", starts_on=date(2025, 1, 1)),
        Membership(
            person_id=who.id, unit_id=past.id, role_as_written="", starts_on=date(2026, 1, 1),
            ends_on=make.TODAY - timedelta(days=1),
        ),
    ])  # fmt: skip
    unit = lock_claimant(session, who.id, on=make.TODAY).unit
    assert unit is not None
    assert unit.id == later.id


def test_somebody_without_unit_or_made_nameless_claims_without_them(session: Session) -> None:
    who = make.person(session)
    assert lock_claimant(session, who.id, on=make.TODAY).unit is None
    who.anonymised_at, who.search_tokens = make.NOW, ""
    assert lock_claimant(session, who.id, on=make.TODAY).recipient is None
