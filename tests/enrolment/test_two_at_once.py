"""Two deeds at the same moment leave the places right; `test_without_locks.py` does the same without the locks."""

import pytest

from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.db import Database
from tests.enrolment.stale import both
from tests.enrolment.town import (
    Decide,
    Enrol,
    Give,
    Leave,
    Put,
    Resize,
    TakeBack,
    claim_in,
    sound,
    town,
)

pytestmark = pytest.mark.slow

AGAIN_AND_AGAIN = range(5)


def test_a_place_is_taken_back_or_somebody_is_put_forward_on_it(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session, given=1, nomination=True)
        ended = both(Put(place, 0), TakeBack(place))
        assert ended in {("below_taken", "put forward"), ("pool_full", "taken back")}
        assert sound()


def test_two_liaisons_put_one_forward_on_the_last_place(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session, given=1, nomination=True)
        assert both(Put(place, 0), Put(place, 1, by_academy=True)) == ("pool_full", "put forward")
        assert sound()


def test_places_become_fewer_or_somebody_takes_the_last(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session)
            Enrol(place, 0)(session)
        assert both(Resize(place, 1), Enrol(place, 1)) in {("resized", "waiting"), ("seated", "too_few_places")}
        assert sound()


def test_a_claim_is_approved_before_it_is_given_up_or_not_at_all(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session, approval=Approval.ACADEMY)
            claim_id = claim_in(session, place, EnrolmentState.ASKED)
        ended = both(Decide(place, claim_id, "approve"), Leave(place))
        assert ended in {("approve", "withdrawn"), ("not_pending", "withdrawn")}
        assert sound()


def test_an_offer_is_confirmed_or_lapses(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session, confirm_hours=6)
            claim_id = claim_in(session, place, EnrolmentState.OFFERED)
        ended = both(Decide(place, claim_id, "confirm"), Decide(place, claim_id, "lapse"))
        assert ended in {("confirm", "kept"), ("lapse", "not_offered")}
        assert sound()


def test_a_unit_is_given_places_while_there_become_more(database: Database) -> None:
    for _ in AGAIN_AND_AGAIN:
        with db.transaction() as session:
            place = town(session)
        assert both(Give(place), Resize(place, 5)) == ("given", "resized")
        assert sound()
