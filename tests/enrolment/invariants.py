"""What must be true after every step, asked of the rows in words of our own and not by the product's queries."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Row

from tests.enrolment.world import Run, World

HOLDING = ("nominated", "asked", "offered", "seated")

_CLAIMS = text(
    "SELECT e.id, e.class_session_id, e.pool_id, e.person_id, e.state, e.requested_at, e.nominated,"
    " e.unit_approved_at, e.academy_approved_at, e.confirm_by, m.sent_at, e.replaces_id, e.ended_because"
    " FROM enrolment e LEFT JOIN message m ON m.id = e.offer_message_id ORDER BY e.requested_at, e.id"
)
_POOLS = text("SELECT id, class_session_id, holder, unit_id, places, taken FROM place_pool ORDER BY id")
_CLASSES = text(
    "SELECT c.id, c.state, c.capacity, a.approval FROM class_session c"
    " LEFT JOIN admission a ON a.class_session_id = c.id"
)
_LISTS = text("SELECT class_session_id, unit_id, state FROM unit_list")
_JOURNAL = text("SELECT id, code, about_kind, about_id FROM journal_entry WHERE id > :since ORDER BY id")


class Broken(AssertionError):
    """An invariant does not hold; `which` names it."""

    def __init__(self, which: str, what: object) -> None:
        super().__init__(f"{which}: {what}")
        self.which = which


@dataclass(frozen=True)
class Seen:
    """All rows that matter, at one moment."""

    claims: tuple[Row[Any], ...] = ()
    pools: tuple[Row[Any], ...] = ()
    classes: dict[int, Row[Any]] = field(default_factory=dict)
    lists: dict[tuple[int, int], str] = field(default_factory=dict)
    journal: tuple[Row[Any], ...] = ()
    last: int = 0

    @property
    def live(self) -> tuple[Row[Any], ...]:
        """Give the claims that have not ended, the first made first."""
        return tuple(claim for claim in self.claims if claim.state != "withdrawn")


def look(connection: Connection, *, since: int = 0) -> Seen:
    """Read the rows, and the journal's from an entry on."""
    journal = tuple(connection.execute(_JOURNAL, {"since": since}))
    return Seen(
        claims=tuple(connection.execute(_CLAIMS)),
        pools=tuple(connection.execute(_POOLS)),
        classes={row.id: row for row in connection.execute(_CLASSES)},
        lists={(row.class_session_id, row.unit_id): row.state for row in connection.execute(_LISTS)},
        journal=journal,
        last=journal[-1].id if journal else since,
    )


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
            ("nobody waits beside a free place", self._waiting_in_vain()),
            ("the first in line is promoted first", self._overtaken()),
            ("nobody is promoted after the start", self._promoted_late()),
            ("no approval is passed by", self._unapproved()),
            ("no deadline before the message was accepted", self._rushed()),
            ("every change is in the journal", self._unwritten()),
        ):
            if wrong := list(found):
                raise Broken(which, wrong)

    def _run(self, class_id: int) -> Run:
        return next(run for run in self.world.runs if run.id == class_id)

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

    def _busy(self, person_id: int, run: Run) -> bool:
        """Tell whether somebody has a place elsewhere at the same hours."""
        return any(
            claim.person_id == person_id and claim.state in HOLDING
            and self.after.classes[claim.class_session_id].state in {"enrolling", "running"}
            and run.clashes(self._run(claim.class_session_id))
            for claim in self.after.live
        )  # fmt: skip

    def _in_two_at_once(self) -> Iterator[object]:
        return (
            claim
            for claim in self.after.live
            if claim.state in HOLDING
            and self.after.classes[claim.class_session_id].state in {"enrolling", "running"}
            and self._busy(claim.person_id, self._run(claim.class_session_id))
        )

    def _begun(self, class_id: int) -> bool:
        return self.after.classes[class_id].state != "enrolling" or self.now >= self._run(class_id).starts_at

    def _unhindered(self, claim: Row[Any]) -> bool:
        waits = claim.state == "waiting" and not self._begun(claim.class_session_id)
        return waits and not self._busy(claim.person_id, self._run(claim.class_session_id))

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
