"""Move units' lists on: handed in, taken back, returned, reported; and keep the stamped form beside one."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.enrolment.actions.confirming import confirm_locked
from academy.enrolment.actions.locking import Locked, lock, lock_family, note, tell_unit
from academy.enrolment.models.nominating import UnitList
from academy.enrolment.queries import lists
from academy.enrolment.rules.lists import ListState, moved
from academy.enrolment.rules.nominating import HAS_BEGUN
from academy.enrolment.rules.steps import (
    NEEDS_TIME,
    NOT_NOW,
    SAY_WHY,
    StreetFacts,
    after_handing_in,
    reasons_to_refuse_time,
    reasons_to_wait_for,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_, clean_name, has_a_character
from academy.journal.actions import record
from academy.outbox.actions import Letter

RETURNED = Letter(
    "enrolment.list-returned",
    N_("A list has been returned to you"),
    N_(
        "The list of %(unit)s for “%(title)s” (%(code)s) has been returned. Why: %(reason)s Please mend it and "
        "hand it in again by %(until)s."
    ),
)
_LONGEST_NAME, _LONGEST_REASON = 100, 200


def hand_in(session: Session, *, actor: Actor, code: str, unit_id: int, now: datetime) -> ListState:
    """Hand a unit's list in, and tell where it is now: with the district, the academy, or confirmed at once.

    A district's takes along those of its streets; raises Refused while a street still has time to hand in.
    """
    lists.own_unit(session, actor, unit_id)
    locked = lock_family(session, code, unit_id)
    to = after_handing_in(locked.plan, is_street=locked.is_street(unit_id))
    if reasons := (*locked.against(unit_id, to, now=now), *_waits_for(locked, unit_id, now=now)):
        raise Refused(*reasons)
    together = (unit_id, *_sent_along(locked, unit_id))
    for each in together:
        _send(session, actor, locked.lists[each], to, now=now)
    if to is ListState.REPORTED and not locked.plan.academy_confirms:
        confirm_locked(session, actor=actor, locked=locked, unit_ids=together, now=now)
    return locked.lists[unit_id].state


def _sent_along(locked: Locked, unit_id: int) -> tuple[int, ...]:
    """Choose the streets whose lists a district reports with its own: those with places, or handed in."""
    if locked.is_street(unit_id) or not locked.plan.by_streets:
        return ()
    open_ = {ListState.OPEN, ListState.RETURNED} if locked.plan.by_districts else set()
    return tuple(
        each
        for each in sorted(locked.lists)
        if locked.is_street(each)
        and (
            locked.lists[each].state is ListState.HANDED_IN
            or (locked.lists[each].state in open_ and locked.places(each))
        )
    )


def _waits_for(locked: Locked, unit_id: int, *, now: datetime) -> tuple[Reason, ...]:
    if locked.is_street(unit_id) or not (locked.plan.by_streets and locked.plan.by_districts):
        return ()
    streets = [
        StreetFacts(
            unit=locked.names[each],
            state=locked.lists[each].state,
            places=locked.places(each),
            due=locked.due(each),
        )
        for each in sorted(locked.lists)
        if locked.is_street(each)
    ]
    returned = locked.lists[unit_id].state is ListState.RETURNED
    return reasons_to_wait_for(streets, returned=returned, now=now)


def _send(session: Session, actor: Actor, list_: UnitList, to: ListState, *, now: datetime) -> None:
    before = list_.state
    list_.state = moved(before, to)
    if list_.handed_in_at is None or before is not ListState.HANDED_IN:
        list_.handed_in_at, list_.handed_in_by = now, actor.name
    if to is ListState.REPORTED:
        list_.reported_at, list_.reported_by = now, actor.name
    note(session, actor, list_, "reported" if to is ListState.REPORTED else "handed-in", before, now=now)


def take_back(session: Session, *, actor: Actor, code: str, unit_id: int, now: datetime) -> None:
    """Take a street's list back before its district has looked at it."""
    lists.own_unit(session, actor, unit_id)
    locked = lock(session, code, [unit_id])
    if reasons := locked.against(unit_id, ListState.OPEN, now=now):
        raise Refused(*reasons)
    list_ = locked.lists[unit_id]
    before, list_.state = list_.state, moved(list_.state, ListState.OPEN)
    note(session, actor, list_, "taken-back", before, now=now)


