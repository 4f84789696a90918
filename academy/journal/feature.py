"""What the journal plugs in."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.ground import db
from academy.ground.access import Capability
from academy.ground.feature import Every, Feature, Finding, Invariant, NavItem
from academy.ground.settings import Settings
from academy.ground.text import N_
from academy.journal import actions, queries
from academy.journal.views import bp


def _seal(now: datetime, _settings: Settings) -> None:
    with db.transaction() as session:
        actions.seal(session, now=now)


def _chain_holds(session: Session) -> Finding:
    """Count the sealed rows whose seal does not follow from the row and the one before it."""
    previous, broken = queries.FIRST_SEAL, []
    for row in queries.sealed(session):
        if row.seal != actions.seal_of(row, previous):
            broken.append(f"journal_entry {row.id}")
        previous = row.seal or previous
    return Finding(count=len(broken), expected=0, examples=tuple(broken[:5]))


FEATURE = Feature(
    name="journal",
    blueprints=(bp,),
    schedule=(Every("journal.seal", timedelta(minutes=1), _seal),),
    invariants=(Invariant("journal rows with a broken seal", _chain_holds),),
    nav=(
        NavItem(
            label=N_("Journal"), endpoint="journal.audit", icon="journal-text", order=90,
            capability=Capability.JOURNAL_READ, phone=True,
        ),
    ),
)  # fmt: skip
