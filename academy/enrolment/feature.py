"""What enrolment plugs in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from academy.classes.rules import ClassState
from academy.enrolment import jobs
from academy.enrolment.queries import audit, deciding, finding, showing
from academy.enrolment.sample import fill
from academy.enrolment.views import blueprint, office, public
from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import Every, Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem, Panel
from academy.ground.text import N_

_PAGES = (office, public)
_OPENABLE = (ClassState.PUBLISHED,)


def _none(find: Callable[[Session], audit.Broken]) -> Callable[[Session], Finding]:
    """Make an invariant of a query that finds rows that ought not to be."""

    def check(session: Session) -> Finding:
        broken = find(session)
        return Finding(count=broken.count, expected=0, examples=broken.examples)

    return check


def _waiting_beside_free_places(session: Session) -> audit.Broken:
    return audit.waiting_beside_free_places(session, now=clock.now())


def _places(session: Session, actor: Actor, _now: datetime, class_session_id: int) -> Panel | None:
    """Show the office how many places are taken, and offer to open or change them."""
    class_ = deciding.class_by_id(session, class_session_id)
    if class_ is None:
        return None
    may_edit = actor.may(Capability.CLASS_EDIT)
    return Panel(
        template="enrolment/_panel.html",
        facts={
            "code": class_.code,
            "capacity": class_.capacity,
            "opens_at": class_.opens_at,
            "places": showing.places(session, [class_.id]).get(class_.id),
            "enrolling": class_.state is ClassState.ENROLLING,
            "may_open": may_edit and class_.state in _OPENABLE,
            "may_change": may_edit and class_.state is ClassState.ENROLLING,
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
    schedule=(Every("enrolment.fill", timedelta(minutes=2), jobs.fill_free_places),),
    invariants=(
        Invariant("pools whose count of taken places is not that of their seats", _none(audit.wrong_taken)),
        Invariant("pools with more people seated than places", _none(audit.full_pools_overrun)),
        Invariant("people with a seat in two class sessions at the same time", _none(audit.clashing_seats)),
        Invariant("people who wait unhindered while a place is free", _none(_waiting_beside_free_places)),
    ),
    sample=(fill.fill,),
    nav=(
        NavItem(
            label=N_("Classes"),
            endpoint="enrolment.list",
            icon="mortarboard",
            order=20,
            phone=True,
            but=Capability.DESK_ADMIN,
        ),
    ),
    panels=(_places,),
    search=(_find,),
    in_charge_of=(showing.in_charge_of,),
)
