"""The front page, and one desk for each role: what is to be done now, and where."""

from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.queries import register
from academy.certificates.rules import CertificateState
from academy.classes.queries import sessions as classes
from academy.classes.rules import STATE_NAMES, ClassState
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.hours import queries as hours
from academy.hours.rules import KIND_NAMES, YEAR_TARGET_TENTHS
from academy.people.queries import register as people
from academy.portal.queries import figures, learning, notices, openings, teaching, unit, work
from academy.web import i18n
from academy.web.access import actor, public, requires
from academy.web.htmx import see_other
from academy.web.paging import cursor, page
from academy.web.plugs import desk_items
from academy.web.session import reading

bp = Blueprint("portal", __name__, template_folder="templates")

_SHOWN_OPENINGS = 5
_SHOWN_SITTINGS = 4
_SHOWN_CERTIFICATES = 3
_ROWS = 50
_DAYS_AHEAD = 14

# Which desk comes first for somebody with several roles.
_DESKS = (
    (Capability.DESK_ADMIN, "portal.admin"),
    (Capability.DESK_TEACH, "portal.teach"),
    (Capability.DESK_UNIT, "portal.unit"),
    (Capability.DESK_TRAINEE, "portal.me"),
    (Capability.JOURNAL_READ, "journal.audit"),
)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the academy in numbers and the class sessions that one can enrol in."""
    session, now = reading(), clock.now()
    return render_template(
        "portal/home.html",
        figures=figures.figures(session),
        notices=notices.latest(session, limit=5),
        openings=openings.openings(session, now=now, limit=_SHOWN_OPENINGS),
    )


@bp.get("/desk")
@requires(Capability.ACCOUNT_KEEP)
def desk() -> ResponseReturnValue:
    """Lead whoever signed in to the desk of their role."""
    reader = actor()
    found = [endpoint for capability, endpoint in _DESKS if reader.may(capability)]
    return see_other(url_for(found[0] if found else "portal.home"))


@bp.get("/me/")
@requires(Capability.DESK_TRAINEE)
def me() -> ResponseReturnValue:
    """Show a trainee what is next, what is missing, and what can be taken up."""
    session, now, person_id = reading(), clock.now(), _person_id()
    claims = learning.claims(session, person_id, today=clock.local_date(now))
    by_kind = hours.tenths_of_year(session, person_id, clock.local(now).year)
    return render_template(
        "portal/me.html",
        today=now,
        sittings=learning.next_sittings(session, person_id, now=now, limit=_SHOWN_SITTINGS),
        claims=claims,
        unfinished=[claim for claim in claims if claim.missing and claim.under_way],
        items=desk_items(),
        total=sum(by_kind.values()),
        by_kind=[(KIND_NAMES[kind], tenths) for kind in KIND_NAMES if (tenths := by_kind.get(kind, 0))],
        target=YEAR_TARGET_TENTHS,
        certificates=[
            held for held in register.of_person(session, person_id) if held.state is not CertificateState.REVOKED
        ][:_SHOWN_CERTIFICATES],
        openings=openings.openings_for(
            session, person_id, but={claim.class_session_id for claim in claims}, now=now, limit=3
        ),
        begins=_begins,
        state_names=STATE_NAMES,
    )


@bp.get("/teach/")
@requires(Capability.DESK_TEACH)
def teach() -> ResponseReturnValue:
    """Show an instructor today's sittings, the class sessions in their charge, and what they teach next."""
    session, now, person_id = reading(), clock.now(), _person_id()
    today = clock.local_date(now)
    midnight = clock.at(today + timedelta(days=1), 0)
    end = clock.at(today + timedelta(days=1 + _DAYS_AHEAD), 0)
    return render_template(
        "portal/teach.html",
        today=now,
        now=now,
        todays=teaching.sittings(session, person_id, since=clock.at(today, 0), until=midnight),
        items=desk_items(),
        managed=teaching.managed(session, person_id),
        upcoming=classes.taught_by(session, person_id, midnight, end),
        state_names=STATE_NAMES,
    )


@bp.get("/unit/", endpoint="unit")
@requires(Capability.DESK_UNIT)
def unit_desk() -> ResponseReturnValue:
    """Show a liaison the people of their units, their hours and enrolments, and what is open for them."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    scope = people.units_below(session, actor().unit_ids)
    units = unit.units(session, scope)
    chosen = request.args.get("unit", type=int)
    narrowed = {chosen} & scope if chosen else scope
    words = request.args.get("q", "").strip()[:60]
    return render_template(
        "portal/unit.html",
        own=[each for each in units if each.id in actor().unit_ids],
        units_choice=[(each.id, each.name) for each in units],
        chosen=chosen,
        words=words,
        people=page(unit.people(session, narrowed, words=words, on=today, cursor=cursor(), size=_ROWS)),
        count=unit.count_people(session, scope, on=today),
        year=today.year,
        items=desk_items(),
        openings=openings.openings(session, now=now, limit=_SHOWN_OPENINGS),
    )


@bp.get("/admin/")
@requires(Capability.DESK_ADMIN)
def admin() -> ResponseReturnValue:
    """Show the office what waits, what is stuck, and where the class sessions stand."""
    session, now = reading(), clock.now()
    counts = classes.state_counts(session)
    return render_template(
        "portal/admin.html",
        today=now,
        items=desk_items(),
        states=[(state, STATE_NAMES[state], counts.get(state, 0)) for state in ClassState],
        trouble=work.trouble(session, now=now),
    )


def _person_id() -> int:
    """Tell who asks; the operator of the machine is nobody and has no desk of a person."""
    person_id = actor().person_id
    if person_id is None:
        raise NotFound
    return person_id


def _begins(starts_at: datetime) -> str:
    """Say when something begins as people say it: `today 09:00`, `tomorrow 09:00`, or its day."""
    days = (clock.local_date(starts_at) - clock.local_date(clock.now())).days
    hour = i18n.clock_time(starts_at)
    if days == 0:
        return str(_("Today %(hour)s", hour=hour))
    if days == 1:
        return str(_("Tomorrow %(hour)s", hour=hour))
    return i18n.moment(starts_at)
