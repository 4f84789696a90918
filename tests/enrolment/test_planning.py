"""Plans, quotas before enrolment opens, a unit's reserve and the people it may choose from."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from academy.classes.rules import ClassState
from academy.enrolment.actions import confirming, nominating, ordering, planning
from academy.enrolment.actions import lists as list_actions
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import candidates, deciding, pools, unit_lists
from academy.enrolment.rules.lists import ListState
from academy.ground import db
from academy.ground.access import Role
from academy.ground.errors import NotFound, Refused
from tests import make
from tests.enrolment.nominated import PLAN, places, put, scene, without
from tests.enrolment.stage import journal

pytestmark = pytest.mark.usefixtures("database")


def test_places_are_given_before_enrolment_opens_and_follow_the_class() -> None:
    with db.transaction() as session:
        on = scene(session, state=ClassState.PUBLISHED)
        one = {on.district.id: 8, on.districts[1].id: 4}
        planning.give(session, actor=on.admin, code=on.code, giving=one, reserve=3, now=make.NOW)
        assert places(session, on) == {None: 8, on.district.id: 8, on.districts[1].id: 4}
        on.class_.capacity = 10
        planning.give(session, actor=on.admin, code=on.code, giving={on.district.id: 6}, reserve=1, now=make.NOW)
        assert places(session, on) == {None: 4, on.district.id: 6, on.districts[1].id: 0}
        planning.give_from_reserve(
            session, actor=on.admin, code=on.code, unit_id=on.districts[1].id, number=1, now=make.NOW
        )
        assert places(session, on) == {None: 3, on.district.id: 6, on.districts[1].id: 1}
        with pytest.raises(Refused):
            planning.give_from_reserve(
                session, actor=on.admin, code=on.code, unit_id=on.district.id, number=1, now=make.NOW
            )


def test_a_plan_is_made_once_and_changed_within_limits() -> None:
    with db.transaction() as session:
        on = scene(session)
        class_ = make.class_session(session)
        for _time in range(2):
            planning.set_plan(session, actor=on.admin, code=class_.code, plan=PLAN, now=make.NOW)
        assert pools.plan(session, class_.id) == PLAN
        assert journal(session).count("enrolment.planned") == 1
        assert session.execute(select(func.count()).select_from(Admission)).scalar_one() == 2
        put(session, on, on.street)
        with pytest.raises(Refused) as refused:
            planning.set_plan(session, actor=on.admin, code=on.code, plan=without(by_streets=False), now=make.NOW)
        assert [reason.code for reason in refused.value.reasons] == ["levels_fixed"]


def test_the_reserve_is_put_in_order_by_its_unit() -> None:
    with db.transaction() as session:
        on = scene(session, each=1)
        put(session, on, on.street, 1)
        ids = [person.id for person in on.people[on.street.id][1:]]
        done = nominating.nominate(
            session, actor=on.speaker(on.street), code=on.code, unit_id=on.street.id, person_ids=ids,
            reserve=True, now=make.NOW,
        )  # fmt: skip
        last = done[-1].enrolment_id
        assert last
        for _time in range(3):
            ordering.move_up(session, actor=on.speaker(on.street), enrolment_id=last, now=make.NOW)
        session.flush()
        pool_id = pools.unit_pool_id(session, on.class_.id, on.street.id)
        assert pool_id
        order = [each.person_id for each in candidates.listed(session, pool_id, year=2026)]
        assert order[1:] == [ids[2], ids[0], ids[1]]


def test_candidates_come_with_every_reason_in_few_questions() -> None:
    with db.transaction() as session:
        on = scene(session, people=6)
        busy = on.people[on.street.id][2]
        other = make.class_session(session, title="同一时间的班")
        teacher = make.person(session, "陈敏", roles=(Role.INSTRUCTOR,))
        make.sitting(session, other, instructor=teacher, at=make.place(session))
        make.enrolment(session, make.pool(session, other), busy)
        put(session, on, on.street)
        view = deciding.existing_class(session, on.class_.id)
        found = candidates.candidates(session, view, [on.street.id], on=make.TODAY, size=20)
    assert {row.id for row in found.rows} == {person.id for person in on.people[on.street.id][2:]} | {
        on.liaisons[on.street.id].id
    }
    assert {row.id: [reason.code for reason in row.reasons] for row in found.rows}[busy.id] == ["clash"]


def test_the_division_adds_up_and_names_who_owes() -> None:
    with db.transaction() as session:
        on = scene(session)
        put(session, on, on.street)
        list_actions.hand_in(
            session, actor=on.speaker(on.street), code=on.code, unit_id=on.street.id, now=make.NOW
        )
        found = unit_lists.division(session, on.class_.id, PLAN, on=make.TODAY)
        whole = session.execute(
            select(func.sum(PlacePool.places)).where(PlacePool.class_session_id == on.class_.id)
        ).scalar_one()
    assert found.places == whole == 20
    district = found.district(on.street.id)
    assert district
    assert (district.places, district.taken, district.pending, district.missing) == (6, 2, 2, 1)
    assert [unit.owes for unit in district.every] == [True, False, True]
    assert (found.kept.places, found.rest.places) == (2, 6)


def test_districts_put_people_forward_themselves_where_streets_do_not() -> None:
    with db.transaction() as session:
        on = scene(session, each=0, of_district=2, plan=without(by_streets=False, streets_by=None))
        speaker, district = on.speaker(on.district), on.district
        ids = [on.people[street.id][0].id for street in on.streets[:2]]
        stranger = on.people[on.streets[2].id][0]
        with pytest.raises(NotFound):
            nominating.nominate(
                session, actor=speaker, code=on.code, unit_id=district.id, person_ids=[stranger.id], now=make.NOW
            )
        nominating.nominate(
            session, actor=speaker, code=on.code, unit_id=district.id, person_ids=ids, now=make.NOW
        )
        state = list_actions.hand_in(session, actor=speaker, code=on.code, unit_id=district.id, now=make.NOW)
        assert state is ListState.REPORTED
        found = unit_lists.division(session, on.class_.id, pools.plan(session, on.class_.id), on=make.TODAY)
        assert [unit.owes for of in found.districts for unit in of.every] == [False] * 3 + [True, False, False]
        count = confirming.confirm(session, actor=on.admin, code=on.code, unit_id=district.id, now=make.NOW)
        assert count == 2


def test_a_stamped_form_is_noted_once_and_stays_with_a_confirmed_list() -> None:
    with db.transaction() as session:
        on = scene(session)
        speaker, district = on.speaker(on.district), on.district
        for _time in range(2):
            list_actions.attach_form(
                session, actor=speaker, code=on.code, unit_id=district.id, digest="a" * 64, name="盖章.pdf",
                now=make.NOW,
            )  # fmt: skip
        assert journal(session).count("enrolment.list-form-attached") == 1
        late = make.NOW + timedelta(days=3)
        list_actions.hand_in(session, actor=speaker, code=on.code, unit_id=district.id, now=late)
        confirming.confirm(session, actor=on.admin, code=on.code, unit_id=district.id, now=late)
        with pytest.raises(Refused):
            list_actions.attach_form(
                session, actor=speaker, code=on.code, unit_id=district.id, digest="b" * 64, name="再来.pdf",
                now=late,
            )  # fmt: skip
