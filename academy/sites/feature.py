"""What the places plug in."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem
from academy.ground.text import N_
from academy.sites import queries, views
from academy.sites.rules import reasons_to_refuse
from academy.sites.sample import fill


def _places_are_whole(session: Session) -> Finding:
    """Count the places that the rules would refuse today."""
    broken = [place.slug for place in queries.all_places(session) if reasons_to_refuse(place.facts)]
    return Finding(count=len(broken), expected=0, examples=tuple(f"place {slug}" for slug in broken[:5]))


def _are_found(session: Session) -> Finding:
    ids = queries.wrong_tokens(session)
    return Finding(count=len(ids), expected=0, examples=tuple(f"place {row_id}" for row_id in ids[:5]))


def _find(session: Session, actor: Actor, now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find field sites for everybody, and rooms too for those who work in them."""
    found = queries.found_places(
        session,
        lookup.words,
        on=clock.local_date(now),
        rooms_too=actor.may(Capability.CLASS_OFFICE),
        most=lookup.most,
    )
    page = "sites.edit" if actor.may(Capability.CLASS_EDIT) else "sites.show"
    return tuple(
        Hit(
            kind=HitKind.SITE,
            title=each.name,
            detail=" · ".join(filter(None, (each.district_name, each.facts.address, each.facts.teaches))),
            url=url_for(page, slug=each.slug),
        )
        for each in found
    )  # fmt: skip


FEATURE = Feature(
    name="sites",
    blueprints=(views.bp,),
    invariants=(
        Invariant("places that the rules would refuse", _places_are_whole),
        Invariant("places that are not found by their words (some looked at)", _are_found),
        Invariant("field sites of the sample academy", fill.field_sites_are_all_there),
    ),
    sample=(fill.fill,),
    search=(_find,),
    nav=(
        NavItem(
            label=N_("Sites"),
            endpoint="sites.list",
            icon="geo-alt",
            order=30,
            but=(Capability.DESK_ADMIN, Capability.DESK_UNIT),
        ),
    ),
)
