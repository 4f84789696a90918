"""The model's other half: how places are divided among units, and what becomes of them with the class session."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from academy.classes.rules import ClassState
from academy.enrolment.rules.admission import Rule, RuleKind
from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import clock
from tests.enrolment.model import Model, Pool
from tests.enrolment.world import Run, Somebody


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

    # ------------------------------------------------------------------ what the office changes

    def move(self, run: Run, to: date) -> bool:
        """Hold a class session on other days: nobody loses a place, and whom nothing hinders now gets one."""
        by: timedelta = to - run.starts_on
        if self.states[run.id] is not ClassState.ENROLLING or not by or to < clock.local_date(self.now):
            return False
        run.starts_at, run.ends_at = run.starts_at + by, run.ends_at + by
        self.settle()
        return True

    def ask_for(self, run: Run, kind: RuleKind, keys: Sequence[int]) -> bool:
        """Ask one thing more of whoever comes from now on."""
        asked = self.rules.setdefault(run.id, [])
        same = any((rule.kind, set(rule.keys)) == (kind, set(keys)) for rule in asked)
        if same or self.states[run.id] is not ClassState.ENROLLING:
            return False
        asked.append(Rule(kind=kind, keys=tuple(keys)))
        return True

    def ask_less(self, run: Run, kind: RuleKind, keys: Collection[int]) -> bool:
        """Ask one thing less."""
        if self.states[run.id] is not ClassState.ENROLLING:
            return False
        asked = self.rules[run.id]
        self.rules[run.id] = [rule for rule in asked if (rule.kind, set(rule.keys)) != (kind, set(keys))]
        return True

    def take_list(self, run: Run, found: Sequence[tuple[Somebody, int]]) -> None:
        """Put those forward whom an import put forward, each on the places that it took: that must be allowed."""
        for who, key in found:
            unit = self.pools[key].unit
            assert unit is not None, f"{who.name} is put forward on places of no unit"
            done = self.nominate(run, unit, [who], reserve=False, as_academy=True)
            assert done == [who], f"{who.name} is put forward against the rules"

    def undo_list(self, ids: Collection[int]) -> bool:
        """End all claims that an import made, if all live and their lists are open; then the lines move up."""
        theirs = [claim for claim in self.claims if claim.id in ids]
        units = [(claim.run, self.pools[claim.pool].unit) for claim in theirs]
        open_ = all(unit and self._list_open(run, unit, as_academy=True) for run, unit in units)
        if len(theirs) < len(ids) or not open_:
            return False
        self.claims = [claim for claim in self.claims if claim not in theirs]
        self.settle()
        return True
