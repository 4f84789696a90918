"""What happens to a unit's nominations when its desk is handed over, or the unit is merged."""

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.actions import nominating
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import ties
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.people.actions import desks, units
from academy.people.actions.desks import Desk
from academy.people.queries import register
from tests import make
from tests.enrolment.nominated import Scene, scene
from tests.make import NOW, TODAY


def acting(session: Session, person_id: int) -> Actor:
    """Act as somebody does by the roles they hold today."""
    found = register.actor_of(session, person_id, on=TODAY)
    assert found is not None
    return found


def put_forward(session: Session, made: Scene, actor: Actor, person_id: int) -> int:
    (done,) = nominating.nominate(
        session, actor=actor, code=made.code, unit_id=made.street.id, person_ids=[person_id], now=NOW
    )
    assert done.enrolment_id is not None, done.reasons
    return done.enrolment_id


def test_open_nominations_go_along_with_the_desk(session: Session) -> None:
    made = scene(session)
    old, new = made.liaisons[made.street.id], make.person(session, "赵一凡")
    one, other = made.people[made.street.id][:2]
    claim_id = put_forward(session, made, acting(session, old.id), one.id)
    desk = Desk(unit_id=made.street.id, giver_id=old.id, on=TODAY)
    desks.hand_over(session, actor=made.admin, desk=desk, person_id=new.id, now=NOW)
    with pytest.raises(NotFound):
        put_forward(session, made, acting(session, old.id), other.id)
    with pytest.raises(NotFound):
        nominating.take_off(session, actor=acting(session, old.id), enrolment_id=claim_id, now=NOW)
    put_forward(session, made, acting(session, new.id), other.id)
    nominating.take_off(session, actor=acting(session, new.id), enrolment_id=claim_id, now=NOW)


def test_a_unit_with_open_nominations_is_tied_and_a_seated_claim_keeps_the_unit_as_it_was(
    session: Session,
) -> None:
    made = scene(session)
    street, into = made.streets[:2]
    claim_id = put_forward(session, made, made.speaker(street), made.people[street.id][0].id)
    (tied,) = ties.of_unit(session, street.id)
    assert (tied.code, tied.values["codes"]) == ("unit_is_tied", (made.code,))
    claim = session.get_one(Enrolment, claim_id)
    claim.state, claim.seated_at = EnrolmentState.SEATED, NOW
    pool = session.get_one(PlacePool, claim.pool_id)
    pool.places = pool.taken
    session.flush()
    assert not ties.of_unit(session, street.id)
    units.merge_unit(session, actor=made.admin, unit_id=street.id, into_id=into.id, on=TODAY, now=NOW)
    session.refresh(claim)
    assert claim.unit_id == street.id
    assert street.name in claim.unit_name
    reach = register.units_below(session, [into.id])
    assert street.id in reach  # whoever speaks for the successor has the claim in reach
