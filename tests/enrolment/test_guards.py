"""Each promise about places is seen to be broken once its guard is taken out: the machine finds it."""

from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.actions import claiming, ending, filling, opening, quotas
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import deciding, offers, pools
from academy.enrolment.rules import claims, line
from academy.enrolment.rules.claims import ClaimFacts
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.db import Database
from tests import make
from tests.enrolment.giving import Places
from tests.enrolment.invariants import Broken
from tests.enrolment.world import World, build

CHECK = "ck_place_pool_taken_within_places"
INDEX = "uq_enrolment_one_live_claim"


def nothing(*_args: object, **_named: object) -> None:
    """Do nothing, in place of something that matters."""


def seated(*_args: object, **_named: object) -> EnrolmentState:
    """Give a seat, whatever must come before one."""
    return EnrolmentState.SEATED


def no_reasons(*_args: object, **_named: object) -> tuple[()]:
    """Find nothing against anything."""
    return ()


def backwards(line_: Collection[line.InLine], *, free: int) -> object:
    """Begin with the last in line."""
    return line.promotions(tuple(line_)[::-1], free=free)


def with_a_second_claim(session: Session, *args: Any) -> ClaimFacts:
    """Forget that somebody is in the class session already."""
    return replace(CLAIM_FACTS(session, *args), already_in=False)


def the_open_rest(session: Session, class_session_ids: Collection[int]) -> dict[int, PlacePool]:
    """Look at no other places."""
    found = LOCK_ALL(session, class_session_ids)
    return {key: pool for key, pool in found.items() if pool.holder is Holder.OPEN}


CLAIM_FACTS, LOCK_ALL = deciding.claim_facts, pools.lock_all
FORGETFUL = SimpleNamespace(**{**vars(pools), "lock_all": the_open_rest})


class Scene(Places):
    """The machine led by hand: it looks at all promises after each step, and predicts nothing."""

    def __init__(self, world: World, forgets: str = "", **plan: Any) -> None:
        super().__init__(world, predicts=False)
        if forgets == INDEX:
            self.connection.exec_driver_sql(f"DROP INDEX {INDEX}")
        elif forgets and self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        elif forgets:
            self.connection.exec_driver_sql(f"ALTER TABLE place_pool DROP CONSTRAINT {forgets}")
        self.decide({run.id: Plan(**plan) for run in world.runs})

    def come(self, run: int, *people: int) -> None:
        """Have people ask for a place, one after the other."""
        for who in people:
            self.enrol(who=who, run=run)

    def leave(self, run: int, who: int) -> None:
        """Have somebody give a place up."""
        claim = self.model.claim_of(self.who(who), self.run_of(run))
        assert claim
        self.withdraw_claim(claim)


def four_come(scene: Scene) -> None:
    """Four people want three places."""
    scene.come(0, 0, 2, 3, 4)


def much_is_given(scene: Scene) -> None:
    """A district is to have places that are taken."""
    four_come(scene)
    scene.give(run=0, first=2, second=0, reserve=0)


def fewer_places(scene: Scene) -> None:
    """There are to be fewer places than are taken."""
    scene.come(0, 0, 2)
    scene.set_capacity(run=0, places=1)


def given_then_more(scene: Scene) -> None:
    """There are more places after a district was given some."""
    scene.give(run=0, first=2, second=0, reserve=0)
    scene.set_capacity(run=0, places=5)


def twice(scene: Scene) -> None:
    """Somebody asks twice."""
    scene.come(0, 0, 0)


def at_one_hour(scene: Scene) -> None:
    """Somebody asks for places in two class sessions of the same hours."""
    scene.come(0, 0)
    scene.come(1, 0)


def busy_by_then(scene: Scene) -> None:
    """A place becomes free for somebody who has one elsewhere by then."""
    scene.set_capacity(run=1, places=1)
    scene.come(1, 2, 0)
    scene.come(0, 0)
    scene.leave(1, 2)


def one_leaves(scene: Scene) -> None:
    """Two are in line when the only place becomes free."""
    scene.set_capacity(run=0, places=1)
    scene.come(0, 0, 2, 3)
    scene.leave(0, 0)


def late_place(scene: Scene) -> None:
    """There is another place once the class has begun."""
    scene.set_capacity(run=1, places=1)
    scene.come(1, 0, 2)
    scene.wait(timedelta(days=4))
    scene.set_capacity(run=1, places=2)


def nobody_has_read_it(scene: Scene) -> None:
    """An offer is made, and no channel has accepted the message about it."""
    one_leaves(scene)
    scene.start_clock(pick=0, accepted=False)


OVERSOLD = "no more claims than places"
AT_ONCE = "nobody in two classes at once"
UNAPPROVED = "no approval is passed by"
ASKS, OFFERS = {"approval": Approval.UNIT}, {"confirm_hours": 6}


@dataclass(frozen=True)
class Guard:
    """A promise, what happens, where its guard stands, what stands there instead, and what is forgotten too."""

    promise: str
    story: Callable[[Scene], None]
    where: object
    name: str
    instead: object
    forgets: str = ""
    plan: dict[str, Any] = field(default_factory=dict)


GUARDS = (
    Guard("taken is the claims that hold a place", twice, claiming, "change_taken", nothing),
    Guard(OVERSOLD, four_come, claiming, "landing", seated, CHECK),
    Guard(OVERSOLD, much_is_given, quotas, "reasons_to_refuse_giving", no_reasons, CHECK),
    Guard(OVERSOLD, fewer_places, opening, "reasons_to_refuse_capacity", no_reasons, CHECK),
    Guard("pools add up to the capacity", given_then_more, opening, "pools", FORGETFUL),
    Guard("one live claim of a person in a class", twice, deciding, "claim_facts", with_a_second_claim, INDEX),
    Guard(AT_ONCE, at_one_hour, claims, "clash_reasons", no_reasons),
    Guard(AT_ONCE, busy_by_then, deciding, "clash_reasons", no_reasons),
    Guard("nobody waits beside a free place", one_leaves, ending, "promote", nothing),
    Guard("the first in line is promoted first", one_leaves, filling, "promotions", backwards),
    Guard("nobody is promoted after the start", late_place, filling, "has_started", no_reasons),
    Guard(UNAPPROVED, twice, claiming, "landing", seated, plan=ASKS),
    Guard(UNAPPROVED, one_leaves, filling, "lifted", seated, plan=ASKS),
    Guard("no deadline before the message was accepted", nobody_has_read_it, offers, "accepted_at",
          lambda *_: make.NOW, plan=OFFERS),
    Guard("every change is in the journal", twice, claiming, "record", nothing),
)  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.promise}, without {guard.name}")
def test_a_promise_is_broken_without_its_guard(
    database: Database, monkeypatch: pytest.MonkeyPatch, guard: Guard
) -> None:
    with db.transaction() as session:
        world = build(session)
    with closing(Scene(world, **guard.plan)) as scene:
        guard.story(scene)
    monkeypatch.setattr(guard.where, guard.name, guard.instead)
    with closing(Scene(world, guard.forgets, **guard.plan)) as scene, pytest.raises(Broken) as broken:
        guard.story(scene)
    assert broken.value.which == guard.promise
