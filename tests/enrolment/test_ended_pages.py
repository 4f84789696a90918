"""A trainee reads what became of a claim: on the page of the class, and for some days on the own desk."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.actions import approving, claiming, nominating
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import news, standing
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground import clock, db
from academy.ground.access import Role
from academy.people.models.register import Person
from tests import make
from tests.enrolment.nominated import put, scene
from tests.enrolment.plans import planned
from tests.enrolment.stage import Stage, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in


def ended(session: Session, on: Stage, who: Person, because: Ending) -> Enrolment:
    claim = make.enrolment(session, on.pool, who, state=EnrolmentState.WITHDRAWN)
    claim.ended_because = because
    session.flush()
    return claim


@pytest.mark.parametrize(
    ("because", "said"),
    [
        (Ending.REFUSED, "未获同意"),
        (Ending.LAPSED, "没有按时确认"),
        (Ending.SUBSTITUTED, "换人"),
        (Ending.UNDONE, "名单已于"),
    ],
)
def test_each_way_in_which_a_claim_ends_is_told(client: PageClient, because: Ending, said: str) -> None:
    with db.transaction() as session:
        on, who = stage(session, places=2), make.person(session)
        ended(session, on, who, because)
    sign_in(client, who)
    with clock.stopped(make.NOW + timedelta(days=1)):
        assert said in text_of(client.get(f"/classes/{on.class_.code}"))
        assert on.class_.title in text_of(client.get("/me/"))
    with clock.stopped(make.NOW + timedelta(days=9)):
        assert client.get("/me/").text.count(f"/classes/{on.class_.code}") == 0


def test_the_reason_of_a_refusal_is_told_and_a_new_claim_takes_its_place(client: PageClient) -> None:
    with db.transaction() as session:
        on, who = stage(session, places=2), make.person(session)
        planned(session, on, Plan(approval=Approval.ACADEMY))
        claim = claiming.enrol(session, actor=make.actor(who), code=on.class_.code, now=make.NOW)
        assert claim.state is EnrolmentState.ASKED
        row = standing.own_standing(session, on.class_.id, who.id)
        assert row
        approving.refuse(
            session, actor=make.actor(make.person(session), Role.ADMIN), enrolment_id=row.enrolment_id,
            reason="岗位不符<b>", now=make.NOW,
        )  # fmt: skip
    sign_in(client, who)
    with clock.stopped(make.NOW + timedelta(hours=1)):
        assert "岗位不符<b>" in text_of(client.get(f"/classes/{on.class_.code}"))
        assert "岗位不符<b>" in text_of(client.get("/me/"))
        assert client.send(f"/classes/{on.class_.code}/enrol", f"/classes/{on.class_.code}").status_code == 303
        assert "岗位不符" not in text_of(client.get(f"/classes/{on.class_.code}"))
        assert "岗位不符" not in text_of(client.get("/me/"))


def test_who_withdrew_is_told_apart(session: Session) -> None:
    on = scene(session, each=3)
    first, _second = put(session, on, on.street, 2)
    nominating.take_off(session, actor=on.speaker(on.street), enrolment_id=first, now=make.NOW)
    one, two = on.people[on.street.id][:2]
    claiming.withdraw(session, actor=make.actor(two), code=on.code, now=make.NOW)
    session.flush()
    told = [news.last_ended(session, on.class_.id, person.id) for person in (one, two)]
    assert [each and each.by_oneself for each in told] == [False, True]
    since = make.NOW - timedelta(days=1)
    assert [len(news.news(session, each.id, since=since).losses) for each in (one, two)] == [1, 0]


def test_two_classes_at_once_are_told_on_both_pages(client: PageClient) -> None:
    with db.transaction() as session:
        who, one = make.person(session), stage(session, places=2, title="甲班")
        other = stage(session, places=2, title="乙班")
        third = stage(session, places=1, title="丙班")
        for each in (one, other):
            make.enrolment(session, each.pool, who)
        make.enrolment(session, third.pool, who, state=EnrolmentState.WAITING)
    sign_in(client, who)
    page = text_of(client.get(f"/classes/{one.class_.code}"))
    assert "“乙班”" in page
    assert "请退掉其中一个班" in page
    page = text_of(client.get(f"/classes/{third.class_.code}"))
    assert "请退掉" not in page
    assert page.count("递补时就轮到下一位") == 2
