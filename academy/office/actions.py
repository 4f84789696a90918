"""Run a class session: start it, register who was there, keep its groups, and conclude it."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.actions import sessions as classes_actions
from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import Step
from academy.enrolment.actions import cancelling, filling, grouping, settling
from academy.enrolment.queries import deciding as enrolment
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import Refused
from academy.ground.text import N_
from academy.hours import actions as hours_actions
from academy.hours import queries as hours
from academy.hours.actions import NewCompletion, Registered
from academy.hours.rules import Taught, hours_text, kind_of
from academy.journal.actions import record
from academy.office import queries, rules
from academy.office.queries import Office
from academy.office.rules import Verdict
from academy.outbox.actions import Letter, post
from academy.people.queries import register as people
from academy.sites.rules import PlaceKind

COMPLETED = Letter(
    "office.completed",
    N_("You have completed the class"),
    N_(
        "You have completed “%(title)s” (%(code)s) with %(earned)s of %(required)s hours. The certificate follows."
    ),
)
NOT_COMPLETED = Letter(
    "office.not-completed",
    N_("The class has ended; hours are missing"),
    N_("“%(title)s” (%(code)s) has ended. You have %(earned)s of %(required)s hours, so it is not completed."),
)


def start(session: Session, *, actor: Actor, code: str, now: datetime) -> ClassSession:
    """Start a class session; nobody is promoted any more, places not settled lapse, and those in line are told."""
    queries.office_to_change(session, code, actor)
    locked = settling.hold(session, code)
    class_ = classes_actions.step(session, actor=actor, code=code, step=Step.START, now=now)
    settling.settle(session, actor=actor, code=code, locked=locked, now=now)
    filling.tell_not_seated(session, code=code, now=now)
    return class_


def cancel(session: Session, *, actor: Actor, code: str, reason: str, now: datetime) -> ClassSession:
    """Cancel a class session and tell everybody who has a place or waits why; it takes up nobody any more.

    Claims keep their state, so that people find out what became of them.
    """
    queries.office_to_change(session, code, actor)
    locked = cancelling.lock_pools(session, code)
    class_ = classes_actions.step(session, actor=actor, code=code, step=Step.CANCEL, now=now, because=reason)
    told = cancelling.tell_cancelled(session, code=code, reason=reason, now=now)
    cancelling.promote_elsewhere(session, actor=actor, locked=locked, but=class_.id, now=now)
    record(
        session, actor=actor, what="office.cancelled", about=class_, now=now,
        after={
            "reason": reason, "seated": told[EnrolmentState.SEATED], "waiting": told[EnrolmentState.WAITING],
        },
    )  # fmt: skip
    return class_


def take_register(
    session: Session, *, actor: Actor, code: str, sitting_id: int, present_ids: Collection[int], now: datetime
) -> Registered:
    """Note who was at a sitting, which gives and takes hours; sent again it changes nothing."""
    office = queries.office_to_change(session, code, actor)
    state = classes.lock_class_session(session, code).state
    sitting = queries.sitting_of(session, office.view.id, sitting_id)
    facts = rules.RegisterFacts(class_state=state, starts_at=sitting.starts_at)
    if reasons := rules.reasons_to_refuse_register(facts, now=now):
        raise Refused(*reasons)
    recorded = hours.present(session, sitting_id)
    sure, maybe = queries.expected(queries.seated(session, office.view.id), sitting, recorded)
    taught = Taught(
        sitting_id=sitting.id,
        class_session_id=office.view.id,
        kind=kind_of(domain=sitting.domain, at_field_site=sitting.place_kind is PlaceKind.FIELD_SITE),
        starts_at=sitting.starts_at,
        tenths=sitting.tenths,
    )
    return hours_actions.register(
        session, actor=actor, taught=taught, present_ids=frozenset(present_ids),
        expected_ids=frozenset(row.person_id for row in (*sure, *maybe)), now=now,
    )  # fmt: skip


def balance_groups(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """Put everybody without a group into one, and tell how many were placed."""
    office = queries.office_to_change(session, code, actor)
    group_ids = [group.id for group in classes.groups(session, office.view.id)]
    if not group_ids:
        raise Refused(rules.NO_GROUPS)
    members = [
        rules.Member(person_id=row.person_id, unit_name=row.unit_name, group_id=row.group_id)
        for row in queries.seated(session, office.view.id)
    ]
    moves = rules.balanced(members, group_ids)
    return grouping.put_in_groups(session, actor=actor, code=code, moves=moves, now=now)


def move_to_group(
    session: Session, *, actor: Actor, code: str, group_id: int, person_ids: Iterable[int], now: datetime
) -> int:
    """Move people to a group, and tell how many moved; whoever led another group leads it no more."""
    office = queries.office_to_change(session, code, actor)
    moves = dict.fromkeys(person_ids, group_id)
    if not moves:
        raise Refused(rules.PICK_SOME)
    moved = grouping.put_in_groups(session, actor=actor, code=code, moves=moves, now=now)
    for group in classes.groups(session, office.view.id):
        if group.id != group_id and group.leader_id in moves:
            queries.lock_group(session, office.view.id, group.id).leader_id = None
    return moved


def appoint_leader(
    session: Session, *, actor: Actor, code: str, person_ids: Collection[int], now: datetime
) -> None:
    """Make one person the leader of the group they are in."""
    office = queries.office_to_change(session, code, actor)
    if len(set(person_ids)) != 1:
        raise Refused(rules.PICK_ONE)
    seats = enrolment.lock_seated(session, office.view.id, person_ids)
    group_id = seats[0].group_id if seats else None
    if group_id is None:
        raise Refused(rules.NOT_SEATED)
    group = queries.lock_group(session, office.view.id, group_id)
    before, group.leader_id = group.leader_id, seats[0].person_id
    record(
        session, actor=actor, what="office.leader-appointed", about=group, now=now,
        before={"leader_id": before}, after={"leader_id": group.leader_id},
    )  # fmt: skip


def conclude(session: Session, *, actor: Actor, code: str, now: datetime) -> tuple[Verdict, ...]:
    """Conclude a class session with the numbers of each person, and tell everybody what became of it."""
    office = queries.office_to_change(session, code, actor)
    filling.hold(session, code)
    class_ = classes_actions.step(session, actor=actor, code=code, step=Step.CONCLUDE, now=now)
    found = queries.verdicts(session, office)
    completed_on = min(class_.ends_on, clock.local_date(now))
    hours_actions.complete_many(
        session, actor=actor, now=now,
        completions=[
            NewCompletion(
                person_id=verdict.person_id, class_session_id=class_.id, programme_id=class_.programme_id,
                tenths=verdict.earned, completed_on=completed_on,
            )
            for verdict in found
            if verdict.completes
        ],
    )  # fmt: skip
    counts = Counter(verdict.completes for verdict in found)
    record(
        session, actor=actor, what="office.concluded", about=class_, now=now,
        after={"completed": counts[True], "not_completed": counts[False], "required_tenths": office.required},
    )  # fmt: skip
    _tell_all(session, office, found, now=now)
    return found


def _tell_all(session: Session, office: Office, found: Iterable[Verdict], *, now: datetime) -> None:
    for verdict in found:
        recipient = people.recipient(session, verdict.person_id)
        if recipient is not None:
            values = {
                "title": office.view.title, "code": office.view.code,
                "earned": hours_text(verdict.earned), "required": hours_text(verdict.required),
            }  # fmt: skip
            post(session, COMPLETED if verdict.completes else NOT_COMPLETED, to=recipient, now=now, values=values)
