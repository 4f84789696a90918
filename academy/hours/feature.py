"""What the ledger of hours plugs in."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from academy.ground.feature import Feature, Finding, Invariant
from academy.hours import queries
from academy.hours.views import bp


def _none(find: Callable[[Session], queries.Broken]) -> Callable[[Session], Finding]:
    """Make an invariant of a query that finds rows that ought not to be."""

    def check(session: Session) -> Finding:
        broken = find(session)
        return Finding(count=broken.count, expected=0, examples=broken.examples)

    return check


FEATURE = Feature(
    name="hours",
    blueprints=(bp,),
    invariants=(
        Invariant("hours on one sitting below zero or above what it gives", _none(queries.wrong_sums)),
        Invariant("completions with more hours than the ledger holds", _none(queries.unproved_completions)),
        Invariant("completions with fewer hours than the programme asks for", _none(queries.short_completions)),
    ),
)
