"""All journeys of the guides, in an order that leaves to each what it needs."""

from setup.pictures import certificates, office, teaching, trainee, unit

JOURNEYS = (
    *trainee.JOURNEYS, *unit.JOURNEYS, *teaching.JOURNEYS, *certificates.JOURNEYS, *office.JOURNEYS,
)  # fmt: skip
NAMES = tuple(name for journey in JOURNEYS for name, _step in journey.steps)
