"""A liaison's desk handed over in one act."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground.access import Role, operator
from academy.ground.errors import NotFound, Refused
from academy.people.actions import desks
from academy.people.actions.desks import Desk, NewHolder
from academy.people.models.register import RoleGrant
from academy.people.queries import register, units
from academy.people.rules.changing import STREET, HandOverFacts, UnitNow, reasons_to_refuse_hand_over
from tests import make
from tests.make import NOW, TODAY
from tests.people.conftest import messages

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
A = UnitNow(id=1, name="樱桥街道", rank=STREET, starts_on=date(2018, 1, 1), has_ended=False)
HANDING = HandOverFacts(
    name="陈敏", holds_it=False, giver_holds_it=True, can_sign_in=True, unit=A, on=TODAY, today=TODAY
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (HANDING, []),
        (replace(HANDING, on=TOMORROW), []),
        (replace(HANDING, on=YESTERDAY), ["day_is_past"]),
        (replace(HANDING, holds_it=True, can_sign_in=False), ["holds_desk", "no_way_in"]),
        (replace(HANDING, giver_holds_it=False, unit=replace(A, has_ended=True)), ["unit_ended", "holds_no_desk"]),
    ],
)
def test_every_reason_against_a_hand_over_is_told(facts: HandOverFacts, expected: list[str]) -> None:
    assert [reason.code for reason in reasons_to_refuse_hand_over(facts)] == expected


class Town:
    """A street with its liaison and somebody who is to follow."""

    def __init__(self, session: Session) -> None:
        self.street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
        self.people = [make.person(session, "王秀兰", unit=self.street)]
        self.liaison = make.person(session, "陈敏", roles=(Role.LIAISON,), unit=self.street)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_desk_is_handed_over_in_one_act(session: Session, town: Town) -> None:
    desk = Desk(unit_id=town.street.id, giver_id=town.liaison.id, on=TODAY)
    heir = town.people[0]
    assert desks.hand_over(session, actor=operator(), desk=desk, person_id=heir.id, now=NOW) == "王秀兰"
    told = [(message.code, message.person_id) for message in messages(session)]
    assert told == [("people.desk-taken", town.liaison.id), ("people.desk-given", heir.id)]
    actor = register.actor_of(session, town.liaison.id, on=TODAY)
    assert actor is not None
    assert not actor.roles  # a session asks at every page
    new = register.actor_of(session, heir.id, on=TODAY)
    assert new is not None
    assert new.unit_ids == {town.street.id}
    with pytest.raises(Refused) as caught:
        desks.hand_over(session, actor=operator(), desk=desk, person_id=heir.id, now=NOW)
    assert [reason.code for reason in caught.value.reasons] == ["holds_desk", "holds_no_desk"]
    with pytest.raises(NotFound):
        desks.hand_over(session, actor=operator(), desk=replace(desk, unit_id=999), person_id=heir.id, now=NOW)


def test_a_desk_handed_over_from_a_later_day_stays_until_then(session: Session, town: Town) -> None:
    desk = Desk(unit_id=town.street.id, giver_id=town.liaison.id, on=TOMORROW)
    holder = NewHolder(name="赵一凡", account_name="zhao", password_hash="x")
    new_id = desks.hand_over_to_new(session, actor=operator(), desk=desk, holder=holder, now=NOW)
    assert register.liaisons(session, [town.street.id], on=TODAY) == {town.street.id: (town.liaison.id,)}
    assert register.liaisons(session, [town.street.id], on=TOMORROW) == {town.street.id: (new_id,)}
    page = units.page(session, town.street.id, on=TODAY)
    assert [(each.name, each.until) for each in page.desks] == [("陈敏", TODAY), ("赵一凡", None)]


def test_a_desk_is_taken_away_without_a_successor(session: Session, town: Town) -> None:
    desks.end_desk(session, actor=operator(), unit_id=town.street.id, person_id=town.liaison.id, now=NOW)
    assert register.liaisons(session, [town.street.id], on=TODAY) == {}
    with pytest.raises(Refused, match="holds_no_desk"):
        desks.end_desk(session, actor=operator(), unit_id=town.street.id, person_id=town.liaison.id, now=NOW)
    grants = session.execute(choose(RoleGrant).where(RoleGrant.unit_id == town.street.id)).scalars().all()
    assert [grant.ends_on for grant in grants] == [YESTERDAY]
