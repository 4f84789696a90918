"""What a place must be, when it is open, and how maps find it."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from academy.ground.errors import Reason
from academy.sites.rules import (
    DISTRICT_TILES,
    HALF_A_POINT,
    NEEDS_DISTRICT,
    NO_DISTRICT,
    DistrictCount,
    PlaceFacts,
    PlaceKind,
    map_links,
    reasons_to_refuse,
    tiles,
    weekday_runs,
)

ROOM = PlaceFacts(kind=PlaceKind.ROOM, name="院本部 301", district_id=None, address="网格路 1 号", capacity=60)
SITE = replace(ROOM, kind=PlaceKind.FIELD_SITE, name="调解中心", district_id=1)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (ROOM, ()),
        (SITE, ()),
        (replace(SITE, gcj02_latitude=32.06, gcj02_longitude=118.79), ()),
        (replace(SITE, district_id=None), (NEEDS_DISTRICT,)),
        (replace(ROOM, district_id=1), (NO_DISTRICT,)),
        (replace(ROOM, gcj02_latitude=32.06), (HALF_A_POINT,)),
        (replace(SITE, district_id=None, wgs84_longitude=118.79), (NEEDS_DISTRICT, HALF_A_POINT)),
    ],
)
def test_every_reason_is_told_at_once(facts: PlaceFacts, reasons: tuple[Reason, ...]) -> None:
    assert reasons_to_refuse(facts) == reasons


@pytest.mark.parametrize(
    ("days", "runs"),
    [
        ((), ()),
        ((1, 2, 3, 4, 5), ((1, 5),)),
        ((7, 1, 2, 3, 4, 5, 6), ((1, 7),)),
        ((2, 4, 5, 7), ((2, 2), (4, 5), (7, 7))),
    ],
)
def test_days_that_follow_each_other_are_said_together(
    days: tuple[int, ...], runs: tuple[tuple[int, int], ...]
) -> None:
    assert weekday_runs(days) == runs


def test_each_map_is_told_the_place_in_its_own_way() -> None:
    links = map_links("调解中心；A;B", "玄武区 1 号", 32.0603, 118.7969)
    amap, baidu, tencent = (parse_qs(urlsplit(url).query) for url in (links.amap, links.baidu, links.tencent))
    assert amap["position"] == ["118.796900,32.060300"]
    assert (baidu["location"], baidu["coord_type"]) == (["32.060300,118.796900"], ["gcj02"])
    assert tencent["marker"] == ["coord:32.060300,118.796900;title:调解中心；A B;addr:玄武区 1 号"]
    for url in (links.amap, links.baidu, links.tencent):
        assert url.startswith("https://")
        assert "+" not in url


def test_each_district_has_a_tile_of_its_own() -> None:
    assert len(DISTRICT_TILES) == len(set(DISTRICT_TILES.values())) == 12
    drawn = tiles([DistrictCount(id=7, name="江宁区", count=2)])
    assert [(tile.name, tile.id, tile.count) for tile in drawn if tile.id] == [("江宁区", 7, 2)]
    assert len(drawn) == 12


def test_a_district_without_a_tile_leaves_no_drawing_that_would_hide_it() -> None:
    known = DistrictCount(id=7, name="江宁区", count=2)
    assert tiles([known, DistrictCount(id=8, name="吴中区", count=1)]) == ()
    assert tiles([]) == ()
