"""All rows that matter about places at one moment, asked for in words of our own."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, bindparam, text
from sqlalchemy.engine import Connection, Row

from academy.ground.db import UtcDateTime

_CLAIMS = text(
    "SELECT e.id, e.class_session_id, e.pool_id, e.person_id, e.state, e.requested_at, e.nominated,"
    " e.unit_approved_at, e.academy_approved_at, e.confirm_by, e.replaces_id, e.ended_because,"
    " (SELECT min(m.sent_at)"
    " FROM offer_message o JOIN message m ON m.id = o.message_id"
    " WHERE o.enrolment_id = e.id AND m.queued_at >= e.offered_at) AS sent_at"
    " FROM enrolment e ORDER BY e.requested_at, e.id"
)
_POOLS = text("SELECT id, class_session_id, holder, unit_id, places, taken FROM place_pool ORDER BY id")
_CLASSES = text(
    "SELECT c.id, c.state, c.capacity, a.approval FROM class_session c"
    " LEFT JOIN admission a ON a.class_session_id = c.id"
)
_HOURS = text(
    "SELECT class_session_id, min(starts_at) AS starts_at, max(ends_at) AS ends_at FROM sitting"
    " GROUP BY class_session_id"
).columns(starts_at=UtcDateTime(), ends_at=UtcDateTime())
_HOMES = text(
    "SELECT person_id, unit_id FROM membership WHERE starts_on <= :on AND (ends_on IS NULL OR ends_on >= :on)"
    " ORDER BY starts_on, id"
).bindparams(bindparam("on", type_=Date))
_RULES = text("SELECT id, class_session_id, kind, wanted FROM admission_rule ORDER BY id").columns(wanted=JSON())
_LISTED = text(
    "SELECT f.import_id, i.state, e.id AS enrolment_id, e.person_id, e.pool_id FROM roster_effect f"
    " JOIN roster_import i ON i.id = f.import_id JOIN enrolment e ON e.id = f.row_id"
    " WHERE f.what = 'nominated' ORDER BY f.id"
)
_REACHED = text("SELECT person_id FROM phone WHERE verified_at IS NOT NULL AND ended_at IS NULL")
_MESSAGES = text("SELECT id, code, person_id FROM message WHERE id > :since ORDER BY id")
_LISTS = text("SELECT class_session_id, unit_id, state FROM unit_list")
_JOURNAL = text("SELECT id, code, about_kind, about_id FROM journal_entry WHERE id > :since ORDER BY id")


@dataclass(frozen=True)
class Seen:
    """All rows that matter, at one moment."""

    claims: tuple[Row[Any], ...] = ()
    pools: tuple[Row[Any], ...] = ()
    classes: dict[int, Row[Any]] = field(default_factory=dict)
    lists: dict[tuple[int, int], str] = field(default_factory=dict)
    hours: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    """When each class session takes people up."""
    homes: dict[int, int] = field(default_factory=dict)
    """The street of each person today."""
    rules: tuple[Row[Any], ...] = ()
    listed: tuple[Row[Any], ...] = ()
    """Claims that lists made which are not taken back, with the import of each."""
    listed_since: tuple[Row[Any], ...] = ()
    """Those of them that are new."""
    taken_back: frozenset[int] = frozenset()
    """Claims that lists made which are taken back."""
    reached: frozenset[int] = frozenset()
    journal: tuple[Row[Any], ...] = ()
    messages: tuple[Row[Any], ...] = ()
    last: tuple[int, int] = (0, 0)
    """Up to which entry and message things were looked at."""

    @property
    def live(self) -> tuple[Row[Any], ...]:
        """Give the claims that have not ended, the first made first."""
        return tuple(claim for claim in self.claims if claim.state != "withdrawn")


def look(connection: Connection, *, on: date, since: Seen | None = None) -> Seen:
    """Read the rows as they are on a day, and what of the journal and the messages is new since another look."""
    since = since or Seen()
    journal = tuple(connection.execute(_JOURNAL, {"since": since.last[0]}))
    messages = tuple(connection.execute(_MESSAGES, {"since": since.last[1]}))
    listed = tuple(connection.execute(_LISTED))
    standing = tuple(row for row in listed if row.state == "imported")
    known = {row.import_id for row in since.listed}
    return Seen(
        claims=tuple(connection.execute(_CLAIMS)),
        pools=tuple(connection.execute(_POOLS)),
        classes={row.id: row for row in connection.execute(_CLASSES)},
        lists={(row.class_session_id, row.unit_id): row.state for row in connection.execute(_LISTS)},
        hours={row.class_session_id: (row.starts_at, row.ends_at) for row in connection.execute(_HOURS)},
        homes={row.person_id: row.unit_id for row in connection.execute(_HOMES, {"on": on})},
        rules=tuple(connection.execute(_RULES)),
        listed=standing,
        listed_since=tuple(row for row in standing if row.import_id not in known),
        taken_back=frozenset(row.enrolment_id for row in listed if row.state == "undone"),
        reached=frozenset(connection.execute(_REACHED).scalars()),
        journal=journal,
        messages=messages,
        last=(journal[-1].id if journal else since.last[0], messages[-1].id if messages else since.last[1]),
    )
