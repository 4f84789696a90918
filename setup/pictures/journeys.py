"""All journeys of the guides, in an order that leaves to each what it needs."""

from setup.pictures import office, teaching, trainee, unit

JOURNEYS = (*trainee.JOURNEYS, *unit.JOURNEYS, *teaching.JOURNEYS, *office.JOURNEYS)
NAMES = tuple(name for journey in JOURNEYS for name, _step in journey.steps)
