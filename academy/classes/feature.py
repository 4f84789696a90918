"""What the class sessions plug in."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from academy.classes.queries import audit, finding
from academy.classes.queries.finding import ClassFound
from academy.classes.rules import STATE_NAMES
from academy.classes.sample import fill
from academy.classes.views import listing, sessions, timetable, values
from academy.ground.access import Actor, Capability
from academy.ground.feature import Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem
from academy.ground.text import N_
from academy.web import i18n


def _none(kind: str, found: Sequence[object]) -> Finding:
    return Finding(count=len(found), expected=0, examples=tuple(f"{kind} {each}" for each in found[:5]))


def _slots_fit(session: Session) -> Finding:
    return _none("sitting", audit.sittings_without_their_slots(session))


def _days_fit(session: Session) -> Finding:
    return _none("sitting", audit.sittings_outside_their_class(session))


def _groups_fit(session: Session) -> Finding:
    return _none("sitting", audit.sittings_for_foreign_groups(session))


def _codes_are_counted(session: Session) -> Finding:
    return _none("class_session", audit.codes_past_their_counter(session))


def _are_found(session: Session) -> Finding:
    return _none("class_session", finding.wrong_tokens(session))


def _find(session: Session, actor: Actor, _now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find class sessions: the office's own page of each, a teacher's, or the public one."""
    return tuple(
        Hit(
            kind=HitKind.CLASS,
            title=each.title,
            detail=" · ".join((each.code, i18n.span(each.starts_on, each.ends_on), _(STATE_NAMES[each.state]))),
            url=_page(each, actor),
        )
        for each in finding.class_sessions(session, actor, lookup)
    )


def _page(of: ClassFound, actor: Actor) -> str:
    if actor.may(Capability.CLASS_EDIT):
        return url_for("class_session.show", code=of.code)
    return url_for("office.show" if of.in_office else "enrolment.show", code=of.code)


FEATURE = Feature(
    name="classes",
    blueprints=(listing.bp, sessions.bp, timetable.bp, values.bp),
    invariants=(
        Invariant("sittings that do not hold just their quarter hours", _slots_fit),
        Invariant("sittings outside the days of their class session", _days_fit),
        Invariant("sittings for groups of another class session", _groups_fit),
        Invariant("class codes past their year's counter", _codes_are_counted),
        Invariant("class sessions that are not found by their words (some looked at)", _are_found),
        Invariant("closed class sessions of the sample academy", fill.closed_classes_are_all_there),
        Invariant("courses of the sample academy", fill.courses_are_all_there),
        Invariant("theory courses of the sample academy", fill.theory_courses_are_all_there),
        Invariant("practice courses of the sample academy", fill.practice_courses_are_all_there),
    ),
    sample=(fill.fill,),
    search=(_find,),
    nav=(
        NavItem(
            label=N_("Class sessions"),
            endpoint="classes.list",
            icon="calendar3",
            order=20,
            capability=Capability.CLASS_EDIT,
            phone=True,
            also=("/admin/class-values/", "/admin/places/", "/admin/programmes/", "/teach/classes/"),
        ),
    ),
)
