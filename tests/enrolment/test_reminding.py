"""Units are reminded of their lists, one by one or all at once, from the office's table of quotas."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete

from academy.classes.rules import ClassState
from academy.enrolment.actions import lists, reminding
from academy.enrolment.actions.reminding import Reminded
from academy.ground import clock, db
from academy.ground.access import Role
from academy.ground.errors import Refused
from academy.people.models.register import RoleGrant
from tests import make
from tests.enrolment.nominated import list_of, put, scene
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("database")


def test_whom_nobody_can_be_told_of_is_named() -> None:
    with db.transaction() as session:
        on = scene(session)
        session.execute(delete(RoleGrant).where(RoleGrant.unit_id == on.street.id))
        units = [unit.id for unit in on.streets]
        outcome = reminding.remind_all(session, actor=on.admin, code=on.code, unit_ids=units, now=make.NOW)
        assert outcome == Reminded(units=3, lately=0, unreached=("梅岭街道",))


@pytest.mark.parametrize("state", [ClassState.PUBLISHED, ClassState.RUNNING])
def test_no_list_is_asked_for_of_a_class_that_is_not_open(state: ClassState) -> None:
    with db.transaction() as session:
        on = scene(session)
        on.class_.state = state
        session.flush()
        for remind in (
            partial(reminding.remind, unit_id=on.street.id),
            partial(reminding.remind_all, unit_ids=[on.street.id]),
        ):
            with pytest.raises(Refused) as refused:
                remind(session, actor=on.admin, code=on.code, now=make.NOW)
            assert "class_not_open" in [reason.code for reason in refused.value.reasons]


def test_the_office_reminds_one_street_one_district_and_the_streets_of_one(client: PageClient) -> None:
    with db.transaction() as session:
        on = scene(session)
        put(session, on, on.street)
        speaker = on.speaker(on.street)
        lists.hand_in(session, actor=speaker, code=on.code, unit_id=on.street.id, now=make.NOW)
        admin = make.person(session, "贺文清", roles=(Role.ADMIN,))
    browser = sign_in(client, admin)
    places, base = f"/admin/classes/{on.code}/places", f"/unit/classes/{on.code}"
    page = browser.get(places).text
    assert f'action="{base}/{on.street.id}/remind"' not in page  # its list is in
    for unit in (on.streets[1], on.district):
        answer = browser.send(f"{base}/{unit.id}/remind", page=places)
        assert (answer.status_code, answer.location) == (303, f"{places}#units")
        said = browser.get(places)
        assert f'action="{base}/{unit.id}/remind"' not in said.text
        assert "刚在 09:00 催报" in text_of(said)
    with clock.stopped(make.NOW + timedelta(hours=2)):
        assert f'action="{base}/{on.district.id}/remind"' in browser.get(places).text
    other = on.districts[1]
    answer = browser.send(f"{base}/{other.id}/remind-all", page=places)
    assert (answer.status_code, answer.location) == (303, f"{places}#units")
    assert "已催报 2 个单位" in text_of(browser.get(places))
    with db.reading() as session:
        assert [list_of(session, on, unit).reminders for unit in (*on.streets, on.district)] == [0, 1, 1, 1, 1]
    rest = f"/admin/classes/{on.code}/remind-all"
    assert browser.send(rest, page=places).status_code == 303
    assert f'action="{rest}"' not in browser.get(places).text  # all were reminded within the hour
