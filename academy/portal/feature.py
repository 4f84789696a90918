"""What the front page and the desks plug in."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import Feature, Hit, HitKind, Lookup, NavItem, Panel
from academy.ground.text import N_
from academy.portal import sample
from academy.portal.queries import notices as notices_
from academy.portal.queries import openings, places
from academy.portal.views import desks, guide, home, notices, search, timetable, unit
from academy.portal.views.blueprint import bp
from academy.web import i18n

_SHOWN = 3


def _open_classes(session: Session, _actor: Actor, now: datetime, course_id: int) -> Panel | None:
    """Show on a course's page the class sessions that teach it and take enrolments now."""
    found = openings.openings_with(session, course_id, now=now, limit=_SHOWN)
    return Panel(template="portal/_course_panel.html", facts={"openings": found})


def _next_sittings(session: Session, _actor: Actor, now: datetime, place_id: int) -> Panel | None:
    """Show on a place's page what is taught there next."""
    found = places.next_sittings(session, place_id, now=now, limit=_SHOWN)
    return Panel(template="portal/_place_panel.html", facts={"sittings": found}) if found else None


def _find(session: Session, _actor: Actor, now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find the notices that everybody may read, by their titles."""
    found = notices_.found_notices(session, lookup.words, today=clock.local_date(now), most=lookup.most)
    return tuple(
        Hit(
            kind=HitKind.NOTICE,
            title=each.title,
            detail=i18n.day(each.published_at),
            url=url_for("portal.notice", code=each.code),
        )
        for each in found
    )


# Their pages hang on the one blueprint as soon as they are imported.
_PAGES = (desks, guide, home, notices, search, timetable, unit)

FEATURE = Feature(
    name="portal",
    blueprints=(bp,),
    sample=(sample.fill,),
    course_panels=(_open_classes,),
    place_panels=(_next_sittings,),
    search=(_find,),
    nav=(
        NavItem(
            label=N_("Desk"), endpoint="portal.admin", icon="clipboard-check", order=5,
            capability=Capability.DESK_ADMIN, phone=True,
        ),
        NavItem(
            label=N_("Timetable"), endpoint="portal.my_timetable", icon="calendar3", order=8,
            capability=Capability.DESK_TRAINEE, phone=True, but=(Capability.DESK_TEACH,),
        ),
        NavItem(
            label=N_("Timetable"), endpoint="portal.own_timetable", icon="calendar3", order=8,
            capability=Capability.DESK_TEACH, phone=True,
        ),
        NavItem(
            label=N_("My unit"), endpoint="portal.unit", icon="building", order=5,
            capability=Capability.DESK_UNIT, phone=True,
        ),
        NavItem(
            label=N_("My classes"), endpoint="portal.teach", icon="people", order=5,
            capability=Capability.DESK_TEACH, phone=True,
        ),
        NavItem(
            label=N_("My desk"), endpoint="portal.me", icon="house", order=5,
            capability=Capability.DESK_TRAINEE, phone=True,
        ),
    ),
)  # fmt: skip
