"""What must be true after every step, of the rows as `looking` shows them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Row

from academy.ground.clock import local_date
from tests.enrolment.looking import Seen
from tests.enrolment.world import World

HOLDING = ("nominated", "asked", "offered", "seated")


class Broken(AssertionError):
    """An invariant does not hold; `which` names it."""

    def __init__(self, which: str, what: object) -> None:
        super().__init__(f"{which}: {what}")
        self.which = which


@dataclass(frozen=True)
class Check:
    """Two looks at the rows, before and after a step, and the moment of the step."""

    world: World
    before: Seen
    after: Seen
    now: datetime

    def all(self) -> None:
        """Raise Broken for the first invariant that does not hold."""
        for which, found in (
            ("taken is the claims that hold a place", self._miscounted()),
            ("no more claims than places", self._oversold()),
            ("pools add up to the capacity", self._not_adding_up()),
            ("one live claim of a person in a class", self._twice_in()),
            ("nobody in two classes at once", self._in_two_at_once()),
            ("whom a move puts in two classes is told", self._untold()),
            ("nobody comes against a rule", self._unadmitted()),
            ("a unit's places are for its people", self._outsiders()),
            ("an import taken back leaves no claim", self._left_over()),
            ("nobody waits beside a free place", self._waiting_in_vain()),
            ("the first in line is promoted first", self._overtaken()),
            ("nobody is promoted after the start", self._promoted_late()),
            ("no approval is passed by", self._unapproved()),
            ("no deadline before the message was accepted", self._rushed()),
            ("every change is in the journal", self._unwritten()),
        ):
            if wrong := list(found):
                raise Broken(which, wrong)

    def _held(self) -> Counter[int]:
        return Counter(claim.pool_id for claim in self.after.live if claim.state in HOLDING)

    def _miscounted(self) -> Iterator[object]:
        held = self._held()
        return (pool for pool in self.after.pools if pool.taken != held[pool.id])

    def _oversold(self) -> Iterator[object]:
        held = self._held()
        return (pool for pool in self.after.pools if held[pool.id] > pool.places)

    def _not_adding_up(self) -> Iterator[object]:
        places: Counter[int] = Counter()
        for pool in self.after.pools:
            places[pool.class_session_id] += pool.places
        return (row for row in self.after.classes.values() if row.capacity != places[row.id])

    def _twice_in(self) -> Iterator[object]:
        counted = Counter((claim.class_session_id, claim.person_id) for claim in self.after.live)
        return (pair for pair, count in counted.items() if count > 1)

    def _state(self, class_id: int) -> str:
        state: str = self.after.classes[class_id].state
        return state

    def _clash(self, one: int, other: int) -> bool:
        """Tell whether nobody can be in both class sessions."""
        mine, theirs = self.after.hours[one], self.after.hours[other]
        return one != other and mine[0] < theirs[1] and theirs[0] < mine[1]

    def _busy(self, person_id: int, class_id: int) -> bool:
        """Tell whether somebody has a place elsewhere at the same hours."""
        return any(
            claim.person_id == person_id and claim.state in HOLDING
            and self._state(claim.class_session_id) in {"enrolling", "running"}
            and self._clash(class_id, claim.class_session_id)
            for claim in self.after.live
        )  # fmt: skip

    def _twofold(self) -> list[Row[Any]]:
        """List the claims of those who have places in two class sessions of the same hours."""
        return [
            claim
            for claim in self.after.live
            if claim.state in HOLDING
            and self._state(claim.class_session_id) in {"enrolling", "running"}
            and self._busy(claim.person_id, claim.class_session_id)
        ]

    def _moved(self) -> set[int]:
        return {entry.about_id for entry in self.after.journal if entry.code == "class.moved"}

    def _in_two_at_once(self) -> Iterator[object]:
        """Find who came to be in two at once; upon whom a class session is moved is another matter."""
        held = {claim.id for claim in self.before.live if claim.state in HOLDING}
        return (claim for claim in self._twofold() if claim.id not in held)

    def _untold(self) -> Iterator[object]:
        told = {row.person_id for row in self.after.messages if row.code == "enrolment.class-moved-onto"}
        moved, reached = self._moved(), self.after.reached
        return (
            claim
            for claim in self._twofold()
            if claim.class_session_id in moved and claim.person_id in reached - told
        )

    def _new(self) -> list[Row[Any]]:
        """List the claims made in this step."""
        known = {claim.id for claim in self.before.claims}
        return [claim for claim in self.after.live if claim.id not in known]

    def _unadmitted(self) -> Iterator[object]:
        for claim in self._new():
            for rule in self.after.rules:
                if rule.class_session_id == claim.class_session_id and self._against(rule, claim):
                    yield claim, rule

    def _against(self, rule: Row[Any], claim: Row[Any]) -> bool:
        if rule.kind == "unit":
            street = self.after.homes.get(claim.person_id)
            return street is None or self.world.streets[street] not in rule.wanted["keys"]
        return any(
            other.person_id == claim.person_id and other.state == "seated"
            and other.class_session_id != claim.class_session_id
            and self._state(other.class_session_id) in {"enrolling", "running"}
            and self._first_day(other.class_session_id) <= self._first_day(claim.class_session_id)
            for other in self.after.live
        )  # fmt: skip

    def _first_day(self, class_id: int) -> date:
        return local_date(self.after.hours[class_id][0])

    def _outsiders(self) -> Iterator[object]:
        units = {pool.id: pool.unit_id for pool in self.after.pools}
        for claim in self._new():
            unit = units[claim.pool_id]
            if unit is not None and self.after.homes.get(claim.person_id) not in self.world.below(unit):
                yield claim

    def _left_over(self) -> Iterator[object]:
        return (claim for claim in self.after.live if claim.id in self.after.taken_back)

    def _begun(self, class_id: int) -> bool:
        return self._state(class_id) != "enrolling" or self.now >= self.after.hours[class_id][0]

    def _unhindered(self, claim: Row[Any]) -> bool:
        waits = claim.state == "waiting" and not self._begun(claim.class_session_id)
        return waits and not self._busy(claim.person_id, claim.class_session_id)

    def _waiting_in_vain(self) -> Iterator[object]:
        held = self._held()
        free = {pool.id for pool in self.after.pools if held[pool.id] < pool.places}
        return (claim for claim in self.after.live if claim.pool_id in free and self._unhindered(claim))

    def _promoted(self) -> list[Row[Any]]:
        ids = {entry.about_id for entry in self.after.journal if entry.code == "enrolment.promoted"}
        return [claim for claim in self.after.claims if claim.id in ids]

    def _overtaken(self) -> Iterator[object]:
        for lucky in self._promoted():
            for claim in self.after.live:
                before = (claim.requested_at, claim.id) < (lucky.requested_at, lucky.id)
                if before and claim.pool_id == lucky.pool_id and self._unhindered(claim):
                    yield lucky, claim

    def _promoted_late(self) -> Iterator[object]:
        return (claim for claim in self._promoted() if self._begun(claim.class_session_id))

    def _unapproved(self) -> Iterator[object]:
        units = {pool.id: pool.unit_id for pool in self.after.pools}
        for claim in self.after.live:
            if claim.state not in {"seated", "offered"}:
                continue
            asked = self.after.classes[claim.class_session_id].approval or "none"
            if claim.nominated:
                listed = self.after.lists.get((claim.class_session_id, units[claim.pool_id]))
                lacking = claim.academy_approved_at is None and listed != "confirmed"
            else:
                lacking = (asked in {"unit", "both"} and claim.unit_approved_at is None) or (
                    asked in {"academy", "both"} and claim.academy_approved_at is None
                )
            if lacking:
                yield claim

    def _rushed(self) -> Iterator[object]:
        return (claim for claim in self.after.live if claim.confirm_by is not None and claim.sent_at is None)

    def _unwritten(self) -> Iterator[object]:
        """Find claims, lists and places that changed and that no entry of this step is about."""
        about = {(entry.about_kind, entry.about_id) for entry in self.after.journal}
        codes = {entry.code for entry in self.after.journal}
        were = {claim.id: claim for claim in self.before.claims}
        for claim in self.after.claims:
            was = were.get(claim.id)
            changed = was is None or (was.state, was.confirm_by) != (claim.state, claim.confirm_by)
            if changed and ("enrolment", claim.id) not in about:
                yield claim
        places = {pool.id: pool.places for pool in self.before.pools}
        moved = [pool for pool in self.after.pools if places.get(pool.id, 0) != pool.places]
        if moved and not codes & _DIVIDED:
            yield from moved
        if self.after.lists != self.before.lists and not any(code.startswith("enrolment.list") for code in codes):
            opened = set(self.after.lists.values()) - set(self.before.lists.values()) <= {"open"}
            if not opened:
                yield self.after.lists


_DIVIDED = {
    f"enrolment.{what}" for what in ("capacity-changed", "quotas-given", "quotas-divided", "unused-returned")
}
