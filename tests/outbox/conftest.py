"""The clock stands still by day, when everything may go out."""

from collections.abc import Iterator

import pytest

from academy.ground import clock
from tests import make


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.stopped(make.NOW):
        yield
