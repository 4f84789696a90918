"""Make class sessions, change what is known of them, move them on, and divide them into groups."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from academy.classes import rules
from academy.classes.models import ClassCounter, ClassGroup, ClassSession, Slot
from academy.classes.queries import office, sessions
from academy.classes.rules import ClassFacts, ClassState, Step
from academy.ground.access import Actor, Role
from academy.ground.clock import local_date
from academy.ground.db import insert_once
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.people.queries import register as people

NO_INSTRUCTOR = Reason("no_instructor", N_("Only an instructor can be put in charge. Choose another person."))
NAME_TWICE = Reason("name_twice", N_("“%(name)s” is there already. Choose another name."))

DayChange = Callable[[Session, Actor, datetime, str, date], None]
_day_changes: list[DayChange] = []

_COLUMNS = {"opens_at": "enrolment_opens_at", "closes_at": "enrolment_closes_at"}


def plug_day_changes(acts: Sequence[DayChange]) -> None:
    """Let upper features act on another first day; class sessions know nobody who wants to come."""
    _day_changes[:] = acts


def create(
    session: Session, *, actor: Actor, facts: ClassFacts, now: datetime, groups: Sequence[str] = ()
) -> ClassSession:
    """Make a class session in draft, with the next code of this year and, if named, its groups."""
    _refuse(rules.reasons_to_refuse_facts(facts) + _manager_reasons(session, facts.manager_id, now))
    class_ = ClassSession(
        code=next_code(session, local_date(now).year), state=ClassState.DRAFT, created_at=now, **columns(facts)
    )
    session.add(class_)
    session.flush()
    _add_groups(session, class_, groups, taken=())
    after = {"code": class_.code, **_written(facts), "groups": list(groups)}
    record(session, actor=actor, what="class.created", about=class_, now=now, after=after)
    return class_


def next_code(session: Session, year: int) -> str:
    """Take the next code of a year; who comes second waits for the first."""
    insert_once(session, ClassCounter, year=year, last=0)
    counter = office.lock_counter(session, year)
    counter.last += 1
    return rules.class_code(year, counter.last)


def columns(facts: ClassFacts) -> dict[str, Any]:
    """Give the facts by the names of their columns."""
    return {_COLUMNS.get(field.name, field.name): getattr(facts, field.name) for field in fields(ClassFacts)}


def facts_of(class_: ClassSession) -> ClassFacts:
    """Give what is decided about a class session today."""
    names = (field.name for field in fields(ClassFacts))
    return ClassFacts(**{name: getattr(class_, _COLUMNS.get(name, name)) for name in names})


def change(session: Session, *, actor: Actor, code: str, facts: ClassFacts, now: datetime) -> None:
    """Change what is decided about a class session, as far as its state allows."""
    class_ = sessions.lock_class_session(session, code)
    before = facts_of(class_)
    changed = rules.changed_fields(before, facts)
    reasons = rules.reasons_to_refuse_change(class_.state, before, facts, office.sitting_days(session, class_.id))
    if "manager_id" in changed:
        reasons += _manager_reasons(session, facts.manager_id, now)
    _refuse(reasons)
    for name, value in columns(facts).items():
        setattr(class_, name, value)
    if changed:
        was, is_ = _written(before), _written(facts)
        record(
            session, actor=actor, what="class.changed", about=class_, now=now,
            before={name: was[name] for name in changed}, after={name: is_[name] for name in changed},
        )  # fmt: skip
    for act in _day_changes if "starts_on" in changed else ():
        act(session, actor, now, code, before.starts_on)


def step(
    session: Session, *, actor: Actor, code: str, step: Step, now: datetime, because: str = ""
) -> ClassSession:
    """Move a class session on; raises Refused with every reason against it. A cancelled one keeps why."""
    class_ = sessions.lock_class_session(session, code)
    facts = office.step_facts(
        session, class_session_id=class_.id, state=class_.state, manager_id=class_.manager_id
    )
    _refuse(rules.reasons_to_refuse_step(facts, step, now=now))
    before, class_.state = class_.state, rules.TRANSITIONS[class_.state, step]
    if class_.state is ClassState.CANCELLED:
        class_.cancelled_at, class_.cancelled_because = now, because
        ids = [sitting.id for sitting in sessions.sittings(session, class_.id)]
        session.execute(delete(Slot).where(Slot.sitting_id.in_(ids)))
    elif class_.state is ClassState.CONCLUDED:
        class_.concluded_at = now
    elif class_.state is ClassState.CLOSED:
        class_.closed_at = now
    record(
        session, actor=actor, what=f"class.{step.value.replace('_', '-')}", about=class_, now=now,
        before={"state": before}, after={"state": class_.state, **({"reason": because} if because else {})},
    )  # fmt: skip
    return class_


def add_groups(session: Session, *, actor: Actor, code: str, names: Sequence[str], now: datetime) -> None:
    """Divide a class session into further groups."""
    class_ = sessions.lock_class_session(session, code)
    _refuse(rules.reasons_to_refuse_groups(class_.state))
    _add_groups(session, class_, names, taken=[group.name for group in sessions.groups(session, class_.id)])
    record(session, actor=actor, what="class.groups-added", about=class_, now=now, after={"groups": list(names)})


def _add_groups(session: Session, class_: ClassSession, names: Sequence[str], taken: Sequence[str]) -> None:
    known = [*taken, *names]
    _refuse(tuple(NAME_TWICE.about(name=name) for name in dict.fromkeys(names) if known.count(name) > 1))
    session.add_all(
        ClassGroup(class_session_id=class_.id, name=name, position=position)
        for position, name in enumerate(names, len(taken) + 1)
    )


def rename_group(session: Session, *, actor: Actor, code: str, group_id: int, name: str, now: datetime) -> None:
    """Give a group another name."""
    class_ = sessions.lock_class_session(session, code)
    group = office.lock_group(session, class_.id, group_id)
    others = [other.name for other in sessions.groups(session, class_.id) if other.id != group_id]
    _refuse(
        rules.reasons_to_refuse_groups(class_.state) + ((NAME_TWICE.about(name=name),) if name in others else ())
    )
    before, group.name = group.name, name
    record(
        session, actor=actor, what="class.group-renamed", about=group, now=now,
        before={"name": before}, after={"name": name},
    )  # fmt: skip


def note_export(session: Session, *, actor: Actor, count: int, now: datetime) -> None:
    """Note that the list of class sessions was taken out as a spreadsheet."""
    record(session, actor=actor, what="class.exported", about="class_session", now=now, after={"count": count})


def _manager_reasons(session: Session, manager_id: int | None, now: datetime) -> tuple[Reason, ...]:
    if manager_id is None:
        return ()
    instructors = {person.id for person in people.staff(session, Role.INSTRUCTOR, local_date(now))}
    return () if manager_id in instructors else (NO_INSTRUCTOR,)


def _written(facts: ClassFacts) -> dict[str, Any]:
    """Give the facts as the journal holds them."""
    values = {field.name: getattr(facts, field.name) for field in fields(ClassFacts)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
