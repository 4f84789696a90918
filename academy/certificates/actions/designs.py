"""Change what certificates of a series look like: each change is a new version, and none is ever altered."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from academy.certificates.models.designs import CertificateDesign
from academy.certificates.queries import designs
from academy.certificates.rules.designs import Design, problems
from academy.certificates.rules.states import Series
from academy.documents.queries import fonts
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_
from academy.journal.actions import record

CHANGED_MEANWHILE = Reason(
    "changed_meanwhile",
    N_("Somebody saved version %(version)s while you were writing. Look at it, then save again."),
)


def save(
    session: Session, *, actor: Actor, series: Series, design: Design, seen: int, now: datetime
) -> int | None:
    """Make this the design of a series and tell its version; None where it is what is in use.

    `seen` is the version that it was written from. Raises Refused where another came meanwhile, and with
    everything that stands against the design.
    """
    found = problems(design, missing=fonts.missing_characters, width=fonts.width)
    if found:
        raise Refused(*(reason for _field, reason in found))
    before = designs.current(session, series)
    if before.version != seen:
        raise Refused(CHANGED_MEANWHILE.about(version=before.version))
    if design.same_as(before):
        return None
    made = replace(design, version=before.version + 1)
    # the unique pair of series and version is the lock: who comes second waits here, and finds it taken
    fresh = insert_once(
        session, CertificateDesign, series=series, version=made.version, design=made.as_json(),
        author_id=actor.person_id, author_name=actor.name, created_at=now,
    )  # fmt: skip
    if not fresh:
        raise Refused(CHANGED_MEANWHILE.about(version=made.version))
    row = designs.inserted(session, series, made.version)
    record(session, actor=actor, what="certificate.design-saved", about=row, now=now,
           before=_told(before), after={"series": series, **_told(made)})  # fmt: skip
    return made.version


def go_back(
    session: Session, *, actor: Actor, series: Series, version: int, seen: int, now: datetime
) -> int | None:
    """Make an older version the design in use again: a new version with its values."""
    older = designs.version(session, series, version)
    return save(session, actor=actor, series=series, design=older.design, seen=seen, now=now)


def _told(design: Design) -> dict[str, object]:
    """Write a design as the journal tells it."""
    values = design.as_json()
    return {**values, "colours": " ".join(values["colours"].values()), "seal": design.seal or ""}
