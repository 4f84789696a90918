"""How the state machine of places goes from step to step; its deeds are next door.

A run happens in one transaction that is rolled back; each step is a session with a savepoint of its own, as a
request is one with a transaction of its own. After each step the rows keep all promises, and the model knew them.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import clock, db
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from tests import make
from tests.enrolment.dividing import WholeModel
from tests.enrolment.invariants import Check
from tests.enrolment.looking import look
from tests.enrolment.model import Claim, Pool
from tests.enrolment.world import PLACES, Run, Somebody, World


class Machine(RuleBasedStateMachine):
    """The steps of a run, and what is looked at after each."""

    lengths: ClassVar[list[int]] = []
    """How many steps each run had."""
    done: ClassVar[Counter[str]] = Counter()
    """How often each kind of deed was done and not refused."""

    def __init__(self, world: World, *, predicts: bool = True) -> None:
        super().__init__()
        Machine.lengths.append(0)
        self.world = world = world.fresh()
        self.predicts = predicts
        self.connection = db.bound().engine.execution_options(academy_writes=True).connect()
        self.outer = self.connection.begin()
        self.model = WholeModel(world, make.NOW, states={run.id: ClassState.ENROLLING for run in world.runs})
        self.seen = look(self.connection, on=clock.local_date(make.NOW))

    def close(self) -> None:
        """Leave no trace of the run."""
        self.teardown()

    def teardown(self) -> None:
        """End the run."""
        self.outer.rollback()
        self.connection.close()

    def step(self, name: str, deed: Callable[[Session], object], predict: Callable[[], object]) -> None:
        """Do something, have the model say what comes of it, and look at all rows.

        The model says whether it is done or refused; what it says otherwise is nothing to compare.
        """
        did = self._act(deed)
        Machine.lengths[-1] += 1
        Machine.done[name] += did
        before, self.seen = self.seen, look(self.connection, since=self.seen, on=clock.local_date(self.model.now))
        self._meet_homes()
        Check(self.world, before, self.seen, self.model.now).all()
        self._meet_pools()
        if self.predicts:
            expected = predict()
            assert expected is did or expected is None, f"{name}: done {did}, the model says {expected}"
            self._compare(name)
        else:
            self._follow()

    def _act(self, deed: Callable[[Session], Any]) -> bool:
        """Do something as a request would, and tell whether it was not refused."""
        with (
            clock.stopped(self.model.now),
            Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session,
        ):
            try:
                deed(session)
                session.commit()
            except (Refused, NotFound):
                session.rollback()
                return False
        return True

    def _compare(self, name: str) -> None:
        rows = {(row.person_id, row.class_session_id): row for row in self.seen.live}
        found = {key: (row.pool_id, row.state, bool(row.nominated)) for key, row in rows.items()}
        said = {
            (each.who.id, each.run.id): (each.pool, each.state.value, each.nominated) for each in self.model.claims
        }
        assert found == said, f"{name}: the rows are {found}, the model says {said}"
        for claim in self.model.claims:
            claim.id = rows[claim.who.id, claim.run.id].id
        places = {row.id: row.places for row in self.seen.pools}
        said_places = {key: pool.places for key, pool in self.model.pools.items()}
        assert places == said_places, f"{name}: the pools are {places}, the model says {said_places}"

    def _meet_homes(self) -> None:
        """Learn who belongs to which street today: how that comes about is no matter of places."""
        for who in self.world.people:
            who.street = self.seen.homes.get(who.id)
            who.district = self.world.streets[who.street] if who.street else None

    def _meet_pools(self) -> None:
        """Learn the ids of pools that are new; they begin with nothing, the open rest with all."""
        runs = {run.id: run for run in self.world.runs}
        for row in self.seen.pools:
            if row.id not in self.model.pools:
                places = PLACES if row.holder == "open" else 0
                run = runs[row.class_session_id]
                self.model.pools[row.id] = Pool(run, row.unit_id, places, reserve=row.holder == "reserve")

    def _follow(self) -> None:
        """Have the model know what the rows say where it predicts nothing, so that there are claims to act on."""
        runs = {run.id: run for run in self.world.runs}
        everybody = {who.id: who for who in self.world.people}
        self.model.claims = [
            Claim(
                everybody[row.person_id], runs[row.class_session_id], row.pool_id, S(row.state),
                bool(row.nominated), id=row.id,
            )
            for row in self.seen.live
        ]  # fmt: skip
        for row in self.seen.pools:
            self.model.pools[row.id].places = row.places
        for run in self.world.runs:
            self.model.states[run.id] = ClassState(self.seen.classes[run.id].state)

    def who(self, number: int) -> Somebody:
        """Pick a person."""
        return self.world.people[number]

    def run_of(self, number: int) -> Run:
        """Pick a class session."""
        return self.world.runs[number]

    def unit(self, number: int) -> int:
        """Pick a street, or more rarely a district."""
        return [*self.world.streets, *self.world.districts][number]

    def claim(self, number: int, *states: S) -> Claim:
        """Pick a claim, of these states where there are any."""
        some = [each for each in self.model.claims if each.state in states] or self.model.claims
        return some[number % len(some)]

    def answering(self, claim: Claim, *, as_academy: bool) -> Actor:
        """Give an admin, or the liaison of the district of a claim; for those of no unit, any."""
        if as_academy:
            return self.world.admin
        return self.world.speakers[claim.district or self.world.districts[0]]

    def without_claim(self, number: int, run: Run) -> int:
        """Pick somebody who has no claim in a class session, by their number, where there is one."""
        some = [index for index, who in enumerate(self.world.people) if self.model.claim_of(who, run) is None] or [
            0
        ]
        return some[number % len(some)]

    def awaited_places(self) -> list[Claim]:
        """List who has a place that somebody waits for."""
        lines = {each.pool for each in self.model.claims if each.state is S.WAITING}
        return [each for each in self.model.claims if each.pool in lines and each.state is not S.WAITING]

    def has_claims(self, *states: S) -> bool:
        """Tell whether there is a claim, of these states where any are named."""
        return any(not states or each.state in states for each in self.model.claims)
