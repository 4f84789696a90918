"""Pages that the first link of a kind does not lead to: of a class that enrols, a unit, a move that waits."""

from collections import Counter

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.rules.lists import ListState
from academy.ground import clock
from academy.ground.access import Role
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import Membership, Phone, RoleGrant, Unit
from tests.browser.served import PHONE, Academy, looking_into, reaching_into
from tests.browser.walking import Shelf, Walk, reading

STREET = "梅岭新村街道"


@pytest.fixture(params=["zh_CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def street(session: Session) -> Unit:
    """Find the street of the liaison whose account anybody may try."""
    return session.execute(select(Unit).where(Unit.name == STREET)).scalar_one()


def unconfirmed(session: Session, *unit_ids: int) -> tuple[str, int]:
    """Name a class session and a unit whose list for it is not confirmed yet."""
    wanted = (
        select(ClassSession.code, UnitList.unit_id)
        .join(ClassSession, ClassSession.id == UnitList.class_session_id)
        .where(ClassSession.state == ClassState.ENROLLING, UnitList.state != ListState.CONFIRMED)
        .where(UnitList.unit_id.in_(unit_ids))
        .limit(1)
    )
    code, unit_id = session.execute(wanted).one()
    return code, unit_id


def move_out(session: Session) -> int:
    """Have another unit ask for somebody of the street, unless one has, and tell the move."""
    found = session.execute(select(Transfer.id).where(Transfer.state == TransferState.OPEN)).scalars().first()
    if found is not None:
        return found
    home = street(session)
    person_id = session.execute(
        select(Membership.person_id).where(Membership.unit_id == home.id, Membership.ends_on.is_(None)).limit(1)
    ).scalar_one()
    other = session.execute(select(Unit).where(Unit.kind == home.kind, Unit.id != home.id).limit(1)).scalar_one()
    row = Transfer(
        person_id=person_id, from_unit_id=home.id, to_unit_id=other.id, awaits_unit_id=home.id,
        state=TransferState.OPEN, asked_at=clock.now(), asked_by="陶思源",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def test_what_an_admin_opens_for_a_class_and_a_unit(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with looking_into(academy) as session:
        unit = street(session)
        code, _unit = unconfirmed(session, *session.execute(select(Unit.id)).scalars())
        liaison = session.execute(
            select(RoleGrant.person_id).where(RoleGrant.role == Role.LIAISON, RoleGrant.unit_id == unit.id)
        ).scalars().first()  # fmt: skip
        member = session.execute(
            select(Membership.person_id).where(Membership.unit_id == unit.id, Membership.person_id != liaison)
        ).scalars().first()  # fmt: skip
        reached = session.execute(
            select(Phone.person_id).where(Phone.verified_at.is_not(None), Phone.ended_at.is_(None)).limit(1)
        ).scalar_one()
    with reading(chromium, academy, "admin", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "admin", locale, shelf)
        for path in (
            "/admin/claims", f"/admin/classes/{code}/admission/level", f"/admin/classes/{code}/line",
            f"/admin/classes/{code}/move", f"/admin/people/{reached}/end-phones", f"/admin/units/{unit.id}/desk",
            f"/admin/units/{unit.id}/desk/new", f"/admin/units/{unit.id}/desk/{member}",
            f"/admin/units/{unit.id}/merge", f"/admin/units/{unit.id}/rename", f"/admin/units/{unit.id}/split",
            f"/admin/units/{unit.id}", "/admin/units/new", "/admin/desks",
        ):  # fmt: skip
            walk.meet(path)
    counts.update(walk.counts)
    assert not walk.faults, "\n".join(walk.faults)


def test_what_liaisons_open_for_their_units(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], locale: str
) -> None:
    with reaching_into(academy) as session:
        home = street(session)
        below = session.execute(select(Unit.id).where(Unit.parent_id == home.parent_id)).scalars().all()
        code, unit_id = unconfirmed(session, *below)
        move_id = move_out(session)
    with reading(chromium, academy, "district", viewport=PHONE, locale=locale) as page:
        district = Walk(page, "district", locale, shelf)
        district.meet(f"/unit/classes/{code}/{unit_id}/extend")
    with reading(chromium, academy, "liaison", viewport=PHONE, locale=locale) as page:
        walk = Walk(page, "liaison", locale, shelf)
        walk.meet(f"/unit/transfers/{move_id}/refuse")
    counts.update(walk.counts + district.counts)
    faults = district.faults + walk.faults
    assert not faults, "\n".join(faults)
