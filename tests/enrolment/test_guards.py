"""Each promise about places is seen to be broken once its guard is taken out: the machine finds it."""

from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from academy.enrolment.actions import claiming, ending, filling, moving, nominating, opening, quotas, rosters
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import admission, deciding, offers, pools
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


def nobody(*_args: object, **_named: object) -> frozenset[int]:
    """Name nobody."""
    return frozenset()


def promoted_none(*_args: object, **_named: object) -> int:
    """Promote nobody."""
    return 0


def nothing_unmet(_session: Session, _class: object, person_ids: Collection[int]) -> dict[int, tuple[()]]:
    """Find that everybody may come."""
    return dict.fromkeys(person_ids, ())


def the_open_rest(session: Session, class_session_ids: Collection[int]) -> dict[int, PlacePool]:
    """Look at no other places."""
    found = LOCK_ALL(session, class_session_ids)
    return {key: pool for key, pool in found.items() if pool.holder is Holder.OPEN}


CLAIM_FACTS, LOCK_ALL = deciding.claim_facts, pools.lock_all
STREET = {"nomination": True, "by_streets": True, "by_districts": True}
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


def moved_upon(scene: Scene) -> None:
    """A class session is moved onto another one that somebody is in."""
    scene.come(0, 0)
    scene.come(2, 0)
    scene.move(run=2, days=-2)


def moved_away(scene: Scene) -> None:
    """What keeps the only one in line from a free place is moved to another day."""
    scene.set_capacity(run=1, places=1)
    scene.come(1, 2, 0)
    scene.come(0, 0)
    scene.leave(1, 2)
    scene.move(run=0, days=3)


def asked_for_others(scene: Scene) -> None:
    """Somebody comes to a class session for people of the other district."""
    scene.ask_for(run=0, asked=(1,))
    scene.come(0, 0)


def a_stranger(scene: Scene) -> None:
    """Somebody of the other district is put forward on a street's places."""
    scene.give(run=0, first=2, second=0, reserve=0)
    scene.divide(run=0, district=0, first=1, second=0)
    scene.nominate(run=0, unit=0, who=2, other=2, reserve=False, as_academy=True)


def a_list_taken_back(scene: Scene) -> None:
    """A list puts somebody forward, who waits elsewhere where a place becomes free; then it is taken back."""
    scene.give(run=0, first=2, second=0, reserve=0)
    scene.divide(run=0, district=0, first=1, second=0)
    scene.set_capacity(run=1, places=1)
    scene.come(1, 2, 0)
    scene.send(scene.run_of(0), [scene.who(0)])
    scene.leave(1, 2)
    scene.undo_list(pick=0)


OVERSOLD = "no more claims than places"
AT_ONCE = "nobody in two classes at once"
UNAPPROVED = "no approval is passed by"
WAITS = "nobody waits beside a free place"
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
    Guard(WAITS, one_leaves, ending, "promote", nothing),
    Guard("the first in line is promoted first", one_leaves, filling, "promotions", backwards),
    Guard("nobody is promoted after the start", late_place, filling, "has_started", no_reasons),
    Guard(UNAPPROVED, twice, claiming, "landing", seated, plan=ASKS),
    Guard(UNAPPROVED, one_leaves, filling, "lifted", seated, plan=ASKS),
    Guard("no deadline before the message was accepted", nobody_has_read_it, offers, "accepted_at",
          lambda *_: make.NOW, plan=OFFERS),
    Guard(WAITS, moved_away, moving, "promote", promoted_none),
    Guard(WAITS, a_list_taken_back, rosters, "promote", promoted_none, plan=STREET),
    Guard("whom a move puts in two classes is told", moved_upon, moving, "tell", nothing),
    Guard("nobody comes against a rule", asked_for_others, admission, "unmet", nothing_unmet),
    Guard("a unit's places are for its people", a_stranger, nominating, "_outside", nobody, plan=STREET),
    Guard("an import taken back leaves no claim", a_list_taken_back, rosters, "end", nothing, plan=STREET),
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
