"""Read rooms and field sites."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from academy.ground.errors import NotFound
from academy.ground.search import first_found, is_marked
from academy.ground.search_index import matches, wrongly_told
from academy.people.models.register import Unit
from academy.sites.models import Place
from academy.sites.rules import DistrictCount, PlaceFacts, PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A place to choose from."""

    id: int
    slug: str
    kind: PlaceKind
    name: str
    district_name: str
    capacity: int
    retired_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place as its page and lists show it."""

    id: int
    slug: str
    facts: PlaceFacts
    district_name: str
    """Empty for a room of the academy."""
    retired_on: date | None
    sample: bool

    @property
    def name(self) -> str:
        """The place's name."""
        return self.facts.name

    @property
    def is_field_site(self) -> bool:
        """Tell a field site from a room."""
        return self.facts.kind is PlaceKind.FIELD_SITE


def _open(on: date | None) -> ColumnElement[bool]:
    """Pick the places not retired on a day; without a day those with no retirement at all."""
    return Place.retired_on.is_(None) if on is None else or_(Place.retired_on.is_(None), Place.retired_on > on)


def _views(session: Session, *conditions: ColumnElement[bool]) -> tuple[PlaceView, ...]:
    statement = (
        select(Place, Unit.name)
        .outerjoin(Unit, Unit.id == Place.district_id)
        .where(*conditions)
        .order_by(Place.kind.desc(), Place.district_id, Place.id)
    )
    return tuple(_view(place, district_name or "") for place, district_name in session.execute(statement))


def _view(place: Place, district_name: str) -> PlaceView:
    facts = PlaceFacts(
        kind=place.kind, name=place.name, district_id=place.district_id, address=place.address,
        capacity=place.capacity, teaches=place.teaches, opening_weekdays=tuple(place.opening_weekdays),
        opening_hours=place.opening_hours, contact=place.contact, contact_phone=place.contact_phone,
        getting_there=place.getting_there, gcj02_latitude=place.gcj02_latitude,
        gcj02_longitude=place.gcj02_longitude, wgs84_latitude=place.wgs84_latitude,
        wgs84_longitude=place.wgs84_longitude,
    )  # fmt: skip
    return PlaceView(
        id=place.id, slug=place.slug, facts=facts, district_name=district_name, retired_on=place.retired_on,
        sample=place.sample,
    )  # fmt: skip


def field_sites(
    session: Session, district_id: int | None = None, *, on: date | None = None
) -> tuple[PlaceView, ...]:
    """List the field sites in use on a day, of one district if asked, districts together."""
    conditions = [Place.kind == PlaceKind.FIELD_SITE, _open(on)]
    if district_id is not None:
        conditions.append(Place.district_id == district_id)
    return _views(session, *conditions)


def district_counts(session: Session, *, on: date) -> tuple[DistrictCount, ...]:
    """Count the field sites in use on a day by district."""
    statement = (
        select(Unit.id, Unit.name, func.count(Place.id))
        .join(Place, Place.district_id == Unit.id)
        .where(Place.kind == PlaceKind.FIELD_SITE, _open(on))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.id)
    )
    return tuple(
        DistrictCount(id=unit_id, name=name, count=count) for unit_id, name, count in session.execute(statement)
    )


def all_places(session: Session) -> tuple[PlaceView, ...]:
    """List every place, the retired ones too."""
    return _views(session)


def place(session: Session, slug: str) -> PlaceView | None:
    """Show one place, a retired one too."""
    found = _views(session, Place.slug == slug)
    return found[0] if found else None


def places(session: Session, *, on: date | None = None) -> tuple[PlaceName, ...]:
    """List the places to choose from, rooms first."""
    return _names(session, _open(on))


def rooms(session: Session, *, on: date | None = None) -> tuple[PlaceName, ...]:
    """List the academy's rooms to choose from."""
    return _names(session, _open(on), Place.kind == PlaceKind.ROOM)


def found_places(
    session: Session, words: str, *, on: date, rooms_too: bool = False, most: int | None = None
) -> tuple[PlaceView, ...]:
    """List the field sites, and rooms if asked, that words find by name, address or what is taught there.

    Those come first whose names have the words.
    """
    kinds = tuple(PlaceKind) if rooms_too else (PlaceKind.FIELD_SITE,)
    within = (_open(on), Place.kind.in_(kinds))
    views = first_found(words, lambda *, loose: _views(session, *within, matches(Place, words, loose=loose)))
    return tuple(sorted(views, key=lambda view: not is_marked(view.name, words)))[:most]


def wrong_tokens(session: Session) -> list[int]:
    """List places, of some looked at, that are not found by what they say."""
    return wrongly_told(session, Place, select(Place.id))


def _names(session: Session, *conditions: ColumnElement[bool]) -> tuple[PlaceName, ...]:
    return tuple(
        PlaceName(
            id=view.id, slug=view.slug, kind=view.facts.kind, name=view.name, district_name=view.district_name,
            capacity=view.facts.capacity, retired_on=view.retired_on,
        )
        for view in _views(session, *conditions)
    )  # fmt: skip


def place_named(session: Session, place_id: int) -> PlaceName | None:
    """Name one place, a retired one too."""
    found = _names(session, Place.id == place_id)
    return found[0] if found else None


def slugs(session: Session) -> frozenset[str]:
    """Tell which addresses places have taken."""
    return frozenset(session.execute(select(Place.slug)).scalars())


def lock_place(session: Session, slug: str) -> Place:
    """Lock one place; raises NotFound."""
    statement = select(Place).where(Place.slug == slug).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
