"""A place that became free is offered, for a time that begins when the message has arrived."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment import jobs
from academy.enrolment.actions import claiming, filling, offering
from academy.enrolment.queries import audit, awaiting, news
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Actor, Role
from academy.ground.db import Database
from academy.ground.errors import NotFound, Refused
from academy.ground.settings import Settings
from academy.outbox.models import Message, MessageState
from academy.people.models.register import Person, Phone, Unit
from tests import make
from tests.enrolment.plans import BY_UNITS, accepted, claim, latest, offer_message_ids, planned, unit_pool
from tests.enrolment.race import at_once
from tests.enrolment.stage import LATER, Stage, counts, enrol, stage, state_of, told, withdraw

HOUR = timedelta(hours=1)
S = EnrolmentState


def offered(session: Session, *, hours: int = 24, people: int = 3) -> tuple[Stage, list[Person]]:
    """One place, given up by the first so that it is on offer to the second; others wait."""
    on = stage(session)
    planned(session, on, Plan(confirm_hours=hours))
    crowd = [make.person(session) for _ in range(people)]
    for minute, who in enumerate(crowd):
        enrol(session, who, on, after=minute)
    withdraw(session, crowd[0], on)
    return on, crowd


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_the_first_in_line_confirms_and_has_the_place(session: Session) -> None:
    on, (_gone, second, third) = offered(session)
    assert [state_of(session, who, on) for who in (second, third)] == [S.OFFERED, S.WAITING]
    assert [each.code for each in news.news(session, second.id, since=make.NOW).offers] == [on.class_.code]
    offering.confirm(session, actor=make.actor(second), code=on.class_.code, now=make.NOW + 2 * HOUR)
    assert state_of(session, second, on) is S.SEATED
    assert told(session, second) == ["enrolment.waiting", "enrolment.offered", "enrolment.seated"]
    assert news.news(session, second.id, since=make.NOW).offers == ()
    with pytest.raises(Refused) as error:
        offering.confirm(session, actor=make.actor(third), code=on.class_.code, now=make.NOW + 2 * HOUR)
    assert codes(error) == ["not_offered"]


def test_given_to_the_next_it_is_on_offer_to_them(session: Session) -> None:
    on, (_gone, second, third) = offered(session)
    withdraw(session, second, on, after=90)
    assert state_of(session, third, on) is S.OFFERED
    assert counts(session, on)[0] == 1


@pytest.mark.parametrize(
    ("accepted_at", "until"),
    [
        (make.NOW, make.NOW + 24 * HOUR),
        (clock.at(make.TODAY, 23), clock.at(make.TODAY + timedelta(days=2), 8)),  # at night: from the morning on
        (clock.at(LATER - timedelta(days=1), 20), clock.at(LATER, 9)),  # never past the start
    ],
)
def test_the_time_runs_from_the_message_on(
    database: Database, settings: Settings, accepted_at: datetime, until: datetime
) -> None:
    with db.transaction() as session:
        on, (_gone, second, _third) = offered(session)
    assert jobs.start_clocks(make.NOW, settings) == 0
    assert jobs.lapse_overdue(make.NOW + 100 * HOUR, settings) == 0  # nobody has been told yet
    with db.transaction() as session:
        accepted(session, latest(session, second, on), at=accepted_at)
    assert jobs.start_clocks(make.NOW + 2 * HOUR, settings) == 1
    assert jobs.start_clocks(make.NOW + 2 * HOUR, settings) == 0
    with db.reading() as session:
        assert latest(session, second, on).confirm_by == until


def test_a_lapsed_offer_goes_to_the_next_and_both_are_told(database: Database, settings: Settings) -> None:
    with db.transaction() as session:
        on, (_gone, second, third) = offered(session)
        accepted(session, latest(session, second, on), at=make.NOW)
    jobs.start_clocks(make.NOW, settings)
    assert jobs.lapse_overdue(make.NOW + 23 * HOUR, settings) == 0
    late = make.NOW + 24 * HOUR
    with pytest.raises(Refused) as error, db.transaction() as session:
        offering.confirm(session, actor=make.actor(second), code=on.class_.code, now=late)
    assert codes(error) == ["offer_lapsed"]
    assert jobs.lapse_overdue(late, settings) == 1
    assert jobs.lapse_overdue(late, settings) == 0
    with db.reading() as session:
        assert [state_of(session, who, on) for who in (second, third)] == [S.WITHDRAWN, S.OFFERED]
        assert told(session, second)[-1] == "enrolment.lapsed"
        assert told(session, third)[-1] == "enrolment.offered"


def test_an_offer_still_open_when_the_class_begins_lapses_and_nobody_moves_up(
    database: Database, settings: Settings
) -> None:
    with db.transaction() as session:
        on, (_gone, second, third) = offered(session)
    assert jobs.lapse_overdue(clock.at(LATER, 9), settings) == 1
    with db.reading() as session:
        assert [state_of(session, who, on) for who in (second, third)] == [S.WITHDRAWN, S.WAITING]


def reserve(session: Session) -> tuple[Stage, Unit, Actor, Person, Person]:
    """A unit with one place, on offer to the first of its reserve; its liaison; a second one in reserve."""
    on, unit = stage(session, places=2), make.unit(session, "梅岭街道")
    planned(session, on, replace(BY_UNITS, confirm_hours=24))
    liaison = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=unit)
    pool = unit_pool(session, on, unit, places=1)
    first, second = make.person(session, unit=unit), make.person(session, unit=unit)
    gone = make.person(session, unit=unit)
    claim(session, pool, gone, S.SEATED, unit=unit, nominated=True)
    claim(session, pool, first, S.WAITING, unit=unit, nominated=True)
    claim(session, pool, second, S.WAITING, unit=unit, nominated=True, at=make.NOW + HOUR)
    for each in (first, second):
        latest(session, each, on).academy_approved_at = make.NOW
    session.flush()
    withdraw(session, gone, on)
    return on, unit, make.actor(liaison, Role.LIAISON, units=(unit,)), first, second


def test_the_unit_confirms_for_its_reserve_and_the_person_does_not(session: Session) -> None:
    on, _unit, liaison, first, _second = reserve(session)
    assert state_of(session, first, on) is S.OFFERED
    assert liaison.person_id is not None
    assert told(session, session.get_one(Person, liaison.person_id)) == [
        "enrolment.unit-offered", "enrolment.unit-withdrew",
    ]  # fmt: skip
    with pytest.raises(Refused) as error:
        offering.confirm(session, actor=make.actor(first), code=on.class_.code, now=make.NOW + 2 * HOUR)
    assert codes(error) == ["unit_confirms"]
    offering.confirm_for(session, actor=liaison, enrolment_id=latest(session, first, on).id, now=make.NOW)
    assert state_of(session, first, on) is S.SEATED
    assert told(session, first)[-1] == "enrolment.seated"


def letters(session: Session, code: str) -> list[Message]:
    return list(session.execute(select(Message).where(Message.code == code).order_by(Message.id)).scalars())


def test_the_time_runs_from_the_first_liaison_reached_whoever_that_is(
    database: Database, settings: Settings
) -> None:
    with db.transaction() as session:
        one, other = twice_reserve(session)
        early, late, *of_other = letters(session, "enrolment.unit-offered")
        assert offer_message_ids(session, latest(session, *one)) == [early.id, late.id]
        assert offer_message_ids(session, latest(session, *other)) == [each.id for each in of_other]
        early.state, early.tries = MessageState.FAILED, 5
    with db.reading() as session:
        assert not any(each.reached_nobody for each in awaiting.offers(session))  # the other one may yet get it
    assert jobs.start_clocks(make.NOW, settings) == 0
    with db.transaction() as session:
        message = session.get_one(Message, late.id)
        message.state, message.sent_at = MessageState.SENT, make.NOW + HOUR
    assert jobs.start_clocks(make.NOW + HOUR, settings) == 1
    with db.reading() as session:
        assert latest(session, *one).confirm_by == make.NOW + 25 * HOUR
        assert latest(session, *other).confirm_by is None
        assert audit.forgotten_offers(session, now=make.NOW + HOUR).count == 0
        assert {each.message for each in awaiting.offers(session)} == {MessageState.SENT, MessageState.QUEUED}


def twice_reserve(session: Session) -> tuple[tuple[Person, Stage], tuple[Person, Stage]]:
    """A unit with two liaisons; two places, each on offer in the same moment to somebody of its reserve."""
    on, unit = stage(session, places=3), make.unit(session, "梅岭街道")
    planned(session, on, replace(BY_UNITS, confirm_hours=24))
    for name in ("何静怡", "周倩"):
        make.person(session, name, roles=(Role.LIAISON,), unit=unit)
    pool = unit_pool(session, on, unit, places=0)
    waiting = [make.person(session, unit=unit) for _ in range(2)]
    for each in waiting:
        claim(session, pool, each, S.WAITING, unit=unit, nominated=True).academy_approved_at = make.NOW
    pool.places, on.pool.places = 2, 1
    session.flush()
    admin = make.actor(make.person(session, roles=(Role.ADMIN,)), Role.ADMIN)
    assert filling.fill(session, actor=admin, pool_id=pool.id, now=make.NOW) == 2
    session.flush()
    return (waiting[0], on), (waiting[1], on)


def test_the_unit_passes_the_place_on_to_the_next_of_its_reserve(session: Session) -> None:
    on, _unit, liaison, first, second = reserve(session)
    offering.decline_for(session, actor=liaison, enrolment_id=latest(session, first, on).id, now=make.NOW)
    assert [state_of(session, who, on) for who in (first, second)] == [S.WITHDRAWN, S.OFFERED]
    assert told(session, first)[-1] == "enrolment.declined"
    with pytest.raises(Refused):
        offering.decline_for(session, actor=liaison, enrolment_id=latest(session, first, on).id, now=make.NOW)


def test_a_liaison_answers_for_those_put_forward_only_the_office_for_anybody(session: Session) -> None:
    on, (_gone, second, _third) = offered(session)
    unit = make.unit(session)
    found = latest(session, second, on)
    found.unit_id = unit.id
    session.flush()
    liaison = make.actor(make.person(session, roles=(Role.LIAISON,), unit=unit), Role.LIAISON, units=(unit,))
    with pytest.raises(NotFound):
        offering.confirm_for(session, actor=liaison, enrolment_id=found.id, now=make.NOW)
    admin = make.actor(make.person(session, roles=(Role.ADMIN,)), Role.ADMIN)
    offering.confirm_for(session, actor=admin, enrolment_id=found.id, now=make.NOW)
    assert state_of(session, second, on) is S.SEATED


def test_the_office_learns_of_offers_that_reach_nobody(session: Session) -> None:
    on, (_gone, second, third) = offered(session)
    assert awaiting.offers(session, reached_nobody=True) == ()  # the message is on its way
    message = session.get_one(Message, offer_message_ids(session, latest(session, second, on))[0])
    message.state = MessageState.FAILED
    session.flush()
    assert [each.person_id for each in awaiting.offers(session, reached_nobody=True)] == [second.id]
    for phone in session.query(Phone).filter_by(person_id=third.id):
        phone.ended_at = make.NOW
    session.flush()
    withdraw(session, second, on, after=90)
    found = awaiting.offers(session, reached_nobody=True)
    assert [(each.person_id, each.message, each.reached_nobody) for each in found] == [(third.id, None, True)]


def answer(deed: str, who: Person, on: Stage) -> str:
    """Say yes or no to the offer in a transaction, and tell what came of it."""
    code, actor = on.class_.code, make.actor(who)
    try:
        with db.transaction() as session:
            if deed == "confirm":
                offering.confirm(session, actor=actor, code=code, now=make.NOW + HOUR)
            elif deed == "lapse":
                key = latest(session, who, on).id
                if not offering.lapse(session, actor=actor, enrolment_id=key, now=make.NOW + 48 * HOUR):
                    return "too late"
            else:
                claiming.withdraw(session, actor=actor, code=code, now=make.NOW + HOUR)
    except Refused as refused:
        return refused.reasons[0].code
    return deed


@pytest.mark.slow
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("other", ["withdraw", "lapse"])
def test_an_offer_is_answered_once_and_the_place_is_one_persons(other: str) -> None:
    with db.transaction() as session:
        on, (_gone, second, third) = offered(session)
        latest(session, second, on).confirm_by = make.NOW + 24 * HOUR
    outcome = at_once([partial(answer, deed, second, on) for deed in ("confirm", other)])
    with db.reading() as session:
        found = [state_of(session, who, on) for who in (second, third)]
        assert found in ([S.SEATED, S.WAITING], [S.WITHDRAWN, S.OFFERED])
        assert counts(session, on)[0] == 1
        assert audit.wrong_taken(session).count == 0
    if other == "lapse":
        assert outcome in ({"confirm": 1, "too late": 1}, {"not_offered": 1, "lapse": 1})
