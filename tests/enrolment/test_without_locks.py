"""The same pairs of deeds with the locks taken out: the second goes by what it saw before the first was done."""

import pytest

from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.db import Database
from tests.enrolment.race import CHECK
from tests.enrolment.stale import Stale
from tests.enrolment.town import (
    Decide,
    Enrol,
    Give,
    Leave,
    Put,
    Resize,
    TakeBack,
    Town,
    claim_in,
    sound,
    town,
)

pytestmark = pytest.mark.slow

TOO_LATE = "ck_enrolment_withdrawn_has_a_cause"


def ended(database: Database, constraint: str) -> str:
    """Tell how the second of two ends: a constraint refuses, and SQLite cannot turn a look into a write."""
    return "OperationalError" if database.is_sqlite else constraint


def with_places(**plan: object) -> Town:
    with db.transaction() as session:
        return town(session, given=1, nomination=True, **plan)


def test_a_place_taken_back_is_given_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    place = with_places()
    unlocked = Stale(monkeypatch, database).at_places()
    assert unlocked.both(TakeBack(place), Put(place, 0)) == ("taken back", ended(database, CHECK))


def test_the_last_place_is_given_away_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    place = with_places()
    unlocked = Stale(monkeypatch, database).at_places()
    assert unlocked.both(Put(place, 0), Put(place, 1)) == ("put forward", ended(database, CHECK))


def test_there_are_fewer_places_than_are_taken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        place = town(session)
        Enrol(place, 0)(session)
    unlocked = Stale(monkeypatch, database).at_places()
    assert unlocked.both(Enrol(place, 1), Resize(place, 1)) == ("seated", ended(database, CHECK))


def test_a_claim_given_up_is_approved(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        place = town(session, approval=Approval.ACADEMY)
        claim_id = claim_in(session, place, EnrolmentState.ASKED)
    unlocked = Stale(monkeypatch, database).at_claims()
    second = Decide(place, claim_id, "approve")
    assert unlocked.both(Leave(place), second) == ("withdrawn", ended(database, TOO_LATE))


def test_a_lapsed_offer_is_confirmed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        place = town(session, confirm_hours=6)
        claim_id = claim_in(session, place, EnrolmentState.OFFERED)
    unlocked = Stale(monkeypatch, database).at_claims()
    lapses, confirms = Decide(place, claim_id, "lapse"), Decide(place, claim_id, "confirm")
    assert unlocked.both(lapses, confirms) == ("lapse", ended(database, TOO_LATE))


def test_places_of_a_unit_are_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        place = town(session)
    unlocked = Stale(monkeypatch, database).at_names()
    assert unlocked.both(Give(place), Resize(place, 5)) == ("given", ended(database, "resized"))
    assert sound() is database.is_sqlite
