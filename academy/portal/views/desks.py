"""The desks of trainees, of instructors and class managers, and of the office: what to do now, and where."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.certificates.queries import register
from academy.certificates.rules.states import CertificateState
from academy.classes.queries import sessions as classes
from academy.classes.rules import STATE_NAMES, ClassState
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.ground.feature import DeskItem
from academy.hours import queries as hours
from academy.hours.rules import KIND_NAMES, YEAR_TARGET_TENTHS
from academy.portal.queries import learning, managing, notices, openings, teaching, timetable, work
from academy.portal.queries.learning import Claim
from academy.portal.queries.managing import Held, Named, Standing
from academy.portal.queries.teaching import OwnSitting
from academy.portal.queries.timetable import Expected
from academy.portal.rules import KIND_NAMES as NOTICE_KINDS
from academy.portal.views.blueprint import bp
from academy.web import i18n
from academy.web.access import actor, requires
from academy.web.plugs import desk_items
from academy.web.session import Session, reading

_SHOWN_CERTIFICATES = 3
_SHOWN_OPENINGS = 3
_SHOWN_NOTICES = 2
_SHOWN_NAMES = 3
_BARS = 6
_DAYS_AHEAD = 14
_A_YEAR = timedelta(days=366)


@bp.get("/me/")
@requires(Capability.DESK_TRAINEE)
def me() -> ResponseReturnValue:
    """Show a trainee what is next, what is missing, and what can be taken up."""
    session, now, person_id = reading(), clock.now(), own_id()
    this_year = clock.local(now).year
    claims = learning.claims(session, person_id, today=clock.local_date(now))
    sittings = _sittings_of(session, person_id, claims, now)
    ahead = [each for each in sittings if each.ends_at > now]
    by_kind = hours.tenths_of_year(session, person_id, this_year)
    return render_template(
        "portal/me.html",
        today=now,
        now=now,
        ahead=ahead[:2],
        claims=claims,
        unfinished=[each for each in learning.progress(claims, sittings) if each.claim.missing],
        items=desk_items(),
        total=sum(by_kind.values()),
        by_kind=[(KIND_NAMES[kind], tenths) for kind in KIND_NAMES if (tenths := by_kind.get(kind, 0))],
        target=YEAR_TARGET_TENTHS,
        expected=learning.tenths_to_come(sittings, year=this_year),
        certificates=[
            held for held in register.of_person(session, person_id) if held.state is not CertificateState.REVOKED
        ][:_SHOWN_CERTIFICATES],
        openings=openings.openings_for(session, person_id, now=now, limit=_SHOWN_OPENINGS),
        notices=notices.latest(session, today=clock.local_date(now), limit=_SHOWN_NOTICES),
        kind_names=NOTICE_KINDS,
        begins=begins,
    )


def _sittings_of(session: Session, person_id: int, claims: Sequence[Claim], now: datetime) -> tuple[Expected, ...]:
    """List all sittings of the class sessions that the trainee has a place in and that are not closed."""
    mine = {claim.class_session_id: claim.starts_on for claim in claims if claim.seated}
    if not mine:
        return ()
    found = timetable.sittings(
        session, person_id, since=clock.at(min(mine.values()), 0), until=now + _A_YEAR, now=now
    )
    return tuple(each for each in found if each.class_session_id in mine)


@bp.get("/teach/")
@requires(Capability.DESK_TEACH)
def teach() -> ResponseReturnValue:
    """Show an instructor today's sittings, the class sessions in their charge, and what they teach next."""
    session, now, person_id = reading(), clock.now(), own_id()
    midnight = clock.at(clock.local_date(now) + timedelta(days=1), 0)
    end = clock.at(clock.local_date(now) + timedelta(days=1 + _DAYS_AHEAD), 0)
    sittings = teaching.sittings(session, person_id, since=clock.at(clock.local_date(now), 0), until=end)
    managed = managing.managed(session, person_id)
    standings = managing.standings(session, managed)
    items = (*desk_items(), *_to_watch(standings), *_to_print(sittings, now))
    todays = [each for each in sittings if each.starts_at < midnight]
    charted = next((each for each in standings if each.held), None)
    return render_template(
        "portal/teach.html",
        today=now,
        now=now,
        todays=todays,
        all_over=bool(todays) and all(each.ends_at <= now for each in todays),
        next=next((each for each in sittings if each.starts_at >= midnight), None),
        begins=begins,
        items=sorted(items, key=lambda item: item.urgency),
        first_open=next((each.id for each in sittings if _lacks_register(each, now)), None),
        managed=managed,
        standings={each.of.id: each for each in standings},
        charted=charted,
        bars=_bars(charted.times) if charted else [],
        last=charted.times[-1] if charted else None,
        upcoming=[each for each in sittings if each.starts_at >= midnight and each.taught_by_me],
        state_names=STATE_NAMES,
    )


