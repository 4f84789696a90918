"""The ledger on both engines: appended to, never altered, and right after every register."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.ground.access import Role
from academy.ground.db import Base
from academy.ground.errors import constraint_of
from academy.hours import actions, queries
from academy.hours.actions import NewCompletion, NewEntry, Registered
from academy.hours.models import Completion, EvidenceKind, HoursEntry
from academy.hours.rules import HoursKind, Taught
from academy.people.models.register import Person
from tests import make, ties


@dataclass(frozen=True)
class Room:
    """One sitting of one class session, and who is expected there."""

    class_: ClassSession
    sitting: Sitting
    people: list[Person]

    @property
    def taught(self) -> Taught:
        """What the sitting is worth."""
        return Taught(
            sitting_id=self.sitting.id, class_session_id=self.class_.id, kind=HoursKind.PRACTICE,
            starts_at=self.sitting.starts_at, tenths=self.sitting.hours,
        )  # fmt: skip


@pytest.fixture
def room(session: Session) -> Room:
    class_ = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY)
    teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
    sitting = make.sitting(session, class_, instructor=teacher, at=make.place(session), hours=35)
    return Room(class_, sitting, [make.person(session) for _ in range(3)])


def register(session: Session, room: Room, *present: Person) -> Registered:
    return actions.register(
        session,
        actor=make.actor(room.people[0]),
        taught=room.taught,
        present_ids={who.id for who in present},
        expected_ids={who.id for who in room.people},
        now=make.NOW,
    )


def test_a_register_sent_again_changes_nothing(session: Session, room: Room) -> None:
    first, second, _third = room.people
    assert register(session, room, first, second) == Registered(given=2, taken_back=0, present=2)
    assert register(session, room, first, second) == Registered(given=0, taken_back=0, present=2)
    assert queries.tenths_by_person(session, room.class_.id) == {first.id: 35, second.id: 35}
    assert queries.present(session, room.sitting.id) == {first.id, second.id}
    assert queries.present_counts(session, [room.class_.id]) == {room.sitting.id: 2}


def test_a_mistake_is_reversed_and_put_right_again(session: Session, room: Room) -> None:
    first, second, third = room.people
    register(session, room, first, second)
    assert register(session, room, second, third) == Registered(given=1, taken_back=1, present=2)
    assert register(session, room, first, second, third) == Registered(given=1, taken_back=0, present=3)
    assert queries.tenths_by_person(session, room.class_.id) == {who.id: 35 for who in room.people}
    turns = session.execute(
        select(HoursEntry.turn, HoursEntry.tenths)
        .where(HoursEntry.person_id == first.id)
        .order_by(HoursEntry.turn)
    )
    assert [tuple(row) for row in turns] == [(1, 35), (2, -35), (3, 35)]
    lines = queries.ledger(session, first.id, 2026)[0].lines
    assert [(line.tenths, line.reverses, line.reversed) for line in lines] == [
        (35, False, True),
        (-35, True, False),
        (35, False, False),
    ]


def test_a_register_with_nobody_there_leaves_a_sign(session: Session, room: Room) -> None:
    register(session, room, room.people[0])
    register(session, room)
    assert queries.present_counts(session, [room.class_.id]) == {room.sitting.id: 0}
    assert queries.totals(session, room.class_.id) == {room.people[0].id: queries.Totals(tenths=0, sittings=0)}


def entry(room: Room, who: Person, **values: object) -> HoursEntry:
    facts: dict[str, object] = {
        "person_id": who.id, "class_session_id": room.class_.id, "kind": HoursKind.PRACTICE,
        "evidence_kind": EvidenceKind.REGISTER, "evidence_id": room.sitting.id, "turn": 1, "year": 2026,
        "tenths": 35, "reverses_id": None, "entered_at": make.NOW, "entered_by": "陈敏",
    }  # fmt: skip
    return HoursEntry(**{**facts, **values})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, "uq_hours_entry_person_id_evidence_kind_evidence_id_turn"),
        ({"turn": 2, "tenths": 0}, None),
        ({"turn": 2, "tenths": -35}, "ck_hours_entry_only_a_reversal_takes_away"),
    ],
)
def test_the_database_refuses_what_the_rules_forbid(
    session: Session, room: Room, values: dict[str, object], constraint: str | None
) -> None:
    register(session, room, room.people[0])
    session.add(entry(room, room.people[0], **values))
    with pytest.raises(IntegrityError) as error:
        session.flush()
    assert constraint_of(error.value, Base.metadata) == constraint or constraint is None


def test_bulk_entries_count_like_any_other(session: Session, room: Room) -> None:
    first, second, _third = room.people
    actor = make.actor(first)
    entries = [
        NewEntry(
            person_id=who.id, class_session_id=room.class_.id, kind=HoursKind.FIELD, sitting_id=room.sitting.id,
            year=2026, tenths=35, entered_at=make.NOW, entered_by="陈敏",
        )
        for who in (first, second)
    ]  # fmt: skip
    assert actions.enter_many(session, actor=actor, entries=entries, now=make.NOW) == 2
    completion = NewCompletion(
        person_id=first.id, class_session_id=room.class_.id, programme_id=room.class_.programme_id, tenths=35,
        completed_on=make.TODAY,
    )  # fmt: skip
    assert actions.complete_many(session, actor=actor, completions=[completion], now=make.NOW) == 1
    assert queries.tenths_of_year(session, first.id, 2026) == {HoursKind.FIELD: 35}
    assert queries.years(session, first.id) == (2026,)
    assert queries.completed_programmes(session, first.id) == {room.class_.programme_id}
    assert queries.completions(session, room.class_.id)[first.id].tenths == 35
    assert queries.completions_of(session, first.id)[0].class_code == room.class_.code


def test_the_audit_finds_what_ought_not_to_be(session: Session, room: Room) -> None:
    first, second, third = room.people
    register(session, room, first, second)
    session.add(Completion(person_id=first.id, class_session_id=room.class_.id,
                           programme_id=room.class_.programme_id, tenths=35, completed_on=make.TODAY))  # fmt: skip
    session.flush()
    assert queries.wrong_sums(session).count == 0
    assert queries.unproved_completions(session).count == 0
    assert queries.short_completions(session).count == 1  # the programme asks for 36 tenths
    ties.completion(session, room.class_, third, tenths=36)
    session.add(entry(room, second, turn=2))
    session.flush()
    assert queries.wrong_sums(session).examples == (f"person {second.id} on sitting {room.sitting.id}",)
    assert queries.unproved_completions(session).count == 1
