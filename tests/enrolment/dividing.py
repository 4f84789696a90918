"""The model's other half: how places are divided among units, and what becomes of them with the class session."""

from collections.abc import Mapping

from academy.classes.rules import ClassState
from academy.enrolment.rules.states import EnrolmentState as S
from tests.enrolment.model import Model, Pool
from tests.enrolment.world import Run


class WholeModel(Model):
    """Claims, and the places under them. Pools get their ids from the database, which are the order of all."""

    def of(self, run: Run) -> dict[int, Pool]:
        """Give the pools of a class session."""
        return {key: pool for key, pool in self.pools.items() if pool.run is run}

    def capacity(self, run: Run) -> int:
        """Add up the places of a class session."""
        return sum(pool.places for pool in self.of(run).values())

    def set_capacity(self, run: Run, places: int) -> bool:
        """Let the open rest grow or shrink."""
        rest = self.open_rest(run)
        given = self.capacity(run) - self.pools[rest].places
        if self.over(run) or places < max(given + self.held(rest), 1):
            return False
        self.pools[rest].places = places - given
        self.settle()
        return True

    def may_give(self, run: Run, giving: Mapping[int, int], reserve: int) -> bool:
        """Tell whether districts can be given so many: what their streets have is bound, and what is taken."""
        total, rest = self.capacity(run), self.open_rest(run)
        enough = all(giving.get(district, 0) >= self._bound(run, district) for district in self.world.districts)
        fits = sum(giving.values()) + reserve <= total - self.held(rest)
        return enough and fits and min(reserve, *giving.values()) >= 0 and not self.over(run)

    def _bound(self, run: Run, district: int) -> int:
        return sum(
            self.held(key) if pool.unit == district else pool.places
            for key, pool in self.of(run).items()
            if pool.unit in self.world.below(district)
        )

    def give(self, run: Run, giving: Mapping[int, int], reserve: int) -> None:
        """Give districts so many places, their streets included; the pools are there by now."""
        total = self.capacity(run)
        for district in self.world.districts:
            key = self.pool_of(run, district)
            if key is not None:
                streets = [pool.places for pool in self.of(run).values() if self._is_below(pool, district)]
                self.pools[key].places = giving.get(district, 0) - sum(streets)
        kept = self.pool_of(run, None, reserve=True)
        if kept is not None:
            self.pools[kept].places = reserve
        self.pools[self.open_rest(run)].places = total - reserve - sum(giving.values())
        self.settle()

    def _is_below(self, pool: Pool, district: int) -> bool:
        return pool.unit is not None and self.world.streets.get(pool.unit) == district

    def may_divide(self, run: Run, district: int, giving: Mapping[int, int]) -> bool:
        """Tell whether a district can give its streets so many places."""
        own = self.pool_of(run, district)
        if own is None or self.over(run) or min(giving.values()) < 0:
            return False
        streets = {key: pool for key, pool in self.of(run).items() if self._is_below(pool, district)}
        total = self.pools[own].places + sum(pool.places for pool in streets.values())
        enough = all(giving.get(pool.unit or 0, 0) >= self.held(key) for key, pool in streets.items())
        return enough and sum(giving.values()) <= total - self.held(own)

    def divide(self, run: Run, district: int, giving: Mapping[int, int]) -> None:
        """Give a district's streets so many places; what is left stays with the district."""
        own = self.pool_of(run, district)
        assert own is not None
        streets = {key: pool for key, pool in self.of(run).items() if self._is_below(pool, district)}
        total = self.pools[own].places + sum(pool.places for pool in streets.values())
        for pool in streets.values():
            pool.places = giving.get(pool.unit or 0, 0)
        self.pools[own].places = total - sum(giving.values())
        self.settle()

    def return_unused(self, run: Run) -> None:
        """Open to all what nobody used."""
        rest = self.open_rest(run)
        for key, pool in self.of(run).items():
            if key != rest:
                unused = self.free(key)
                pool.places -= unused
                self.pools[rest].places += unused
        self.settle()

    def start(self, run: Run) -> bool:
        """Begin a class session: what is still open in it ends, and those people's hours are free."""
        if self.states[run.id] is not ClassState.ENROLLING:
            return False
        self.states[run.id] = ClassState.RUNNING
        self.claims = [each for each in self.claims if each.run is not run or each.state in {S.SEATED, S.WAITING}]
        self.settle()
        return True

    def cancel(self, run: Run) -> bool:
        """Call a class session off: it takes up nobody any more."""
        if self.states[run.id] not in {ClassState.ENROLLING, ClassState.RUNNING}:
            return False
        self.states[run.id] = ClassState.CANCELLED
        self.settle()
        return True