def _lacks_register(sitting: OwnSitting, now: datetime) -> bool:
    return sitting.managed_by_me and sitting.running and sitting.present is None and sitting.starts_at <= now


def _bars(held: Sequence[Held]) -> list[tuple[str, float, str]]:
    """Tell the share of those expected who came, for the last times that the class met."""
    found = []
    for each in held[-_BARS:]:
        share = round(100 * each.present / max(each.expected, 1), 1)
        found.append((clock.civil(each.starts_at)[5:], share, f"{i18n.number(share)}%"))
    return found


def _to_watch(standings: Sequence[Standing]) -> list[DeskItem]:
    """Ask a class manager to speak to those who may not complete, class session by class session."""
    found = []
    for each in standings:
        edge, lost, loose = len(each.edge), len(each.lost), each.without_group
        said = ngettext(
            "person cannot complete after missing one more sitting",
            "people cannot complete after missing one more sitting",
            edge,
        )
        found.append(_watch(each, edge, said, each.edge, urgency=12, standing="missed", kind="no"))
        said = ngettext("person cannot complete any more", "people cannot complete any more", lost)
        found.append(_watch(each, lost, said, each.lost, urgency=32, standing="out_of_reach"))
        said = ngettext("person has no group yet", "people have no group yet", loose)
        found.append(_watch(each, loose, said, (), urgency=34))
    return [item for item in found if item.count]


def _watch(
    of: Standing,
    count: int,
    said: str,
    people: Sequence[Named],
    *,
    urgency: int,
    standing: str = "",
    kind: str = "",
) -> DeskItem:
    few = len(people) <= _SHOWN_NAMES
    return DeskItem(
        count=count, sentence=said, detail=" · ".join(filter(None, (of.of.code, "" if few else _by_unit(people)))),
        url=url_for("office.show", code=of.of.code, standing=standing or None, _anchor="roster"),
        action=_("Show them"), urgency=urgency, capability=Capability.DESK_TEACH, kind=kind,
        names=tuple(each.name for each in people) if few else (),
    )  # fmt: skip


def _by_unit(people: Sequence[Named]) -> str:
    """Count people by their districts, where they are too many to name."""
    units = Counter(each.unit.partition(" · ")[0] for each in people)
    said = _(", ").join(
        ngettext("%(unit)s: %(num)s person", "%(unit)s: %(num)s people", count, unit=unit or _("without a unit"))
        for unit, count in units.most_common(_SHOWN_NAMES)
    )
    return str(_("%(names)s and others", names=said) if len(units) > _SHOWN_NAMES else said)


def _to_print(sittings: Sequence[OwnSitting], now: datetime) -> list[DeskItem]:
    """Offer the sign-in sheets of what is still to come until tomorrow evening."""
    end = clock.at(clock.local_date(now) + timedelta(days=2), 0)
    found = [each for each in sittings if each.managed_by_me and now <= each.starts_at < end]
    if not found:
        return []
    first = found[0]
    return [
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "sitting comes up by tomorrow evening", "sittings come up by tomorrow evening", len(found)
            ),
            detail=_(
                "The next one: %(course)s, %(moment)s", course=first.course, moment=i18n.moment(first.starts_at)
            ),
            url=url_for("office.sign_in_sheet", code=first.class_code, sitting=first.id),
            action=_("Print the sign-in sheet"),
            urgency=50,
            capability=Capability.DESK_TEACH,
        )
    ]


@bp.get("/admin/")
@requires(Capability.DESK_ADMIN)
def admin() -> ResponseReturnValue:
    """Show the office what waits, what is stuck, and where the class sessions stand."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    counts, late = classes.state_counts(session), classes.state_counts(session, late_on=today)
    year = work.year(session, today=today)
    return render_template(
        "portal/admin.html",
        today=now,
        items=desk_items(),
        states=[(state, STATE_NAMES[state], counts.get(state, 0)) for state in ClassState],
        late={state.value: late.get(state, 0) for state in ClassState},
        trouble=work.trouble(session, now=now),
        year=year,
        months=[i18n.month(date(today.year, number, 1)) for number in range(1, len(year.months) + 1)],
        points=[(count, i18n.number(count)) for count in year.months],
    )


def own_id() -> int:
    """Tell who asks; the operator of the machine is nobody and has no desk of a person."""
    person_id = actor().person_id
    if person_id is None:
        raise NotFound
    return person_id


def begins(starts_at: datetime, now: datetime) -> str:
    """Say when something begins as people say it: `today 09:00`, `tomorrow 09:00`, or its day."""
    days = (clock.local_date(starts_at) - clock.local_date(now)).days
    hour, said = i18n.clock_time(starts_at), i18n.moment(starts_at)
    if days == 0:
        said = _("Today %(hour)s", hour=hour)
    if days == 1:
        said = _("Tomorrow %(hour)s", hour=hour)
    return str(said)
