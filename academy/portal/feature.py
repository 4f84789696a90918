"""What the front page and the desks plug in."""

from academy.ground.access import Capability
from academy.ground.feature import Feature, NavItem
from academy.ground.text import N_
from academy.portal.views import bp

FEATURE = Feature(
    name="portal",
    blueprints=(bp,),
    nav=(
        NavItem(
            label=N_("Desk"), endpoint="portal.admin", icon="clipboard-check", order=5,
            capability=Capability.DESK_ADMIN, phone=True,
        ),
        NavItem(
            label=N_("My unit"), endpoint="portal.unit", icon="building", order=5,
            capability=Capability.DESK_UNIT, phone=True,
        ),
        NavItem(
            label=N_("My classes"), endpoint="portal.teach", icon="people", order=5,
            capability=Capability.DESK_TEACH, phone=True,
        ),
        NavItem(
            label=N_("My desk"), endpoint="portal.me", icon="house", order=5,
            capability=Capability.DESK_TRAINEE, phone=True,
        ),
    ),
)  # fmt: skip
