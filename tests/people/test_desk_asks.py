"""A liaison asks that somebody of the unit have the desk; the office confirms it with one press."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

import pytest
from sqlalchemy import insert
from sqlalchemy import select as choose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground import db
from academy.ground.access import Actor, Role
from academy.ground.db import Base, Database
from academy.ground.errors import NotFound, Refused, constraint_of
from academy.people.actions import desk_asks, desks
from academy.people.actions.desks import Desk
from academy.people.models.desks import DeskAsk
from academy.people.models.register import Phone
from academy.people.queries import desks as queries
from academy.people.queries import register
from academy.people.rules.desks import DeskOutcome
from tests import make
from tests.make import NOW, TODAY
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs, messages


class Town:
    """A street with its liaison, somebody who is to follow, and a neighbour of another street."""

    def __init__(self, session: Session) -> None:
        district = make.unit(session, "玄武区")
        self.street, self.other = (make.unit(session, name, parent=district) for name in ("樱桥街道", "桃渡街道"))
        self.heir = make.person(session, "王秀兰", unit=self.street)
        self.neighbour = make.person(session, "丁一", unit=self.other)
        self.liaison = make.person(session, "陈敏", roles=(Role.LIAISON,), unit=self.street)
        self.actor = make.actor(self.liaison, Role.LIAISON, units=(self.street,))
        self.admin = make.actor(make.person(session, "陶思源", roles=(Role.ADMIN,)), Role.ADMIN)

    def ask(self, session: Session, who: int | None = None, *, actor: Actor | None = None) -> str:
        return desk_asks.ask(
            session, actor=actor or self.actor, unit_id=self.street.id, heir_id=who or self.heir.id, now=NOW
        )


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def speakers(session: Session, of: Town) -> tuple[int, ...]:
    session.flush()
    return register.liaisons(session, [of.street.id], on=TODAY).get(of.street.id, ())


def outcomes(session: Session) -> list[DeskOutcome | None]:
    """Tell what came of all that was ever asked for, the oldest first."""
    return list(session.execute(choose(DeskAsk.outcome).order_by(DeskAsk.id)).scalars())


def test_the_office_confirms_and_the_desk_is_the_successors(session: Session, town: Town) -> None:
    assert town.ask(session) == "王秀兰"
    (asked,) = queries.asks(session, on=TODAY)
    assert (asked.giver_name, asked.heir_name, asked.unit_name) == ("陈敏", "王秀兰", "玄武区 · 樱桥街道")
    assert asked.heir_phone.startswith("199****")
    assert speakers(session, town) == (town.liaison.id,)
    with pytest.raises(Refused, match="desk_asked_already"):
        town.ask(session)
    wanted = {"unit_id": town.street.id, "giver_id": town.liaison.id, "now": NOW}
    assert desk_asks.confirm(session, actor=town.admin, **wanted) == "王秀兰"  # type: ignore[arg-type]
    assert speakers(session, town) == (town.heir.id,)
    assert [each.code for each in messages(session)] == ["people.desk-taken", "people.desk-given"]
    assert queries.asks(session, on=TODAY) == ()
    assert outcomes(session) == [DeskOutcome.HANDED_OVER]
    with pytest.raises(Refused, match="desk_not_asked"):
        desk_asks.confirm(session, actor=town.admin, **wanted)  # type: ignore[arg-type]


def test_it_is_refused_or_taken_back_and_can_be_asked_anew(session: Session, town: Town) -> None:
    town.ask(session)
    refused = desk_asks.refuse(
        session, actor=town.admin, unit_id=town.street.id, giver_id=town.liaison.id, now=NOW
    )
    assert refused == "陈敏"
    assert [(each.code, each.person_id) for each in messages(session)] == [("people.desk-kept", town.liaison.id)]
    town.ask(session)
    desk_asks.take_back(session, actor=town.actor, unit_id=town.street.id, now=NOW)
    assert queries.asks(session, on=TODAY) == ()
    with pytest.raises(Refused, match="desk_not_asked"):
        desk_asks.take_back(session, actor=town.actor, unit_id=town.street.id, now=NOW)
    assert speakers(session, town) == (town.liaison.id,)
    town.ask(session)
    assert outcomes(session) == [DeskOutcome.REFUSED, DeskOutcome.TAKEN_BACK, None]


def test_another_way_to_hand_over_settles_it_too(session: Session, town: Town) -> None:
    town.ask(session)
    desk = Desk(unit_id=town.street.id, giver_id=town.liaison.id, on=TODAY + timedelta(days=3))
    desks.hand_over(session, actor=town.admin, desk=desk, person_id=town.neighbour.id, now=NOW)
    assert queries.asks(session, on=TODAY) == ()
    assert outcomes(session) == [DeskOutcome.HANDED_OVER]


def test_what_another_liaison_of_the_unit_does_settles_nothing(session: Session, town: Town) -> None:
    second = make.person(session, "钱进", roles=(Role.LIAISON,), unit=town.street)
    town.ask(session)
    town.ask(session, actor=make.actor(second, Role.LIAISON, units=(town.street,)))
    more = Desk(unit_id=town.street.id, giver_id=None, on=TODAY)
    desks.hand_over(session, actor=town.admin, desk=more, person_id=town.neighbour.id, now=NOW)
    desks.end_desk(session, actor=town.admin, unit_id=town.street.id, person_id=second.id, now=NOW)
    assert outcomes(session) == [None, DeskOutcome.HANDED_OVER]
    assert [each.giver_id for each in queries.asks(session, on=TODAY)] == [town.liaison.id]


def test_who_has_lost_the_desk_asks_for_nothing_any_more(session: Session, town: Town) -> None:
    town.ask(session)
    for grant in queries.lock_desks(session, town.street.id, on=TODAY):
        grant.ends_on = TODAY - timedelta(days=1)
    assert queries.asks(session, on=TODAY) == ()
    for deed in (desk_asks.confirm, desk_asks.refuse):
        with pytest.raises(Refused, match="desk_not_asked"):
            deed(session, actor=town.admin, unit_id=town.street.id, giver_id=town.liaison.id, now=NOW)
    assert outcomes(session) == [None]


def test_asking_twice_at_once_asks_once(database: Database) -> None:
    with db.transaction() as session:
        town = Town(session)
        session.expunge_all()
    start = Barrier(4)

    def press(_time: int) -> str:
        start.wait()
        try:
            with db.transaction() as session:
                return town.ask(session)
        except Refused as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(4) as threads:
        came = sorted(threads.map(press, range(4)))
    assert came == ["desk_asked_already"] * 3 + ["王秀兰"]
    with database.reading() as session:
        assert outcomes(session) == [None]


def test_the_table_holds_one_open_ask_whoever_has_looked(session: Session, town: Town) -> None:
    town.ask(session)
    with patch.object(queries, "lock_ask", return_value=None), pytest.raises(Refused, match="desk_asked_already"):
        town.ask(session)


def test_a_settled_ask_has_a_time(session: Session, town: Town) -> None:
    with pytest.raises(IntegrityError) as caught:
        session.execute(
            insert(DeskAsk).values(
                unit_id=town.street.id, giver_id=town.liaison.id, heir_id=town.heir.id, asked_at=NOW,
                outcome=DeskOutcome.REFUSED,
            )
        )  # fmt: skip
    assert constraint_of(caught.value, Base.metadata) == "ck_desk_ask_settled_has_a_time"


def test_only_people_of_the_unit_who_can_sign_in_are_asked_for(session: Session, town: Town) -> None:
    of_both = make.actor(town.liaison, Role.LIAISON, units=(town.street, town.other))
    with pytest.raises(Refused, match="successor_not_of_unit"):
        town.ask(session, town.neighbour.id, actor=of_both)
    for phone in session.query(Phone).filter_by(person_id=town.heir.id):
        phone.ended_at = NOW
    with pytest.raises(Refused, match="no_way_in"):
        town.ask(session)
    with pytest.raises(Refused, match="holds_desk"):
        town.ask(session, town.liaison.id)
    with pytest.raises(NotFound):
        town.ask(session, town.neighbour.id)  # of a street that the liaison does not know of
    with pytest.raises(NotFound):
        town.ask(session, actor=make.actor(town.neighbour, Role.LIAISON, units=(town.other,)))


def test_the_liaison_asks_on_a_page_and_the_office_confirms_with_one_press(
    client: PageClient, sign_in: SignInAs
) -> None:
    with db.transaction() as session:
        town = Town(session)
        admin = make.person(session, "贺文清", roles=(Role.ADMIN,))
        session.expunge_all()
    liaison = sign_in(town.liaison)
    assert "/unit/desk" in liaison.get("/unit/").text
    url = f"/unit/desk/{town.street.id}"
    assert "王秀兰" in text_of(liaison.get("/unit/desk?q=wxl"))
    assert "王秀兰" not in text_of(liaison.get("/unit/desk?q=nobody"))
    assert liaison.get(f"/unit/desk?unit={town.other.id}").status_code == 404
    assert liaison.send(url, page="/unit/desk").status_code == 422
    assert liaison.send(url, page="/unit/desk", person=str(town.neighbour.id)).status_code == 422
    assert liaison.send(url, page="/unit/desk", person=str(town.heir.id)).status_code == 303
    assert "等待学院确认" in text_of(liaison.get("/unit/desk"))
    assert liaison.get("/admin/desks").status_code == 403
    office = sign_in(admin)
    assert "/admin/desks" in office.get("/admin/").text
    assert "樱桥街道" in text_of(office.get("/admin/desks"))
    decided = f"/admin/desks/{town.street.id}/{town.liaison.id}"
    assert office.send(f"{decided}/confirm", page="/admin/desks").status_code == 303
    assert office.send_bare(f"{decided}/refuse").status_code == 409
    with db.reading() as session:
        assert speakers(session, town) == (town.heir.id,)
