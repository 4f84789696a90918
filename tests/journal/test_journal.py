"""The journal is sealed into a chain that shows any change."""

from datetime import timedelta

from sqlalchemy.orm import Session

from academy.ground.access import operator
from academy.journal import actions, queries
from academy.journal.feature import FEATURE
from academy.journal.models import JournalEntry
from tests import make


def entries(session: Session, count: int) -> None:
    for number in range(count):
        actions.record(
            session, actor=operator(), what="thing.done", about="thing", now=make.NOW, after={"number": number}
        )
    session.flush()


def test_rows_are_sealed_once_they_are_a_minute_old(session: Session) -> None:
    entries(session, 3)
    assert actions.seal(session, now=make.NOW) == 0
    assert actions.seal(session, now=make.NOW + timedelta(minutes=2)) == 3
    assert actions.seal(session, now=make.NOW + timedelta(minutes=2)) == 0
    entries(session, 1)
    assert actions.seal(session, now=make.NOW + timedelta(minutes=4)) == 1


def test_a_changed_row_breaks_the_chain_and_is_named(session: Session) -> None:
    entries(session, 3)
    actions.seal(session, now=make.NOW + timedelta(minutes=2))
    (chain,) = [invariant for invariant in FEATURE.invariants if "seal" in invariant.name]
    finding = chain.check(session)
    assert finding is not None
    assert (finding.count, finding.expected) == (0, 0)
    first: JournalEntry = queries.sealed(session)[0]
    first.after = {"number": 99}
    session.flush()
    finding = chain.check(session)
    assert finding is not None
    assert finding.count == 1
    assert finding.examples == (f"journal_entry {first.id}",)


def test_an_entry_freezes_who_and_what(session: Session) -> None:
    holder = make.person(session)
    actions.record(session, actor=make.actor(holder), what="person.seen", about=holder, now=make.NOW)
    session.flush()
    (entry,) = queries.lock_unsealed(session, before=make.NOW + timedelta(minutes=1), limit=10)
    assert (entry.actor_name, entry.about_kind, entry.about_id) == ("王秀兰", "person", holder.id)
    assert entry.address == "127.0.0.1"
