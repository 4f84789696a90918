"""Many deeds in any order keep every promise about places; `./run drill places` does many more."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from academy.ground import db
from academy.ground.db import Database
from tests.enrolment.giving import Places
from tests.enrolment.world import World, build

SHORT = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(database: Database) -> World:
    """The small world, committed."""
    with db.transaction() as session:
        return build(session)


@pytest.mark.slow
def test_places_keep_their_promises_whatever_happens(world: World) -> None:
    class Here(Places):
        def __init__(self) -> None:
            super().__init__(world)

    run_state_machine_as_test(Here, settings=SHORT)
