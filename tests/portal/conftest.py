"""The desks as they were at one moment."""

from collections.abc import Iterator

import pytest

from academy.ground import clock
from tests import make


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.stopped(make.NOW):
        yield