def return_(
    session: Session,
    *,
    actor: Actor,
    code: str,
    unit_id: int,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> None:
    """Return a list for a reason that the unit is told; a district's goes back with those of its streets.

    Where its time is over, `until` gives it more.
    """
    lists.checked_unit(session, actor, unit_id)
    said = clean_name(reason)[:_LONGEST_REASON]
    locked = lock_family(session, code, unit_id)
    if reasons := _against_return(locked, actor, unit_id, said=said, until=until, now=now):
        raise Refused(*reasons)
    for each in (unit_id, *_sent_back(locked, unit_id)):
        list_, due = locked.lists[each], locked.due(each)
        if until is not None and (due is None or until > due):
            list_.extended_to = until
        before, list_.state = list_.state, moved(list_.state, ListState.RETURNED)
        list_.returned_because = said
        note(session, actor, list_, "returned", before, now=now, reason=said)
    last = locked.due(unit_id) or locked.starts_at
    tell_unit(session, RETURNED, locked, unit_id, now=now, reason=said, until=clock.civil(last))


def _sent_back(locked: Locked, unit_id: int) -> tuple[int, ...]:
    """Choose the streets whose lists go back with their district's: all that it had reported."""
    if locked.is_street(unit_id):
        return ()
    return tuple(
        each
        for each in sorted(locked.lists)
        if locked.is_street(each) and locked.lists[each].state is ListState.REPORTED
    )


def _against_return(
    locked: Locked, actor: Actor, unit_id: int, *, said: str, until: datetime | None, now: datetime
) -> tuple[Reason, ...]:
    name, due = locked.names[unit_id], locked.due(unit_id)
    with_academy = locked.lists[unit_id].state is ListState.REPORTED and not actor.is_admin
    late = due is not None and now >= due and (until is None or until <= due)
    later = until is not None and (due is None or until > due)
    return (
        *((NOT_NOW.about(unit=name),) if with_academy else locked.against(unit_id, ListState.RETURNED, now=now)),
        *(() if has_a_character(said) else (SAY_WHY,)),
        *((NEEDS_TIME.about(unit=name),) if late else ()),
        *(against_time(locked, actor, unit_id, until, now=now) if until is not None and later else ()),
    )


def against_time(
    locked: Locked, actor: Actor, unit_id: int, until: datetime, *, now: datetime
) -> tuple[Reason, ...]:
    """Return every reason against giving a unit this long; a district gives streets no more than it has."""
    last = None if actor.is_admin else locked.due(locked.districts[unit_id])
    return reasons_to_refuse_time(
        until, unit=locked.names[unit_id], due=locked.due(unit_id), latest=last or locked.starts_at, now=now
    )


def attach_form(
    session: Session, *, actor: Actor, code: str, unit_id: int, digest: str, name: str, now: datetime
) -> None:
    """Put the stamped form, kept already under its SHA-256, beside a unit's list; a newer one takes its place."""
    lists.own_unit(session, actor, unit_id)
    locked = lock(session, code, [unit_id])
    list_ = locked.lists[unit_id]
    if locked.started(now):
        raise Refused(HAS_BEGUN)
    if list_.state is ListState.CONFIRMED:
        raise Refused(NOT_NOW.about(unit=locked.names[unit_id]))
    before = list_.form_sha256
    list_.form_sha256, list_.form_name = digest, name[-_LONGEST_NAME:]
    if before != digest:
        record(
            session, actor=actor, what="enrolment.list-form-attached", about=list_, now=now,
            before={"sha256": before}, after={"sha256": digest, "name": list_.form_name},
        )  # fmt: skip


def note_export(session: Session, *, actor: Actor, code: str, unit_id: int, count: int, now: datetime) -> None:
    """Note that a unit's list was taken away as a file."""
    lists.own_unit(session, actor, unit_id)
    after = {"code": code, "unit_id": unit_id, "count": count}
    record(session, actor=actor, what="enrolment.list-exported", about="unit_list", now=now, after=after)
