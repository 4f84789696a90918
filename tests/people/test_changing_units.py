"""Units renamed, merged and split, with their people, names and desks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.enrolment.models.places import Holder
from academy.enrolment.queries import ties
from academy.ground.access import Role, operator
from academy.ground.errors import Reason, Refused
from academy.journal.models import JournalEntry
from academy.people.actions import memberships, transfers
from academy.people.actions import units as actions
from academy.people.actions.memberships import Joining
from academy.people.actions.transfers import Moving
from academy.people.models.importing import Transfer, TransferState
from academy.people.models.register import Membership, Unit
from academy.people.queries import register, truths, units
from academy.people.queries.former_names import former_paths
from academy.people.rules.changing import (
    CITY,
    DISTRICT,
    STREET,
    UnitNow,
    reasons_to_refuse_merging,
    reasons_to_refuse_renaming,
    reasons_to_refuse_splitting,
    reasons_to_refuse_unit,
)
from tests import make
from tests.make import NOW, TODAY

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
SINCE = date(2018, 1, 1)
A = UnitNow(id=1, name="樱桥街道", rank=STREET, starts_on=SINCE, has_ended=False)
B = replace(A, id=2, name="桃渡街道")
XUANWU = replace(A, id=3, name="玄武区", rank=DISTRICT, streets=frozenset({"新街", "老街"}))
QINHUAI = replace(XUANWU, id=4, name="秦淮区", streets=frozenset({"老街"}))


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("name", "above", "expected"),
    [
        ("新桥街道", XUANWU, []),
        ("溧水区", None, []),
        ("", XUANWU, ["name_empty"]),
        ("新" * 61, XUANWU, ["name_long"]),
        ("老街", XUANWU, ["unit_name_taken"]),
        ("新桥街道", A, ["not_under_street"]),
        ("老街", replace(XUANWU, has_ended=True), ["unit_name_taken", "unit_ended"]),
    ],
)
def test_every_reason_against_a_new_unit_is_told(name: str, above: UnitNow | None, expected: list[str]) -> None:
    assert codes(reasons_to_refuse_unit(name, above=above, siblings={"老街"})) == expected


@pytest.mark.parametrize(
    ("unit", "name", "on", "expected"),
    [
        (A, "新桥街道", TODAY, []),
        (A, "樱桥街道", TODAY, ["unit_name_same"]),
        (A, "老街", TOMORROW, ["not_yet", "unit_name_taken"]),
        (replace(A, has_ended=True), "新桥街道", SINCE, ["unit_ended", "too_early"]),
    ],
)
def test_every_reason_against_a_name_is_told(unit: UnitNow, name: str, on: date, expected: list[str]) -> None:
    found = reasons_to_refuse_renaming(unit, name, on=on, today=TODAY, siblings={"老街"})
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("unit", "into", "on", "expected"),
    [
        (A, B, TODAY, []),
        (A, B, TOMORROW, ["not_yet"]),
        (A, B, SINCE, ["too_early"]),
        (A, replace(B, starts_on=TODAY), YESTERDAY, ["too_early"]),
        (A, A, TODAY, ["merges_with_itself"]),
        (A, replace(B, has_ended=True), TODAY, ["unit_ended"]),
        (A, XUANWU, TODAY, ["other_kind"]),
        (XUANWU, QINHUAI, TODAY, ["streets_clash"]),
        (XUANWU, replace(QINHUAI, streets=frozenset()), TODAY, []),
        (replace(A, rank=CITY), B, TODAY, ["city_stays"]),
    ],
)
def test_every_reason_against_a_merger_is_told(
    unit: UnitNow, into: UnitNow, on: date, expected: list[str]
) -> None:
    assert codes(reasons_to_refuse_merging(unit, into, on=on, today=TODAY)) == expected


@pytest.mark.parametrize(
    ("unit", "chosen", "expected"),
    [
        (A, {1, 2}, []),
        (A, set(), ["nobody_chosen"]),
        (A, {1, 9}, ["not_members"]),
        (replace(A, rank=CITY), {1}, ["city_stays"]),
    ],
)
def test_every_reason_against_a_split_is_told(unit: UnitNow, chosen: set[int], expected: list[str]) -> None:
    found = reasons_to_refuse_splitting(
        unit, "新桥街道", on=TODAY, today=TODAY, siblings={"老街"}, chosen=chosen, members={1, 2, 3}
    )
    assert codes(found) == expected


class Town:
    """Two districts; the first has two streets, with people and a liaison in the first of them."""

    def __init__(self, session: Session) -> None:
        self.district = make.unit(session, "玄武区")
        self.other_district = make.unit(session, "秦淮区")
        self.street = make.unit(session, "樱桥街道", parent=self.district)
        self.other = make.unit(session, "桃渡街道", parent=self.district)
        self.people = [make.person(session, name, unit=self.street) for name in ("王秀兰", "李建国", "周堃")]
        self.liaison = make.person(session, "陈敏", roles=(Role.LIAISON,), unit=self.street)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def times(session: Session, person_id: int) -> list[tuple[int, date, date | None]]:
    rows = session.execute(
        choose(Membership).where(Membership.person_id == person_id).order_by(Membership.starts_on, Membership.id)
    ).scalars()
    return [(row.unit_id, row.starts_on, row.ends_on) for row in rows]


def test_a_unit_is_added_below_a_district_or_below_none(session: Session, town: Town) -> None:
    street_id = actions.add_unit(session, actor=operator(), parent_id=town.district.id, name=" 新桥街道", now=NOW)
    district_id = actions.add_unit(session, actor=operator(), parent_id=None, name="溧水区", now=NOW)
    paths = register.unit_paths(session, TODAY)
    assert (paths["玄武区", "新桥街道"], paths["溧水区",]) == (street_id, district_id)
    with pytest.raises(Refused, match="unit_name_taken"):
        actions.add_unit(session, actor=operator(), parent_id=None, name="溧水区", now=NOW)


def test_a_former_name_is_still_understood(session: Session, town: Town) -> None:
    actions.rename_unit(session, actor=operator(), unit_id=town.street.id, name="樱驼街道", on=YESTERDAY, now=NOW)
    actions.rename_unit(session, actor=operator(), unit_id=town.district.id, name="玄湖区", on=TODAY, now=NOW)
    assert register.unit_paths(session, TODAY)["玄湖区", "樱驼街道"] == town.street.id
    assert former_paths(session, TODAY) == {
        ("玄武区",): town.district.id,
        ("玄武区", "樱桥街道"): town.street.id,
        ("玄湖区", "樱桥街道"): town.street.id,
        ("玄武区", "樱驼街道"): town.street.id,
        ("玄武区", "桃渡街道"): town.other.id,
    }
    assert [change.name_before for change in units.page(session, town.street.id, on=TODAY).changes] == ["樱桥街道"]


def test_a_merger_moves_people_with_dates_and_ends_the_desk(session: Session, town: Town) -> None:
    on = date(2026, 11, 1)
    newcomer = make.person(session, "高原")
    joining = [Joining(person_id=newcomer.id, unit_id=town.street.id)]
    memberships.join_many(session, actor=operator(), joining=joining, now=NOW)
    moved = actions.merge_unit(
        session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=on, now=NOW
    )
    assert moved == 5
    last = on - timedelta(days=1)
    assert times(session, town.people[0].id) == [(town.street.id, SINCE, last), (town.other.id, on, None)]
    assert times(session, newcomer.id) == [(town.other.id, TODAY, None)]
    unit = session.get_one(Unit, town.street.id)
    assert (unit.ends_on, unit.successor_id) == (last, town.other.id)
    assert register.liaisons(session, [town.street.id], on=TODAY) == {}
    assert former_paths(session, TODAY) == {("玄武区", "樱桥街道"): town.other.id}
    assert register.units_below(session, [town.other.id]) == {town.other.id, town.street.id}
    assert not truths.memberships_of_ended_units(session, TODAY)
    with pytest.raises(Refused, match="unit_ended"):
        actions.merge_unit(
            session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=on, now=NOW
        )
    with pytest.raises(Refused, match="unit_ended"):
        memberships.join_many(session, actor=operator(), joining=joining, now=NOW)
    entry = session.execute(choose(JournalEntry).where(JournalEntry.code == "unit.merged")).scalar_one()
    assert entry.after is not None
    assert entry.after["people"] == 5


def test_who_belongs_to_both_is_not_there_twice(session: Session, town: Town) -> None:
    person = town.people[0]
    session.add(Membership(person_id=person.id, unit_id=town.other.id, role_as_written="", starts_on=SINCE))
    actions.merge_unit(session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=TODAY, now=NOW)
    assert [row for row in times(session, person.id) if row[2] is None] == [(town.other.id, SINCE, None)]


def test_districts_merge_with_their_streets_and_open_moves_turn(session: Session, town: Town) -> None:
    far = make.unit(session, "老门街道", parent=town.other_district)
    moves = [
        Moving(person_id=town.people[0].id, from_unit_id=town.street.id, to_unit_id=far.id),
        Moving(person_id=town.people[1].id, from_unit_id=town.street.id, to_unit_id=town.other.id),
    ]
    transfers.ask_transfers_many(session, actor=operator(), moving=moves, now=NOW)
    actions.merge_unit(session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=TODAY, now=NOW)
    actions.merge_unit(
        session, actor=operator(), unit_id=town.district.id, into_id=town.other_district.id, on=TODAY, now=NOW
    )
    rows = session.execute(choose(Transfer).order_by(Transfer.id)).scalars().all()
    assert [(row.from_unit_id, row.awaits_unit_id, row.state) for row in rows] == [
        (town.other.id, town.other.id, TransferState.OPEN),
        (town.street.id, town.street.id, TransferState.CONFIRMED),
    ]
    assert register.unit_paths(session, TODAY)["秦淮区", "桃渡街道"] == town.other.id
    former = former_paths(session, TODAY)
    assert former["玄武区",] == town.other_district.id
    assert former["玄武区", "樱桥街道"] == former["秦淮区", "樱桥街道"] == town.other.id


def test_a_unit_with_free_places_in_a_class_ahead_is_not_merged(session: Session, town: Town) -> None:
    class_ = make.class_session(session)
    pool = make.pool(session, class_, places=2)
    pool.holder, pool.unit_id = Holder.UNIT, town.street.id
    session.flush()
    units.plug_ties([ties.of_unit])
    with pytest.raises(Refused, match="unit_is_tied"):
        actions.merge_unit(
            session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=TODAY, now=NOW
        )
    pool.places = 0
    session.flush()
    actions.merge_unit(session, actor=operator(), unit_id=town.street.id, into_id=town.other.id, on=TODAY, now=NOW)


def test_a_new_unit_is_split_off_with_chosen_people(session: Session, town: Town) -> None:
    chosen = [person.id for person in town.people[:2]]
    new_id = actions.split_unit(
        session, actor=operator(), unit_id=town.street.id, name="樱北街道", person_ids=chosen, on=TODAY, now=NOW
    )
    assert {row.person_id for row in units.members(session, new_id, on=TODAY)} == set(chosen)
    assert times(session, chosen[0]) == [(town.street.id, SINCE, YESTERDAY), (new_id, TODAY, None)]
    assert len(units.members(session, town.street.id, on=TODAY)) == 2
    assert register.unit_paths(session, TODAY)["玄武区", "樱北街道"] == new_id
    page = units.page(session, new_id, on=TODAY)
    assert [(change.kind, change.other_name) for change in page.changes] == [("split", "樱桥街道")]


def test_the_tree_counts_people_and_names_liaisons(session: Session, town: Town) -> None:
    rows = {row.name: row for row in units.rows(session, TODAY)}
    assert list(rows) == ["玄武区", "樱桥街道", "桃渡街道", "秦淮区"]
    assert (rows["樱桥街道"].people, rows["樱桥街道"].liaisons) == (4, ("陈敏",))
    assert rows["樱桥街道"].full_name == "玄武区 · 樱桥街道"


def test_what_a_merger_must_not_leave_behind_is_counted(session: Session, town: Town) -> None:
    move = Moving(person_id=town.people[0].id, from_unit_id=town.street.id, to_unit_id=town.other.id)
    transfers.ask_transfers_many(session, actor=operator(), moving=[move], now=NOW)
    twice = Membership(person_id=town.people[1].id, unit_id=town.street.id, role_as_written="", starts_on=TODAY)
    session.add(twice)
    town.street.ends_on = YESTERDAY
    session.flush()
    assert len(truths.desks_of_ended_units(session, TODAY)) == 1
    assert len(truths.moves_of_ended_units(session, TODAY)) == 1
    assert len(truths.people_in_one_unit_twice(session)) == 1
    assert len(truths.memberships_of_ended_units(session, TODAY)) == 5
