"""How places are divided: to districts, by them to streets, some kept back, and the rest open to all."""

from collections.abc import Mapping
from dataclasses import dataclass

from academy.ground.errors import Reason
from academy.ground.text import N_

TOO_FEW_PLACES = Reason("too_few_places", N_("%(taken)s people already have a place; give at least as many."))
TOO_FEW_BESIDE_UNITS = Reason(
    "too_few_beside_units",
    N_(
        "%(given)s places are given to units or kept back, and %(taken)s of the others are taken; give at least "
        "%(least)s."
    ),
)
NO_POOL = Reason("no_pool", N_("The places of this class have not been opened yet."))
GIVEN_TOO_MANY = Reason("given_too_many", N_("%(places)s places can be given away; %(given)s are too many."))
BELOW_TAKEN = Reason(
    "below_taken", N_("%(name)s has put forward %(taken)s people already; give at least as many.")
)
PLACES_FIXED = Reason("places_fixed", N_("The class is over or not held; its places stay as they are."))
BELOW_ZERO = Reason("below_zero", N_("A number of places is 0 or more."))


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What one holder has of a class session's places: how many, and how many are taken."""

    name: str
    places: int
    taken: int


def reasons_to_refuse_capacity(*, taken: int, places: int, given: int = 0) -> tuple[Reason, ...]:
    """Return every reason against so many places, where some are given, and some of the others taken."""
    least = max(given + taken, 1)
    if places >= least:
        return ()
    if given:
        return (TOO_FEW_BESIDE_UNITS.about(given=given, taken=taken, least=least),)
    return (TOO_FEW_PLACES.about(taken=taken),)


def reasons_to_refuse_giving(
    held: Mapping[int, Held], giving: Mapping[int, int], *, total: int, rest_taken: int, reserve: int = 0
) -> tuple[Reason, ...]:
    """Return every reason against giving each holder so many places; what is left over is the giver's own.

    `held` has everybody who has places now, `giving` all that are to have some; `total` are the places to divide,
    of which `rest_taken` are taken in the giver's own and `reserve` are to be kept back.
    """
    given = sum(giving.values()) + reserve
    return (
        *((BELOW_ZERO,) if reserve < 0 or any(number < 0 for number in giving.values()) else ()),
        *((GIVEN_TOO_MANY.about(places=total - rest_taken, given=given),) if given > total - rest_taken else ()),
        *(
            BELOW_TAKEN.about(name=each.name, taken=each.taken)
            for key, each in held.items()
            if giving.get(key, 0) < each.taken
        ),
    )
