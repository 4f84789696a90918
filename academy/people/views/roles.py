"""What a role in the grid is called: to the reader, and on the units' own lists."""

from flask_babel import gettext as _

from academy.ground.text import DEFAULT_LOCALE, translate
from academy.people.rules.register import GRID_ROLE_NAMES


def grid_roles() -> dict[str, str]:
    """Name each role in the reader's language."""
    return {value: _(name) for value, name in GRID_ROLE_NAMES.items()}


def roles_on_lists() -> dict[str | None, str]:
    """Name each role as the lists of units write it; words that differ from these are a unit's own."""
    return {value: translate(DEFAULT_LOCALE, name) for value, name in GRID_ROLE_NAMES.items()}
