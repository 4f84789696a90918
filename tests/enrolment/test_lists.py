"""Lists of units on their way: handed in, returned, reported, confirmed, reminded of, given more time."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.enrolment import jobs
from academy.enrolment.actions import confirming, lists, nominating, reminding
from academy.enrolment.actions.reminding import Reminded
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.settings import Settings
from academy.people.models.register import Unit
from tests import make
from tests.enrolment.nominated import (
    AFTER_DISTRICTS,
    AFTER_STREETS,
    DISTRICTS_BY,
    Scene,
    claims,
    list_of,
    places,
    put,
    scene,
    state_of,
    without,
)
from tests.enrolment.stage import journal, told

pytestmark = pytest.mark.usefixtures("database")
SEATED, NOMINATED, WAITING = EnrolmentState.SEATED, EnrolmentState.NOMINATED, EnrolmentState.WAITING


def hand_in(session: Session, of: Scene, unit: Unit, *, by: Actor | None = None, after: int = 0) -> ListState:
    """Hand a unit's list in, by its own liaison unless told otherwise."""
    now = make.NOW + timedelta(minutes=after)
    return lists.hand_in(session, actor=by or of.speaker(unit), code=of.code, unit_id=unit.id, now=now)


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def reported(session: Session, of: Scene) -> None:
    """Have the first district report what both its streets handed in."""
    for street in of.streets[:2]:
        put(session, of, street)
        hand_in(session, of, street)
    assert hand_in(session, of, of.district) is ListState.REPORTED


def test_a_list_goes_from_street_to_district_to_academy_and_everybody_has_a_place() -> None:
    with db.transaction() as session:
        on = scene(session)
        reported(session, on)
        assert [state_of(session, on, unit) for unit in (on.district, *on.streets[:2])] == [ListState.REPORTED] * 3
        assert state_of(session, on, on.streets[2]) is ListState.OPEN
        assert claims(session, on, on.street) == [NOMINATED, NOMINATED]
        count = confirming.confirm(session, actor=on.admin, code=on.code, unit_id=on.district.id, now=make.NOW)
        assert count == 4
        assert claims(session, on, on.street) == [SEATED, SEATED]
        assert state_of(session, on, on.district) is ListState.CONFIRMED
        assert told(session, on.people[on.street.id][0]) == ["enrolment.seated"]
        assert told(session, on.people[on.street.id][2]) == []
        assert "enrolment.list-confirmed" in told(session, on.liaisons[on.street.id])
        assert journal(session).count("enrolment.nomination-confirmed") == 4
        assert journal(session).count("enrolment.list-confirmed") == 3
        assert audit.wrong_taken(session).count == 0


def test_confirming_again_finds_nothing_to_confirm() -> None:
    with db.transaction() as session:
        on = scene(session)
        reported(session, on)
        assert confirming.confirm_all(session, actor=on.admin, code=on.code, now=make.NOW) == (3, 4)
        assert confirming.confirm_all(session, actor=on.admin, code=on.code, now=make.NOW) == (0, 0)
        with pytest.raises(Refused) as refused:
            confirming.confirm(session, actor=on.admin, code=on.code, unit_id=on.district.id, now=make.NOW)
        assert reasons(refused) == ["not_now"]


def test_a_district_waits_for_streets_that_have_time_and_takes_them_along_after_it() -> None:
    with db.transaction() as session:
        on = scene(session)
        put(session, on, on.street)
        hand_in(session, on, on.street)
        put(session, on, on.streets[1], 1)
        with pytest.raises(Refused) as refused:
            hand_in(session, on, on.district)
        assert reasons(refused) == ["street_missing"]
        late = int((AFTER_STREETS - make.NOW).total_seconds()) // 60
        assert hand_in(session, on, on.district, after=late) is ListState.REPORTED
        assert state_of(session, on, on.streets[1]) is ListState.REPORTED


