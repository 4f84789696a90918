"""Whoever has places in two class sessions at the same hours is asked on the desk to choose."""

import pytest
from sqlalchemy import select

from academy.classes.models import Sitting, SittingGroup
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import waiting
from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import db
from tests import make
from tests.enrolment.plans import claim
from tests.enrolment.stage import stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in

ASKED = "时间冲突，请退掉其中一个"


@pytest.mark.parametrize(
    ("hour", "state", "asked"), [(10, S.SEATED, True), (10, S.WAITING, False), (14, S.SEATED, False)]
)
def test_a_trainee_with_two_classes_at_once_is_asked_to_choose(
    client: PageClient, hour: int, state: S, *, asked: bool
) -> None:
    with db.transaction() as session:
        one, other = stage(session, title="甲班"), stage(session, hour=hour, title="乙班")
        who = make.person(session)
        claim(session, one.pool, who, S.SEATED)
        claim(session, other.pool, who, state)
        one.class_.state = ClassState.RUNNING
    desk = sign_in(client, who).get("/me/")
    assert (ASKED in text_of(desk)) is asked
    if asked:
        assert "甲班和乙班" in text_of(desk)
        assert f'href="/classes/{other.class_.code}#mine"' in desk.text  # the other one runs, and cannot be left


@pytest.mark.usefixtures("database")
def test_sittings_of_other_groups_take_up_nobody() -> None:
    with db.transaction() as session:
        one, other = stage(session, title="甲班"), stage(session, hour=10, title="乙班")
        who = make.person(session)
        for each in (one, other):
            claim(session, each.pool, who, S.SEATED)
        (found,) = waiting.own_clashing(session, who.id)
        assert (found.code, found.other_title) == (one.class_.code, "乙班")
        assert found.at == max(sitting.starts_at for sitting in session.scalars(select(Sitting)))
        mine, theirs = (make.group(session, one.class_, name) for name in ("第一组", "第二组"))
        sitting = session.scalars(select(Sitting).where(Sitting.class_session_id == one.class_.id)).one()
        session.add(SittingGroup(sitting_id=sitting.id, group_id=theirs.id))
        held = session.scalars(select(Enrolment).where(Enrolment.class_session_id == one.class_.id)).one()
        held.group_id = mine.id
        session.flush()
        assert waiting.own_clashing(session, who.id) == ()
        held.group_id = theirs.id
        session.flush()
        assert len(waiting.own_clashing(session, who.id)) == 1
