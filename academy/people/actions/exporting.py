"""Let lists of people leave as files: their numbers masked, or in clear for a reason that the journal keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground.access import Actor, Capability
from academy.ground.errors import Forbidden, Refused
from academy.ground.text import has_a_character, masked_id, masked_phone
from academy.journal.actions import record
from academy.people.queries import register, sign_ins
from academy.people.rules.register import REASON_EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A person's phone and ID number as a file shows them; empty where none is on file."""

    phone: str
    id_number: str


def take_numbers(
    session: Session,
    *,
    actor: Actor,
    person_ids: Sequence[int],
    wanted: Mapping[str, object],
    reason: str | None,
    now: datetime,
) -> dict[int, Numbers]:
    """Give people's numbers for a file, and note who took which list: masked, or in clear with a reason.

    Raises Forbidden for whoever may not see numbers in clear, and Refused for a reason that says nothing.
    """
    in_clear = reason is not None
    if in_clear and not actor.may(Capability.PERSON_REVEAL):
        raise Forbidden
    if reason is not None and not has_a_character(reason):
        raise Refused(REASON_EMPTY)
    record(
        session, actor=actor, what="person.exported-in-clear" if in_clear else "person.exported", about="person",
        now=now, after={**wanted, "count": len(person_ids), **({"reason": reason} if reason else {})},
    )  # fmt: skip
    phones, cards = register.numbers(session, person_ids), sign_ins.id_numbers(session, person_ids)
    return {
        each: Numbers(
            phone=_shown(phones.get(each, ""), masked_phone, in_clear=in_clear),
            id_number=_shown(cards.get(each, ""), masked_id, in_clear=in_clear),
        )
        for each in person_ids
    }


def _shown(number: str, mask: Callable[[str], str], *, in_clear: bool) -> str:
    return number if in_clear or not number else mask(number)
