"""What `academy audit` counts of places: nothing in a sound academy, and each row that breaks a promise."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.models.nominating import UnitList
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.ground.access import operator
from academy.journal.actions import record
from tests import make
from tests.enrolment.stage import stage
from tests.enrolment.town import Put, Town, claim_in, town

Found = Callable[[Session], audit.Broken]


def forgotten(session: Session) -> audit.Broken:
    return audit.forgotten_offers(session, now=make.NOW)


def test_whom_a_moved_class_clashes_with_is_not_counted(session: Session) -> None:
    first, second = stage(session), stage(session, hour=10)
    who = make.person(session)
    for on in (first, second):
        make.enrolment(session, on.pool, who, at=make.NOW)
    assert audit.clashing_seats(session).count == 1
    moved_at, code = make.NOW + timedelta(hours=1), second.class_.code
    record(
        session, actor=operator(), what="enrolment.class-moved", about="class_session", now=moved_at,
        after={"code": code},
    )  # fmt: skip
    assert audit.clashing_seats(session).count == 0
    late = make.person(session)
    for on in (first, second):
        on.pool.places += 1
        make.enrolment(session, on.pool, late, at=moved_at + timedelta(hours=1))
    assert audit.clashing_seats(session).count == 1


FINDS: tuple[Found, ...] = (
    audit.pools_beside_capacity, forgotten, audit.promoted_after_start, audit.nominated_elsewhere,
    audit.broken_substitutions, audit.people_beside_lists,
)  # fmt: skip


def claim(session: Session, of: Town, state: EnrolmentState = EnrolmentState.SEATED) -> Enrolment:
    return session.get_one(Enrolment, claim_in(session, of, state))


def other_capacity(session: Session, of: Town) -> None:
    of.on.class_.capacity += 1


def late_offer(session: Session, of: Town) -> None:
    claim(session, of, EnrolmentState.OFFERED).confirm_by = make.NOW - timedelta(hours=1)


def promoted(session: Session, of: Town) -> None:
    begins = make.NOW + timedelta(days=10)
    record(session, actor=operator(), what="enrolment.promoted", about=claim(session, of), now=begins)


def on_open_places(session: Session, of: Town) -> None:
    row = claim(session, of)
    row.nominated, row.academy_approved_at = True, make.NOW


def gone_without_another(session: Session, of: Town) -> None:
    row = claim(session, of, EnrolmentState.WITHDRAWN)
    row.ended_because = Ending.SUBSTITUTED


def came_for_somebody_still_there(session: Session, of: Town) -> None:
    before = claim(session, of)
    after = make.enrolment(session, of.on.pool, of.people[1], state=EnrolmentState.WAITING)
    after.replaces_id = before.id


def still_put_forward(session: Session, of: Town) -> None:
    Put(of, 0)(session)
    list_ = session.query(UnitList).one()
    list_.state = ListState.CONFIRMED
    list_.handed_in_at = list_.reported_at = list_.confirmed_at = make.NOW


def seated_by_nobody(session: Session, of: Town) -> None:
    Put(of, 0)(session)
    row = session.query(Enrolment).one()
    row.state, row.seated_at = EnrolmentState.SEATED, make.NOW


@pytest.mark.parametrize(
    ("harm", "find"),
    [
        (other_capacity, audit.pools_beside_capacity),
        (late_offer, forgotten),
        (promoted, audit.promoted_after_start),
        (on_open_places, audit.nominated_elsewhere),
        (gone_without_another, audit.broken_substitutions),
        (came_for_somebody_still_there, audit.broken_substitutions),
        (still_put_forward, audit.people_beside_lists),
        (seated_by_nobody, audit.people_beside_lists),
    ],
)
def test_each_row_that_breaks_a_promise_is_counted(
    session: Session, harm: Callable[[Session, Town], None], find: Found
) -> None:
    of = town(session, given=1, nomination=True, confirm_hours=6)
    assert [each(session).count for each in FINDS] == [0] * len(FINDS)
    harm(session, of)
    session.flush()
    assert [each for each in FINDS if each(session).count] == [find]
    assert find(session).count == 1
