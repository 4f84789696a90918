"""What must always be true of certificates."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from academy.certificates.actions import making
from academy.certificates.queries import chains, proofs, register
from academy.ground import storage
from academy.ground.feature import (
    Finding,
    Invariant,
)

_EXAMPLES = 5
_CHECKED_AT_MOST = 500


def _none(find: Callable[[Session], Iterator[str]]) -> Callable[[Session], Finding]:
    """Make an invariant of a query that names rows which ought not to be."""

    def check(session: Session) -> Finding:
        broken = tuple(find(session))
        return Finding(count=len(broken), expected=0, examples=broken[:_EXAMPLES])

    return check


def _wrong_files(session: Session) -> Iterator[str]:
    """Name issued certificates whose file is gone or altered: of all, or of an even 500 where there are more."""
    every = -(-proofs.count_issued(session) // _CHECKED_AT_MOST) or 1
    for number, place in proofs.issued(session, every=every):
        try:
            storage.bound().read(place, "pdf")
        except (FileNotFoundError, ValueError):
            yield f"certificate {number}"


def _are_found(session: Session) -> Finding:
    ids = register.wrong_tokens(session)
    return Finding(count=len(ids), expected=0, examples=tuple(f"certificate {row_id}" for row_id in ids[:5]))


INVARIANTS = (
    Invariant("certificate numbers doubled or left out, a year and series", _none(proofs.wrong_numbers)),
    Invariant("certificate numbers that do not read as their year and sequence", _none(proofs.misprinted)),
    Invariant("certificates signed by whoever proposed them", _none(proofs.signed_alone)),
    Invariant("people with two certificates of one class", _none(proofs.doubled)),
    Invariant("certificates replaced without one later in their place", _none(chains.broken)),
    Invariant("certificates that come after themselves", _none(chains.closed)),
    Invariant("certificates that say other than what was signed", _none(proofs.altered)),
    Invariant("certificates of another class than their batch", _none(proofs.astray)),
    Invariant("certificate files gone or altered (all, or 500 taken evenly)", _none(_wrong_files)),
    Invariant("certificates that are not found by their words (some looked at)", _are_found),
    Invariant(
        "signed certificates without files that no job is making",
        _none(lambda session: proofs.left_lying(session, kind=making.ISSUE_JOB)),
    ),
)