def test_levels_that_are_switched_off_are_skipped() -> None:
    with db.transaction() as session:
        direct = scene(session, plan=without(by_districts=False))
        put(session, direct, direct.street)
        assert hand_in(session, direct, direct.street) is ListState.REPORTED
        trusted = scene(session, plan=without(academy_confirms=False))
        for street in trusted.streets[:2]:
            put(session, trusted, street, 1)
            assert hand_in(session, trusted, street) is ListState.HANDED_IN
        assert hand_in(session, trusted, trusted.district) is ListState.CONFIRMED
        assert claims(session, trusted, trusted.street) == [SEATED]


def test_a_handed_in_list_is_fixed_until_it_is_taken_back_or_returned() -> None:
    with db.transaction() as session:
        on = scene(session)
        first, _second = put(session, on, on.street)
        hand_in(session, on, on.street)
        speaker = on.speaker(on.street)
        with pytest.raises(Refused) as refused:
            nominating.take_off(session, actor=speaker, enrolment_id=first, now=make.NOW)
        assert reasons(refused) == ["list_closed"]
        lists.take_back(session, actor=speaker, code=on.code, unit_id=on.street.id, now=make.NOW)
        nominating.take_off(session, actor=speaker, enrolment_id=first, now=make.NOW)
        hand_in(session, on, on.street)
        lists.return_(
            session, actor=on.speaker(on.district), code=on.code, unit_id=on.street.id, reason="缺一人",
            until=None, now=make.NOW,
        )  # fmt: skip
        assert list_of(session, on, on.street).returned_because == "缺一人"
        assert told(session, on.liaisons[on.street.id])[-1] == "enrolment.list-returned"
        assert len(put(session, on, on.street, 1)) == 1


def test_a_list_is_returned_for_a_reason_and_with_time_to_mend_it() -> None:
    with db.transaction() as session:
        on = scene(session)
        reported(session, on)
        return_it = partial(
            lists.return_, session, actor=on.admin, code=on.code, unit_id=on.district.id, now=AFTER_DISTRICTS
        )
        with pytest.raises(Refused) as refused:
            return_it(reason=" ", until=None)
        assert reasons(refused) == ["say_why", "needs_time"]
        until = AFTER_DISTRICTS + timedelta(days=1)
        return_it(reason="请核对岗位", until=until)
        assert [state_of(session, on, unit) for unit in (on.district, on.street)] == [ListState.RETURNED] * 2
        assert list_of(session, on, on.street).extended_to == until
        again = lists.hand_in(
            session, actor=on.speaker(on.district), code=on.code, unit_id=on.district.id, now=AFTER_DISTRICTS
        )
        assert again is ListState.REPORTED


def test_a_district_cannot_return_what_the_academy_has() -> None:
    with db.transaction() as session:
        on = scene(session)
        reported(session, on)
        with pytest.raises(Refused) as refused:
            lists.return_(
                session, actor=on.speaker(on.district), code=on.code, unit_id=on.street.id, reason="改一下",
                until=None, now=make.NOW,
            )  # fmt: skip
        assert reasons(refused) == ["not_now"]


def test_a_unit_of_somebody_else_is_not_found() -> None:
    with db.transaction() as session:
        on = scene(session)
        stranger = on.speaker(on.streets[2])
        with pytest.raises(NotFound):
            lists.hand_in(session, actor=stranger, code=on.code, unit_id=on.street.id, now=make.NOW)
        for own in (on.speaker(on.street), on.speaker(on.districts[1])):
            with pytest.raises(NotFound):
                lists.return_(
                    session, actor=own, code=on.code, unit_id=on.street.id, reason="改", until=None, now=make.NOW
                )
            with pytest.raises(NotFound):
                reminding.remind(session, actor=own, code=on.code, unit_id=on.street.id, now=make.NOW)


