"""What enrolment plugs in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment import jobs
from academy.enrolment.actions import moving
from academy.enrolment.queries import audit, deciding, finding, pools, showing, ties, unit_lists, waiting
from academy.enrolment.sample import fill
from academy.enrolment.sample import notices as sample_notices
from academy.enrolment.views import (
    admission,
    blueprint,
    choosing,
    claims,
    exports,
    imports,
    line,
    list_desk,
    list_forms,
    lists,
    notices,
    office,
    public,
    quotas,
    substitution,
    todo,
    unit_class,
    unit_exports,
)
from academy.enrolment.views.roster_command import import_roster
from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import Every, Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem, Panel
from academy.ground.text import N_

_PAGES = (
    admission, claims, exports, imports, line, list_forms, lists, notices, office, public, quotas, substitution,
    unit_class, unit_exports,
)  # fmt: skip
_OPENABLE = (ClassState.PUBLISHED,)


def _none(find: Callable[[Session], audit.Broken]) -> Callable[[Session], Finding]:
    """Make an invariant of a query that finds rows that ought not to be."""

    def check(session: Session) -> Finding:
        broken = find(session)
        return Finding(count=broken.count, expected=0, examples=broken.examples)

    return check


def _waiting_beside_free_places(session: Session) -> audit.Broken:
    return audit.waiting_beside_free_places(session, now=clock.now())


def _forgotten_offers(session: Session) -> audit.Broken:
    return audit.forgotten_offers(session, now=clock.now())


def _places(session: Session, actor: Actor, now: datetime, class_session_id: int) -> Panel | None:
    """Show the office how many places are taken, and offer to open or change them."""
    class_ = deciding.class_by_id(session, class_session_id)
    if class_ is None:
        return None
    may_edit = actor.may(Capability.CLASS_EDIT)
    may_change = may_edit and class_.state is ClassState.ENROLLING
    plan = pools.plan(session, class_.id)
    division = unit_lists.division(session, class_.id, plan, on=clock.local_date(now)) if plan.nomination else None
    return Panel(
        template="enrolment/_panel.html",
        facts={
            "code": class_.code,
            "capacity": class_.capacity,
            "opens_at": class_.opens_at,
            "places": showing.places(session, [class_.id]).get(class_.id),
            "enrolling": class_.state is ClassState.ENROLLING,
            "clashing": len(waiting.clashing(session, class_.id)) if may_change else 0,
            "division": division,
            "may_prepare": may_edit and class_.state in (ClassState.DRAFT, ClassState.PUBLISHED),
            "may_edit": may_edit,
            "may_open": may_edit and class_.state in _OPENABLE,
            "may_change": may_change,
        },
    )


def _find(session: Session, actor: Actor, now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find the people of the class sessions that an instructor manages or teaches."""
    return tuple(
        Hit(
            kind=HitKind.PERSON,
            title=each.name,
            detail=f"{each.class_code} · {each.class_title}",
            url=url_for("office.show", code=each.class_code, q=each.name),
        )
        for each in finding.enrolled(session, actor, lookup, on=clock.local_date(now))
    )


FEATURE = Feature(
    name="enrolment",
    blueprints=(blueprint.bp,),
    commands=(import_roster,),
    schedule=(
        Every("enrolment.fill", timedelta(minutes=2), jobs.fill_free_places),
        Every("enrolment.start-clocks", timedelta(minutes=1), jobs.start_clocks),
        Every("enrolment.lapse", timedelta(minutes=1), jobs.lapse_overdue),
        Every("enrolment.return-unused", timedelta(minutes=10), jobs.return_unused_places),
        Every("enrolment.overdue-lists", timedelta(minutes=10), jobs.tell_overdue_units),
    ),
    invariants=(
        Invariant("pools whose count of taken places is not that of their seats", _none(audit.wrong_taken)),
        Invariant("pools with more people seated than places", _none(audit.full_pools_overrun)),
        Invariant("people with a seat in two class sessions at the same time", _none(audit.clashing_seats)),
        Invariant("years whose notices are not numbered without a gap", _none(audit.wrong_notice_numbers)),
        Invariant("people who wait unhindered while a place is free", _none(_waiting_beside_free_places)),
        Invariant("class sessions whose pools do not add up to the capacity", _none(audit.pools_beside_capacity)),
        Invariant("offers whose time is over, or began too early", _none(_forgotten_offers)),
        Invariant("people promoted after the class session began", _none(audit.promoted_after_start)),
        Invariant("people put forward on places that are not a unit's", _none(audit.nominated_elsewhere)),
        Invariant("substitutes on another place than that given up", _none(audit.broken_substitutions)),
        Invariant("people whose unit's list says otherwise", _none(audit.people_beside_lists)),
    ),
    sample=(fill.fill, sample_notices.fill),
    nav=(
        NavItem(
            label=N_("Classes"),
            endpoint="enrolment.list",
            icon="mortarboard",
            order=20,
            phone=True,
            but=(Capability.DESK_ADMIN,),
        ),
        NavItem(
            label=N_("Places to fill"),
            endpoint="enrolment.unit_classes",
            icon="clipboard-check",
            order=7,
            capability=Capability.DESK_UNIT,
            phone=True,
        ),
    ),
    desk=(
        list_desk.units,
        list_desk.office,
        todo.own_claims,
        choosing.own_clashes,
        todo.unit_claims,
        todo.office_claims,
        notices.desk,
        notices.office_desk,
    ),
    day_changes=(moving.tell_of_new_day,),
    panels=(_places,),
    search=(_find,),
    in_charge_of=(showing.in_charge_of,),
    unit_ties=(ties.of_unit,),
)
