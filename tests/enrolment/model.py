"""What the rules say of places, written a second time and as simply as it goes: it predicts what the actions do.

Nothing here is taken from the actions: after each change every pool is gone through in the order of ids, and the
first in line whom nothing hinders gets the free place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from academy.classes.rules import ClassState
from academy.enrolment.rules.admission import Rule, RuleKind
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState as S
from tests.enrolment.world import Run, Somebody, World

HOLDING = {S.NOMINATED, S.ASKED, S.OFFERED, S.SEATED}
TAKING_UP = {ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING, ClassState.CONCLUDED}
ENDED = {ClassState.CONCLUDED, ClassState.CLOSED, ClassState.CANCELLED}


@dataclass(slots=True)
class Claim:
    """One live claim."""

    who: Somebody
    run: Run
    pool: int
    state: S
    nominated: bool = False
    unit_ok: bool = False
    academy_ok: bool = False
    confirm_by: datetime | None = None
    id: int = 0
    street: int | None = field(init=False)
    """Whose claim it is by unit: as it was when the claim was made."""
    district: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.street, self.district = self.who.street, self.who.district


@dataclass(slots=True)
class Pool:
    """Some of the places of a class session; `unit` is None for the open rest and for the reserve."""

    run: Run
    unit: int | None
    places: int
    reserve: bool = False


@dataclass
class Model:
    """All that is true of places and claims; the claims stand in the order in which they were made."""

    world: World
    now: datetime
    plans: dict[int, Plan] = field(default_factory=dict)
    states: dict[int, ClassState] = field(default_factory=dict)
    pools: dict[int, Pool] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    confirmed: set[tuple[int, int]] = field(default_factory=set)
    """Class session and unit of the lists that are confirmed."""
    closed: set[tuple[int, int]] = field(default_factory=set)
    """Class session and unit of the lists that the unit cannot change."""
    rules: dict[int, list[Rule]] = field(default_factory=dict)
    """What each class session asks for: to be of a district, or to have been in no class shortly before."""

    def held(self, pool: int) -> int:
        """Count the claims that hold a place of a pool."""
        return sum(claim.pool == pool and claim.state in HOLDING for claim in self.claims)

    def free(self, pool: int) -> int:
        """Count the free places of a pool."""
        return self.pools[pool].places - self.held(pool)

    def begun(self, run: Run) -> bool:
        """Tell whether nobody is let in any more."""
        return self.states[run.id] is not ClassState.ENROLLING or self.now >= run.starts_at

    def over(self, run: Run) -> bool:
        """Tell whether nobody comes any more."""
        return self.states[run.id] in ENDED

    def claim_of(self, who: Somebody, run: Run) -> Claim | None:
        """Find somebody's live claim."""
        return next((each for each in self.claims if each.who is who and each.run is run), None)

    def hindered(self, who: Somebody, run: Run) -> bool:
        """Tell whether somebody has a place elsewhere at the same hours."""
        return any(
            each.who is who and each.state in HOLDING and run.clashes(each.run)
            and self.states[each.run.id] in TAKING_UP
            for each in self.claims
        )  # fmt: skip

    def unfit(self, who: Somebody, run: Run) -> bool:
        """Tell whether something in a person stands against a new claim."""
        return self.hindered(who, run) or any(self._unmet(rule, who, run) for rule in self.rules.get(run.id, ()))

    def _unmet(self, rule: Rule, who: Somebody, run: Run) -> bool:
        if rule.kind is RuleKind.UNIT:
            return who.district not in rule.keys
        return any(
            each.who is who and each.state is S.SEATED and each.run is not run
            and self.states[each.run.id] in TAKING_UP and each.run.starts_on <= run.starts_on
            for each in self.claims
        )  # fmt: skip

    def pool_of(self, run: Run, unit: int | None, *, reserve: bool = False) -> int | None:
        """Find the pool of a unit, the open rest, or the reserve."""
        for key, pool in self.pools.items():
            if pool.run is run and pool.unit == unit and pool.reserve is reserve:
                return key
        return None

    def open_rest(self, run: Run) -> int:
        """Find the open rest, which is always there."""
        found = self.pool_of(run, None)
        assert found is not None
        return found

    def settle(self) -> None:
        """Let the lines move up, and keep those who are passed over where they are."""
        for key in sorted(self.pools):
            self._promote(key)

    def _promote(self, key: int) -> None:
        run = self.pools[key].run
        if self.begun(run):
            return
        for claim in self.claims:
            waits = claim.pool == key and claim.state is S.WAITING
            if waits and self.free(key) > 0 and not self.hindered(claim.who, run):
                claim.state = self._lifted(claim)

    def _lifted(self, claim: Claim) -> S:
        plan = self.plans[claim.run.id]
        if claim.nominated:
            unit = self.pools[claim.pool].unit
            if not (claim.academy_ok or (claim.run.id, unit) in self.confirmed):
                return S.NOMINATED
        elif not self.approved(claim):
            return S.ASKED
        return S.OFFERED if plan.confirm_hours else S.SEATED

    def approved(self, claim: Claim) -> bool:
        """Tell whether all have approved who must."""
        asked = self.plans[claim.run.id].approval
        by_unit = claim.unit_ok or asked in {Approval.NONE, Approval.ACADEMY}
        return by_unit and (claim.academy_ok or asked in {Approval.NONE, Approval.UNIT})

    # ------------------------------------------------------------------ claims of one's own

    def enrol(self, who: Somebody, run: Run) -> bool:
        """Claim a place."""
        refused = (
            self.begun(run)
            or self.now >= run.closes_at
            or not self.plans[run.id].open_road
            or self.claim_of(who, run) is not None
            or self.unfit(who, run)
        )
        if refused:
            return False
        key = self._own_pool(who, run)
        landed = S.SEATED if self.plans[run.id].approval is Approval.NONE else S.ASKED
        self.claims.append(Claim(who, run, key, landed if self.free(key) > 0 else S.WAITING))
        return True

    def _own_pool(self, who: Somebody, run: Run) -> int:
        units = [] if self.plans[run.id].nomination else [each for each in (who.street, who.district) if each]
        found = [self.pool_of(run, unit) for unit in units]
        return next((key for key in found if key is not None), self.open_rest(run))

    def withdraw(self, who: Somebody, run: Run) -> bool:
        """Give a claim up: a seat until the class begins, anything else at any time."""
        claim = self.claim_of(who, run)
        if claim is None or (claim.state is S.SEATED and (self.over(run) or self.begun(run))):
            return False
        return self.end(claim)

    def end(self, claim: Claim) -> bool:
        """End a claim, and let the lines move up."""
        self.claims.remove(claim)
        self.settle()
        return True

    def approve(self, claim: Claim, *, as_academy: bool) -> bool:
        """Approve a claim."""
        if not self._undecided(claim, as_academy=as_academy):
            return False
        if as_academy:
            claim.academy_ok = True
            claim.unit_ok |= self.plans[claim.run.id].approval is Approval.UNIT or claim.street is None
        else:
            claim.unit_ok = True
        if claim.state is S.ASKED and self.approved(claim):
            claim.state = S.SEATED
        return True

    def refuse(self, claim: Claim, *, as_academy: bool) -> bool:
        """Refuse a claim."""
        return self._undecided(claim, as_academy=as_academy) and self.end(claim)

    def _undecided(self, claim: Claim, *, as_academy: bool) -> bool:
        asked = self.plans[claim.run.id].approval
        unit = asked in {Approval.UNIT, Approval.BOTH} and not claim.unit_ok
        academy = asked in {Approval.ACADEMY, Approval.BOTH} and not claim.academy_ok
        theirs = (unit or academy) if as_academy else (unit and claim.street is not None)
        return theirs and claim.state in {S.ASKED, S.WAITING} and not claim.nominated and not self.begun(claim.run)

    # ------------------------------------------------------------------ offers

    def confirm(self, claim: Claim) -> bool:
        """Say yes to an offer, in time."""
        late = claim.confirm_by is not None and self.now >= claim.confirm_by
        if claim.state is not S.OFFERED or late or self.begun(claim.run):
            return False
        claim.state = S.SEATED
        return True

    def lapse(self, claim: Claim) -> bool:
        """End an offer whose time is over."""
        late = claim.confirm_by is not None and self.now >= claim.confirm_by
        return claim.state is S.OFFERED and (late or self.begun(claim.run)) and self.end(claim)

    # ------------------------------------------------------------------ lists of units

    def _list_open(self, run: Run, unit: int, *, as_academy: bool) -> bool:
        plan = self.plans[run.id]
        due = plan.streets_by if unit in self.world.streets else plan.districts_by
        in_time = due is None or self.now < due
        bound = in_time and (run.id, unit) not in self.closed
        return plan.nomination and not self.begun(run) and (as_academy or bound)

    def nominate(
        self, run: Run, unit: int, people: Sequence[Somebody], *, reserve: bool, as_academy: bool
    ) -> list[Somebody] | None:
        """Put people forward, and tell who is on the list now; None where the list cannot be changed."""
        key = self.pool_of(run, unit)
        known = self.world.below(self.world.streets.get(unit, unit))
        strangers = not as_academy and any(who.street not in known for who in people)
        if key is None or strangers or not self._list_open(run, unit, as_academy=as_academy):
            return None
        done = []
        for who in dict.fromkeys(people):
            fits = reserve is (self.free(key) <= 0)
            member = who.street in self.world.below(unit)
            if member and fits and self.claim_of(who, run) is None and not self.unfit(who, run):
                settled = (run.id, unit) in self.confirmed
                placed = S.SEATED if settled else S.NOMINATED
                claim = Claim(who, run, key, S.WAITING if reserve else placed, nominated=True)
                claim.academy_ok = settled
                self.claims.append(claim)
                done.append(who)
        return done

    def take_off(self, claim: Claim, *, as_academy: bool) -> bool:
        """Take somebody off a list."""
        unit = self.pools[claim.pool].unit
        if unit is None or not claim.nominated or not self._list_open(claim.run, unit, as_academy=as_academy):
            return False
        return self.end(claim)

    def move_up(self, claim: Claim, *, as_academy: bool) -> bool:
        """Let somebody in a unit's reserve change places with the one before."""
        unit = self.pools[claim.pool].unit
        reserve = [each for each in self.claims if each.pool == claim.pool and each.state is S.WAITING]
        if unit is None or not self._list_open(claim.run, unit, as_academy=as_academy):
            return False
        if claim not in reserve or not claim.nominated:
            return False
        if claim is not reserve[0]:
            one = self.claims.index(claim)
            other = self.claims.index(reserve[reserve.index(claim) - 1])
            self.claims[one], self.claims[other] = self.claims[other], self.claims[one]
        return True

    def confirm_lists(self, confirmed: set[tuple[int, int]], closed: set[tuple[int, int]]) -> None:
        """Take over how far the lists have come; on those confirmed everybody has their place."""
        self.confirmed, self.closed = confirmed, closed
        for claim in self.claims:
            if claim.state is S.NOMINATED and (claim.run.id, self.pools[claim.pool].unit) in confirmed:
                claim.state = S.SEATED

    def substitute(self, claim: Claim, who: Somebody) -> bool:
        """Let another person of the unit come instead; the place is not free for a moment."""
        run, unit = claim.run, self.pools[claim.pool].unit or claim.street
        keeps = claim.state in {S.NOMINATED, S.ASKED, S.SEATED} and not self.over(run)
        member = unit is None or who.street in self.world.below(unit)
        if not keeps or not member or self.claim_of(who, run) is not None or self.unfit(who, run):
            return False
        self.claims.remove(claim)
        self.claims.append(
            Claim(who, run, claim.pool, claim.state, claim.nominated, claim.unit_ok, claim.academy_ok)
        )
        self.settle()
        return True
