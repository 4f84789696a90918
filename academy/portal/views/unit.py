"""A liaison's desk: places to fill, people who lack hours, and everybody of the unit."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from academy.enrolment.rules.states import STATE_NAMES
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.feature import DeskItem
from academy.ground.spreadsheet import Table
from academy.hours.rules import YEAR_TARGET_TENTHS
from academy.people.actions import account as accounts
from academy.people.queries import desks
from academy.people.queries import register as people
from academy.portal.queries import openings, unit
from academy.portal.queries.openings import Opening
from academy.portal.queries.unit import Show, UnitFigures
from academy.portal.views.blueprint import bp
from academy.web import i18n
from academy.web.access import actor, requires
from academy.web.files import table_file
from academy.web.paging import cursor, page
from academy.web.plugs import desk_items
from academy.web.session import reading, transaction
from academy.web.sorting import sorting

_SHOWN_OPENINGS = 5
_ROWS = 30
_EVERY_ROW = 100_000


def _asked(values: MultiDict[str, str]) -> tuple[str, Show, int | None]:
    """Read what the list of people is narrowed by: words, how they stand, and one unit."""
    show = values.get("show", Show.EVERYBODY, type=Show)
    return values.get("q", "").strip()[:60], show, values.get("unit", type=int)


@bp.get("/unit/", endpoint="unit")
@requires(Capability.DESK_UNIT)
def unit_desk() -> ResponseReturnValue:
    """Show a liaison the people of their units, their hours and enrolments, and what is open for them."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    scope = people.units_below(session, actor().unit_ids)
    units = unit.units(session, scope)
    words, show, chosen = _asked(request.args)
    sort = sorting(unit.SORTED_BY, default="name", anchor="people")
    figures = unit.figures(session, scope, on=today)
    open_ = openings.openings_to_ask(session, now=now, limit=_SHOWN_OPENINGS)
    items = (*desk_items(), *_to_fill(open_), *_lacking(figures))
    return render_template(
        "portal/unit.html",
        own=[each for each in units if each.id in actor().unit_ids],
        units_choice=[(each.id, each.name) for each in units],
        chosen=chosen,
        words=words,
        show=show,
        people=page(
            unit.people(
                session, {chosen} & scope if chosen else scope, words=words, show=show, on=today,
                order=sort.order, cursor=cursor(), size=_ROWS,
            )
        ),
        sort=sort,
        figures=figures,
        year=today.year,
        target=YEAR_TARGET_TENTHS,
        items=sorted(items, key=lambda item: item.urgency),
        openings=open_,
        speakers=desks.speakers(session, actor().unit_ids, on=today),
        claim_names=STATE_NAMES,
        own_claims=unit.own_claims(session, [each.of.id for each in open_], scope),
    )  # fmt: skip


def _to_fill(open_: tuple[Opening, ...]) -> list[DeskItem]:
    """Tell how many class sessions have places left, and which closes first."""
    with_places = [each for each in open_ if each.left]
    if not with_places:
        return []
    first = min(with_places, key=lambda each: each.of.closes_at)
    return [
        DeskItem(
            count=sum(each.left for each in with_places),
            sentence=ngettext(
                "place is free in %(classes)s open classes",
                "places are free in %(classes)s open classes",
                sum(each.left for each in with_places),
                classes=len(with_places),
            ),
            detail=_(
                "“%(title)s” closes first: %(moment)s",
                title=first.of.title, moment=i18n.moment(first.of.closes_at),
            ),
            url="#openings",
            action=_("Fill them"),
            urgency=40,
            capability=Capability.DESK_UNIT,
        )
    ]  # fmt: skip


def _lacking(figures: UnitFigures) -> list[DeskItem]:
    """Tell how many people still lack hours this year."""
    if not figures.lacking:
        return []
    return [
        DeskItem(
            count=figures.lacking,
            sentence=ngettext(
                "person lacks hours this year", "people lack hours this year", figures.lacking
            ),
            detail=ngettext(
                "%(num)s of them has none yet.", "%(num)s of them have none yet.", figures.none
            ),
            url=url_for(".unit", show=Show.FREE.value, _anchor="people"),
            action=_("Who is in no class"),
            urgency=50,
            capability=Capability.DESK_UNIT,
        )
    ]  # fmt: skip


@bp.post("/unit/export.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT)
def export_unit(suffix: str) -> ResponseReturnValue:
    """Give the list as it is narrowed out as a file without any number of a card or phone, and note it."""
    now = clock.now()
    today = clock.local_date(now)
    words, show, chosen = _asked(request.form)
    scope = people.units_below(reading(), actor().unit_ids)
    narrowed = {chosen} & scope if chosen else scope
    found = unit.people(reading(), narrowed, words=words, show=show, on=today, size=_EVERY_ROW).rows
    with transaction() as session:
        wanted = {"search": words, "unit_id": chosen, "show": show.value}
        accounts.note_export(session, actor=actor(), wanted=wanted, count=len(found), now=now)
    heads = [
        (_("Name"), 16), (_("Unit"), 28), (_("Hours in %(year)s", year=today.year), 12),
        (_("Hours lacking"), 12), (_("Enrolled in"), 60),
    ]  # fmt: skip
    rows = (
        (
            each.name, each.unit, each.tenths / 10, max(YEAR_TARGET_TENTHS - each.tenths, 0) / 10,
            "\n".join(f"{claim.code} {claim.title}" for claim in each.claims),
        )
        for each in found
    )  # fmt: skip
    return table_file(Table(_("People"), heads, rows), _("People %(day)s", day=today.isoformat()), suffix)
