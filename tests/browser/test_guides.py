"""The guides' pictures: each journey that they show can still be walked, by the very words that they quote."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from setup.pictures.album import LARGEST, Journey, small, take
from setup.pictures.journeys import JOURNEYS
from tests.browser.served import Academy, served

_COLOURS = 16
_DARKEST_WHITE = 200


@pytest.fixture(scope="module")
def own(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """An academy for these journeys alone: they take places, conclude a class and issue certificates."""
    var = tmp_path_factory.mktemp("guides") / "var"
    shutil.copytree(filled, var)
    with served(var) as academy:
        yield academy


def _of(journey: Journey) -> str:
    return f"{journey.account or 'visitor'}:{journey.steps[0][0]}"


@pytest.mark.parametrize("journey", JOURNEYS, ids=_of)
def test_a_journey_can_be_walked_and_pictured(chromium: Browser, own: Academy, journey: Journey) -> None:
    taken = []
    for name, picture in take(chromium, own, journey):
        taken.append(name)
        assert len(small(picture)) <= LARGEST, name
        assert len(picture.convert("L").getcolors(256) or ()) > _COLOURS, f"{name} shows nothing"
    assert taken == [name for name, _step in journey.steps]