def test_a_unit_is_reminded_once_an_hour_and_counted() -> None:
    with db.transaction() as session:
        on = scene(session)
        put(session, on, on.street)
        remind = partial(
            reminding.remind, session, actor=on.speaker(on.district), code=on.code, unit_id=on.street.id
        )
        assert remind(now=make.NOW) == 1
        with pytest.raises(Refused) as refused:
            remind(now=make.NOW + timedelta(minutes=30))
        assert reasons(refused) == ["reminded_lately"]
        units = [unit.id for unit in (*on.districts, *on.streets)]
        outcome = reminding.remind_all(session, actor=on.admin, code=on.code, unit_ids=units, now=make.NOW)
        assert outcome == Reminded(units=5, lately=1, unreached=())
        assert list_of(session, on, on.street).reminders == 1
        assert told(session, on.liaisons[on.street.id]) == ["enrolment.list-reminded"]
        hand_in(session, on, on.street)
        with pytest.raises(Refused) as refused:
            remind(now=make.NOW + timedelta(hours=2))
        assert reasons(refused) == ["reported_already"]


def test_more_time_is_for_one_unit_and_no_longer_than_the_districts_own() -> None:
    with db.transaction() as session:
        on = scene(session)
        extend = partial(
            reminding.extend,
            session,
            actor=on.speaker(on.district),
            code=on.code,
            unit_id=on.street.id,
            now=make.NOW,
        )
        with pytest.raises(Refused) as refused:
            extend(until=AFTER_DISTRICTS)
        assert reasons(refused) == ["time_late"]
        extend(until=DISTRICTS_BY)
        assert len(put(session, on, on.street, 1, now=AFTER_STREETS)) == 1
        with pytest.raises(Refused):
            put(session, on, on.streets[1], 1, now=AFTER_STREETS)
        assert told(session, on.liaisons[on.street.id]) == ["enrolment.list-extended"]


def test_clockwork_tells_a_late_unit_once(settings: Settings) -> None:
    with db.transaction() as session:
        on = scene(session)
    with clock.stopped(AFTER_STREETS):
        assert jobs.tell_overdue_units(AFTER_STREETS, settings) == 4
        assert jobs.tell_overdue_units(AFTER_STREETS + timedelta(minutes=10), settings) == 0
    with db.reading() as session:
        assert told(session, on.liaisons[on.street.id]) == ["enrolment.list-overdue"]
    with clock.stopped(AFTER_DISTRICTS):
        assert jobs.tell_overdue_units(AFTER_DISTRICTS, settings) == 2


def test_clockwork_opens_unused_places_on_their_day_once(settings: Settings) -> None:
    with db.transaction() as session:
        on = scene(session, plan=without(open_road=True, reserve_returns_on=make.TODAY + timedelta(days=5)))
        put(session, on, on.street)
        before = places(session, on)
    assert before[on.street.id] == 3
    assert jobs.return_unused_places(make.NOW, settings) == 0
    later = make.NOW + timedelta(days=5)
    with clock.stopped(later):
        assert jobs.return_unused_places(later, settings) == 2 + 4 * 3 - 2
        assert jobs.return_unused_places(later, settings) == 0
    with db.reading() as session:
        after = places(session, on)
        assert (after[on.street.id], after[on.streets[1].id], after[None]) == (2, 0, 18)


def test_whom_the_academy_adds_to_a_confirmed_list_has_the_place_at_once() -> None:
    with db.transaction() as session:
        on = scene(session)
        reported(session, on)
        confirming.confirm(session, actor=on.admin, code=on.code, unit_id=on.district.id, now=make.NOW)
        late = on.people[on.street.id][2]
        confirming.put_forward(
            session, actor=on.admin, code=on.code, unit_id=on.street.id, person_ids=[late.id], reserve=False,
            now=make.NOW,
        )  # fmt: skip
        assert claims(session, on, on.street) == [SEATED] * 3
        with pytest.raises(Refused) as refused:
            confirming.put_forward(
                session, actor=on.admin, code=on.code, unit_id=on.street.id, person_ids=[late.id],
                reserve=False, now=make.NOW,
            )  # fmt: skip
        assert "already_in" in reasons(refused)
        assert session.execute(select(func.count()).select_from(Enrolment)).scalar_one() == 5
