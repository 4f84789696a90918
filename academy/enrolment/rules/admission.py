"""What somebody must be or have before a claim on a place: rules that an admin composes, as data."""

from enum import StrEnum

from academy.ground.text import N_


class RuleKind(StrEnum):
    """What a rule asks about."""

    LEVEL = "level"
    COURSE = "course"
    PROGRAMME = "programme"
    UNIT = "unit"
    GRID_ROLE = "grid_role"
    REST = "rest"


RULE_KIND_NAMES: dict[RuleKind, str] = {
    RuleKind.LEVEL: N_("Has completed a class of this level"),
    RuleKind.COURSE: N_("Has completed this course"),
    RuleKind.PROGRAMME: N_("Has a certificate of this programme"),
    RuleKind.UNIT: N_("Belongs to one of these districts"),
    RuleKind.GRID_ROLE: N_("Is one of these in the grid"),
    RuleKind.REST: N_("Has not been in a class lately"),
}
