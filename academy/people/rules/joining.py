"""Joining by oneself, and binding a phone to a person: what is decided from which facts."""

from dataclasses import dataclass
from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.text import N_


class Joining(StrEnum):
    """What registering comes to, once the phone is proved."""

    NEW = "new"
    """Nobody we know: a new trainee."""
    IS_HOLDER = "is_holder"
    """The phone signs this person in already."""
    PHONE_TAKEN = "phone_taken"
    """The phone signs in somebody of another name."""
    IS_IMPORTED = "is_imported"
    """Whole ID, name and phone fit an imported person: the phone is verified."""
    CONFIRM_ID = "confirm_id"
    """Name and phone fit an imported person: the last six of the ID decide."""
    ASK_TO_BIND = "ask_to_bind"
    """The ID belongs to somebody we know: staff bind the phone after seeing the card."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Somebody the academy knows, as far as joining needs to."""

    person_id: int
    name: str
    has_id: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class JoiningFacts:
    """All that the rules need to know about somebody who registers and has proved the phone."""

    name: str
    holder: Known | None
    """Whom the phone signs in."""
    imported: tuple[Known, ...]
    """Who has this phone on file, unproved."""
    owner_of_id: Known | None
    """Whom the given ID belongs to; None too where none was given."""


def decide(facts: JoiningFacts) -> Joining:
    """Decide what registering comes to.

    Nothing that is answered before the phone is proved depends on it, and where the phone signs somebody in
    already, nothing depends on the ID: so a stranger cannot ask us whom we know.
    """
    if facts.holder:
        return Joining.IS_HOLDER if facts.holder.name == facts.name else Joining.PHONE_TAKEN
    owner = facts.owner_of_id
    if owner:
        fits = owner in facts.imported and owner.name == facts.name
        return Joining.IS_IMPORTED if fits else Joining.ASK_TO_BIND
    same = [known for known in facts.imported if known.name == facts.name]
    if any(known.has_id for known in same):
        return Joining.CONFIRM_ID
    return Joining.ASK_TO_BIND if same else Joining.NEW


PHONE_TAKEN = Reason(
    "phone_taken", N_("This number signs in another person. They must give it up first, or use another number.")
)
LAST_FOUR_DIFFER = Reason(
    "last_four_differ", N_("The last four do not fit the ID number on file. Look at the card again.")
)
ID_TAKEN = Reason("id_taken", N_("This ID number is on file for another person. Look that person up instead."))
PHONE_IS_SAME = Reason("phone_is_same", N_("This number is bound to this person already."))
REQUEST_DECIDED = Reason("request_decided", N_("Somebody has decided this request already."))


@dataclass(frozen=True, kw_only=True, slots=True)
class BindingFacts:
    """All that the rules need to know before a phone is bound."""

    id_fits: bool
    """The last four typed by staff fit the ID on file; a whole one typed for want of one on file is right."""
    id_taken: bool
    phone_is_same: bool
    phone_taken: bool


def reasons_to_refuse_binding(facts: BindingFacts) -> tuple[Reason, ...]:
    """Return everything that speaks against binding a phone."""
    checks = (
        (not facts.id_fits, LAST_FOUR_DIFFER),
        (facts.id_taken, ID_TAKEN),
        (facts.phone_is_same, PHONE_IS_SAME),
        (facts.phone_taken, PHONE_TAKEN),
    )
    return tuple(reason for applies, reason in checks if applies)
