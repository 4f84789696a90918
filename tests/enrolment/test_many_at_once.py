"""Everything that changes places at the same moment: nobody waits for each other for ever, and the counts stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.enrolment.actions import approving, claiming, moving, offering, opening, substituting
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import db
from academy.ground.access import operator
from academy.ground.errors import Refused
from academy.people.models.register import Person
from tests import make
from tests.enrolment.plans import planned
from tests.enrolment.race import at_once
from tests.enrolment.stage import stage

OFFICE = operator()
Deed = Callable[[Session], object]


def outcome(deed: Deed) -> str:
    """Do one deed in a transaction of its own; a refusal is an answer, anything else is named."""
    try:
        with db.transaction() as session:
            deed(session)
    except Refused:
        return "refused"
    except Exception as error:  # noqa: BLE001 - a deadlock above all
        return f"{type(error).__name__}: {error}"
    return "done"


def open_classes() -> tuple[list[str], list[Person]]:
    """Two classes that clash and one that does not, each filled in another way, and a crowd of one unit."""
    with db.transaction() as session:
        unit = make.unit(session)
        classes = [stage(session, places=6, hour=hour) for hour in (9, 10, 14)]
        plans = (Plan(approval=Approval.ACADEMY, confirm_hours=24), Plan(confirm_hours=24), Plan())
        for on, plan in zip(classes, plans, strict=True):
            planned(session, on, plan)
        return [on.class_.code for on in classes], [make.person(session, unit=unit) for _ in range(24)]


def drawn(random: Random, codes: list[str], people: list[Person], now: datetime) -> list[Deed]:
    """Draw deeds of every kind on the claims as they stand."""
    with db.reading() as session:
        rows = session.execute(select(Enrolment.id, Enrolment.state).where(Enrolment.state != S.WITHDRAWN)).all()
    ids = {state: [row.id for row in rows if row.state is state] for state in S}
    deeds: list[Deed] = []
    for take in (claiming.enrol, claiming.enrol, claiming.withdraw):
        crowd = random.sample(people, 3)
        deeds += [partial(take, actor=make.actor(who), code=random.choice(codes), now=now) for who in crowd]
    pending = [*ids[S.ASKED], *ids[S.WAITING]]
    if pending:
        some, others = (random.sample(pending, min(4, len(pending))) for _ in range(2))
        deeds.append(partial(approving.approve_many, actor=OFFICE, enrolment_ids=some, now=now))
        deeds.append(partial(approving.refuse_many, actor=OFFICE, enrolment_ids=others, reason="名额", now=now))
    for key in ids[S.OFFERED][:3]:
        deeds.append(partial(offering.confirm_for, actor=OFFICE, enrolment_id=key, now=now))
        deeds.append(partial(offering.decline_for, actor=OFFICE, enrolment_id=key, now=now))
    for key in random.sample(ids[S.SEATED], min(4, len(ids[S.SEATED]))):
        other = random.choice(people).id
        deeds.append(
            partial(substituting.substitute, actor=OFFICE, enrolment_id=key, person_id=other, reason="", now=now)
        )
    to = make.TODAY + timedelta(days=random.choice((10, 11)))
    deeds.append(partial(moving.move, actor=OFFICE, code=random.choice(codes), to=to, now=now))
    places = random.randint(5, 9)
    deeds.append(partial(opening.set_capacity, actor=OFFICE, code=random.choice(codes), places=places, now=now))
    return deeds


@pytest.mark.slow
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("seed", [1, 2])
def test_all_deeds_at_once_leave_every_count_right(seed: int) -> None:
    random = Random(seed)
    codes, people = open_classes()
    for hour in range(5):
        deeds = drawn(random, codes, people, make.NOW + timedelta(hours=hour))
        assert set(at_once([partial(outcome, deed) for deed in deeds])) <= {"done", "refused"}
    with db.reading() as session:
        for find in (audit.wrong_taken, audit.full_pools_overrun, audit.broken_substitutions):
            assert find(session).count == 0
        assert audit.pools_beside_capacity(session).count == 0
