"""Make the sample academy's rooms and field sites, and count them again for the audit."""

from sqlalchemy.orm import Session

from academy.ground.feature import Finding, Sample
from academy.people.queries.register import unit_tree
from academy.sites import actions, queries
from academy.sites.actions import NewPlace
from academy.sites.rules import PlaceFacts, PlaceKind
from academy.sites.sample.coordinates import wgs84
from academy.sites.sample.field_sites import FIELD_SITES, FieldSite

_ADDRESS = "南京市建邺区网格路 1 号南京网格学院"
_CONTACT_PHONES_FROM = 19900030000  # trainees and staff have the numbers below
_EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
_ROOMS = (
    ("大礼堂", "da-litang", "一号楼一层", 420),
    ("报告厅", "baogao-ting", "一号楼二层", 300),
    ("201 教室", "jiaoshi-201", "二号楼二层", 200),
    ("202 教室", "jiaoshi-202", "二号楼二层", 160),
    ("301 教室", "jiaoshi-301", "二号楼三层", 100),
    ("实训室", "shixun-shi", "三号楼一层", 80),
)


def fill(sample: Sample) -> None:
    """Make the rooms, then the field sites."""
    districts = {district.name: district.id for district in unit_tree(sample.session, sample.today)}
    places = [
        *(_room(*room) for room in _ROOMS),
        *(_field_site(site, turn, districts) for turn, site in enumerate(FIELD_SITES)),
    ]
    actions.add_places_many(sample.session, actor=sample.actor, places=places, now=sample.now)
    sample.progress(len(places), len(places), "教室和现场教学基地 places")


def _room(name: str, slug: str, where: str, capacity: int) -> NewPlace:
    facts = PlaceFacts(
        kind=PlaceKind.ROOM, name=name, district_id=None, address=f"{_ADDRESS}{where}", capacity=capacity,
        opening_weekdays=_EVERY_DAY, opening_hours="08:00–18:00",
    )  # fmt: skip
    return NewPlace(slug=slug, facts=facts, sample=True)


def _field_site(site: FieldSite, turn: int, districts: dict[str, int]) -> NewPlace:
    latitude, longitude = wgs84(site.latitude, site.longitude)
    facts = PlaceFacts(
        kind=PlaceKind.FIELD_SITE, name=site.name, district_id=districts[site.district], address=site.address,
        capacity=site.capacity, teaches=site.teaches, opening_weekdays=site.opening_weekdays,
        opening_hours="09:00–17:00", contact=site.contact, contact_phone=str(_CONTACT_PHONES_FROM + turn),
        getting_there="演示数据：地点和路线都是编的，请以班级通知为准。",
        gcj02_latitude=site.latitude, gcj02_longitude=site.longitude,
        wgs84_latitude=latitude, wgs84_longitude=longitude,
    )  # fmt: skip
    return NewPlace(slug=site.slug, facts=facts, sample=True)


def field_sites_are_all_there(session: Session) -> Finding | None:
    """Count the field sites the sample was made with, those out of use by now too."""
    made = [place for place in queries.all_places(session) if place.sample]
    count = sum(place.is_field_site for place in made)
    return Finding(count=count, expected=len(FIELD_SITES)) if made else None
