"""What a place must be, when it is open, and how a map finds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from academy.ground.errors import Reason
from academy.ground.text import N_


class PlaceKind(StrEnum):
    """What a place is."""

    ROOM = "room"
    FIELD_SITE = "field_site"


KIND_NAMES: dict[PlaceKind, str] = {
    PlaceKind.ROOM: N_("Room of the academy"),
    PlaceKind.FIELD_SITE: N_("Field site"),
}

NEEDS_DISTRICT = Reason("needs_district", N_("A field site lies in a district. Choose one."))
NO_DISTRICT = Reason("no_district", N_("A room of the academy belongs to no district. Leave the district empty."))
HALF_A_POINT = Reason("half_a_point", N_("Give latitude and longitude together, or neither."))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    """All that is known of a place but its address on the web and when it was retired."""

    kind: PlaceKind
    name: str
    district_id: int | None
    address: str
    capacity: int
    teaches: str = ""
    opening_weekdays: tuple[int, ...] = ()
    """ISO weekdays, Monday is 1."""
    opening_hours: str = ""
    contact: str = ""
    contact_phone: str = ""
    getting_there: str = ""
    gcj02_latitude: float | None = None
    gcj02_longitude: float | None = None
    wgs84_latitude: float | None = None
    wgs84_longitude: float | None = None


def reasons_to_refuse(facts: PlaceFacts) -> tuple[Reason, ...]:
    """Return every reason against these facts of a place."""
    is_field_site = facts.kind is PlaceKind.FIELD_SITE
    halves = (
        (facts.gcj02_latitude is None) != (facts.gcj02_longitude is None),
        (facts.wgs84_latitude is None) != (facts.wgs84_longitude is None),
    )
    checks = (
        (is_field_site and facts.district_id is None, NEEDS_DISTRICT),
        (not is_field_site and facts.district_id is not None, NO_DISTRICT),
        (any(halves), HALF_A_POINT),
    )
    return tuple(reason for applies, reason in checks if applies)


def weekday_runs(weekdays: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Join weekdays that follow each other: 1, 2, 3, 6 → (1, 3), (6, 6)."""
    runs: list[tuple[int, int]] = []
    for weekday in sorted(set(weekdays)):
        if runs and runs[-1][1] == weekday - 1:
            runs[-1] = (runs[-1][0], weekday)
        else:
            runs.append((weekday, weekday))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class MapLinks:
    """Where the three map services that people have on their phones show a place."""

    amap: str
    baidu: str
    tencent: str


def map_links(name: str, address: str, latitude: float, longitude: float) -> MapLinks:
    """Address a place on each map, by its GCJ-02 coordinates, which all three understand."""
    point = f"{latitude:.6f},{longitude:.6f}"
    amap = {
        "position": f"{longitude:.6f},{latitude:.6f}",
        "name": name,
        "src": "academy",
        "coordinate": "gaode",
        "callnative": "1",
    }
    baidu = {
        "location": point,
        "title": name,
        "content": address,
        "coord_type": "gcj02",
        "output": "html",
        "src": "academy",
    }
    # Tencent's own mini language inside a value: colons and semicolons separate, so names go without them.
    tencent = {"marker": f"coord:{point};title:{_plain(name)};addr:{_plain(address)}", "referer": "academy"}
    return MapLinks(
        amap=_address("https://uri.amap.com/marker", amap),
        baidu=_address("https://api.map.baidu.com/marker", baidu),
        tencent=_address("https://apis.map.qq.com/uri/v1/marker", tencent),
    )


def _address(page: str, values: Mapping[str, str]) -> str:
    """Write the address of a map; a space is %20, because the maps show a + as it stands."""
    return f"{page}?{urlencode(values, quote_via=quote)}"


def _plain(text: str) -> str:
    return text.replace(":", " ").replace(";", " ")


# Column and row of each district on a drawing without borders: north above, the river from the upper right corner
# to the lower left one through the tiles left free.
DISTRICT_TILES: dict[str, tuple[int, int]] = {
    "六合区": (2, 0),
    "江北新区": (1, 1),
    "栖霞区": (3, 1),
    "浦口区": (0, 2),
    "鼓楼区": (2, 2),
    "玄武区": (3, 2),
    "建邺区": (2, 3),
    "秦淮区": (3, 3),
    "雨花台区": (2, 4),
    "江宁区": (3, 4),
    "溧水区": (3, 5),
    "高淳区": (3, 6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictCount:
    """A district that has field sites, and how many."""

    id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A district on the drawing; without `id` it has no field site to lead to."""

    column: int
    row: int
    name: str
    id: int | None
    count: int


def tiles(counts: Sequence[DistrictCount]) -> tuple[Tile, ...]:
    """Draw the districts, from north to south; nothing where one of them has no place on the drawing."""
    by_name = {each.name: each for each in counts}
    if not counts or by_name.keys() - DISTRICT_TILES.keys():
        return ()
    return tuple(
        Tile(
            column=column,
            row=row,
            name=name,
            id=by_name[name].id if name in by_name else None,
            count=by_name[name].count if name in by_name else 0,
        )
        for name, (column, row) in DISTRICT_TILES.items()
    )
