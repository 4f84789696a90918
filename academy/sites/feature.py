"""What the places plug in."""

from sqlalchemy.orm import Session

from academy.ground.feature import Feature, Finding, Invariant, NavItem
from academy.ground.text import N_
from academy.sites import queries, views
from academy.sites.rules import reasons_to_refuse
from academy.sites.sample import fill


def _places_are_whole(session: Session) -> Finding:
    """Count the places that the rules would refuse today."""
    broken = [place.slug for place in queries.all_places(session) if reasons_to_refuse(place.facts)]
    return Finding(count=len(broken), expected=0, examples=tuple(f"place {slug}" for slug in broken[:5]))


FEATURE = Feature(
    name="sites",
    blueprints=(views.bp,),
    invariants=(
        Invariant("places that the rules would refuse", _places_are_whole),
        Invariant("field sites of the sample academy", fill.field_sites_are_all_there),
    ),
    sample=(fill.fill,),
    nav=(NavItem(label=N_("Sites"), endpoint="sites.list", icon="geo-alt", order=30),),
)
