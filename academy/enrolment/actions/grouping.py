"""Put the people of a class session into its groups."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.enrolment.actions.opening import open_rest
from academy.enrolment.queries import deciding, pools
from academy.enrolment.rules.groups import GROUP_CLASH
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Reason, Refused
from academy.journal.actions import record
from academy.people.queries import register as people


def put_in_groups(
    session: Session, *, actor: Actor, code: str, moves: Mapping[int, int | None], now: datetime
) -> int:
    """Put seated persons into groups of their class session, or in none, and tell how many moved.

    Raises Refused naming everybody whom the new group's sittings would take up twice.
    """
    locked = pools.lock_all(session, [deciding.class_id(session, code)])
    class_ = deciding.public_class(session, code)
    persons = people.lock_persons(session, moves.keys())
    pool = open_rest(locked)
    groups = {group.id for group in classes.groups(session, class_.id)} | {None}
    claims = deciding.lock_seated(session, class_.id, moves.keys())
    moved = [claim for claim in claims if claim.group_id != moves[claim.person_id]]
    if not {moves[claim.person_id] for claim in moved} <= groups:
        raise NotFound
    found = deciding.hindrances(session, class_.id, {claim.person_id: moves[claim.person_id] for claim in moved})
    if reasons := _group_reasons(found, {person.id: person.name for person in persons}):
        raise Refused(*reasons)
    if not moved:
        return 0
    before = {str(claim.person_id): claim.group_id for claim in moved}
    for claim in moved:
        claim.group_id = moves[claim.person_id]
    after = {str(claim.person_id): claim.group_id for claim in moved}
    record(
        session, actor=actor, what="enrolment.grouped", about=pool, now=now,
        before={"groups": before}, after={"groups": after},
    )  # fmt: skip
    return len(moved)


def _group_reasons(found: Mapping[int, tuple[Reason, ...]], names: Mapping[int, str]) -> list[Reason]:
    return [
        GROUP_CLASH.about(name=names[person_id], **reason.values)
        for person_id, reasons in found.items()
        for reason in reasons
    ]
