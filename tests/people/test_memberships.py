"""Joining a unit, leaving it, moving between two, and being entered by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground.access import Actor, Role, operator
from academy.ground.errors import NotFound, Refused
from academy.journal.models import JournalEntry
from academy.people.actions import memberships as actions
from academy.people.actions import transfers
from academy.people.actions.entering import NewMember, take_in
from academy.people.actions.memberships import Joining, Leaving, RoleChange
from academy.people.actions.transfers import Moving
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import GridRole, Membership, Person, Unit
from academy.people.queries import memberships, register
from academy.people.rules.memberships import (
    LeavingFacts,
    MovingFacts,
    Taking,
    TakingFacts,
    last_day_before,
    reasons_to_refuse_leaving,
    reasons_to_refuse_moving,
    reasons_to_refuse_taking,
    taking,
)
from tests import make
from tests.make import NOW, TODAY
from tests.people.numbers import id_number

YESTERDAY = TODAY - timedelta(days=1)
LEAVING = LeavingFacts(
    starts_on=date(2026, 3, 1), has_left=False, last_day=TODAY, today=TODAY, name="王秀兰", transfer_open=False
)
MOVING = MovingFacts(name="王秀兰", same_unit=False, transfer_open=False)
TAKING = TakingFacts(
    name="王秀兰", known_as=None, id_given=True, unit_id=1, unit_of_now=None, unit_name_of_now="",
    namesake=False, transfer_open=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (LEAVING, []),
        (replace(LEAVING, last_day=date(2026, 3, 1)), []),
        (replace(LEAVING, last_day=date(2026, 2, 28)), ["leaves_before"]),
        (replace(LEAVING, last_day=TODAY + timedelta(days=1)), ["leaves_later"]),
        (replace(LEAVING, has_left=True, transfer_open=True), ["has_left", "transfer_open"]),
    ],
)
def test_every_reason_against_leaving_is_told(facts: LeavingFacts, codes: list[str]) -> None:
    assert [reason.code for reason in reasons_to_refuse_leaving(facts)] == codes


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (MOVING, []),
        (replace(MOVING, same_unit=True), ["same_unit"]),
        (replace(MOVING, transfer_open=True), ["transfer_open"]),
    ],
)
def test_every_reason_against_a_move_is_told(facts: MovingFacts, codes: list[str]) -> None:
    assert [reason.code for reason in reasons_to_refuse_moving(facts)] == codes


@pytest.mark.parametrize(
    ("facts", "codes", "by"),
    [
        (TAKING, [], Taking.ADD),
        (replace(TAKING, namesake=True), [], Taking.ADD),
        (replace(TAKING, id_given=False), [], Taking.ADD),
        (replace(TAKING, id_given=False, namesake=True), ["namesake"], Taking.ADD),
        (replace(TAKING, known_as="王秀兰"), [], Taking.JOIN),
        (replace(TAKING, known_as="王秀兰", unit_of_now=2), [], Taking.ASK),
        (replace(TAKING, known_as="王秀兰", unit_of_now=1), ["belongs_already"], Taking.ASK),
        (replace(TAKING, known_as="李建国"), ["name_differs"], Taking.JOIN),
        (replace(TAKING, known_as="王秀兰", unit_of_now=2, transfer_open=True), ["transfer_open"], Taking.ASK),
    ],
)
def test_only_the_id_number_tells_who_is_entered(facts: TakingFacts, codes: list[str], by: Taking) -> None:
    assert [reason.code for reason in reasons_to_refuse_taking(facts)] == codes
    assert taking(facts) is by


def test_a_time_never_ends_before_it_begins() -> None:
    assert last_day_before(TODAY, YESTERDAY) == YESTERDAY
    assert last_day_before(TODAY, TODAY) is None


class Town:
    """A district with two streets, another with one; somebody in the first street, and who is in charge where."""

    def __init__(self, session: Session) -> None:
        self.district = make.unit(session, "玄武区")
        self.street = make.unit(session, "樱桥街道", parent=self.district)
        self.other = make.unit(session, "桃渡街道", parent=self.district)
        self.far = make.unit(session, "新桥街道", parent=make.unit(session, "溧水区"))
        self.person = make.person(session, "王秀兰", unit=self.street)
        self.liaison = self._liaison(session, "陈敏", self.street)
        self.neighbour = self._liaison(session, "赵一凡", self.other)
        self.stranger = self._liaison(session, "周堃", self.far)
        self.district_liaison = self._liaison(session, "高原", self.district)

    def _liaison(self, session: Session, name: str, unit: Unit) -> Actor:
        return make.actor(make.person(session, name), Role.LIAISON, units=(unit,))


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def times(session: Session, person: Person) -> list[tuple[int, date, date | None]]:
    rows = session.execute(
        choose(Membership).where(Membership.person_id == person.id).order_by(Membership.starts_on, Membership.id)
    ).scalars()
    return [(row.unit_id, row.starts_on, row.ends_on) for row in rows]


def codes(session: Session) -> list[str]:
    return list(session.execute(choose(JournalEntry.code).order_by(JournalEntry.id)).scalars())


def test_leaving_is_a_dated_state_and_nothing_is_deleted(session: Session, town: Town) -> None:
    leaving = Leaving(person_id=town.person.id, unit_id=town.street.id, last_day=YESTERDAY)
    with pytest.raises(NotFound):
        actions.leave(session, actor=town.stranger, leaving=leaving, now=NOW)
    actions.leave(session, actor=town.liaison, leaving=leaving, now=NOW)
    assert times(session, town.person) == [(town.street.id, date(2018, 1, 1), YESTERDAY)]
    assert register.unit_of(session, town.person.id, TODAY) is None
    with pytest.raises(Refused, match="has_left"):
        actions.leave(session, actor=town.liaison, leaving=leaving, now=NOW)
    joining = Joining(person_id=town.person.id, unit_id=town.other.id, grid_role=GridRole.GRID_LEAD)
    actions.join(session, actor=town.neighbour, joining=joining, now=NOW)
    with pytest.raises(Refused, match="belongs_elsewhere"):
        actions.join(session, actor=town.neighbour, joining=joining, now=NOW)
    assert times(session, town.person)[1:] == [(town.other.id, TODAY, None)]
    assert codes(session) == ["membership.left", "membership.joined"]


def test_many_leave_and_join_with_one_line_in_the_journal(session: Session, town: Town) -> None:
    people = [make.person(session, name, unit=town.street) for name in ("李建国", "王建国", "欧阳娜娜")]
    leaving = [Leaving(person_id=each.id, unit_id=town.street.id, last_day=YESTERDAY) for each in people]
    left = actions.leave_many(session, actor=town.liaison, leaving=leaving, now=NOW)
    joining = [Joining(person_id=each.id, unit_id=town.street.id) for each in reversed(people)]
    joined = actions.join_many(session, actor=town.liaison, joining=joining, now=NOW)
    rows = memberships.lock_memberships(session, [*left, *joined])
    assert [rows[key].person_id for key in left] == [each.id for each in people]
    assert [rows[key].person_id for key in joined] == [each.id for each in reversed(people)]
    assert {rows[key].ends_on for key in left} == {YESTERDAY}
    assert codes(session) == ["membership.left-many", "membership.joined-many"]
    with pytest.raises(NotFound):
        actions.join_many(session, actor=town.neighbour, joining=joining, now=NOW)
    changes = [RoleChange(membership_id=joined[0], grid_role=None, role_as_written="政法网格员")]
    assert actions.change_roles_many(session, actor=town.liaison, changes=changes, now=NOW) == joined[:1]
    with pytest.raises(NotFound):
        actions.change_role(session, actor=town.neighbour, change=changes[0], now=NOW)


def test_who_joined_today_and_leaves_at_once_was_there_for_a_day(session: Session, town: Town) -> None:
    newcomer = make.person(session, "李建国")
    joining = [Joining(person_id=newcomer.id, unit_id=town.street.id)]
    actions.join_many(session, actor=operator(), joining=joining, now=NOW)
    leaving = [Leaving(person_id=newcomer.id, unit_id=town.street.id, last_day=YESTERDAY)]
    actions.leave_many(session, actor=operator(), leaving=leaving, now=NOW)
    assert times(session, newcomer) == [(town.street.id, TODAY, TODAY)]


def moving(town: Town, to: Unit | None = None) -> Moving:
    return Moving(person_id=town.person.id, from_unit_id=town.street.id, to_unit_id=(to or town.other).id)


@pytest.mark.parametrize("asker", ["liaison", "neighbour"])
def test_one_unit_asks_and_the_other_confirms(session: Session, town: Town, asker: str) -> None:
    asking, confirming = town.liaison, town.neighbour
    if asker == "neighbour":
        asking, confirming = confirming, asking
    asked = transfers.ask_transfer(session, actor=asking, moving=moving(town), now=NOW)
    assert asked.state is TransferState.OPEN
    for stranger in (asking, town.stranger):
        with pytest.raises(NotFound):
            transfers.confirm_transfer(session, actor=stranger, transfer_id=asked.transfer_id, now=NOW)
    with pytest.raises(Refused, match="transfer_open"):
        transfers.ask_transfer(session, actor=asking, moving=moving(town), now=NOW)
    transfers.confirm_transfer(session, actor=confirming, transfer_id=asked.transfer_id, now=NOW)
    assert times(session, town.person) == [
        (town.street.id, date(2018, 1, 1), YESTERDAY),
        (town.other.id, TODAY, None),
    ]
    with pytest.raises(Refused, match="transfer_decided"):
        transfers.confirm_transfer(session, actor=confirming, transfer_id=asked.transfer_id, now=NOW)


def test_whoever_is_in_charge_of_both_units_moves_at_once(session: Session, town: Town) -> None:
    asked = transfers.ask_transfer(session, actor=town.district_liaison, moving=moving(town), now=NOW)
    assert asked.state is TransferState.CONFIRMED
    back = Moving(person_id=town.person.id, from_unit_id=town.other.id, to_unit_id=town.far.id)
    asked = transfers.ask_transfer(session, actor=town.district_liaison, moving=back, now=NOW)
    assert asked.state is TransferState.OPEN
    transfers.confirm_transfer(session, actor=operator(), transfer_id=asked.transfer_id, now=NOW)
    # moved twice on one day: the hours in between belong to the last unit
    assert times(session, town.person)[1:] == [(town.far.id, TODAY, None)]


def test_a_move_is_refused_for_a_reason_or_taken_back(session: Session, town: Town) -> None:
    asked = transfers.ask_transfer(session, actor=town.neighbour, moving=moving(town), now=NOW)
    key = asked.transfer_id
    with pytest.raises(Refused, match="reason_empty"):
        transfers.refuse_transfer(session, actor=town.liaison, transfer_id=key, reason=" ", now=NOW)
    with pytest.raises(NotFound):
        transfers.withdraw_transfer(session, actor=town.liaison, transfer_id=key, now=NOW)
    transfers.refuse_transfer(session, actor=town.liaison, transfer_id=key, reason="仍在我街道工作", now=NOW)
    asked = transfers.ask_transfer(session, actor=town.neighbour, moving=moving(town), now=NOW)
    transfers.withdraw_transfer(session, actor=town.neighbour, transfer_id=asked.transfer_id, now=NOW)
    states = session.execute(choose(Transfer.state).order_by(Transfer.id)).scalars().all()
    assert states == [TransferState.REFUSED, TransferState.WITHDRAWN]
    assert register.unit_of(session, town.person.id, TODAY).id == town.street.id  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        transfers.ask_transfer(session, actor=town.stranger, moving=moving(town), now=NOW)


def test_who_has_left_meanwhile_joins_and_who_is_elsewhere_does_not_move(session: Session, town: Town) -> None:
    (key,) = transfers.ask_transfers_many(session, actor=town.neighbour, moving=[moving(town)], now=NOW)
    assert memberships.open_transfers(session, [town.person.id]) == {town.person.id}
    leaving = Leaving(person_id=town.person.id, unit_id=town.street.id, last_day=YESTERDAY)
    with pytest.raises(Refused, match="transfer_open"):
        actions.leave(session, actor=town.liaison, leaving=leaving, now=NOW)
    actions.leave_many(session, actor=town.liaison, leaving=[leaving], now=NOW)
    elsewhere = Joining(person_id=town.person.id, unit_id=town.far.id)
    (row,) = actions.join_many(session, actor=operator(), joining=[elsewhere], now=NOW)
    with pytest.raises(Refused, match="moved_on"):
        transfers.confirm_transfer(session, actor=town.liaison, transfer_id=key, now=NOW)
    session.delete(memberships.lock_memberships(session, [row])[row])
    transfers.confirm_transfer(session, actor=town.liaison, transfer_id=key, now=NOW)
    assert times(session, town.person)[1:] == [(town.other.id, TODAY, None)]


def test_somebody_is_entered_by_hand(session: Session, town: Town) -> None:
    number = id_number(7)
    new = NewMember(unit_id=town.street.id, name="李建国", id_number=number, phone="13900000007")
    with pytest.raises(NotFound):
        take_in(session, actor=town.stranger, member=new, now=NOW)
    taken = take_in(session, actor=town.liaison, member=new, now=NOW)
    assert taken.by is Taking.ADD
    with pytest.raises(Refused, match="belongs_already"):
        take_in(session, actor=town.liaison, member=new, now=NOW)
    with pytest.raises(Refused, match="name_differs"):
        take_in(session, actor=town.neighbour, member=replace(new, unit_id=town.other.id, name="李建"), now=NOW)
    with pytest.raises(Refused, match="namesake"):
        take_in(session, actor=town.liaison, member=replace(new, id_number=None), now=NOW)
    asked = take_in(session, actor=town.neighbour, member=replace(new, unit_id=town.other.id), now=NOW)
    assert (asked.person_id, asked.by, asked.moved) == (taken.person_id, Taking.ASK, False)
    person = session.get_one(Person, taken.person_id)
    assert person.id_seen_at is None
    assert not register.numbers(session, [person.id])  # a number from a list signs nobody in


def test_who_left_is_taken_in_again_as_the_same_person(session: Session, town: Town) -> None:
    new = NewMember(unit_id=town.street.id, name="李建国", id_number=id_number(7))
    taken = take_in(session, actor=town.liaison, member=new, now=NOW)
    leaving = [Leaving(person_id=taken.person_id, unit_id=town.street.id, last_day=YESTERDAY)]
    actions.leave_many(session, actor=town.liaison, leaving=leaving, now=NOW)
    again = take_in(session, actor=town.neighbour, member=replace(new, unit_id=town.other.id), now=NOW)
    assert (again.person_id, again.by) == (taken.person_id, Taking.JOIN)
