"""Remind units of lists that are not in yet, and give them more time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.lists import against_time
from academy.enrolment.actions.locking import Locked, lock, lock_family, tell_unit
from academy.enrolment.queries import lists, quotas
from academy.enrolment.rules.steps import (
    NOBODY_TO_TELL,
    NOT_NOW,
    reasons_lists_are_over,
    reasons_to_refuse_reminder,
    reminded_lately,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter

REMINDED = Letter(
    "enrolment.list-reminded",
    N_("Please hand in your list"),
    N_(
        "The list of %(unit)s for “%(title)s” (%(code)s) is not in yet. It is due by %(until)s; %(taken)s of "
        "%(places)s places are filled."
    ),
)
OVERDUE = Letter(
    "enrolment.list-overdue",
    N_("Your list is overdue"),
    N_(
        "The list of %(unit)s for “%(title)s” (%(code)s) was due by %(until)s and is not in yet; %(taken)s of "
        "%(places)s places are filled. Ask whoever checks it for more time."
    ),
)
EXTENDED = Letter(
    "enrolment.list-extended",
    N_("You have more time for your list"),
    N_("The list of %(unit)s for “%(title)s” (%(code)s) is due by %(until)s now."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What came of reminding units: how many were, how many were so lately, and which have nobody to tell."""

    units: int
    lately: int
    unreached: tuple[str, ...]


def remind(session: Session, *, actor: Actor, code: str, unit_id: int, now: datetime) -> int:
    """Remind a unit of its list, and tell how many liaisons were told; raises Refused with every reason."""
    lists.checked_unit(session, actor, unit_id)
    locked = lock_family(session, code, unit_id)
    _wait_for_lists(locked, now)
    reasons = reasons_to_refuse_reminder(
        unit=locked.names[unit_id],
        owed=locked.owes(unit_id),
        reminded_at=locked.lists[unit_id].reminded_at,
        now=now,
    )
    if reasons:
        raise Refused(*reasons)
    told = _remind(session, actor, locked, unit_id, letter=REMINDED, now=now)
    if not told:
        raise Refused(NOBODY_TO_TELL.about(unit=locked.names[unit_id]))
    return told


def remind_all(session: Session, *, actor: Actor, code: str, unit_ids: Collection[int], now: datetime) -> Reminded:
    """Remind those of these units that owe a list, but for those who were lately."""
    for unit_id in unit_ids:
        lists.checked_unit(session, actor, unit_id)
    streets = [street for each in unit_ids for street in quotas.streets_of(session, each)]
    locked = lock(session, code, {*unit_ids, *streets})
    _wait_for_lists(locked, now)
    owing = [each for each in sorted(set(unit_ids)) if locked.owes(each)]
    due = [each for each in owing if not reminded_lately(locked.lists[each].reminded_at, now=now)]
    told = {each: _remind(session, actor, locked, each, letter=REMINDED, now=now) for each in due}
    return Reminded(
        units=sum(map(bool, told.values())),
        lately=len(owing) - len(due),
        unreached=tuple(locked.names[each] for each in due if not told[each]),
    )


def _wait_for_lists(locked: Locked, now: datetime) -> None:
    """Raise Refused where no list is waited for any more."""
    if reasons := reasons_lists_are_over(locked.class_.state, has_started=locked.started(now)):
        raise Refused(*reasons)


def tell_overdue(session: Session, *, actor: Actor, code: str, unit_id: int, now: datetime) -> bool:
    """Tell a unit, once after its time is over, that its list is not in; and tell whether it was told now."""
    locked = lock_family(session, code, unit_id)
    due, reminded_at = locked.due(unit_id), locked.lists[unit_id].reminded_at
    told_before = reminded_at is not None and due is not None and reminded_at >= due
    if locked.started(now) or not locked.owes(unit_id) or due is None or now < due or told_before:
        return False
    _remind(session, actor, locked, unit_id, letter=OVERDUE, now=now)
    locked.lists[unit_id].reminded_at = now  # nobody to tell is no reason to try every minute
    return True


def _remind(session: Session, actor: Actor, locked: Locked, unit_id: int, *, letter: Letter, now: datetime) -> int:
    list_ = locked.lists[unit_id]
    told = tell_unit(
        session, letter, locked, unit_id, now=now, until=clock.civil(locked.due(unit_id) or locked.starts_at),
        taken=locked.taken(unit_id), places=locked.places(unit_id),
    )  # fmt: skip
    if told:
        list_.reminded_at, list_.reminders = now, list_.reminders + 1
        record(
            session, actor=actor, what="enrolment.list-reminded", about=list_, now=now,
            after={"unit_id": unit_id, "times": list_.reminders, "told": told},
        )  # fmt: skip
    return told


def extend(session: Session, *, actor: Actor, code: str, unit_id: int, until: datetime, now: datetime) -> None:
    """Give a unit more time for its list, and tell it; a district's streets keep their own time."""
    lists.checked_unit(session, actor, unit_id)
    locked = lock_family(session, code, unit_id)
    list_ = locked.lists[unit_id]
    if not locked.owes(unit_id):
        raise Refused(NOT_NOW.about(unit=locked.names[unit_id]))
    if reasons := against_time(locked, actor, unit_id, until, now=now):
        raise Refused(*reasons)
    before, list_.extended_to = list_.extended_to, until
    record(
        session, actor=actor, what="enrolment.list-extended", about=list_, now=now,
        before={"until": before.isoformat() if before else None}, after={"until": until.isoformat()},
    )  # fmt: skip
    tell_unit(session, EXTENDED, locked, unit_id, now=now, until=clock.civil(until))
