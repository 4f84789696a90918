"""Eight clients do what they like to the places of three class sessions: nothing deadlocks, all is sound after."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from academy.enrolment.actions import approving, claiming, nominating, offering, opening, quotas
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.db import Database
from academy.ground.errors import NotFound, Refused
from tests import make
from tests.enrolment.race import at_once
from tests.enrolment.world import World, build

CLIENTS, DEEDS = 8, 25


def claims(session: Session, *states: EnrolmentState) -> list[int]:
    """List the claims in these states, by a look that locks nothing."""
    return list(session.execute(select(Enrolment.id).where(Enrolment.state.in_(states))).scalars())


def deed(world: World, chance: Random) -> Callable[[Session], object]:
    """Choose something to do, of what people, units and the academy do most."""
    run, who = chance.choice(world.runs), chance.choice(world.people)
    district = chance.choice(world.districts)
    admin, now = world.admin, make.NOW
    giving = {each: chance.randint(0, 2) for each in world.districts}
    streets = {each: chance.randint(0, 1) for each, above in world.streets.items() if above == district}

    def one(session: Session, *states: EnrolmentState) -> int:
        return chance.choice(claims(session, *states) or [0])

    deeds: list[Callable[[Session], object]] = [
        partial(claiming.enrol, actor=who.actor, code=run.code, now=now),
        partial(claiming.enrol, actor=who.actor, code=run.code, now=now),
        partial(claiming.withdraw, actor=who.actor, code=run.code, now=now),
        partial(claiming.withdraw, actor=who.actor, code=run.code, now=now),
        partial(nominating.nominate, actor=admin, code=world.runs[0].code, unit_id=district, person_ids=[who.id],
                reserve=chance.random() < 1 / 2, now=now),
        partial(quotas.give, actor=admin, code=run.code, giving=giving, reserve=0, now=now),
        partial(quotas.divide, actor=admin, code=run.code, district_id=district, giving=streets, now=now),
        partial(opening.set_capacity, actor=admin, code=run.code, places=chance.randint(1, 5), now=now),
        lambda s: nominating.take_off(s, actor=admin, enrolment_id=one(s, EnrolmentState.NOMINATED), now=now),
        lambda s: approving.approve(s, actor=admin, enrolment_id=one(s, EnrolmentState.ASKED), now=now),
        lambda s: offering.confirm_for(s, actor=admin, enrolment_id=one(s, EnrolmentState.OFFERED), now=now),
        lambda s: offering.decline_for(s, actor=admin, enrolment_id=one(s, EnrolmentState.OFFERED), now=now),
    ]  # fmt: skip
    return chance.choice(deeds)


def client(world: World, number: int) -> str:
    """Do one thing after the other, and tell which errors came that are no refusals."""
    chance, wrong = Random(number), ""
    for _ in range(DEEDS):
        try:
            with db.transaction() as session:
                deed(world, chance)(session)
        except (Refused, NotFound):
            continue
        except DBAPIError as error:
            wrong += f"{error} "
    return wrong


@pytest.mark.slow
def test_whatever_many_do_at_once_nothing_deadlocks_and_all_is_sound(database: Database) -> None:
    with db.transaction() as session:
        world = build(session)
        plans = (Plan(nomination=True), Plan(confirm_hours=6), Plan(approval=Approval.ACADEMY))
        for run, plan in zip(world.runs, plans, strict=True):
            values = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
            session.add(Admission(class_session_id=run.id, **values))
    assert at_once([partial(client, world, number) for number in range(CLIENTS)]) == Counter({"": CLIENTS})
    with db.reading() as session:
        assert session.execute(select(Enrolment.id)).first() is not None
        for find in (
            audit.wrong_taken, audit.full_pools_overrun, audit.pools_beside_capacity, audit.nominated_elsewhere,
            audit.clashing_seats, audit.broken_substitutions, audit.people_beside_lists,
        ):  # fmt: skip
            assert find(session).count == 0, find
