"""Give numbers, in a row and without gaps, under the locked counter of a series and year."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate, CertificateCounter
from academy.certificates.queries import register
from academy.certificates.rules import numbers
from academy.certificates.rules.states import CertificateState, Series
from academy.ground.db import insert_once


def take_numbers(session: Session, series: Series, year: int, count: int) -> int:
    """Take `count` numbers in a row and tell the first; whoever comes next waits until these are committed."""
    insert_once(session, CertificateCounter, series=series, year=year, last=0)
    counter = register.lock_counter(session, series, year)
    first = counter.last + 1
    counter.last += count
    return first


def rows_of(
    batch: CertificateBatch, earned: Iterable[tuple[int, dict[str, Any]]], *,
    first: int, day: date, now: datetime, new_code: Callable[[], str], replaced: Certificate | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Make the rows of certificates that have their numbers and facts, and no file yet."""
    return [
        {
            "series": batch.series, "year": day.year, "sequence": sequence,
            "number": numbers.number_of(batch.series, day.year, sequence), "code": new_code(),
            "person_id": person_id, "class_session_id": batch.class_session_id, "batch_id": batch.id,
            "state": CertificateState.NUMBERED, "facts": {k: v for k, v in facts.items() if k != "reasons"},
            "issue_date": day, "numbered_at": now, "revoked_reason": "",
            "replaces_id": replaced.id if replaced else None,
        }
        for sequence, (person_id, facts) in enumerate(earned, start=first)
    ]  # fmt: skip
