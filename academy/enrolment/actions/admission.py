"""Compose what a class session asks of whoever wants a place: add a rule, take one away, put them in order."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.enrolment.models.nominating import AdmissionRule
from academy.enrolment.queries import admission
from academy.enrolment.rules.admission import (
    COMPOSABLE,
    TOO_LATE_TO_COMPOSE,
    Rule,
    RuleKind,
    reasons_to_refuse_rule,
    said,
    takes_certificates,
    takes_months,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.text import DEFAULT_LOCALE, translate
from academy.journal.actions import record


def add_rule(
    session: Session,
    *,
    actor: Actor,
    code: str,
    kind: RuleKind,
    keys: Collection[int | str],
    months: int | None,
    certified: bool = False,
    now: datetime,
) -> AdmissionRule:
    """Ask one more thing of whoever wants a place; those who have one keep it.

    Raises Refused with every reason against the rule.
    """
    class_ = classes.lock_class_session(session, code)
    named = admission.chosen(session, kind, keys, on=clock.local_date(now))
    names = () if kind is RuleKind.GRID_ROLE else tuple(named.values())
    rule = Rule(
        kind=kind, keys=tuple(named), names=names, months=months if takes_months(kind) else None,
        certified=certified and takes_certificates(kind) and admission.certificates_count(),
    )  # fmt: skip
    rows = admission.lock_rules(session, class_.id)
    others = [admission.read(row.kind, row.wanted) for row in rows]
    if reasons := reasons_to_refuse_rule(rule, others, state=class_.state):
        raise Refused(*reasons)
    position = max((row.position for row in rows), default=0) + 1
    added = AdmissionRule(class_session_id=class_.id, position=position, kind=kind, wanted=_wanted(rule))
    session.add(added)
    record(session, actor=actor, what="enrolment.rule-added", about=class_, now=now, after=_noted(rule))
    return added


def remove_rule(session: Session, *, actor: Actor, code: str, rule_id: int, now: datetime) -> None:
    """Ask one thing less; raises NotFound for a rule of another class session."""
    class_, rows = _rules(session, code)
    row = _picked(rows, rule_id)
    rule = admission.read(row.kind, row.wanted)
    session.delete(row)
    record(session, actor=actor, what="enrolment.rule-removed", about=class_, now=now, before=_noted(rule))


def move_up(session: Session, *, actor: Actor, code: str, rule_id: int, now: datetime) -> None:
    """Say a rule before the one above it; the first one stays where it is."""
    class_, rows = _rules(session, code)
    place = rows.index(_picked(rows, rule_id))
    if place == 0:
        return
    above, moved = rows[place - 1], rows[place]
    upper, lower = above.position, moved.position
    for row, position in ((above, 0), (moved, upper), (above, lower)):  # no two rules ever have one position
        row.position = position
        session.flush()
    record(
        session, actor=actor, what="enrolment.rules-ordered", about=class_, now=now,
        after=_noted(admission.read(moved.kind, moved.wanted)),
    )  # fmt: skip


def _rules(session: Session, code: str) -> tuple[ClassSession, list[AdmissionRule]]:
    class_ = classes.lock_class_session(session, code)
    if class_.state not in COMPOSABLE:
        raise Refused(TOO_LATE_TO_COMPOSE)
    return class_, list(admission.lock_rules(session, class_.id))


def _picked(rows: list[AdmissionRule], rule_id: int) -> AdmissionRule:
    found = next((row for row in rows if row.id == rule_id), None)
    if found is None:
        raise NotFound
    return found


def _wanted(rule: Rule) -> dict[str, Any]:
    """Write what a rule asks for as its row keeps it."""
    wanted: dict[str, Any] = {"keys": list(rule.keys), "names": list(rule.names)}
    if rule.months:
        wanted["months"] = rule.months
    if rule.certified:
        wanted["certified"] = True
    return wanted


def _noted(rule: Rule) -> dict[str, Any]:
    """Write a rule for the journal, in the words in which people read it."""
    reason = said(rule)
    return {"rule": translate(DEFAULT_LOCALE, reason.message, reason.values)}
