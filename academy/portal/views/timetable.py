"""Timetables: where a trainee is expected, and where an instructor teaches, as a month and day by day."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.portal.queries import teaching, timetable
from academy.portal.views.blueprint import bp
from academy.portal.views.desks import own_id
from academy.web import i18n
from academy.web.access import requires
from academy.web.session import reading

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Entry(Protocol):
    """What every sitting on a timetable tells."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the month: what it is, and what happens on it."""

    day: date
    today: bool
    past: bool
    entries: Sequence[Entry]
    going_on: bool = False
    """Whether this is what is over of a day with more to come, which has the day's own name in the page."""

    @property
    def anchor(self) -> str:
        """Name the day within its page."""
        return f"d-{self.day.isoformat()}{'-over' if self.going_on else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a calendar shows it: weeks from Monday on, None where a day belongs to another month."""

    first: date
    weeks: Sequence[Sequence[Day | None]]
    now: datetime

    @property
    def days(self) -> list[Day]:
        """List the days on which something happens."""
        return [day for week in self.weeks for day in week if day is not None and day.entries]

    @property
    def ahead(self) -> list[Day]:
        """List the days with something to come, and that alone."""
        found = ((day, [each for each in day.entries if each.ends_at > self.now]) for day in self.days)
        return [replace(day, entries=left) for day, left in found if left]

    @property
    def past(self) -> list[Day]:
        """List the days with something that is over, and that alone; so may today be."""
        found = ((day, [each for each in day.entries if each.ends_at <= self.now]) for day in self.days)
        return [
            replace(day, entries=over, past=True, going_on=len(over) < len(day.entries))
            for day, over in found
            if over
        ]


def asked_month(today: date) -> date:
    """Read which month is asked for, the present one if none or nonsense is."""
    try:
        first = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return first if _may_be_asked(first) else today.replace(day=1)


def _may_be_asked(day: date) -> bool:
    return _FIRST_YEAR <= day.year < _LAST_YEAR


def bounds(first: date) -> tuple[datetime, datetime]:
    """Tell the moments at which a month begins and the next one does."""
    return clock.at(first, 0), clock.at(following(first), 0)


def following(first: date) -> date:
    """Tell the first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def month_of(first: date, entries: Sequence[Entry], now: datetime) -> Month:
    """Lay a month's entries out on its days."""
    today = clock.local_date(now)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(clock.local_date(entry.starts_at), []).append(entry)
    weeks = [
        [
            Day(day=day, today=day == today, past=day < today, entries=by_day.get(day, ()))
            if day.month == first.month
            else None
            for day in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(first=first, weeks=weeks, now=now)


@bp.get("/me/timetable")
@requires(Capability.DESK_TRAINEE)
def my_timetable() -> ResponseReturnValue:
    """Show a trainee's sittings of a month: the month as a grid, and what happens day by day."""
    session, now = reading(), clock.now()
    first = asked_month(clock.local_date(now))
    since, until = bounds(first)
    sittings = timetable.sittings(session, own_id(), since=since, until=until, now=now)
    later = timetable.next_after(session, own_id(), after=max(until, now))
    several = len({each.class_code for each in sittings}) > 1
    return _page("portal/timetable.html", first, sittings, later, now, several=several)


@bp.get("/teach/timetable")
@requires(Capability.DESK_TEACH)
def own_timetable() -> ResponseReturnValue:
    """Show what an instructor teaches in a month, and what belongs to the class sessions in their charge."""
    session, now = reading(), clock.now()
    first = asked_month(clock.local_date(now))
    since, until = bounds(first)
    taught = request.args.get("only") == "taught"
    sittings = teaching.sittings(session, own_id(), since=since, until=until)
    later = teaching.next_after(session, own_id(), taught=taught, after=max(until, now))
    mine = [each for each in sittings if each.taught_by_me]
    month = request.args.get("month")
    choices = [
        (_("All of my classes"), url_for(".own_timetable", month=month), not taught, len(sittings)),
        (_("What I teach"), url_for(".own_timetable", month=month, only="taught"), taught, len(mine)),
    ]
    return _page("portal/teaching.html", first, mine if taught else sittings, later, now, choices=choices)


def _page(
    template: str, first: date, sittings: Sequence[Entry], later: datetime | None, now: datetime, **more: object
) -> ResponseReturnValue:
    today = clock.local_date(now)
    before, after = first - timedelta(days=1), following(first)
    return render_template(
        template,
        month=month_of(first, sittings, now),
        this_month=first == today.replace(day=1),
        next_entry=next((each for each in sittings if each.ends_at > now), None),
        now=now,
        later=later,
        later_url=_url(clock.local_date(later)) if later else None,
        previous_url=_url(before) if _may_be_asked(before) else None,
        next_url=_url(after) if _may_be_asked(after) else None,
        this_url=_url(today),
        weekdays=i18n.weekdays(),
        **more,
    )


def _url(day: date) -> str:
    """Address the month of a day on the page that is shown."""
    return url_for(request.endpoint or "", month=f"{day:%Y-%m}", only=request.args.get("only"))
