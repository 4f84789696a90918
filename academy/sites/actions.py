"""Add, change and retire places."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.catalogue.rules.kinds import address as web_address
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.journal.actions import record
from academy.sites import queries
from academy.sites.models import Place
from academy.sites.rules import PlaceFacts, reasons_to_refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place to be added with others."""

    slug: str
    facts: PlaceFacts
    retired_on: date | None = None
    sample: bool = False


def add_place(session: Session, *, actor: Actor, facts: PlaceFacts, now: datetime) -> Place:
    """Add a room or a field site; its name is spelled as its address on the web."""
    _check(facts)
    place = Place(slug=web_address(facts.name, queries.slugs(session)), **_columns(facts))
    session.add(place)
    record(session, actor=actor, what="place.added", about=place, now=now, after=_columns(facts))
    return place


def add_places_many(session: Session, *, actor: Actor, places: Sequence[NewPlace], now: datetime) -> list[int]:
    """Add many places at once and give their ids in the same order."""
    for place in places:
        _check(place.facts)
    rows = [
        {**_columns(place.facts), "slug": place.slug, "retired_on": place.retired_on, "sample": place.sample}
        for place in places
    ]
    adding = insert(Place).returning(Place.id, sort_by_parameter_order=True)
    ids = list(session.execute(adding, rows).scalars()) if rows else []
    record(session, actor=actor, what="place.added-many", about="place", now=now, after={"count": len(ids)})
    return ids


def change_place(session: Session, *, actor: Actor, slug: str, facts: PlaceFacts, now: datetime) -> None:
    """Change what is known of a place; its address on the web stays."""
    _check(facts)
    place = queries.lock_place(session, slug)
    after = _columns(facts)
    before = {name: getattr(place, name) for name in after}
    for name, value in after.items():
        setattr(place, name, value)
    changed = [name for name in after if before[name] != after[name]]
    record(
        session, actor=actor, what="place.changed", about=place, now=now,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip


def retire_place(session: Session, *, actor: Actor, slug: str, on: date | None, now: datetime) -> None:
    """Take a place out of use from a day on, or into use again; what was held there stays."""
    place = queries.lock_place(session, slug)
    before, place.retired_on = place.retired_on, on
    record(
        session, actor=actor, what="place.retired" if on else "place.used-again", about=place, now=now,
        before={"retired_on": before and before.isoformat()}, after={"retired_on": on and on.isoformat()},
    )  # fmt: skip


def _check(facts: PlaceFacts) -> None:
    if reasons := reasons_to_refuse(facts):
        raise Refused(*reasons)


def _columns(facts: PlaceFacts) -> dict[str, Any]:
    return {**asdict(facts), "opening_weekdays": sorted(set(facts.opening_weekdays))}
