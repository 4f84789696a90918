"""What the class sessions plug in."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from academy.classes.queries import audit
from academy.classes.sample import fill
from academy.classes.views import listing, sessions, timetable, values
from academy.ground.access import Capability
from academy.ground.feature import Feature, Finding, Invariant, NavItem
from academy.ground.text import N_


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


FEATURE = Feature(
    name="classes",
    blueprints=(listing.bp, sessions.bp, timetable.bp, values.bp),
    invariants=(
        Invariant("sittings that do not hold just their quarter hours", _slots_fit),
        Invariant("sittings outside the days of their class session", _days_fit),
        Invariant("sittings for groups of another class session", _groups_fit),
        Invariant("class codes past their year's counter", _codes_are_counted),
        Invariant("closed class sessions of the sample academy", fill.closed_classes_are_all_there),
        Invariant("courses of the sample academy", fill.courses_are_all_there),
        Invariant("theory courses of the sample academy", fill.theory_courses_are_all_there),
        Invariant("practice courses of the sample academy", fill.practice_courses_are_all_there),
    ),
    sample=(fill.fill,),
    nav=(
        NavItem(
            label=N_("Class sessions"),
            endpoint="classes.list",
            icon="calendar3",
            order=40,
            capability=Capability.CLASS_EDIT,
        ),
    ),
)
