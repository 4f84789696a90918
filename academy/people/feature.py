"""What people plugs in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem, Every, Feature, Finding, Invariant, NavItem
from academy.ground.text import N_
from academy.people import jobs
from academy.people.queries import binding, truths
from academy.people.sample import fill, staff
from academy.people.views import account, blueprint, joining, login, office
from academy.people.views import binding as binding_views

# Their pages hang on the one blueprint as soon as they are imported.
_PAGES = (account, binding_views, joining, login, office)


def _requests(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Ask liaisons and the office to look at ID cards."""
    if not (actor.may(Capability.DESK_UNIT) or actor.may(Capability.PERSON_LIST)):
        return ()
    count = binding.count_open_requests(session, actor, on=clock.local_date(now))
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext(
                "person waits to have a phone bound", "people wait to have their phones bound", count
            ),
            detail=_("They cannot sign in before somebody has seen their ID cards."),
            url=url_for("people.requests"),
            action=_("Look at them"),
            urgency=30,
            capability=Capability.PERSON_BIND_PHONE,
        ),
    )


def _none(kind: str, ids: Sequence[int]) -> Finding:
    return Finding(count=len(ids), expected=0, examples=tuple(f"{kind} {row_id}" for row_id in ids[:5]))


def _one_holder(session: Session) -> Finding:
    return _none("phone", truths.shared_phones(session))


def _liaisons_have_units(session: Session) -> Finding:
    return _none("role_grant", truths.liaisons_without_unit(session))


def _units_are_current(session: Session) -> Finding:
    today = clock.local_date(clock.now())
    return _none("membership", truths.memberships_of_ended_units(session, today))


def _sealed_values_open(session: Session) -> Finding:
    found = truths.sealed_values_that_do_not_open(session)
    return Finding(count=len(found), expected=0, examples=tuple(found[:5]))


FEATURE = Feature(
    name="people",
    blueprints=(blueprint.bp,),
    schedule=(Every("people.forget-old", timedelta(hours=6), jobs.forget_old),),
    invariants=(
        Invariant("phones that sign in more than one person", _one_holder),
        Invariant("liaisons without a unit, or others with one", _liaisons_have_units),
        Invariant("current memberships of units that are not current", _units_are_current),
        Invariant("trainees of the sample academy", fill.trainees_are_all_there),
        Invariant("encrypted values that do not open or are not found (a few looked at)", _sealed_values_open),
    ),
    nav=(
        NavItem(
            label=N_("People"), endpoint="people.list", icon="people", order=45, capability=Capability.PERSON_LIST,
        ),
        NavItem(
            label=N_("Phones to bind"), endpoint="people.requests", icon="phone", order=55,
            capability=Capability.DESK_UNIT,
        ),
    ),
    desk=(_requests,),
    sample=(fill.fill,),
    says=staff.accounts_table(),
)  # fmt: skip
