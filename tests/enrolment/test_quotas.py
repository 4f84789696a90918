"""Giving places to districts, by them to streets, keeping some back, and opening what nobody used."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.actions import opening, quotas
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import audit, pools
from academy.enrolment.rules.quotas import Held, reasons_to_refuse_giving
from academy.ground.errors import NotFound, Refused
from tests import make
from tests.enrolment.stage import enrol, journal, state_of
from tests.enrolment.town import Put, Town, town


def divided(session: Session, of: Town) -> list[tuple[str, int, int]]:
    """List the places of the class session by who has them, with those taken."""
    session.flush()
    names = {of.district.id: "district", of.street.id: "street"}
    rows = session.execute(
        select(PlacePool).where(PlacePool.class_session_id == of.on.class_.id).order_by(PlacePool.id)
    ).scalars()
    return [(names.get(row.unit_id or 0, row.holder.value), row.places, row.taken) for row in rows]


def give(session: Session, of: Town, number: int, *, reserve: int = 0) -> None:
    giving = {of.district.id: number}
    quotas.give(session, actor=of.admin, code=of.code, giving=giving, reserve=reserve, now=make.NOW)


def divide(session: Session, of: Town, number: int) -> None:
    quotas.divide(
        session, actor=of.liaison, code=of.code, district_id=of.district.id, giving={of.street.id: number},
        now=make.NOW,
    )  # fmt: skip


def refusal(deed: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as error:
        deed()
    return [reason.code for reason in error.value.reasons]


HELD = {1: Held(name="玄武区", places=5, taken=3), 2: Held(name="秦淮区", places=2, taken=0)}


@pytest.mark.parametrize(
    ("giving", "reserve", "codes"),
    [
        ({1: 5, 2: 2}, 0, []),
        ({1: 3}, 5, []),
        ({1: 3}, 6, ["given_too_many"]),
        ({1: 2, 2: 2}, 0, ["below_taken"]),
        ({2: 2}, 0, ["below_taken"]),
        ({1: 3, 2: -1}, 0, ["below_zero", "below_taken"]),
        ({1: 3}, -1, ["below_zero"]),
        ({1: 2, 2: 9}, 0, ["given_too_many", "below_taken"]),
    ],
)
def test_every_reason_against_giving_comes_at_once(giving: dict[int, int], reserve: int, codes: list[str]) -> None:
    found = reasons_to_refuse_giving(HELD, giving, total=10, rest_taken=2, reserve=reserve)
    assert [reason.code for reason in found] == codes


def test_places_go_to_a_district_then_to_its_street_and_back(session: Session) -> None:
    of = town(session)
    give(session, of, 1, reserve=1)
    assert divided(session, of) == [("open", 0, 0), ("district", 1, 0), ("reserve", 1, 0)]
    divide(session, of, 1)
    assert divided(session, of)[1:] == [("district", 0, 0), ("reserve", 1, 0), ("street", 1, 0)]
    assert refusal(lambda: give(session, of, 0)) == ["below_taken"]  # the street has it
    divide(session, of, 0)
    give(session, of, 0)
    assert divided(session, of) == [("open", 2, 0), ("district", 0, 0), ("reserve", 0, 0), ("street", 0, 0)]
    assert audit.pools_beside_capacity(session).count == 0
    given, shared = "enrolment.quotas-given", "enrolment.quotas-divided"
    assert journal(session) == [given, shared, shared, given]


def test_nobody_gives_what_is_not_there_or_is_taken(session: Session) -> None:
    of = town(session, given=1, nomination=True)
    Put(of, 0)(session)
    enrol(session, of.people[1], of.on)
    assert refusal(lambda: give(session, of, 2)) == ["given_too_many"]
    assert refusal(lambda: give(session, of, 1, reserve=1)) == ["given_too_many"]
    assert refusal(lambda: give(session, of, 1, reserve=-1)) == ["below_zero"]
    assert refusal(lambda: divide(session, of, 0)) == ["below_taken"]
    assert refusal(lambda: divide(session, of, 2)) == ["given_too_many"]
    assert divided(session, of) == [("open", 1, 1), ("district", 0, 0), ("street", 1, 1)]


def test_a_district_divides_its_own_places_only(session: Session) -> None:
    of, other = town(session, given=1), town(session)
    stranger = {"code": of.code, "district_id": of.district.id, "giving": {of.street.id: 1}, "now": make.NOW}
    with pytest.raises(NotFound):
        quotas.divide(session, actor=other.liaison, **stranger)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        quotas.divide(session, actor=of.admin, **stranger | {"giving": {other.street.id: 1}})  # type: ignore[arg-type]
    assert refusal(lambda: divide(session, other, 1)) == ["no_places"]
    with pytest.raises(NotFound):
        giving = {of.street.id: 1}  # a street's come from its district
        quotas.give(session, actor=of.admin, code=of.code, giving=giving, reserve=0, now=make.NOW)


def test_what_is_given_back_goes_to_those_in_line(session: Session) -> None:
    of = town(session)
    give(session, of, 1, reserve=1)
    first, second = of.people[:2]
    on = of.on
    unitless = make.person(session)
    enrol(session, unitless, on)
    assert state_of(session, unitless, on) == "waiting"
    enrol(session, first, on)
    enrol(session, second, on)
    assert [state_of(session, who, on) for who in (first, second)] == ["seated", "waiting"]
    assert quotas.return_unused(session, actor=of.admin, class_session_id=on.class_.id, now=make.NOW) == 1
    assert state_of(session, unitless, on) == "seated"
    assert divided(session, of) == [("open", 1, 1), ("district", 1, 1), ("reserve", 0, 0)]


@pytest.mark.parametrize("state", [ClassState.CONCLUDED, ClassState.CLOSED, ClassState.CANCELLED])
def test_the_places_of_a_class_that_is_over_stay_as_they_are(session: Session, state: ClassState) -> None:
    of = town(session, given=1)
    of.on.class_.state = state
    for name in ("concluded_at", "closed_at", "cancelled_at"):
        needed = {"concluded_at": state in {ClassState.CONCLUDED, ClassState.CLOSED}}
        if needed.get(name, name.startswith(state.value)):
            setattr(of.on.class_, name, make.NOW)
    session.flush()
    assert refusal(lambda: give(session, of, 1)) == ["places_fixed"]
    assert refusal(lambda: divide(session, of, 0)) == ["places_fixed"]
    resize = opening.set_capacity
    assert refusal(lambda: resize(session, actor=of.admin, code=of.code, places=9, now=make.NOW)) == [
        "places_fixed"
    ]


def test_a_look_at_all_places_sees_those_of_another_unit_too(session: Session) -> None:
    of = town(session)
    give(session, of, 1)
    locked = pools.lock_all(session, [of.on.class_.id])
    assert {pool.holder for pool in locked.values()} == {Holder.OPEN, Holder.RESERVE, Holder.UNIT}
